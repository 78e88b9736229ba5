import Glibc
import Synchronization
import Testing
import ThreadKernel
import Trace

@Suite struct AbandonTests {
  private static let programs: [@Sendable (Kernel) -> Void] = [
    { mixedProgram($0) }, { ringProgram($0) },
  ]

  /// Holds a run after 0, 1, 2 … picks until it ends by itself, and abandons it there.
  private func abandonEverywhere(_ schedule: Schedule, _ program: (Kernel) -> Void) {
    for budget in 0..<1_000 {
      let run = HeldRun(.init(schedule: schedule, budget: budget))
      let kernel = run.kernel
      program(kernel)
      let standing = run.follow()
      #expect(kernel.abandon() == [])
      #expect(kernel.standing == .over)
      if standing != .held { return }
    }
    Issue.record("the program never ends")
  }

  @Test(arguments: [Schedule.lesson([]), .roundRobin, .random(seed: 1), .random(seed: 2)])
  func aRunCanBeAbandonedAtEachOfItsPoints(schedule: Schedule) {
    for program in Self.programs { abandonEverywhere(schedule, program) }
  }

  @Test func aFreeRunCanBeAbandonedAtAnyMoment() {
    for round in 0..<300 {
      let kernel = Kernel(.init(startsFree: true))
      Self.programs[round % 2](kernel)
      var events: [Event] = []
      let collector = kernel.makeCollector()
      for _ in 0..<round % 20 { collector.drain(into: &events) }
      #expect(kernel.abandon() == [])
    }
  }

  @Test func aTimedWaitInAFreeRunIsAbandoned() {
    for _ in 0..<50 {
      let kernel = Kernel(.init(startsFree: true))
      kernel.spawn("a", in: process) { kernel.sleep(3_600_000_000_000) }
      #expect(kernel.abandon() == [])
    }
  }

  @Test(arguments: [false, true])
  func aRunIsAbandonedWhileItsRingsAreFull(free: Bool) {
    let kernel = Kernel(.init(startsFree: free))
    for name in ["a", "b"] {
      kernel.spawn(name, in: process) {
        while !kernel.isAbandoned {
          kernel.tell(.valueSet(ObjectID(1), .none, 0))
          kernel.point(.wait)
        }
      }
    }
    kernel.allow(picks: nil)
    var events: [Event] = []
    let collector = kernel.makeCollector()
    while events.count < 5_000 { collector.drain(into: &events) }
    #expect(kernel.abandon() == [])
  }

  @Test func waitsSayThatTheRunIsAbandoned() {
    let outcomes = Atomic(0)
    let run = HeldRun(.init(finishesAtRest: false))
    let kernel = run.kernel
    let never = Signal(in: kernel)
    kernel.spawn("a", in: process) {
      if kernel.park(.messageLoop) == .abandoned { outcomes.wrappingAdd(1, ordering: .relaxed) }
      if kernel.park(.messageLoop) == .abandoned { outcomes.wrappingAdd(1, ordering: .relaxed) }
      if kernel.nextAction(among: ["x"]) == nil { outcomes.wrappingAdd(1, ordering: .relaxed) }
      if !never.wait() { outcomes.wrappingAdd(1, ordering: .relaxed) }
      kernel.sleep(1)
      if kernel.spawn("b", in: process, {}) == nil { outcomes.wrappingAdd(1, ordering: .relaxed) }
    }
    #expect(run.follow() == .atRest)
    let told = run.events.count
    #expect(kernel.abandon() == [])
    run.follow()
    #expect(outcomes.load(ordering: .relaxed) == 5)
    #expect(run.events.count == told)
  }

  /// One thread waits by looking again and again for what the other does.
  @Test func oneThatSpinsLetsTheOthersEnd() {
    let run = HeldRun(.init(schedule: .roundRobin, budget: 3))
    let kernel = run.kernel
    let isDone = Atomic(false)
    kernel.spawn("spins", in: process) {
      while !isDone.load(ordering: .relaxed) { kernel.point(.cellRead) }
    }
    kernel.spawn("ends", in: process) {
      for _ in 0..<20 { kernel.point(.wait) }
      isDone.store(true, ordering: .relaxed)
    }
    #expect(run.follow() == .held)
    #expect(kernel.abandon() == [])
  }

  @Test func oneThatNeverEndsIsNamed() async {
    // In a process of its own: the thread stands for good.
    await #expect(processExitsWith: .success) {
      let kernel = Kernel(.init(budget: 0))
      kernel.spawn("at points", in: process) { while true { kernel.point(.wait) } }
      kernel.spawn("in waits", in: process) { while true { _ = kernel.park(.messageLoop) } }
      kernel.spawn("good", in: process) {}
      precondition(kernel.standing == .held)
      precondition(kernel.abandon() == [thread(1), thread(2)])
    }
  }

  @Test func threadsAreUsedAgain() async {
    // In a process of its own, where nobody else starts threads.
    await #expect(processExitsWith: .success) {
      func round(_ number: Int) {
        for free in [false, true] {
          for program in AbandonTests.programs {
            let kernel = Kernel(
              .init(schedule: .random(seed: UInt64(number)), startsFree: free, budget: number % 40))
            program(kernel)
            _ = free ? .running : kernel.waitUntilStanding()
            precondition(kernel.abandon() == [])
          }
        }
      }
      for number in 0..<50 { round(number) }
      let before = Kernel.processThreads
      for number in 0..<500 { round(number) }
      // Fewer: threads of the test library's own come and go.
      precondition(Kernel.processThreads <= before)
    }
  }

  @Test func runsLeaveNothingBehind() async {
    await #expect(processExitsWith: .success) {
      func mappings() -> Int {
        var count = 0
        guard let file = fopen("/proc/self/maps", "r") else { return -1 }
        defer { fclose(file) }
        while case let byte = getc(file), byte != EOF { count += byte == 10 ? 1 : 0 }
        return count
      }
      /// Gives the workers the moment that they need to let go of the last run.
      func isGone(_ kernel: () -> Kernel?) -> Bool {
        for _ in 0..<1_000_000 {
          if kernel() == nil { return true }
          sched_yield()
        }
        return false
      }
      func round(_ number: Int) {
        weak var weakKernel: Kernel?
        do {
          let kernel = Kernel(.init(schedule: .random(seed: UInt64(number)), budget: number % 40))
          weakKernel = kernel
          AbandonTests.programs[number % 2](kernel)
          _ = kernel.waitUntilStanding()
          precondition(kernel.abandon() == [])
        }
        precondition(isGone { weakKernel })
      }
      for number in 0..<100 { round(number) }
      let before = mappings()
      for number in 0..<3_000 { round(number) }
      precondition(mappings() <= before + 100)
    }
  }

  /// What a thread holds goes on that thread, before it ends.
  @Test func whatAThreadHoldsGoesWhileItIsOneOfTheRun() {
    final class Held: Sendable {
      let kernel: Kernel
      init(_ kernel: Kernel) { self.kernel = kernel }
      deinit { kernel.tell(.narrated(.none)) }
    }
    for _ in 0..<50 {
      let run = TestRun { kernel in
        kernel.spawn("a", in: process) {
          let held = Held(kernel)
          kernel.spawn("b", in: process) { _ = held }
          KernelThread.current?.locals = Held(kernel)
          kernel.point(.wait)
        }
      }
      let held = run.events.filter { $0.kind == .narrated(.none) }.map(\.thread.number)
      #expect(held == [1, 2])
      #expect(run.standing == .over)
    }
  }
}
