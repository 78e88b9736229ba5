import ApartmentRuntime
import ThreadKernel
import Trace

extension DeadFactory {
  static let scenario = Scenario(
    id: "dead-factory", key: "V", document: .localServers, facts: ["O15", "O16", "O17"],
    cast: Cast(buildings: [
      .client("client A"), .client("client B"),
      .server("server 1", rooms: [.sta("main")]), .scm,
      .server("server 2", rooms: [.sta("main")]),
    ]),
    castOfKnobs: cast,
    knobs: [Knob("lock", ["second", "always", "never"])],
    actions: [Action("again", key: "a")],
    steps: steps,
    questions: questions,
    order: order,
    always: always,
    whatIfs: [KnobSetting("lock", "always"), KnobSetting("lock", "never")],
    files: ["DeadFactory.swift", "Widget.swift", "ServerThreads.swift", "IWidget.swift"],
    programs: { _ in
      [
        Program("widgets.exe") { stage throws(HResult) in try server(stage) },
        Program("client.exe") { stage throws(HResult) in try clientB(stage) },
      ]
    },
    classes: { _ in
      [ClassEntry(WidgetClass.widget, "Widget", localServer: "widgets.exe")]
    },
    program: program)

  /// With one kind of server there is one.
  private static func cast(_ knobs: KnobValues) -> Cast {
    let first: [Cast.Building] = [
      .client("client A"), .client("client B"),
      .server("server 1", rooms: [.sta("main")]), .scm,
    ]
    guard knobs["lock"] == "second" else { return Cast(buildings: first) }
    return Cast(buildings: first + [.server("server 2", rooms: [.sta("main")])])
  }

  /// In each round B comes while A has its factory and has not locked it.
  private static func order(_ knobs: KnobValues) -> [OrderConstraint] {
    func round(_ number: Int, ending server: String?) -> [OrderConstraint] {
      let last = server.map { "\($0) has ended" } ?? "B has let go \(number)"
      return [
        .init("A has a factory \(number)", before: "B comes \(number)"),
        .init(last, before: "A locks \(number)"),
      ]
    }
    switch knobs["lock"] {
    case "always": return round(1, ending: nil)
    case "never": return round(1, ending: "server 1")
    default: return round(1, ending: "server 1") + round(2, ending: nil)
    }
  }

  // MARK: The story

  private static func steps(_ knobs: KnobValues) -> [Step] {
    switch knobs["lock"] {
    case "always": lockedSteps("server 1", round: 1)
    case "never":
      deadSteps.dropLast() + [
        Step("dead-factory.s-ok-of-nobody", ["O17"]) { $0.passed("A has locked 1") },
        deadSteps[3],
      ]
    default: deadSteps + lockedSteps("server 2", round: 2)
    }
  }

  private static let deadSteps = [
    Step("dead-factory.got", ["O15"]) { $0.passed("A has a factory 1") },
    Step("dead-factory.between", ["O15"]) { $0.isPainted(in: "server 1") },
    Step("dead-factory.zero", ["O15"]) { world in
      world.serverCount(of: "server 1") == 0
        && world.registration(in: "server 1")?.isClosed == true
    },
    Step("dead-factory.dead", ["O15"]) { !$0.deadFactories.isEmpty },
  ]

  private static func lockedSteps(_ server: String, round: Int) -> [Step] {
    [
      Step("dead-factory.locked", ["O16"]) { $0.passed("A has a factory \(round)") },
      Step("dead-factory.survives", ["O16"]) { world in
        world.passed("B has let go \(round)") && world.serverCount(of: server) == 1
      },
      Step("dead-factory.s-ok", ["O17"]) { $0.passed("A has locked \(round)") },
      Step("dead-factory.works") { world in
        world.calls(of: "Paint", from: "client A").contains { $0.state == .returned }
      },
      Step("dead-factory.unlocked", ["O16"]) { world in
        world.process(named: server)?.isAlive == false
      },
    ]
  }

  private static func questions(_ knobs: KnobValues) -> [Question] {
    let stays = Question(
      "dead-factory.stays", before: "dead-factory.zero",
      choices: [.init(1, .text("dead-factory.yes")), .init(2, .text("dead-factory.no"))]
    ) { $0.registration(in: "server 1")?.isSuspended == true ? 2 : 1 }
    let isNever = knobs["lock"] == "never"
    let messages = Question(
      "dead-factory.messages",
      before: isNever ? "dead-factory.s-ok-of-nobody" : "dead-factory.s-ok",
      choices: [
        .init(1, .text("dead-factory.none")), .init(2, .text("dead-factory.one")),
        .init(3, .text("dead-factory.two")),
      ]
    ) { world in
      // A request, and an answer where there was one.
      let calls = world.calls(of: "LockServer").filter { !$0.target.isNone }
      return 1 + min(2, calls.reduce(0) { $0 + ($1.answer.isNone ? 1 : 2) })
    }
    return knobs["lock"] == "always" ? [messages] : [stays, messages]
  }

  // MARK: What holds

  private static func always(_ knobs: KnobValues) -> [Expectation] {
    let lock = knobs["lock"]
    return [
      Expectation("LockServer was never sent by a client") { $0.calls(of: "LockServer").isEmpty },
      Expectation("no factory died that COM had locked for") { world in
        world.deadFactories.allSatisfy { server in
          lock != "always" && (lock == "never" || server == "server 1")
        }
      },
      Expectation("COM locks and unlocks in pairs") { world in
        world.objectsInOrder.allSatisfy { $0.implicitLocks == 0 }
      },
    ]
  }
}

extension World {
  /// Whether a Widget of that server was painted.
  fileprivate func isPainted(in server: String) -> Bool {
    components(named: "Widget").contains { widget in
      process(of: widget).map { self[$0.name] } == server && value("painted", of: widget.id) == 1
    }
  }

  /// The server's class object.
  fileprivate func registration(in server: String) -> Registration? {
    registration(of: "Widget", in: server)
  }

  /// The servers whose class objects A could not use any more.
  fileprivate var deadFactories: [String] {
    calls(of: "CreateInstance", from: "client A").filter(\.result.isFailure).map { call in
      let stub = interfaceStubs[call.interfaceStub].flatMap { stubs[$0.stub] }
      let process = stub.flatMap { apartments[$0.apartment] }.flatMap { processes[$0.process] }
      return process.map { self[$0.name] } ?? "?"
    }
  }
}
