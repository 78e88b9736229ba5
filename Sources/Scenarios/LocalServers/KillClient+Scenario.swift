import ApartmentRuntime
import ThreadKernel
import Trace

extension KillClient {
  static let scenario = Scenario(
    id: "kill-client", key: "Z", document: .localServers, facts: [],
    cast: Cast(
      buildings: [
        .client("client A"), .client("client B", rooms: [.sta("main")]),
        .server("server 1", rooms: [.sta("main")]),
        .scm(takesPart: false),
      ]),
    knobs: [Knob("death", ["reported", "silent"])],
    actions: [
      Action("leave", key: "d", makesAnotherStory: true),
      Action("kill-client", key: "x", kills: "client B"),
    ],
    steps: steps,
    questions: questions,
    order: { _ in
      [
        .init("client B has painted", before: "user kills"),
        .init("user has killed", before: "client A goes away"),
      ]
    },
    always: always,
    whatIfs: [KnobSetting("death", "silent")],
    files: ["KillClient.swift", "Widget.swift", "ServerThreads.swift"],
    programs: { _ in
      [Program("widgets.exe", main: server), Program("client.exe", main: clientB)]
    },
    classes: { _ in [ClassEntry(WidgetClass.widget, "Widget", localServer: "widgets.exe")] },
    settings: { ComProcess.Settings(reportsDeaths: $0["death"] == "reported") },
    program: program)

  // MARK: The story

  private static func steps(_ knobs: KnobValues) -> [Step] {
    let first = [
      Step("kill-client.both") { $0.isHeld("Widget", by: "widget", in: "client B") },
      Step("kill-client.killed") { $0.hasRuins },
    ]
    let last = [
      Step("kill-client.reclaimed") { $0.hasReclaimed },
      Step("kill-client.destroyed") { world in
        world.reached("kill-client.reclaimed") && world.livingWidgets == 1
          && world.serverCount(of: "server 1") == 1
      },
      Step("kill-client.works") { world in
        world.calls(of: "Paint", from: "client A").first?.state == .returned
      },
      Step("kill-client.ended") { $0.process(named: "server 1")?.isAlive == false },
    ]
    guard knobs["death"] == "silent" else { return first + last }
    return first
      + [
        Step("kill-client.one-missed") { $0.missed == 1 },
        Step("kill-client.three-missed") { $0.missed == 3 },
      ] + last
  }

  private static func questions(_ knobs: KnobValues) -> [Question] {
    let isSilent = knobs["death"] == "silent"
    let counts = [
      Question.Choice(1, .text("kill-client.one")), .init(2, .text("kill-client.two")),
    ]
    return [
      Question("kill-client.right-after", before: "kill-client.killed", choices: counts) {
        $0.livingWidgets
      },
      Question(
        isSilent ? "kill-client.after-one" : "kill-client.later",
        before: isSilent ? "kill-client.one-missed" : "kill-client.destroyed", choices: counts
      ) { $0.livingWidgets },
    ]
  }

  // MARK: What holds

  private static func always(_ knobs: KnobValues) -> [Expectation] {
    [
      Expectation("client A's Widget was there for it") { world in
        world.calls(of: "Paint", from: "client A").map(\.result) == [.S_OK]
      },
      Expectation("nothing of client B's is left in a server") { world in
        world.livingWidgets == 0
      },
      Expectation("every server ended by itself") { world in
        world.processes(named: "server").allSatisfy { !$0.isAlive && $0.serverCount == 0 }
      },
    ]
  }
}

extension World {
  fileprivate var livingWidgets: Int { components(named: "Widget").count { $0.isAlive } }

  /// How many pings of client B's were missed.
  fileprivate var missed: UInt32 { process(named: "client B")?.missedPings ?? 0 }

  /// Whether somebody has taken back what a process held that was killed: nothing holds a share of
  /// it any more.
  fileprivate var hasReclaimed: Bool {
    guard hasRuins, let client = process(named: "client B")?.id else { return false }
    let proxies = Set(
      objectsInOrder.filter { $0.process == client && $0.role == .proxy }.map(\.id))
    return interfaceStubsInOrder.allSatisfy { stub in
      stub.publicReferences.allSatisfy { share in
        if case .proxy(let proxy) = share.holder { !proxies.contains(proxy) } else { true }
      }
    }
  }
}
