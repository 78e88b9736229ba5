import Trace

extension SecondSTA {
  static let scenario = Scenario(
    id: "second-sta", key: "7", document: .service, facts: ["S5"],
    cast: castOfSTAs,
    castOfKnobs: { knobs in
      areSTAs(knobs)
        ? castOfSTAs : Cast([.main, .init(.multithreaded, "MTA", ["worker", "worker 2"], .right)])
    },
    knobs: [Knob("workers", ["sta", "mta"])],
    actions: [Action("use-again", key: "a")],
    steps: steps,
    questions: { knobs in
      [
        Question(
          "second-sta.who-runs",
          before: areSTAs(knobs) ? "second-sta.refused" : "second-sta.shared",
          choices: [
            .init(1, .thread("main")), .init(2, .thread("worker")), .init(3, .thread("worker 2")),
            .init(4, .text("second-sta.nobody")),
          ]
        ) { world in
          let server = world.secondCall.map(\.server) ?? .none
          return server.isNone ? 4 : Int(server.number)
        }
      ]
    },
    always: { knobs in
      let common = [
        Expectation("one packet was made for the provider, and opened once") {
          $0.packets(of: "IServiceProvider").map(\.isOpened) == [true]
        },
        Expectation("every call that was made ran on main") { $0.servers == ["main"] },
      ]
      guard areSTAs(knobs) else {
        return common + [Expectation("nobody was refused") { $0.refusals.isEmpty }]
      }
      return common + [
        Expectation("the proxy refused the second worker") { world in
          world.refusers == ["proxy"]
            && world.refusals.allSatisfy {
              $0.result == .RPC_E_WRONG_THREAD && world.name(of: $0.thread) == "worker 2"
            }
        },
        Expectation("nobody ran the call") { $0.secondCall == nil },
      ]
    },
    whatIfs: [KnobSetting("workers", "mta")],
    files: ["SecondSTA.swift", "Package.swift", "Shell.swift"],
    program: program)

  private static let castOfSTAs = Cast([
    .main,
    .init(.singleThreaded, "worker's STA", ["worker"], .right),
    .init(.singleThreaded, "worker 2's STA", ["worker 2"], .right),
  ])

  private static func areSTAs(_ knobs: KnobValues) -> Bool { knobs["workers"] == "sta" }

  private static func steps(_ knobs: KnobValues) -> [Step] {
    [
      Step("second-sta.marshalled") { $0.target(ofField: "Package.m_pSPStream") != nil },
      Step("second-sta.opened") { $0.target(ofField: "Package.m_pBackgroundSP") != nil },
      Step("second-sta.worked") { $0.thread(named: "worker 2") != nil },
      Step("second-sta.entered") { $0.apartment(of: "worker 2") != nil },
      areSTAs(knobs)
        ? Step("second-sta.refused", ["S5"]) { !$0.refusals.isEmpty }
        : Step("second-sta.shared", ["S5"]) { world in
          world.secondCall?.state == .served && world.isServed("QueryService")
        },
    ]
  }
}

extension World {
  /// The second worker's query, where one was made.
  fileprivate var secondCall: Call? {
    calls(of: "QueryService").first { name(of: $0.caller) == "worker 2" }
  }
}
