import Trace

extension Managed {
  static let scenario = Scenario(
    id: "managed", key: "9", document: .service, facts: ["S8"],
    cast: Cast([.main, .background]),
    actions: [Action("query-again", key: "a")],
    steps: { _ in
      [
        Step("managed.sited") { $0.isHeld("ServiceProvider", by: "shell.site") },
        Step("managed.wrapped", ["S8"]) { world in
          !world.packets(of: "IServiceProvider").isEmpty && !world.isIn("ManagedReference", "main")
        },
        Step("managed.entered") { $0.apartment(of: "worker")?.kind == .multithreaded },
        Step("managed.proxied", ["S8"]) { $0.isHeld("ServiceProvider", by: "Package.provider") },
        Step("managed.served", ["S8"]) { $0.isServed("QueryService") },
        Step("managed.worked", ["S8"]) { $0.returns(of: "DoWork") > 0 },
      ]
    },
    questions: { _ in
      [
        Question(
          "managed.how-many-lines", before: "managed.proxied",
          choices: [.init(1, .text("managed.no-line")), .init(2, .text("managed.some-lines"))]
        ) { $0.streams.isEmpty ? 1 : 2 },
        Question(
          "managed.who-runs", before: "managed.served",
          choices: [.init(1, .thread("main")), .init(2, .thread("worker"))]
        ) { Int($0.server(of: "QueryService")?.number ?? 0) },
      ]
    },
    always: { _ in
      [
        Expectation("the background thread did its work") { world in
          world.returns(of: "DoWork") == 1 + world.actions.count
        },
        Expectation("every call ran on main") { $0.servers == ["main"] },
        Expectation("one packet was made for the provider, with no stream") {
          $0.packets(of: "IServiceProvider").count == 1 && $0.streams.isEmpty
        },
        Expectation("nobody was refused") { $0.refusals.isEmpty && $0.misuses.isEmpty },
      ]
    },
    files: ["Managed.swift", "Shell.swift"],
    program: program)
}
