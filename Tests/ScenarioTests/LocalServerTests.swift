import Scenarios
import Testing
import ThreadKernel
import Trace

/// What is special about the lessons of single servers: a normal life, bad servers, the queue, and
/// processes that are killed.
@Suite struct LocalServerTests {
  private func run(
    _ id: String, _ settings: [KnobSetting] = [], _ schedule: Schedule? = nil,
    actions: [TimedAction] = []
  ) throws -> World {
    let scenario = try #require(Catalog.scenario(id))
    let knobs = try KnobValues(of: scenario.knobs, settings)
    let run = Run(scenario, knobs: knobs, schedule: schedule, actions: actions)
    #expect(run.settle { _ in } == .over)
    #expect(run.unmetExpectations().map(\.sentence) == [])
    #expect(run.world.fault == nil)
    #expect(run.abandon() == [])
    return run.world
  }

  private func processes(_ prefix: String, _ world: World) -> [World.Process] {
    world.processesInOrder.filter { world[$0.name].hasPrefix(prefix) }
  }

  // MARK: Bad servers

  private static let codes: [String: [HResult]] = [
    "missing": [.CO_E_SERVER_EXEC_FAILURE], "exits": [.CO_E_SERVER_EXEC_FAILURE],
    "silent": [.CO_E_SERVER_EXEC_FAILURE], "other-class": [.CO_E_SERVER_EXEC_FAILURE],
    "garbage": [.RPC_E_INVALID_DATAPACKET, .RPC_S_SERVER_UNAVAILABLE],
    "half": [.RPC_E_INVALID_DATAPACKET, .RPC_S_SERVER_UNAVAILABLE],
    "too-long": [.RPC_E_SERVER_CANTMARSHAL_DATA],
  ]

  /// What client A was told, by functions of COM's and by calls.
  @Test(arguments: codes.keys.sorted())
  func aBadServerHasItsCode(_ server: String) throws {
    let world = try run("normal-life", [KnobSetting("server", server)])
    let client = ProcessID(1)
    let refused = world.refusals.filter { $0.thread.processID == client }.map(\.result)
    let failed = world.failedCalls.filter { $0.caller.processID == client }.map(\.result)
    #expect(refused + failed == Self.codes[server])
    #expect(world.livingThreadsOfOthers == 0)
  }

  /// A server that does not come up in time is given up after two minutes of the run's clock.
  @Test(arguments: ["silent", "other-class"]) func theClockIsTheRuns(_ server: String) throws {
    let world = try run("normal-life", [KnobSetting("server", server)])
    #expect(world.time >= 120_000_000_000)
    #expect(world.time < 121_000_000_000)
  }

  // MARK: Keys

  /// Another client keeps the server that client A has left, and a third one finds it.
  @Test func anotherClientKeepsTheServer() throws {
    let world = try run(
      "normal-life", actions: [TimedAction("another-client", at: 60)])
    #expect(processes("server", world).count == 1)
    #expect(processes("client", world).count == 2)
  }

  /// In the middle of everything, one key after the other: who comes is served.
  @Test(arguments: 1...40 as ClosedRange<UInt64>)
  func everyKeyAtAnyTime(_ seed: UInt64) throws {
    let keys = [
      "another-client", "one-more", "lock", "unlock", "another-client", "quit", "one-more",
      "kill-server", "lock", "leave", "another-client", "leave",
    ]
    let actions = keys.enumerated().map { TimedAction($1, at: 20 + UInt64($0) * (10 + seed * 2)) }
    let world = try run("normal-life", [], .random(seed: seed), actions: actions)
    #expect(processes("client", world).count == 4)
  }

  // MARK: The queue

  /// Whenever the second client comes: it has a Widget, of the first server or of another one.
  @Test(arguments: ["release-first", "request-first"]) func nobodyMeetsAServerThatStops(
    _ order: String
  ) throws {
    var counts: Set<Int> = []
    for seed in 1...60 as ClosedRange<UInt64> {
      let world = try run(
        "queue-protects", [KnobSetting("order", order)], .random(seed: seed),
        actions: [TimedAction("another-client", at: 20 + seed * 3)])
      counts.insert(processes("server", world).count)
    }
    // Somebody came in time, and somebody too late.
    #expect(counts.contains(1) && counts.count > 1)
  }

  // MARK: Deaths

  private static let deaths: [String: [HResult]] = [
    "in-call": [.RPC_S_CALL_FAILED, .RPC_S_CALL_FAILED, .RPC_S_SERVER_UNAVAILABLE],
    "between": Array(repeating: .RPC_S_SERVER_UNAVAILABLE, count: 3),
    "before-start": [],
  ]

  @Test(arguments: deaths.keys.sorted()) func theCodeSaysWhatIsKnown(_ moment: String) throws {
    let world = try run("kill-server", [KnobSetting("moment", moment)])
    #expect(world.failedCalls.map(\.result) == Self.deaths[moment])
    // Who comes later is served by another one, and nobody else dies.
    let deaths = processes("server", world).map(\.isKilled)
    #expect(deaths.count > 1)
    #expect(deaths.first == true)
    #expect(!deaths.dropFirst().contains(true))
  }

  /// A key kills too, at any point of the story, and no client hangs.
  @Test(arguments: Array(stride(from: 5, to: 400, by: 5))) func killedAtAnyPoint(_ point: Int)
    throws
  {
    let scenario = try #require(Catalog.scenario("kill-server"))
    let kill = TimedAction("kill-server", at: UInt64(point))
    _ = try run("kill-server", actions: [kill])
    _ = try run("kill-server", [], .random(seed: UInt64(point)), actions: [kill])
    #expect(scenario.actions.map(\.id) == ["kill-server"])
  }

  /// The dead client's references are taken back: at once, or after three pings.
  @Test func whatTheDeadClientHeldGoesBack() throws {
    let reported = try run("kill-client")
    #expect(reported.time < 1_000_000_000)
    let silent = try run("kill-client", [KnobSetting("death", "silent")])
    #expect(silent.time >= 360_000_000_000)
    for world in [reported, silent] {
      #expect(processes("client B", world).map(\.isKilled) == [true])
      #expect(processes("server", world).map(\.serverCount) == [0])
    }
  }
}

extension World {
  /// Calls of the program's that failed; what COM itself calls goes through no proxy.
  fileprivate var failedCalls: [Call] {
    callsInOrder.filter { !$0.proxy.isNone && $0.result.isFailure }
  }

  fileprivate var livingThreadsOfOthers: Int {
    threads.values.count { $0.activity != .ended && $0.id.processID != ProcessID(1) }
  }
}
