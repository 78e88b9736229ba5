import Trace

extension QueryAgain {
  static let scenario = Scenario(
    id: "query-again", key: "4", document: .service, facts: ["S5"],
    cast: Cast([.main, .background]),
    actions: [Action("query-again", key: "a")],
    steps: { _ in
      [
        Step("query-again.marshalled") { $0.target(ofField: "Package.m_pSPStream") != nil },
        Step("query-again.opened", ["S5"]) { $0.target(ofField: "Package.m_pBackgroundSP") != nil },
        Step("query-again.worked") { $0.returns(of: "DoWork") == 1 },
        Step("query-again.queued", ["S5"]) { world in
          world.calls(of: "QueryService").count == 2 && world.isQueued("QueryService")
            && world.waitsForReply("worker")
        },
        Step("query-again.served") {
          $0.calls(of: "QueryService").count == 2 && $0.isServed("QueryService")
        },
        Step("query-again.worked-again", ["S5"]) { $0.returns(of: "DoWork") == 2 },
      ]
    },
    questions: { _ in
      [
        Question(
          "query-again.how-many", before: "query-again.queued",
          choices: [
            .init(1, .text("query-again.no-stream")), .init(2, .text("query-again.one-stream")),
          ]
        ) { $0.streams.count }
      ]
    },
    always: { _ in
      [
        Expectation("there was one stream, for all queries") { $0.streams.count == 1 },
        Expectation("one packet was made for the provider, and opened once") {
          $0.packets(of: "IServiceProvider").map(\.isOpened) == [true]
        },
        Expectation("every query was answered, and every call ran on main") { world in
          world.returns(of: "QueryService") == 2 + world.actions.count
            && world.servers == ["main"]
        },
        Expectation("nobody was refused") { $0.refusals.isEmpty && $0.misuses.isEmpty },
      ]
    },
    files: ["QueryAgain.swift", "Package.swift", "Shell.swift"],
    program: program)
}
