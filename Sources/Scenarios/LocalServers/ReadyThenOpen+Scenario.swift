import ApartmentRuntime
import ThreadKernel
import Trace

/// Ready, then open: all classes at once, and nobody in before (O22, O23, O24).
enum ReadyThenOpen {
  static let scenario = Scenario(
    id: "ready-then-open", key: "X", document: .localServers, facts: ["O22", "O23", "O24"],
    cast: StartPlan(start: "each", classes: "3").cast,
    castOfKnobs: { plan($0).cast },
    knobs: [
      Knob("start", ["each", "suspended", "one-by-one"]), Knob("classes", ["3", "1", "5", "50"]),
    ],
    actions: [Action("burst", key: "a")],
    steps: steps,
    questions: questions,
    order: { plan($0).order },
    always: { knobs in
      plan(knobs).always + [
        Expectation("each key measured every start") { world in
          let rows = Set(StartBurst.rows(classes: plan(knobs).classes.count))
          return world.measurements.count == rows.count * world.actions.count
        }
      ]
    },
    whatIfs: [KnobSetting("classes", "50"), KnobSetting("start", "one-by-one")],
    files: ["ServerStart.swift", "Widget.swift", "ServerThreads.swift", "StartBurst.swift"],
    view: .starts,
    programs: { plan($0).programs + [StartBurst.program(plan($0))] },
    classes: { plan($0).entries + [StartBurst.entry] },
    program: program)

  static func plan(_ knobs: KnobValues) -> StartPlan {
    StartPlan(start: knobs["start"], classes: knobs["classes"])
  }

  private static func program(_ stage: Stage) {
    stage.thread("main") { () throws(HResult) in
      try ServerStart.clientA(stage, plan(stage.knobs))
      stage.thread("meter") { () throws(HResult) in StartBurst.wait(stage) }
    }
  }

  // MARK: The story

  private static func steps(_ knobs: KnobValues) -> [Step] {
    let plan = plan(knobs)
    let end = [
      Step("ready-then-open.meter", ["O23"]) { world in
        world.thread("meter", of: "client A")?.activity == .waiting(.action)
          && world.processesInOrder.dropFirst().allSatisfy { !$0.isAlive }
      }
    ]
    switch knobs["start"] {
    case "one-by-one":
      let early = Step("ready-then-open.early") { $0.hasServed("server 1") }
      let all = all(plan, "ready-then-open.all-one-by-one")
      let lost = Step("ready-then-open.lost") { $0.resultForB?.isFailure == true }
      let fresh = Step("ready-then-open.fresh") { $0.resultForB == .S_OK }
      return plan.hasRace ? [first, early, all, lost] + end : [first, all, early, fresh] + end
    case "suspended": return stepsOfSuspended(plan) + end
    default: return [first, all(plan, "ready-then-open.all")] + stepsOfSuspended(plan) + end
    }
  }

  private static let first = Step("ready-then-open.first") { $0.isOpen("Widget", in: "server 1") }

  private static func all(_ plan: StartPlan, _ key: String) -> Step {
    Step(key, ["O23"]) { world in
      world.registrations(in: "server 1").count { $0.scm != nil } == plan.classes.count
    }
  }

  private static func stepsOfSuspended(_ plan: StartPlan) -> [Step] {
    let server = plan.server
    return [
      Step("ready-then-open.suspended", ["O22"]) { !$0.registrations(in: server).isEmpty },
      Step("ready-then-open.registered", ["O22", "O24"]) { world in
        world.registrations(in: server).count == plan.classes.count
          && world.registrations(in: server).allSatisfy(\.isSuspended)
      },
      Step("ready-then-open.resumed", ["O23"]) { world in
        world.registrations(in: server).count { $0.scm == .open } == plan.classes.count
      },
      Step("ready-then-open.in", ["O24"]) { $0.hasServed(server) },
      Step("ready-then-open.kept") { world in
        world.passed("A has let go \(plan.visits)") && world.isBServed
      },
      Step("ready-then-open.ended") { $0.hasEnded(server) },
    ]
  }

  private static func questions(_ knobs: KnobValues) -> [Question] {
    let plan = plan(knobs)
    let count = plan.classes.count
    guard count > 1 else { return [] }
    let isSuspended = plan.edition(of: plan.server).isSuspended
    // One question for each number of classes: it stands in the text.
    let key = "ready-then-open.calls-\(count)"
    return [
      Question(
        key, before: isSuspended ? "ready-then-open.resumed" : "ready-then-open.all-one-by-one",
        choices: [
          .init(1, .text("ready-then-open.none")), .init(2, .text("ready-then-open.one")),
          .init(3, .text("ready-then-open.each")),
        ]
      ) { world in
        switch world.openingCalls(of: plan.server) {
        case 0: 1
        case 1: 2
        default: 3
        }
      }
    ]
  }
}

extension StartPlan {
  /// The lesson about the right way to open.
  fileprivate init(start: String, classes: String) {
    first = Edition(isSuspended: start == "suspended")
    others = Edition(isSuspended: start != "one-by-one")
    visits = start == "each" ? 2 : 1
    self.classes = Self.classes(Int(classes) ?? 1)
  }
}
