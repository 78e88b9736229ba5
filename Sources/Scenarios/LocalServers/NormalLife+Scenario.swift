import ApartmentRuntime
import Trace

extension NormalLife {
  static let scenario = Scenario(
    id: "normal-life", key: "P", document: .localServers,
    facts: ["O1", "O3", "O8", "O11", "O12", "O14"],
    cast: Cast(
      buildings: [
        .client("client A", rooms: [.sta("main")]),
        .scm,
        .server("server 1", rooms: [.sta("main")]),
      ]),
    knobs: [
      Knob(
        "server",
        [
          "good", "missing", "exits", "silent", "other-class", "garbage", "half", "too-long",
        ])
    ],
    actions: [
      Action("another-client", key: "c"), Action("one-more", key: "a"), Action("lock", key: "y"),
      Action("unlock", key: "u"), Action("leave", key: "d"),
      Action("quit", key: "z", makesAnotherStory: true),
      Action("kill-server", key: "x", kills: "server"),
    ],
    steps: steps,
    questions: questions,
    always: always,
    whatIfs: [
      KnobSetting("server", "exits"), KnobSetting("server", "silent"),
      KnobSetting("server", "garbage"),
    ],
    files: [
      "NormalLife.swift", "Widget.swift", "ServerThreads.swift", "OtherClient.swift",
      "BadServers.swift",
    ],
    programs: programs,
    classes: { _ in [ClassEntry(WidgetClass.widget, "Widget", localServer: "widgets.exe")] },
    program: program)

  private static func programs(_ knobs: KnobValues) -> [Program] {
    let client = Program("client.exe", main: OtherClient.main)
    return switch knobs["server"] {
    case "missing": [client]
    case "exits": [client, Program("widgets.exe", main: BadServers.exits)]
    case "silent": [client, Program("widgets.exe", main: BadServers.silent)]
    case "other-class": [client, Program("widgets.exe", main: BadServers.otherClass)]
    case "garbage":
      [
        client,
        Program("widgets.exe") { stage throws(HResult) in
          try BadServers.misbehaving(stage, BadServers.garbage)
        },
      ]
    case "half":
      [
        client,
        Program("widgets.exe") { stage throws(HResult) in
          try BadServers.misbehaving(stage, BadServers.half)
        },
      ]
    case "too-long": [client, Program("widgets.exe", main: BadServers.tooLong)]
    default: [client, Program("widgets.exe", main: server)]
    }
  }

  // MARK: The story

  private static func steps(_ knobs: KnobValues) -> [Step] {
    switch knobs["server"] {
    case "missing": [entered, asked, noProgram, told, over]
    case "exits": [entered, asked, started, endedEarly, told, over]
    case "silent": [entered, asked, started, silent, told, over]
    case "other-class": [entered, asked, started, otherRegistered, told, over]
    case "garbage", "half": [asked, started, registered, connected, cut, failed, again, over]
    case "too-long":
      [asked, started, registered, connected, created, tooLong, released, zero, ended]
    default: [asked, started, registered, connected, created, called, released, zero, ended]
    }
  }

  private static let entered = Step("normal-life.entered") {
    $0.thread("main", of: "client A").map { !$0.apartment.isNone } ?? false
  }

  private static let asked = Step("normal-life.asked", ["O14"]) {
    $0.isIn("CoGetClassObject", "main", of: "client A")
  }

  private static let started = Step("normal-life.started") { $0.serverOne != nil }

  private static let registered = Step("normal-life.registered") {
    $0.isOpen("Widget", in: "server 1")
  }

  private static let connected = Step("normal-life.connected", ["O8", "O11", "O14"]) {
    $0.isHeld("factory Widget", by: "factory", in: "client A")
  }

  private static let created = Step("normal-life.created", ["O8", "O11"]) {
    $0.isHeld("Widget", by: "widget", in: "client A")
  }

  private static let called = Step("normal-life.called") { world in
    world.isServed("Paint")
      && world.components(named: "Widget").contains { world.value("painted", of: $0.id) == 1 }
  }

  private static let released = Step("normal-life.released", ["O3", "O8"]) {
    $0.components(named: "Widget").first?.isAlive == false
  }

  private static let zero = Step("normal-life.zero", ["O12"]) { world in
    world.reached("normal-life.connected") && world.serverOne?.serverCount == 0
      && world.registration(of: "Widget", in: "server 1")?.isClosed == true
  }

  private static let ended = Step("normal-life.ended", ["O1", "O12"]) {
    $0.serverOne?.isAlive == false
  }

  // MARK: Bad servers

  private static let noProgram = Step("normal-life.no-program") {
    $0.requestsInOrder.first?.result == .CO_E_SERVER_EXEC_FAILURE
  }

  private static let endedEarly = Step("normal-life.ended-early") {
    $0.serverOne?.isAlive == false
  }

  private static let silent = Step("normal-life.silent") { $0.isIdle("main", of: "server 1") }

  private static let otherRegistered = Step("normal-life.other-registered") {
    $0.isIdle("main", of: "server 1")
  }

  private static let told = Step("normal-life.told") { world in
    world.refusals.contains {
      $0.result == .CO_E_SERVER_EXEC_FAILURE
        && $0.thread == world.thread("main", of: "client A")?.id
    }
  }

  private static let over = Step("normal-life.over") { $0.hasEnded("main", of: "client A") }

  private static let cut = Step("normal-life.cut") {
    $0.process(named: "client A")?.cutConnections.isEmpty == false
  }

  private static let failed = Step("normal-life.failed") { $0.creations.first?.state == .returned }

  private static let again = Step("normal-life.again") {
    $0.creations.count == 2 && $0.creations[1].state == .returned
  }

  private static let tooLong = Step("normal-life.too-long") { world in
    world.calls(of: "Describe", from: "client A").first?.state == .returned
  }

  private static func questions(_ knobs: KnobValues) -> [Question] {
    let doesItEnd = Question(
      "normal-life.does-it-end", before: "normal-life.released",
      choices: [.init(1, .text("normal-life.yes")), .init(2, .text("normal-life.no"))]
    ) { $0.serverCount(of: "server 1") == 0 ? 1 : 2 }
    let whatComes = { (step: String) in
      Question(
        "normal-life.what-comes", before: step,
        choices: [
          .init(1, .text("normal-life.hresult")), .init(2, .text("normal-life.hang")),
        ]
      ) { $0.wasTold ? 1 : 2 }
    }
    switch knobs["server"] {
    case "missing", "exits", "silent", "other-class": return [whatComes("normal-life.told")]
    case "garbage", "half": return [whatComes("normal-life.failed")]
    case "too-long": return [doesItEnd]
    default:
      let cast = scenario.cast
      let whoRuns = Question(
        "normal-life.who-runs", before: "normal-life.called",
        choices: cast.choices(("main", "client A"), ("main", "server 1"))
      ) { world in
        world.server(of: "Paint").map { cast.number(of: $0, in: world) } ?? 0
      }
      return [whoRuns, doesItEnd]
    }
  }

  // MARK: What holds

  private static func always(_ knobs: KnobValues) -> [Expectation] {
    let common = [
      Expectation("client A has come to its end") { $0.hasEnded("main", of: "client A") },
      Expectation("no client touched a server's count") { world in
        world.processes(named: "client").allSatisfy { $0.serverHolders.isEmpty }
      },
      Expectation("every server that ended had nothing left to keep it") { world in
        world.wasTroubled
          || world.processes(named: "server").allSatisfy { $0.isAlive || $0.serverCount == 0 }
      },
    ]
    switch knobs["server"] {
    case "missing", "exits", "silent", "other-class":
      return common + [
        Expectation("client A got CO_E_SERVER_EXEC_FAILURE") {
          $0.refusedWith.first == .CO_E_SERVER_EXEC_FAILURE
        },
        Expectation("nobody got a Widget") { $0.components(named: "Widget").isEmpty },
      ]
    case "garbage", "half":
      return common + [
        Expectation("nobody got a Widget") { $0.components(named: "Widget").isEmpty }
      ]
    default:
      return common + [
        Expectation("where nobody disturbed it, server 1 served client A and ended") { world in
          !world.actions.isEmpty || world.hasRuins
            || world.serverOne?.isAlive == false
              && world.calls(of: "Paint", from: "client A").map(\.result) == [.S_OK]
        }
      ]
    }
  }
}

extension World {
  fileprivate var serverOne: Process? { process(named: "server 1") }

  /// Client A's attempts to have a Widget made.
  fileprivate var creations: [Call] { calls(of: "CreateInstance", from: "client A") }

  /// Whether client A has an HRESULT for what it asked for.
  fileprivate var wasTold: Bool {
    refusals.contains { $0.result.isFailure } || creations.first?.result.isFailure == true
  }

  /// Whether somebody killed a server, or told it to stop.
  fileprivate var wasTroubled: Bool {
    hasRuins || actions.contains { self[$0.name] == "quit" }
  }
}
