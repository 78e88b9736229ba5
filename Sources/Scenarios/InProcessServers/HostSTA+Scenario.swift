import Trace

extension HostSTA {
  static let scenario = Scenario(
    id: "host-sta", key: "D", document: .inProcessServers, facts: ["I11", "I15"],
    cast: cast(.host),
    castOfKnobs: { cast(Home($0), hasMain: $0["main"] == "there") },
    knobs: [
      Knob("model", ["Apartment", "Both", "Free", "absent"]), Knob("main", ["there", "none"]),
    ],
    actions: [Action("another-call", key: "a")],
    steps: steps,
    questions: questions,
    // Job is in the MTA before web goes on.
    order: { _ in [.init("job waits", before: "web creates")] },
    always: always,
    whatIfs: [KnobSetting("model", "Both"), KnobSetting("model", "absent")],
    files: ["HostSTA.swift", "Counter.swift", "CounterModule.swift"],
    program: program)

  /// Where the Counter comes to live.
  private enum Home {
    /// In an STA of COM's host thread.
    case host
    /// The same, and it is the process's main STA.
    case mainHost
    /// In the program's main STA.
    case main
    /// In the clients' own room.
    case clients

    init(_ knobs: KnobValues) {
      switch knobs["model"] {
      case "Both", "Free": self = .clients
      case "absent" where knobs["main"] == "there": self = .main
      default: self = knobs["main"] == "there" ? .host : .mainHost
      }
    }

    var isHost: Bool { self == .host || self == .mainHost }

    /// The thread that runs the Counter's methods, whoever calls.
    var server: String? {
      switch self {
      case .host, .mainHost: "host"
      case .main: "main"
      case .clients: nil
      }
    }
  }

  private static func cast(_ home: Home, hasMain: Bool = true) -> Cast {
    let main: Cast.Room =
      home == .main
      ? .init(.singleThreaded, "main STA", ["main"], .right, isMain: true) : .quietMain
    let host: [Cast.Room] = home.isHost ? [.hostSTA(.right, isMain: home == .mainHost)] : []
    return Cast(
      (hasMain ? [main] : []) + [.multithreaded(["web", "job"], .left)] + host,
      corridorRows: 3)
  }

  // MARK: The story

  private static func steps(_ knobs: KnobValues) -> [Step] {
    let start = [
      Step("host-sta.entered") { world in
        ["web", "job"].allSatisfy { world.apartment(of: $0)?.kind == .multithreaded }
      },
      Step("host-sta.asked") { $0.isIn("CoCreateInstance", "web") },
    ]
    switch Home(knobs) {
    case .host, .mainHost: return start + stepsOfHost
    case .main: return start + stepsOfMain
    case .clients: return start + stepsOfClients
    }
  }

  private static func made(_ key: String, _ facts: [String] = []) -> Step {
    Step(key, facts) { $0.components(named: "Counter").contains { $0.count > 0 } }
  }

  private static func shared(_ key: String) -> Step {
    Step(key) { $0.isHeld("Counter", by: "job.c") }
  }

  private static func proxied(_ key: String, _ facts: [String] = []) -> Step {
    Step(key, facts) { $0.isHeld("Counter", by: "web.c") }
  }

  private static let stepsOfHost = [
    made("host-sta.made", ["I11"]),
    proxied("host-sta.proxied", ["I11"]),
    shared("host-sta.shared"),
    Step("host-sta.queued", ["I15"]) { world in
      world.counterValues == [3] && world.isWaitingInQueue("Increment")
    },
    Step("host-sta.second", ["I15"]) { world in
      world.answers(of: "Increment") == 1 && world.isServed("Increment")
    },
    Step("host-sta.done") { $0.returns(of: "Increment") == 2 },
  ]

  private static let stepsOfMain = [
    made("host-sta.made-by-main"),
    proxied("host-sta.proxied-to-main"),
    shared("host-sta.shared"),
    Step("host-sta.served", ["I15"]) { $0.isServed("Increment") },
    Step("host-sta.done-by-main") { $0.returns(of: "Increment") == 2 },
  ]

  private static let stepsOfClients = [
    made("host-sta.made-by-web"),
    shared("host-sta.shared-directly"),
    Step("host-sta.inside") { $0.isInMethod("Increment", "web") },
    Step("host-sta.inside-too") { $0.isInMethod("Increment", "job") },
    Step("host-sta.done-directly") { world in
      world.reached("host-sta.inside-too") && world.counterValues.contains { $0 >= 8 }
    },
  ]

  private static func questions(_ knobs: KnobValues) -> [Question] {
    let threads = (knobs["main"] == "there" ? ["main"] : []) + ["web", "job"]
    let known = threads.enumerated().map { Question.Choice($0.offset + 1, .thread($0.element)) }
    let constructor = Question(
      knobs["main"] == "there"
        ? "host-sta.who-constructs" : "host-sta.who-constructs-with-no-main",
      before: steps(knobs)[2].key,
      choices: known + [.init(known.count + 1, .text("host-sta.another"))]
    ) { world in
      (threads.firstIndex(of: maker(in: world)) ?? threads.count) + 1
    }
    guard Home(knobs).isHost else { return [constructor] }
    let second = Question(
      "host-sta.who-serves", before: "host-sta.second",
      choices: known + [.init(known.count + 1, .thread("host"))]
    ) { world in Int(world.calls(of: "Increment").dropFirst().first?.server.number ?? 0) }
    return [constructor, second]
  }

  /// Who ran the constructor: the one thread of the STA that the Counter lives in, or its creator.
  private static func maker(in world: World) -> String {
    guard let counter = world.components(named: "Counter").first,
      let room = world.apartments[counter.apartment], room.kind == .singleThreaded
    else { return "web" }
    return room.startedBy == .com ? "host" : "main"
  }

  // MARK: What holds

  private static func always(_ knobs: KnobValues) -> [Expectation] {
    let home = Home(knobs)
    let common = [
      Expectation("no call was lost") { $0.counterValues == [8 + Int64($0.actions.count)] },
      Expectation("nobody was refused") { $0.refusals.isEmpty && $0.misuses.isEmpty },
    ]
    guard let server = home.server else {
      return common + [
        Expectation("there was no proxy, and COM started no thread") { world in
          world.proxies(named: "Counter").isEmpty
            && world.threadsInOrder.allSatisfy { $0.origin == .program }
        }
      ]
    }
    return common + [
      Expectation("every call ran on \(server)") { $0.servers == [server] },
      Expectation("web and job had one proxy") { $0.proxies(named: "Counter").count == 1 },
      Expectation("the Counter lived in a room of its own thread's") { world in
        world.components(named: "Counter").allSatisfy { counter in
          guard let room = world.apartments[counter.apartment] else { return false }
          return room.kind == .singleThreaded && room.isMain == (home != .host)
            && room.startedBy == (home.isHost ? .com : .program)
        }
      },
    ]
  }
}
