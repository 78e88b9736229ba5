import KernelPrograms
import Testing
import Trace

@testable import ThreadKernel

/// Processes that are killed inside this operating-system process: their threads stop where they are
/// next seen, and what they told until then is told.
@Suite struct KillTests {
  private static let other = ProcessID(2)

  /// A run whose process 2 does `body`; the action `kill` kills it.
  private func makeRun(
    _ configuration: Kernel.Configuration, other body: @escaping @Sendable (Kernel) -> Void
  ) -> Kernel {
    var configuration = configuration
    configuration.kills = ["kill": "other"]
    let kernel = Kernel(configuration)
    #expect(kernel.numbers.process() == process)
    let started = kernel.startProcess("other", .inside { [unowned kernel] _ in body(kernel) })
    #expect(started == Self.other)
    return kernel
  }

  /// Reads without a pause until the run stands still: a ticket that is claimed and not yet written
  /// is seen as such.
  private func readAll(of kernel: Kernel) -> [Event] {
    let collector = kernel.makeCollector()
    var events: [Event] = []
    // Asked seldom: that takes the lock under which threads tell.
    while kernel.standing == .running {
      for _ in 0..<1_000 { collector.drain(into: &events) }
    }
    _ = kernel.follow(collector, quietSeconds: 20) { events.append($0) }
    return events
  }

  /// A thread that stops and finds its process killed there still decides who goes on, and tells
  /// that: it is awaited by forty others here.
  @Test func whatTheThreadOfAKilledProcessTellsOfOthersIsNotLost() {
    for _ in 0..<20 {
      let waiting = Guarded(0)
      let waiters = 40
      let kernel = makeRun(.init(schedule: .roundRobin)) { kernel in
        while waiting.withLock({ $0 }) < waiters { kernel.point(.wait) }
        kernel.deliver("kill")
        kernel.point(.wait)
      }
      for number in 0..<waiters {
        kernel.spawn("t\(number)", in: process) {
          kernel.watch(Self.other, notice: [9])
          waiting.withLock { $0 += 1 }
          while kernel.takeMail() == nil { _ = kernel.park(.messageLoop) }
        }
      }
      let events = readAll(of: kernel)
      #expect(events.isDense)
      #expect(events.contains { $0.kind == .processKilled(Self.other) })
      #expect(kernel.abandon() == [])
    }
  }

  /// A thread that runs on where its process was killed sends nothing, and nothing is told of it.
  @Test(arguments: [false, true])
  func whatIsToldAsItIsSentIsNotToldOfTheDead(isFree: Bool) {
    let got = Guarded<[[UInt8]]>([])
    let outcomes = Guarded<[MailOutcome]>([])
    let kernel = makeRun(.init(schedule: .roundRobin, budget: 0)) { kernel in
      let one = ThreadID(process: 1, number: 1)
      func send(_ byte: UInt8, _ code: HResult) {
        let outcome = kernel.mail(
          [byte], to: one, with: [Enclosure([byte + 1], to: one)],
          telling: .refused(by: .com, code))
        outcomes.withLock { $0.append(outcome) }
      }
      send(1, .E_FAIL)
      kernel.kill(named: "other")
      send(3, .E_UNEXPECTED)
    }
    kernel.spawn("one", in: process) {
      kernel.watch(Self.other, notice: [9])
      while got.withLock({ $0.last }) != [9], !kernel.isAbandoned {
        if let piece = kernel.takeMail() {
          got.withLock { $0.append(piece.bytes) }
        } else {
          _ = kernel.park(.messageLoop)
        }
      }
    }
    if isFree { kernel.goFree() } else { kernel.allow(picks: nil) }
    let events = readAll(of: kernel)
    #expect(kernel.abandon() == [])
    #expect(outcomes.withLock { $0 } == [.delivered, .dead])
    #expect(got.withLock { $0 } == [[1], [2], [9]])
    #expect(events.contains { $0.kind == .refused(by: .com, .E_FAIL) })
    #expect(!events.contains { $0.kind == .refused(by: .com, .E_UNEXPECTED) })
  }

  /// In a free run a thread may be killed between the claim of a ticket and the event.
  @Test func noTicketIsLostWhereAProcessIsKilledInAFreeRun() {
    for round in 0..<200 {
      let told = Guarded(0)
      let kernel = makeRun(.init(startsFree: true)) { kernel in
        while kernel.isAlive(Self.other) {
          kernel.tell(.left(.S_OK))
          told.withLock { $0 += 1 }
        }
      }
      kernel.spawn("killer", in: process) {
        while told.withLock({ $0 }) < round { kernel.point(.wait) }
        kernel.deliver("kill")
      }
      let events = readAll(of: kernel)
      #expect(events.isDense)
      #expect(kernel.abandon() == [])
    }
  }

  /// A thread that was killed in between counts as ended, and what it has begun to tell still comes.
  @Test func aRunIsNotOverForItsReaderBeforeAllIsRead() {
    let kernel = Kernel(.init(startsFree: true))
    let collector = kernel.makeCollector()
    kernel.spawn("one", in: process) {}
    #expect(kernel.follow(collector) { _ in } == .over)
    kernel.arena.ticket.pointee.wrappingAdd(1, ordering: .releasing)
    #expect(kernel.follow(collector, quietSeconds: 0.01) { _ in } == .running)
    #expect(kernel.abandon() == [])
  }

  /// A thread that was told to go on and has not heard it yet stands still all the same.
  @Test func aThreadIsKilledAsItIsLetGo() {
    let went = Guarded(false)
    let kernel = makeRun(.init(budget: 0, actions: [TimedAction("kill", at: 0)])) { kernel in
      went.withLock { $0 = !kernel.isAbandoned }
    }
    kernel.spawn("one", in: process) {}
    kernel.goFree()
    #expect(readAll(of: kernel).isDense)
    #expect(kernel.abandon() == [])
    #expect(!went.withLock { $0 })
  }

  /// Wherever the threads of a killed process are, and whatever the run is told before it is
  /// abandoned, they leave with it.
  @Test(arguments: [false, true]) func aKilledProcessLeavesWithItsRun(isFree: Bool) {
    for round in 0..<400 {
      let kernel = makeRun(
        .init(
          schedule: .random(seed: UInt64(round)), startsFree: isFree,
          budget: isFree ? nil : round % 50, actions: [TimedAction("go", at: 20)])
      ) { kernel in KernelProgram.everything.run(in: kernel, as: Self.other) }
      kernel.spawn("one", in: process) {
        kernel.watch(Self.other, notice: [9])
        while kernel.takeMail() == nil, !kernel.isAbandoned { _ = kernel.park(.messageLoop) }
      }
      let collector = kernel.makeCollector()
      var events: [Event] = []
      func read(_ count: Int) {
        for _ in 0..<count { collector.drain(into: &events) }
      }
      read(round * 37 % 400)
      kernel.deliver("kill")
      read(round * 11 % 50)
      switch round % 5 {
      case 0: kernel.hold()
      case 1: kernel.goFree()
      case 2:
        kernel.hold()
        kernel.goFree()
      case 3: kernel.allow(picks: nil)
      default: break
      }
      read(round * 7 % 30)
      #expect(kernel.abandon() == [], "round \(round)")
    }
  }
}
