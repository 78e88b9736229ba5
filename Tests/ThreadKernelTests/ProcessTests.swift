import Testing
import Trace

@testable import ThreadKernel

/// Processes of a run, whose threads are threads here.
@Suite struct ProcessTests {
  /// A run in which process 1 does `first`, and another one `main`.
  private func run(
    _ configuration: Kernel.Configuration = .init(schedule: .lesson([])),
    other: @escaping @Sendable (Kernel) -> Void, first: @escaping @Sendable (Kernel) -> Void
  ) -> World {
    let kernel = Kernel(configuration)
    let collector = kernel.makeCollector()
    let process = kernel.numbers.process()
    let name = kernel.name("program")
    kernel.tell(.processStarted(process, name: name))
    let started = kernel.startProcess("other 1", .inside { _ in other(kernel) })
    #expect(started == ProcessID(2))
    kernel.spawn("one", in: process) { first(kernel) }
    var world = World()
    _ = kernel.follow(collector) { world.apply($0) }
    #expect(kernel.abandon() == [])
    #expect(world.fault == nil)
    return world
  }

  private static let main = ThreadID(process: 2, number: 1)

  @Test func mailReachesAThreadOfAnotherProcess() {
    let got = Guarded<[[UInt8]]>([])
    let world = run(
      other: { kernel in
        while got.withLock({ $0.count }) < 2 {
          while let piece = kernel.takeMail() { got.withLock { $0.append(piece.bytes) } }
          if got.withLock({ $0.count }) < 2 { _ = kernel.park(.messageLoop) }
        }
      },
      first: { kernel in
        #expect(kernel.mail([1, 2], to: Self.main) == .delivered)
        kernel.point(.messagePosted)
        #expect(kernel.mail([3], to: Self.main) == .delivered)
        let long = [UInt8](repeating: 0, count: Kernel.mailLimit + 1)
        #expect(kernel.mail(long, to: Self.main) == .tooLarge)
      })
    #expect(got.withLock { $0 } == [[1, 2], [3]])
    #expect(world.processes[ProcessID(2)]?.isAlive == false)
  }

  /// Any thread of a process may answer, while there is one. Nobody waits for one that is gone.
  @Test(arguments: [false, true]) func aProcessIsWaitedForWhileItIsThere(
    isThere: Bool
  ) {
    let world = run(
      .init(schedule: .lesson([]), finishesAtRest: false),
      other: { kernel in if isThere { _ = kernel.park(.pool) } },
      first: { kernel in
        while kernel.isAlive(ProcessID(2)) != isThere { kernel.point(.wait) }
        let call = kernel.numbers.call()
        kernel.tell(
          .callPacked(
            call, causality: 1, parent: .none, proxy: .none, .none, method: .none,
            arguments: .none))
        let anyone = ThreadID(process: 2, number: 0)
        _ = kernel.park(.reply(call, server: anyone, pumps: false))
      })
    #expect(world.ending == (isThere ? .atRest : .over))
  }

  @Test func aThreadThatTakesNoMoreMailGetsNone() {
    _ = run(
      .init(schedule: .roundRobin),
      other: { kernel in
        kernel.closeMail()
        kernel.mark("closed")
      },
      first: { kernel in
        while kernel.isAlive(ProcessID(2)) {
          let outcome = kernel.mail([1], to: Self.main)
          #expect(outcome != .tooLarge)
          if outcome == .closed { break }
          kernel.point(.messagePosted)
        }
      })
  }

  @Test func nothingOfAKilledProcessGoesOn() {
    for point in 0..<12 as Range<UInt64> {
      let went = Guarded(0)
      let configuration = Kernel.Configuration(
        schedule: .roundRobin, actions: [TimedAction("kill", at: point)],
        kills: ["kill": "other"])
      let world = run(
        configuration,
        other: { kernel in
          for _ in 0..<100 {
            went.withLock { $0 += 1 }
            kernel.point(.countChanged)
            _ = kernel.park(.time(kernel.time + 10), deadline: kernel.time + 10)
            // What follows is the giving back of an abandoned run.
            if kernel.isAbandoned { return }
          }
        },
        first: { kernel in
          let notice: [UInt8] = [9]
          kernel.watch(ProcessID(2), notice: notice)
          while kernel.takeMail()?.bytes != notice { _ = kernel.park(.messageLoop) }
          #expect(!kernel.isAlive(ProcessID(2)))
          #expect(kernel.mail([1], to: Self.main) == .dead)
        })
      #expect(went.withLock { $0 } < 100)
      #expect(world.processes[ProcessID(2)]?.isKilled == true)
    }
  }

  /// The thread that stops has the key delivered that kills its own process: what that brings about
  /// for the others is told by it, but not in its ring. Nothing more is expected there, so that a
  /// reader who looks just then would take the event's number for one that nobody fills.
  @Test func aKilledThreadWritesNothingMoreInItsRing() throws {
    let waiters = 30
    let kernel = Kernel(
      .init(
        schedule: .roundRobin, actions: [TimedAction("kill", at: 200)], kills: ["kill": "other"]))
    let collector = kernel.makeCollector()
    let process = kernel.numbers.process()
    _ = kernel.startProcess(
      "other 1", .inside { _ in while !kernel.isAbandoned { kernel.point(.countChanged) } })
    for number in 0..<waiters {
      kernel.spawn("waiter \(number)", in: process) {
        kernel.watch(ProcessID(2), notice: [9])
        while kernel.takeMail() == nil, !kernel.isAbandoned { _ = kernel.park(.messageLoop) }
      }
    }
    var events: [Event] = []
    #expect(kernel.follow(collector) { events.append($0) } == .over)
    #expect(events.isDense)
    let ready = events.filter { if case .ready = $0.kind { true } else { false } }
    #expect(ready.count == waiters)
    let death = try #require(
      events.first { if case .processKilled = $0.kind { true } else { false } })
    let slot = kernel.arena.slot(0)
    #expect(slot.thread.process == 2)
    let written = slot.written.pointee.load(ordering: .acquiring)
    #expect(written > 0 && written <= UInt64(SharedArena.ringCapacity))
    for place in 0..<written { #expect(slot.record(place).pointee.n < death.n) }
    #expect(kernel.abandon() == [])
  }

  @Test func aProcessCanBeKilledInAFreeRun() {
    for _ in 0..<20 {
      let configuration = Kernel.Configuration(startsFree: true, kills: ["kill": "other"])
      let world = run(
        configuration,
        other: { kernel in while !kernel.isAbandoned { kernel.point(.countChanged) } },
        first: { kernel in
          kernel.watch(ProcessID(2), notice: [9])
          kernel.deliver("kill")
          while kernel.takeMail() == nil { _ = kernel.park(.messageLoop) }
        })
      #expect(world.processes[ProcessID(2)]?.isKilled == true)
    }
  }

  @Test func theServiceAnswersWhoeverAsks() {
    let asked = Guarded<[ThreadID]>([])
    _ = run(
      other: { kernel in
        kernel.provide { asker, request in
          asked.withLock { $0.append(asker) }
          return request.reversed()
        }
        #expect(kernel.ask([1, 2, 3]) == [3, 2, 1])
      },
      first: { _ in })
    #expect(asked.withLock { $0 } == [Self.main])
  }
}
