import ApartmentRuntime
import ThreadKernel
import Trace

/// The door is open before the server is ready (O18, O19, O20, O21).
enum OpenTooEarly {
  static let scenario = Scenario(
    id: "open-too-early", key: "W", document: .localServers,
    facts: ["O18", "O19", "O20", "O21"],
    cast: StartPlan(apartment: "each", start: "one-by-one").cast,
    castOfKnobs: { plan($0).cast },
    knobs: [
      Knob("apartment", ["each", "MTA", "STA"]), Knob("start", ["one-by-one", "suspended"]),
    ],
    actions: [Action("again", key: "a")],
    steps: steps,
    questions: questions,
    order: { plan($0).order },
    always: always,
    shows: { knobs in
      guard plan(knobs).hasRace else { return [] }
      return [
        Expectation("client B lost what it had") { $0.resultForB?.isFailure == true }
      ]
    },
    whatIfs: [KnobSetting("start", "suspended"), KnobSetting("apartment", "STA")],
    files: ["ServerStart.swift", "Widget.swift", "ServerThreads.swift"],
    programs: { plan($0).programs },
    classes: { plan($0).entries },
    program: { stage in
      stage.thread("main") { () throws(HResult) in
        try ServerStart.clientA(stage, plan(stage.knobs), again: "again")
      }
    })

  private static func plan(_ knobs: KnobValues) -> StartPlan {
    StartPlan(apartment: knobs["apartment"], start: knobs["start"])
  }

  // MARK: The story

  private static func steps(_ knobs: KnobValues) -> [Step] {
    if knobs["start"] == "suspended" { return stepsOfSuspended }
    switch knobs["apartment"] {
    case "STA": return stepsOfSTA + [stepOfFresh]
    case "MTA": return stepsOfMTA("server 1")
    default: return stepsOfSTA + stepsOfMTA("server 2")
    }
  }

  private static let stepsOfSTA = [
    Step("open-too-early.first", ["O18"]) { $0.isOpen("Widget", in: "server 1") },
    Step("open-too-early.queued", ["O19"]) { $0.isWaitingInQueue("CreateRegisteredInstance") },
    Step("open-too-early.loop", ["O19"]) { $0.hasServed("server 1") },
    Step("open-too-early.orderly") { $0.hasEnded("server 1") },
  ]

  /// B, who comes after the end, brings another server up.
  private static let stepOfFresh = Step("open-too-early.fresh") { $0.isBServed }

  private static func stepsOfMTA(_ server: String) -> [Step] {
    [
      Step("open-too-early.first-of-many", ["O18"]) { $0.isOpen("Widget", in: server) },
      Step("open-too-early.in", ["O20"]) { $0.hasServed(server) },
      Step("open-too-early.zero", ["O21"]) { $0.hasStopped(server) },
      Step("open-too-early.rest", ["O21"]) { $0.isBServed },
      Step("open-too-early.lost", ["O21"]) { $0.resultForB?.isFailure == true },
    ]
  }

  private static let stepsOfSuspended = [
    Step("open-too-early.suspended", ["O18"]) { !$0.registrations(in: "server 1").isEmpty },
    Step("open-too-early.waits") { $0.registrations(in: "server 1").count == 3 },
    Step("open-too-early.opened") { $0.isOpen("Widget", in: "server 1") },
    Step("open-too-early.served") { $0.hasServed("server 1") },
    Step("open-too-early.kept") { $0.passed("A has let go 1") && $0.resultForB != nil },
    Step("open-too-early.closed") { $0.hasEnded("server 1") },
  ]

  private static func questions(_ knobs: KnobValues) -> [Question] {
    if knobs["start"] == "suspended" { return [] }
    let single = question("open-too-early.single", before: "open-too-early.queued", "server 1")
    let many = question(
      "open-too-early.many", before: "open-too-early.in", plan(knobs).server)
    switch knobs["apartment"] {
    case "STA": return [single]
    case "MTA": return [many]
    default: return [single, many]
    }
  }

  /// One class of three is registered. Is A let in?
  private static func question(_ key: String, before step: String, _ server: String) -> Question {
    Question(
      key, before: step,
      choices: [.init(1, .text("open-too-early.yes")), .init(2, .text("open-too-early.no"))]
    ) { $0.hasServed(server) ? 1 : 2 }
  }

  // MARK: What holds

  private static func always(_ knobs: KnobValues) -> [Expectation] {
    plan(knobs).always
  }
}

extension StartPlan {
  /// The lesson about the open door.
  fileprivate init(apartment: String, start: String) {
    let isSuspended = start == "suspended"
    let single = Edition(model: .apartmentThreaded, isSuspended: isSuspended)
    let many = Edition(model: .multithreaded, isSuspended: isSuspended)
    let isBoth = apartment == "each" && !isSuspended
    first = isBoth || apartment == "STA" ? single : many
    others = apartment == "STA" ? single : many
    visits = isBoth ? 2 : 1
  }

  /// What holds under every schedule, however the servers are written.
  var always: [Expectation] {
    [
      Expectation("client A never lost what it had") { world in
        world.calls(of: "Paint", from: "client A").allSatisfy { !$0.result.isFailure }
      },
      Expectation("who suspends its classes never loses a client") { [self] world in
        [first, others].contains { !$0.isSuspended } || world.resultForB?.isFailure != true
      },
      Expectation("the SCM was called once a class, or once for all") { [self] world in
        world.processes(named: "server").filter { !$0.isAlive }.allSatisfy { server in
          let edition = edition(of: world[server.name])
          return world.openingCalls(of: world[server.name])
            == (edition.isSuspended ? 1 : classes.count)
        }
      },
      Expectation("one thread serves nobody before its loop") { world in
        world.calls(of: "CreateRegisteredInstance").allSatisfy { call in
          guard let room = world.apartments[call.target], room.kind == .singleThreaded,
            let server = world.processes[room.process]
          else { return true }
          return call.server.isNone
            || world.marks.contains { world[$0.name] == "\(world[server.name]) enters its loop" }
        }
      },
    ]
  }
}
