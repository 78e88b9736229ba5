import Synchronization
import Testing
import ThreadKernel
import Trace

@Suite struct PrimitiveTests {
  @Test func aWakeBeforeTheWaitIsNotLost() {
    let run = TestRun { kernel in
      kernel.spawn("a", in: process) {
        kernel.unpark(KernelThread.current!)
        kernel.unpark(KernelThread.current!)
        kernel.mark("\(kernel.park(.messageLoop))")
        _ = kernel.park(.messageLoop)
      }
    }
    // Two wakes are one permit: the second wait lasts until the loops end.
    #expect(run.standing == .over)
    #expect(run.kinds.filter { $0 == .waits(.messageLoop) }.count == 1)
    #expect(run.events.texts.values.contains("woken"))
  }

  @Test func joiningWaitsForTheEnd() {
    for seed in 0..<20 as Range<UInt64> {
      let run = TestRun(.init(schedule: .random(seed: seed))) { kernel in
        kernel.spawn("a", in: process) {
          let worker = kernel.spawn("worker", in: process) { kernel.point(.wait) }!
          kernel.join(worker)
          kernel.mark("joined")
          #expect(kernel.hasEnded(worker))
          kernel.join(worker)
        }
      }
      #expect(run.standing == .over)
      let end = run.kinds.firstIndex(of: .threadEnded)!
      let joined = run.kinds.firstIndex { if case .marked = $0 { true } else { false } }!
      #expect(end < joined)
    }
  }

  /// Between looking whether a thread has ended and waiting for that, it may end.
  @Test func whoComesLateToTheEndOfAThreadDoesNotWait() {
    let run = TestRun(.init(finishesAtRest: false)) { kernel in
      kernel.spawn("a", in: process) {
        let worker = kernel.spawn("worker", in: process) {}!
        kernel.join(worker)
        #expect(kernel.park(.thread(worker.id, pumps: true)) == .woken)
      }
    }
    #expect(run.standing == .over)
  }

  @Test func freeThreadsJoinHoweverTheyMeet() {
    for _ in 0..<300 {
      let run = TestRun(.init(startsFree: true)) { kernel in
        kernel.spawn("a", in: process) {
          for _ in 0..<4 { kernel.spawn("worker", in: process) {}.map(kernel.join) }
        }
      }
      #expect(run.standing == .over)
      #expect(!run.kinds.contains { if case .deadlock = $0 { true } else { false } })
    }
  }

  @Test func aPointWithAShortLockHeldTraps() async {
    await #expect(processExitsWith: .failure) {
      let run = TestRun { kernel in
        let lock = ShortLock(0)
        kernel.spawn("a", in: process) { lock.withLock { _ in kernel.point(.wait) } }
      }
      _ = run
    }
    await #expect(processExitsWith: .failure) {
      let run = TestRun(.init(startsFree: true)) { kernel in
        let lock = ShortLock(0)
        kernel.spawn("a", in: process) { lock.withLock { _ in _ = kernel.park(.messageLoop) } }
      }
      _ = run
    }
    await #expect(processExitsWith: .success) {
      let run = TestRun { kernel in
        let lock = ShortLock(0)
        kernel.spawn("a", in: process) {
          lock.withLock { $0 += 1 }
          kernel.point(.wait)
        }
      }
      precondition(run.standing == .over)
    }
  }

  private func twoUpdates(_ schedule: Schedule, free: Bool = false) -> Int64 {
    let result = Atomic<Int64>(0)
    let run = TestRun(.init(schedule: schedule, startsFree: free)) { kernel in
      let cell = SharedCell("balance", in: kernel)
      for name in ["a", "b"] {
        kernel.spawn(name, in: process) {
          cell.write(cell.read() + 1)
          result.store(cell.read(), ordering: .relaxed)
        }
      }
    }
    #expect(run.standing == .over)
    return result.load(ordering: .relaxed)
  }

  @Test func anUpdateIsLostByASchedule() {
    #expect(twoUpdates(.lesson([])) == 2)
    #expect(twoUpdates(.roundRobin) == 1)
    for _ in 0..<100 { #expect([1, 2].contains(twoUpdates(.roundRobin, free: true))) }
  }

  /// An interlocked addition is one step: whoever goes on when, none is lost, and each answers a
  /// value of its own.
  @Test func noInterlockedAdditionIsLost() {
    let schedules: [Schedule] = [.lesson([]), .roundRobin] + (0..<10).map { .random(seed: $0) }
    for schedule in schedules { for free in [false, true] { additions(schedule, free) } }
  }

  private func additions(_ schedule: Schedule, _ free: Bool) {
    let run = TestRun(.init(schedule: schedule, startsFree: free)) { kernel in
      let cell = SharedCell("count", in: kernel)
      for name in ["a", "b", "c"] {
        kernel.spawn(name, in: process) {
          for _ in 0..<10 { cell.add(2) }
        }
      }
    }
    let told = run.kinds.compactMap { kind in
      if case .cellWritten(_, let new) = kind { new } else { nil }
    }
    #expect(run.standing == .over)
    #expect(told == (1...30).map { Int64($0) * 2 })
  }

  @Test func anInterlockedAdditionAnswersTheNewValue() {
    let run = TestRun { kernel in
      let cell = SharedCell("count", 40, in: kernel)
      kernel.spawn("a", in: process) {
        #expect(cell.add(3) == 43)
        #expect(cell.add(-1) == 42)
        #expect(cell.read() == 42)
      }
    }
    #expect(run.standing == .over)
  }

  /// What is told of a cell is what happened to it: each read is of the last value told.
  @Test func readsAndWritesAreToldInTheirOrder() {
    for _ in 0..<20 {
      let run = TestRun(.init(startsFree: true)) { kernel in
        let cell = SharedCell("cell", in: kernel)
        for number in 1...3 as ClosedRange<Int64> {
          kernel.spawn("t\(number)", in: process) {
            for round in 0..<100 as Range<Int64> { cell.write(cell.read() &* 3 &+ number + round) }
          }
        }
      }
      var value: Int64 = 0
      for kind in run.kinds {
        if case .cellWritten(_, let new) = kind { value = new }
        if case .cellRead(_, let read) = kind { #expect(read == value) }
      }
      #expect(run.standing == .over)
    }
  }

  @Test(arguments: 0..<50 as Range<UInt64>)
  func aVisibleLockLetsInOneAtATime(seed: UInt64) {
    for free in [false, true] {
      let inside = Atomic(0)
      let entered = Atomic(0)
      let run = TestRun(.init(schedule: .random(seed: seed), startsFree: free)) { kernel in
        let lock = VisibleLock(in: kernel)
        for name in ["a", "b", "c"] {
          kernel.spawn(name, in: process) {
            for _ in 0..<5 {
              lock.lock()
              #expect(inside.wrappingAdd(1, ordering: .relaxed).newValue == 1)
              kernel.point(.wait)
              inside.wrappingSubtract(1, ordering: .relaxed)
              entered.wrappingAdd(1, ordering: .relaxed)
              lock.unlock()
            }
          }
        }
      }
      #expect(run.standing == .over)
      #expect(entered.load(ordering: .relaxed) == 15)
    }
  }

  /// A permit that was meant for another wait lets a waiter take the lock out of turn; the one
  /// behind it must still be woken.
  @Test(arguments: 0..<50 as Range<UInt64>)
  func aStrayWakeLosesNobodyInTheLine(seed: UInt64) {
    let run = TestRun(.init(schedule: .random(seed: seed))) { kernel in
      let lock = VisibleLock(in: kernel)
      kernel.spawn("main", in: process) {
        lock.lock()
        let others = (0..<3).compactMap { number in
          kernel.spawn("t\(number)", in: process) {
            for _ in 0..<3 {
              lock.lock()
              kernel.point(.wait)
              lock.unlock()
            }
          }
        }
        for _ in 0..<10 {
          kernel.point(.wait)
          for other in others { kernel.unpark(other) }
        }
        lock.unlock()
        for _ in 0..<10 {
          kernel.point(.wait)
          for other in others { kernel.unpark(other) }
        }
      }
    }
    #expect(run.standing == .over)
  }

  @Test(arguments: [false, true])
  func aSignalWakesEveryWaiterAndStaysSet(free: Bool) {
    for seed in 0..<20 as Range<UInt64> {
      let run = TestRun(.init(schedule: .random(seed: seed), startsFree: free)) { kernel in
        let signal = Signal(in: kernel)
        for number in 0..<4 {
          kernel.spawn("w\(number)", in: process) { #expect(signal.wait()) }
        }
        kernel.spawn("sets", in: process) { signal.set() }
      }
      #expect(run.standing == .over)
    }
  }
}
