import Trace

extension Straight {
  static let scenario = Scenario(
    id: "straight", key: "1", document: .service, facts: ["S1"],
    cast: Cast([.main, .background]),
    castOfKnobs: { knobs in
      let helper = Cast.Room(.singleThreaded, "helper's STA", ["helper"], .right)
      return Cast(
        knobs["pointer"] == "proxy" ? [.main, helper, .background] : [.main, .background])
    },
    knobs: [Knob("pointer", ["direct", "proxy"]), Knob("check", ["component", "nobody"])],
    actions: [Action("call-again", key: "a")],
    steps: steps,
    questions: questions,
    order: { _ in
      // Each of the two reads the total before either has written.
      [
        .init("worker reads", before: "main reads"),
        .init("main has written", before: "worker writes"),
      ]
    },
    always: always,
    shows: { knobs in
      guard isUnchecked(knobs) else { return [] }
      return [
        Expectation("an addition to the total was lost") { world in
          let additions = 2 + world.actions.count
          return world.cell(total).map { $0.value < additions } ?? false
        }
      ]
    },
    whatIfs: [KnobSetting("check", "nobody"), KnobSetting("pointer", "proxy")],
    files: ["Straight.swift", "Shell.swift", "Helper.swift"],
    program: program)

  private static let total = "ShellService.total"

  /// Whether two threads can be in the service at once.
  private static func isUnchecked(_ knobs: KnobValues) -> Bool {
    knobs["pointer"] == "direct" && knobs["check"] == "nobody"
  }

  private static func questions(_ knobs: KnobValues) -> [Question] {
    if knobs["pointer"] == "proxy" {
      return [
        Question(
          "straight.who-runs-proxy", before: "straight.refused-by-proxy",
          choices: [
            .init(1, .thread("main")), .init(2, .thread("helper")), .init(3, .thread("worker")),
            .init(4, .text("straight.nobody")),
          ]
        ) { $0.refusers == ["proxy"] ? 4 : 3 }
      ]
    }
    return [
      Question(
        "straight.who-runs",
        before: isUnchecked(knobs) ? "straight.inside-too" : "straight.inside",
        choices: [.init(1, .thread("main")), .init(2, .thread("worker"))]
      ) { Int($0.trespasses.first?.thread.number ?? 1) }
    ]
  }

  private static func always(_ knobs: KnobValues) -> [Expectation] {
    if knobs["pointer"] == "proxy" {
      return [
        Expectation("the proxy refused") {
          $0.refusers == ["proxy"] && $0.refusedWith.allSatisfy { $0 == .RPC_E_WRONG_THREAD }
        },
        Expectation("every call ran on helper") { $0.servers == ["helper"] },
      ]
    }
    let direct = [
      Expectation("the worker ran it itself") { $0.trespassers == ["worker"] },
      Expectation("COM saw no call") { $0.calls.isEmpty },
    ]
    if isUnchecked(knobs) {
      return direct + [Expectation("nobody was refused") { $0.refusals.isEmpty }]
    }
    return direct + [
      Expectation("the provider itself refused") {
        $0.refusers == ["ServiceProvider"]
          && $0.refusedWith.allSatisfy { $0 == .RPC_E_WRONG_THREAD }
      },
      Expectation("the worker got no service") { !$0.isTrespassed("DoWork") },
    ]
  }

  private static func steps(_ knobs: KnobValues) -> [Step] {
    if knobs["pointer"] == "proxy" { return stepsByProxy }
    return isUnchecked(knobs) ? stepsWithNobodyLooking : stepsOfTheLesson
  }

  private static let loops = Step("straight.loops") {
    $0.isIdle("main") && $0.thread(named: "worker") != nil
  }
  private static let entered = Step("straight.entered") {
    $0.apartment(of: "worker")?.kind == .multithreaded
  }

  private static func sited(_ key: String) -> Step {
    Step(key) { $0.isHeld("ServiceProvider", by: "shell.site") }
  }

  private static func used(_ key: String) -> Step {
    Step(key) { $0.components(named: "ShellService").contains { !$0.values.isEmpty } }
  }

  private static func inside(_ key: String) -> Step {
    Step(key, ["S1"]) { $0.isTrespassed("QueryService") }
  }

  private static func refused(_ key: String) -> Step {
    Step(key, ["S1"]) { !$0.refusals.isEmpty }
  }

  private static let stepsOfTheLesson = [
    sited("straight.sited"), used("straight.used"), loops, entered, inside("straight.inside"),
    refused("straight.refused"),
  ]

  private static let stepsByProxy = [
    sited("straight.sited-proxy"), used("straight.used-proxy"), loops, entered,
    refused("straight.refused-by-proxy"),
  ]

  private static let stepsWithNobodyLooking = [
    sited("straight.sited"), entered, inside("straight.inside-too"),
    Step("straight.read", ["S1"]) { $0.cell(total).map { !$0.lastReader.isNone } ?? false },
    Step("straight.overtaken") { $0.passed("main has written") },
    Step("straight.lost", ["S1"]) { world in
      world.passed("main has written") && world.passed("worker has written")
        && world.cell(total)?.value == 1
    },
  ]
}
