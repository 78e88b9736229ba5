import Scenarios
import Testing
import ThreadKernel
import Trace

/// Lessons V, W and X: what COM's own lock is worth, and when a server's door is open.
@Suite struct StartTests {
  private func run(
    _ id: String, _ settings: [(String, String)] = [], _ schedule: Schedule? = nil,
    actions: [TimedAction] = [], _ body: (Event) -> Void = { _ in }
  ) throws -> World {
    let scenario = try #require(Catalog.scenario(id))
    let knobs = try KnobValues(
      of: scenario.knobs, settings.map { KnobSetting($0.0, $0.1) })
    let run = Run(scenario, knobs: knobs, schedule: schedule, actions: actions)
    #expect(run.settle(body) == .over)
    #expect(run.unmetExpectations().map(\.sentence) == [])
    #expect(run.abandon() == [])
    return run.world
  }

  private static let seeds: [Schedule] = (1...60).map { .random(seed: $0) } + [.roundRobin]

  private func failures(_ method: String, in world: World) -> Int {
    world.callsInOrder.count { world[$0.method] == method && $0.result.isFailure }
  }

  // MARK: V

  @Test(arguments: seeds) func withCOMsLockNoFactoryDies(_ schedule: Schedule) throws {
    let world = try run("dead-factory", [("lock", "always")], schedule)
    #expect(failures("CreateInstance", in: world) == 0)
    #expect(world.refusals.isEmpty)
  }

  @Test func withoutItOneDies() throws {
    let world = try run("dead-factory", [("lock", "never")])
    let made = world.callsInOrder.filter { world[$0.method] == "CreateInstance" }
    #expect(made.map(\.result).filter(\.isFailure) == [.RPC_S_SERVER_UNAVAILABLE])
  }

  /// The lock is there before the factory leaves its process, and goes with the last reference.
  @Test func theLockComesBeforeTheAnswer() throws {
    var locks: [UInt64] = []
    var answers: [UInt64] = []
    let world = try run("dead-factory", [("lock", "always")]) { event in
      if case .implicitLock(_, isLocked: true) = event.kind { locks.append(event.n) }
      if case .callAnswered = event.kind { answers.append(event.n) }
    }
    let lock = try #require(locks.first)
    #expect(locks.count == 1)
    #expect(try lock < #require(answers.first))
    #expect(world.objectsInOrder.allSatisfy { $0.implicitLocks == 0 })
  }

  // MARK: W

  /// A server in the MTA that opens class by class can lose a client; the lesson's order does it.
  @Test func anOpenDoorLosesAClient() throws {
    let world = try run("open-too-early", [("apartment", "MTA")])
    #expect(failures("Paint", in: world) == 1)
  }

  @Test(arguments: ["each", "MTA", "STA"])
  func whoSuspendsServesNobodyBeforeAllIsThere(_ apartment: String) throws {
    for schedule in Self.seeds {
      var isOpen: Set<UInt16> = []
      let world = try run(
        "open-too-early", [("apartment", apartment), ("start", "suspended")], schedule
      ) { event in
        if case .classObjectResumed = event.kind { isOpen.insert(event.thread.process) }
        if case .serverCount(_, .added, _) = event.kind {
          #expect(isOpen.contains(event.thread.process))
        }
      }
      #expect(failures("Paint", in: world) == 0)
    }
  }

  // MARK: X

  @Test(arguments: ["3", "1", "5", "50"]) func theSCMIsCalledOnceForAll(_ classes: String) throws {
    let world = try run("ready-then-open", [("classes", classes)])
    let count = try #require(UInt64(classes))
    let names = ["\(classes) one by one", "\(classes) suspended"]
    #expect(world.sections.map { world[$0.name] } == names)
    #expect(world.sections.map(\.scmCalls) == [count, 1])
  }

  /// Where the servers live the measured one lives too; here that is inside.
  @Test func theKeyMeasuresBothWays() throws {
    let world = try run("ready-then-open", actions: [TimedAction("burst", at: 100_000)])
    let names = [1, 3, 5, 50].flatMap { ["\($0) one by one", "\($0) suspended"] }
    #expect(world.measurements.map { world[$0.name] } == names)
    #expect(world.measurements.map(\.scmCalls) == [1, 1, 3, 1, 5, 1, 50, 1])
    #expect(world.wasEverFree)
    #expect(world.measurements.allSatisfy { $0.picoseconds > 0 })
  }
}
