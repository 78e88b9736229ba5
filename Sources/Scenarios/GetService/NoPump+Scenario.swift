import Trace

extension NoPump {
  static let scenario = Scenario(
    id: "no-pump", key: "8", document: .service, facts: ["S4"],
    cast: Cast([.main, .background]),
    knobs: [Knob("wait", ["raw", "pumping", "none"]), Knob("build", ["long", "short"])],
    steps: steps,
    questions: questions,
    always: { knobs in
      let onMain = Expectation("every call that ran, ran on main") { $0.servers == ["main"] }
      guard knobs["wait"] == "raw" else {
        return [
          onMain,
          Expectation("the background thread did its work") { $0.returns(of: "DoWork") == 1 },
          Expectation("nobody was stuck") { !$0.isDeadlocked },
        ]
      }
      return [
        onMain,
        Expectation("main and worker wait for each other for ever") { world in
          guard case .deadlock(ring: true, let threads) = world.ending else { return false }
          return Set(threads.map { world.name(of: $0) }) == ["main", "worker"]
        },
        Expectation("the call is in main's queue") { $0.isQueued("DoWork") },
      ]
    },
    whatIfs: [KnobSetting("wait", "pumping"), KnobSetting("wait", "none")],
    files: ["NoPump.swift", "Package.swift", "Shell.swift"],
    program: program)

  private static func questions(_ knobs: KnobValues) -> [Question] {
    let when = Question(
      "no-pump.when", before: "no-pump.served",
      choices: [
        .init(1, .text("no-pump.at-once")), .init(2, .text("no-pump.when-taken")),
        .init(3, .text("no-pump.never")),
      ]
    ) { world in
      guard let call = world.calls(of: "QueryService").first, !call.server.isNone else { return 3 }
      // Whoever is interrupted has taken no message.
      let served = world.apartments[call.target]?.served ?? 0
      return served > 0 ? 2 : 1
    }
    guard knobs["wait"] != "none" else { return [when] }
    let who = Question(
      "no-pump.who-goes-on",
      before: knobs["wait"] == "raw" ? "no-pump.stuck" : "no-pump.served-in-wait",
      choices: [
        .init(1, .thread("main")), .init(2, .thread("worker")), .init(3, .text("no-pump.nobody")),
      ]
    ) { $0.isDeadlocked ? 3 : Int($0.server(of: "DoWork")?.number ?? 2) }
    return [when, who]
  }

  private static func steps(_ knobs: KnobValues) -> [Step] {
    let start = [
      Step("no-pump.busy") { world in
        guard case .waiting(.time) = world.thread(named: "main")?.activity else { return false }
        return world.isIn("BuildSolution", "main")
      },
      Step("no-pump.opened", ["S4"]) { $0.target(ofField: "Package.m_pBackgroundSP") != nil },
      Step("no-pump.queued", ["S4"]) { world in
        world.isQueued("QueryService") && world.waitsForReply("worker")
      },
      Step("no-pump.served", ["S4"]) { $0.isServed("QueryService") },
    ]
    let waits = Step("no-pump.waits") { $0.isWaiting("main") }
    switch knobs["wait"] {
    case "raw":
      return start + [waits, Step("no-pump.stuck", ["S4"]) { $0.isDeadlocked }]
    case "pumping":
      return start + [
        waits,
        Step("no-pump.served-in-wait", ["S4"]) { $0.isServed("DoWork") },
        Step("no-pump.resolved") { $0.isIdle("main") && $0.returns(of: "DoWork") == 1 },
      ]
    default:
      return start + [Step("no-pump.worked") { $0.returns(of: "DoWork") == 1 }]
    }
  }
}

extension World {
  fileprivate var isDeadlocked: Bool { if case .deadlock = ending { true } else { false } }

  /// Whether the thread waits for the end of another.
  fileprivate func isWaiting(_ thread: String) -> Bool {
    guard case .waiting(.thread) = self.thread(named: thread)?.activity else { return false }
    return true
  }
}
