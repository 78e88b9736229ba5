import ApartmentRuntime
import ThreadKernel
import Trace

extension KillServer {
  static let scenario = Scenario(
    id: "kill-server", key: "Y", document: .localServers, facts: [],
    cast: Cast(
      buildings: [
        .client("client A"), .client("client B"),
        .server("server 1", rooms: [.sta("main")]),
        .scm,
        .server("server 2", rooms: [.sta("main")]),
      ]),
    knobs: [Knob("moment", ["in-call", "between", "before-start"])],
    actions: [Action("kill-server", key: "x", kills: "server")],
    steps: steps,
    questions: questions,
    order: order,
    always: always,
    whatIfs: [KnobSetting("moment", "between"), KnobSetting("moment", "before-start")],
    files: ["KillServer.swift", "Widget.swift", "ServerThreads.swift"],
    programs: { _ in
      [Program("widgets.exe", main: server), Program("client.exe", main: clientB)]
    },
    classes: { _ in [ClassEntry(WidgetClass.widget, "Widget", localServer: "widgets.exe")] },
    program: program)

  private static func order(_ knobs: KnobValues) -> [OrderConstraint] {
    switch knobs["moment"] {
    case "between":
      [
        .init("client B has a Widget", before: "user kills"),
        .init("user has killed", before: "client A calls"),
        .init("user has killed", before: "client B calls"),
        .init("client B was told", before: "client A calls again"),
      ]
    case "before-start":
      [
        .init("server starts", before: "user kills"),
        .init("user has killed", before: "server registers"),
      ]
    default:
      [
        .init("client B has a Widget", before: "client A calls"),
        .init("client A calls", before: "client B calls"),
        .init("client B calls", before: "user kills"),
        .init("user has killed", before: "in Work"),
        .init("client B was told", before: "client A calls again"),
      ]
    }
  }

  // MARK: The story

  private static func steps(_ knobs: KnobValues) -> [Step] {
    switch knobs["moment"] {
    case "between": [ready, killed, toldA, toldB, again, new]
    case "before-start":
      [
        Step("kill-server.asked") { $0.isIn("CoCreateInstance", "main", of: "client A") },
        Step("kill-server.started") { $0.passed("server starts") },
        killed,
        Step("kill-server.not-up") { world in
          world.refusals.contains { $0.result == .CO_E_SERVER_EXEC_FAILURE }
        },
        Step("kill-server.started-again") { $0.process(named: "server 2") != nil },
        Step("kill-server.has") { $0.isHeld("Widget", by: "widget", in: "client A") },
      ]
    default:
      [
        ready,
        Step("kill-server.executing") { $0.work?.state == .served },
        Step("kill-server.queued") { $0.isWaitingInQueue("Paint") },
        killed, toldA, toldB, again, new,
      ]
    }
  }

  private static let ready = Step("kill-server.ready") {
    $0.isHeld("Widget", by: "widget", in: "client B")
  }

  private static let killed = Step("kill-server.killed") { $0.hasRuins }

  private static let toldA = Step("kill-server.told-a") { $0.work?.state == .returned }

  private static let toldB = Step("kill-server.told-b") {
    $0.calls(of: "Paint", from: "client B").first?.state == .returned
  }

  private static let again = Step("kill-server.again") {
    $0.calls(of: "Paint", from: "client A").first?.state == .returned
  }

  private static let new = Step("kill-server.new") {
    $0.isHeld("Widget", by: "new widget", in: "client A")
  }

  private static func questions(_ knobs: KnobValues) -> [Question] {
    switch knobs["moment"] {
    case "between":
      return [
        Question(
          "kill-server.what-comes", before: "kill-server.told-a",
          choices: [
            .init(1, .text("kill-server.waits")), .init(2, .text("kill-server.error")),
            .init(3, .text("kill-server.new-server")),
          ]
        ) { world in
          world.work.map { $0.result.isFailure ? 2 : 3 } ?? 1
        }
      ]
    case "before-start":
      return [
        Question(
          "kill-server.what-comes", before: "kill-server.not-up",
          choices: [
            .init(1, .text("kill-server.waits")), .init(2, .text("kill-server.error")),
            .init(3, .text("kill-server.new-server")),
          ]
        ) { $0.refusals.isEmpty ? 3 : 2 }
      ]
    default:
      return [
        Question(
          "kill-server.does-it-hang", before: "kill-server.told-a",
          choices: [
            .init(1, .text("kill-server.waits")), .init(2, .text("kill-server.error")),
          ]
        ) { $0.work?.state == .returned ? 2 : 1 },
        Question(
          "kill-server.was-it-done", before: "kill-server.told-b",
          choices: [
            .init(1, .text("kill-server.yes")), .init(2, .text("kill-server.no")),
            .init(3, .text("kill-server.nobody-knows")),
          ]
        ) { world in
          switch world.work?.result {
          case .S_OK?: 1
          case .RPC_S_CALL_FAILED_DNE?, .RPC_S_SERVER_UNAVAILABLE?: 2
          default: 3
          }
        },
      ]
    }
  }

  // MARK: What holds

  /// What a client gets whose server is gone, by when it was.
  private static let codesOfDeath: Set<HResult> = [
    .RPC_S_CALL_FAILED, .RPC_S_CALL_FAILED_DNE, .RPC_S_SERVER_UNAVAILABLE,
    .CO_E_SERVER_EXEC_FAILURE,
  ]

  private static func always(_ knobs: KnobValues) -> [Expectation] {
    [
      Expectation("no client hangs") { world in
        ["client A", "client B"].allSatisfy {
          world.process(named: $0) == nil || world.hasEnded("main", of: $0)
        }
      },
      Expectation("whatever failed did so with a code of a dead server's") { world in
        world.clientCalls.allSatisfy {
          !$0.result.isFailure || codesOfDeath.contains($0.result)
        }
          && world.activations.allSatisfy {
            !$0.result.isFailure || codesOfDeath.contains($0.result)
          }
      },
      Expectation("without a death nothing failed") { world in
        world.hasRuins || world.clientCalls.allSatisfy { !$0.result.isFailure }
      },
      Expectation("no proxy of a dead server came back to life") { world in
        world.clientCalls.allSatisfy { dead in
          guard codesOfDeath.contains(dead.result) else { return true }
          return world.clientCalls.allSatisfy {
            $0.proxy != dead.proxy || $0.id <= dead.id || $0.result == .RPC_S_SERVER_UNAVAILABLE
          }
        }
      },
    ]
  }
}

extension World {
  fileprivate var work: Call? { calls(of: "Work", from: "client A").first }

  /// What clients have called of Widgets.
  fileprivate var clientCalls: [Call] { calls(of: "Work") + calls(of: "Paint") }
}
