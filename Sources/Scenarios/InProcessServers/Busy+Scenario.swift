import ThreadKernel
import Trace

extension Busy {
  static let scenario = Scenario(
    id: "busy", key: "O", document: .inProcessServers, facts: ["I15"],
    cast: cast(isSTA: true),
    castOfKnobs: { cast(isSTA: $0["caller"] != "mta") },
    knobs: [
      Knob("server", ["later", "rejects", "always"]),
      Knob("caller", ["patient", "gives-up", "none", "mta"]),
    ],
    steps: steps,
    questions: { knobs in
      [
        Question(
          "busy.who", before: after(knobs),
          choices: [
            .init(1, .thread("main")), .init(2, .thread("desk")),
            .init(3, .text("busy.nobody")),
          ]
        ) { $0.call.map { $0.retryAt > 0 ? 2 : 3 } ?? 3 }
      ]
    },
    order: { _ in [.init("main builds", before: "desk calls")] },
    always: always,
    shows: { knobs in
      [
        Expectation("the call ended with \(result(knobs).map { "\($0)" } ?? "success")") {
          world in
          let end = world.call?.result ?? .S_OK
          return result(knobs).map { $0 == end } ?? !end.isFailure
        }
      ]
    },
    whatIfs: [
      KnobSetting("caller", "none"), KnobSetting("server", "always"),
      KnobSetting("server", "rejects"),
    ],
    files: ["Busy.swift", "Filters.swift", "Counter.swift"],
    program: program)

  private static func cast(isSTA: Bool) -> Cast {
    Cast([.main, isSTA ? .desk(.right) : .multithreaded(["desk"], .right)])
  }

  private static func isRetried(_ knobs: KnobValues) -> Bool {
    knobs["caller"] == "patient" && knobs["server"] != "rejects"
  }

  /// What the call ends with by the lesson's own schedule; nil: success.
  private static func result(_ knobs: KnobValues) -> HResult? {
    if isRetried(knobs) { return knobs["server"] == "later" ? nil : .RPC_E_CALL_REJECTED }
    let hasFilter = knobs["caller"] == "patient" || knobs["caller"] == "gives-up"
    return hasFilter || knobs["server"] == "rejects"
      ? .RPC_E_CALL_REJECTED : .RPC_E_SERVERCALL_RETRYLATER
  }

  private static func always(_ knobs: KnobValues) -> [Expectation] {
    let common = [
      Expectation("what ran, ran on main") { $0.servers.allSatisfy { $0 == "main" } },
      Expectation("the call was run once or failed") { world in
        world.call.map { $0.result.isFailure == (world.counted == nil) } ?? false
      },
    ]
    guard knobs["server"] == "always" else { return common }
    return common + [Expectation("it was never run") { $0.counted == nil }]
  }

  /// The step behind the refusal.
  private static func after(_ knobs: KnobValues) -> String {
    if isRetried(knobs) { return "busy.retried" }
    return knobs["caller"] == "patient" || knobs["caller"] == "gives-up"
      ? "busy.cancelled" : "busy.failed"
  }

  private static func steps(_ knobs: KnobValues) -> [Step] {
    let refused = knobs["server"] == "rejects" ? "busy.rejected" : "busy.later"
    let first = [
      Step("busy.building") { world in
        guard case .waiting(.signal) = world.thread(named: "main")?.activity else { return false }
        return world.isIn("BuildSolution", "main")
      },
      Step("busy.sent", ["I15"]) { $0.isQueued("Increment") },
      Step("busy.asked", ["I15"]) { $0.passed("main is asked") },
      Step(refused, ["I15"]) { ($0.call?.rejections ?? 0) > 0 },
    ]
    guard isRetried(knobs) else {
      return first + [
        Step(after(knobs)) { $0.call?.state == .returned && $0.call?.result.isFailure == true }
      ]
    }
    let retried = Step("busy.retried", ["I15"]) { world in
      (world.call?.retryAt ?? 0) > 0 && world.waitsForReply("desk")
    }
    guard knobs["server"] == "later" else {
      return first + [
        retried,
        Step("busy.again") { ($0.call?.rejections ?? 0) == 2 },
        Step("busy.gave-up") { $0.call?.state == .returned && $0.call?.result.isFailure == true },
      ]
    }
    return first + [
      retried,
      Step("busy.built") { $0.isIdle("main") && !$0.isIn("BuildSolution", "main") },
      Step("busy.served", ["I15"]) { $0.isServed("Increment") },
    ]
  }
}

extension World {
  fileprivate var call: Call? { calls(of: "Increment").first }

  /// What the counter says; nil while nobody has called it.
  fileprivate var counted: Int64? {
    components(named: "Counter").first.flatMap { value("value", of: $0.id) }
  }
}
