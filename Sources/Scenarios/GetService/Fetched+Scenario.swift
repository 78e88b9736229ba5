import Trace

extension Fetched {
  static let scenario = Scenario(
    id: "fetched", key: "2", document: .service, facts: ["S2"],
    cast: Cast([.main, .background]),
    knobs: [Knob("pointer", ["direct", "marshalled"])],
    actions: [Action("use-again", key: "a")],
    steps: steps,
    questions: { knobs in
      [
        Question(
          "fetched.which-fails", before: isDirect(knobs) ? "fetched.refused" : "fetched.worked",
          choices: [
            .init(1, .text("fetched.query-service")), .init(2, .text("fetched.do-work")),
            .init(3, .text("fetched.neither")),
          ]
        ) { world in
          switch world.refusers {
          case ["ServiceProvider"]: 1
          case ["ShellService"]: 2
          default: 3
          }
        }
      ]
    },
    always: { knobs in
      isDirect(knobs)
        ? [
          Expectation("the worker ran the service itself") {
            $0.trespassers == ["worker"] && $0.isTrespassed("DoWork")
          },
          Expectation("the service itself refused") {
            $0.refusers == ["ShellService"]
              && $0.refusedWith.allSatisfy { $0 == .RPC_E_WRONG_THREAD }
          },
          Expectation("COM saw no call") { $0.calls.isEmpty },
        ]
        : [
          Expectation("nobody was refused") { $0.refusals.isEmpty && $0.trespasses.isEmpty },
          Expectation("every call ran on main") { $0.servers == ["main"] },
        ]
    },
    whatIfs: [KnobSetting("pointer", "marshalled")],
    files: ["Fetched.swift", "Shell.swift"],
    program: program)

  private static func isDirect(_ knobs: KnobValues) -> Bool { knobs["pointer"] == "direct" }

  private static func steps(_ knobs: KnobValues) -> [Step] {
    let sited = Step("fetched.sited") { $0.isHeld("ServiceProvider", by: "shell.site") }
    let fetched = Step("fetched.fetched") { $0.target(ofField: "Package.m_pService") != nil }
    let loops = Step("fetched.loops") { $0.isIdle("main") && $0.thread(named: "worker") != nil }
    let entered = Step("fetched.entered") {
      $0.apartment(of: "worker")?.kind == .multithreaded
    }
    guard isDirect(knobs) else {
      return [
        sited, fetched,
        Step("fetched.marshalled") { $0.target(ofField: "Package.m_pServiceStream") != nil },
        loops, entered,
        Step("fetched.opened") { $0.target(ofField: "Package.m_pBackgroundService") != nil },
        Step("fetched.worked") { $0.returns(of: "DoWork") > 0 },
      ]
    }
    return [
      sited, fetched, loops, entered,
      Step("fetched.inside", ["S2"]) { $0.isTrespassed("DoWork") },
      Step("fetched.refused", ["S2"]) { !$0.refusals.isEmpty },
    ]
  }
}
