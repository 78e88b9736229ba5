import Trace

extension HostMTA {
  static let scenario = Scenario(
    id: "host-mta", key: "E", document: .inProcessServers, facts: ["I12", "I26"],
    cast: Cast(
      [
        .main,
        Cast.Room(.multithreaded, "MTA · started by COM", ["host", "web", "job"], .right),
      ], corridorRows: 2),
    steps: { _ in
      [
        Step("host-mta.asked") { $0.isIn("CoCreateInstance", "main") },
        Step("host-mta.made", ["I12"]) {
          $0.components(named: "Counter").contains { $0.count > 0 }
        },
        Step("host-mta.proxied", ["I12", "I26"]) { $0.isHeld("Counter", by: "main.c") },
        Step("host-mta.served", ["I26"]) { $0.isServed("Increment") },
        Step("host-mta.entered") { world in
          ["web", "job"].allSatisfy { world.apartment(of: $0)?.kind == .multithreaded }
        },
        Step("host-mta.opened", ["I26"]) { $0.isHeld("Counter", by: "web.c") },
        Step("host-mta.both-in", ["I26"]) {
          $0.isInMethod("Increment", "web") && $0.isInMethod("Increment", "job")
        },
        Step("host-mta.done") { $0.cell("Counter.sum")?.value == 6 },
      ]
    },
    questions: { _ in
      [
        Question(
          "host-mta.what-gets", before: "host-mta.proxied",
          choices: [.init(1, .text("host-mta.direct")), .init(2, .text("host-mta.a-proxy"))]
        ) { $0.activations.first?.path == .direct ? 1 : 2 }
      ]
    },
    order: { _ in
      [
        .init("job waits", before: "web opens"),
        .init("job is in Increment", before: "web adds"),
      ]
    },
    always: { _ in
      [
        Expectation("the counter lived in the MTA") { world in
          world.components(named: "Counter").map { world.apartments[$0.apartment]?.kind }
            == [.multithreaded]
        },
        Expectation("main's call was the only one that COM carried, and a thread of COM's ran it") {
          world in
          let calls = world.calls(of: "Increment")
          return calls.count == 1
            && calls.allSatisfy { world.threads[$0.server]?.origin == .com }
        },
        Expectation("there was one proxy: main's") { $0.proxies(named: "Counter").count == 1 },
        Expectation("no addition was lost") { $0.cell("Counter.sum")?.value == 6 },
        Expectation("nobody was refused") { $0.refusals.isEmpty && $0.trespasses.isEmpty },
      ]
    },
    files: ["HostMTA.swift", "FreeCounter.swift"],
    program: program)
}
