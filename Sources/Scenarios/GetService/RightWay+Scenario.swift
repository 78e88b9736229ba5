import Trace

extension RightWay {
  static let scenario = Scenario(
    id: "right-way", key: "3", document: .service, facts: ["S3", "S4", "S5", "S7"],
    cast: Cast([.main, .background]),
    knobs: [Knob("detach", ["done", "forgotten"])],
    actions: [Action("query-again", key: "a")],
    steps: steps,
    questions: { _ in
      [
        Question(
          "right-way.who-runs", before: "right-way.served",
          choices: [.init(1, .thread("main")), .init(2, .thread("worker"))]
        ) { Int($0.server(of: "QueryService")?.number ?? 0) },
        Question(
          "right-way.what-holds", before: "right-way.proxied",
          choices: [
            .init(1, .text("right-way.the-service")), .init(2, .text("right-way.a-proxy")),
          ]
        ) { $0.proxies(named: "ShellService").isEmpty ? 1 : 2 },
      ]
    },
    always: { knobs in
      [
        Expectation("the background thread did its work") { $0.returns(of: "DoWork") > 0 },
        Expectation("every call ran on main") { $0.servers == ["main"] },
        Expectation("nobody was refused") { $0.refusals.isEmpty },
        Expectation("the packet was opened before any call was made") { world in
          world.packets(of: "IServiceProvider").allSatisfy { packet in
            world.callsInOrder.allSatisfy { $0.since > packet.openedAt }
          }
        },
        Expectation("one packet was made for the provider, and opened once") {
          $0.packets(of: "IServiceProvider").map(\.isOpened) == [true]
        },
        knobs["detach"] == "done"
          ? Expectation("nothing was released twice") { $0.misuses.isEmpty }
          : Expectation("the second release of the stream was caught") {
            $0.misuses.map(\.use) == [.release]
          },
      ]
    },
    whatIfs: [KnobSetting("detach", "forgotten")],
    files: ["RightWay.swift", "Package.swift", "Shell.swift"],
    program: program)

  private static func steps(_ knobs: KnobValues) -> [Step] {
    let isDetached = knobs["detach"] == "done"
    let detached = Step("right-way.detached", ["S7"]) { world in
      world.target(ofField: "Package.m_pBackgroundSP") != nil
        && world.target(ofField: "Package.m_pSPStream") == nil
    }
    return [
      Step("right-way.sited") { $0.isHeld("ServiceProvider", by: "shell.site") },
      Step("right-way.marshalled", ["S3"]) { $0.target(ofField: "Package.m_pSPStream") != nil },
      Step("right-way.loops") { $0.isIdle("main") && $0.thread(named: "worker") != nil },
      Step("right-way.entered") { $0.apartment(of: "worker")?.kind == .multithreaded },
      Step("right-way.opened", ["S4", "S5"]) {
        $0.target(ofField: "Package.m_pBackgroundSP") != nil
      },
    ] + (isDetached ? [detached] : []) + [
      Step("right-way.served", ["S4"]) { $0.isServed("QueryService") },
      Step("right-way.proxied", ["S4"]) { $0.isHeld("ShellService", byLocalOf: "worker") },
    ] + (isDetached ? [] : [Step("right-way.released-twice", ["S7"]) { !$0.misuses.isEmpty }])
  }
}
