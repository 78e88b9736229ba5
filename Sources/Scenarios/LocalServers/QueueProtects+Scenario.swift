import ApartmentRuntime
import ThreadKernel
import Trace

extension QueueProtects {
  static let scenario = Scenario(
    id: "queue-protects", key: "Q", document: .localServers, facts: ["O4", "O5"],
    cast: Cast(
      buildings: [
        .client("client A"), .client("client B"),
        .server("server 1", rooms: [.sta("main")]),
        .scm,
        .server("server 2", rooms: [.sta("main")]),
      ]),
    knobs: [Knob("order", ["release-first", "request-first"])],
    actions: [Action("another-client", key: "c")],
    steps: steps,
    questions: questions,
    order: order,
    always: always,
    shows: { knobs in
      let server = knobs["order"] == "release-first" ? "server 2" : "server 1"
      return [
        Expectation("client B was served by \(server)") {
          $0.server(ofPaintFrom: "client B") == server
        }
      ]
    },
    whatIfs: [KnobSetting("order", "request-first")],
    files: ["QueueProtects.swift", "Widget.swift"],
    programs: { _ in
      [Program("widgets.exe", main: server), Program("client.exe", main: clientB)]
    },
    classes: { _ in [ClassEntry(WidgetClass.widget, "Widget", localServer: "widgets.exe")] },
    program: program)

  private static func order(_ knobs: KnobValues) -> [OrderConstraint] {
    guard knobs["order"] == "release-first" else {
      return [.init("client B has a Widget", before: "client A releases")]
    }
    return [
      // The release is being served when client B's request comes.
      .init("server counts", before: "client B asks"),
      // It cannot have one so soon: but it comes as far as the queue.
      .init("client B has a Widget", before: "server decides"),
    ]
  }

  // MARK: The story

  private static func steps(_ knobs: KnobValues) -> [Step] {
    guard knobs["order"] == "release-first" else {
      return [
        alone,
        Step("queue-protects.both", ["O4"]) { $0.isServed("Paint", for: "client B") },
        Step("queue-protects.one-left", ["O4"]) { $0.ownCount == 1 && $0.passed("server decides") },
        Step("queue-protects.last") { $0.reached("queue-protects.one-left") && $0.ownCount == 0 },
        revoked,
        ended,
      ]
    }
    return [
      alone,
      Step("queue-protects.released", ["O4"]) { $0.ownCount == 0 && $0.passed("server counts") },
      Step("queue-protects.requested", ["O4"]) { $0.queuedAtServerOne },
      revoked,
      Step("queue-protects.met", ["O5"]) { world in
        world.refusals.contains { $0.result == .REGDB_E_CLASSNOTREG }
      },
      Step("queue-protects.new", ["O5"]) { $0.process(named: "server 2") != nil },
      Step("queue-protects.served", ["O5"]) { $0.isServed("Paint", for: "client B") },
      ended,
    ]
  }

  private static let alone = Step("queue-protects.alone") { $0.isServed("Paint", for: "client A") }

  private static let revoked = Step("queue-protects.revoked", ["O4"]) {
    $0.registration(of: "Widget", in: "server 1")?.scm == .removed
  }

  private static let ended = Step("queue-protects.ended") { world in
    world.process(named: "server 1")?.isAlive == false && world.hasEnded("main", of: "client B")
  }

  private static func questions(_ knobs: KnobValues) -> [Question] {
    guard knobs["order"] == "release-first" else {
      return [
        Question(
          "queue-protects.does-it-stop", before: "queue-protects.one-left",
          choices: [.init(1, .text("queue-protects.yes")), .init(2, .text("queue-protects.no"))]
        ) { $0.registration(of: "Widget", in: "server 1")?.isRevoked == true ? 1 : 2 }
      ]
    }
    let servers = scenario.cast.choices(("main", "server 1"), ("main", "server 2"))
    return [
      Question(
        "queue-protects.who-answers", before: "queue-protects.new",
        choices: servers + [.init(Question.nobody, .text("queue-protects.nobody"))]
      ) { $0.process(named: "server 2") == nil ? Question.nobody : 4 }
    ]
  }

  // MARK: What holds

  private static func always(_ knobs: KnobValues) -> [Expectation] {
    [
      Expectation("every client got a Widget, whenever it came") { world in
        let clients = world.processes(named: "client")
        return world.activations.count == clients.count
          && world.activations.allSatisfy { !$0.result.isFailure }
      },
      Expectation("every Widget could be used") { world in
        world.calls(of: "Paint").count == world.processes(named: "client").count
          && world.calls(of: "Paint").allSatisfy { $0.state == .returned && !$0.result.isFailure }
      },
      Expectation("every server that ended had revoked its class object") { world in
        world.processes(named: "server").allSatisfy { server in
          server.isAlive
            || world.registrationsInOrder.allSatisfy { $0.process != server.id || $0.isRevoked }
        }
      },
    ]
  }
}

extension World {
  /// What server 1 counts for itself.
  fileprivate var ownCount: Int64? {
    let first = process(named: "server 1")?.id
    return cellsInOrder.first {
      self[$0.name] == "own count" && $0.lastWriter.processID == first
    }?.value
  }

  /// Whether a message of client B's waits in server 1's queue.
  fileprivate var queuedAtServerOne: Bool {
    guard let server = process(named: "server 1")?.id, let client = process(named: "client B")?.id
    else { return false }
    return apartmentsInOrder.filter { $0.process == server }.flatMap(\.queue)
      .contains { $0.from.processID == client }
  }

  /// Whether a thread serves such a call of that client's.
  fileprivate func isServed(_ method: String, for client: String) -> Bool {
    calls(of: method, from: client).contains { $0.state == .served }
  }

  /// Which server painted for the client.
  fileprivate func server(ofPaintFrom client: String) -> String? {
    calls(of: "Paint", from: client).first.map { label(process: $0.server.processID) }
  }
}
