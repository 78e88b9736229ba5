import Trace

extension FreeThreadedProxy {
  static let scenario = Scenario(
    id: "ftm-with-proxy", key: "N", document: .inProcessServers, facts: ["I24"],
    cast: Cast([
      .main, .init(.singleThreaded, "shop's STA", ["shop"], .right), .desk(.right),
    ]),
    knobs: [Knob("keeps", ["pointer", "cookie"])],
    actions: [Action("call-again", key: "a")],
    steps: steps,
    questions: { knobs in
      if keepsCookie(knobs) {
        return [
          Question(
            "ftm-with-proxy.who-runs", before: "ftm-with-proxy.served",
            choices: [
              .init(1, .thread("main")), .init(2, .thread("shop")), .init(3, .thread("desk")),
            ]
          ) { Int($0.desksCall?.server.number ?? 0) }
        ]
      }
      return [
        Question(
          "ftm-with-proxy.who-refuses", before: "ftm-with-proxy.refused",
          choices: [
            .init(1, .text("ftm-with-proxy.nobody")), .init(2, .text("ftm-with-proxy.relay")),
            .init(3, .text("ftm-with-proxy.proxy")),
          ]
        ) { $0.refusers == ["proxy"] ? 3 : $0.refusers.isEmpty ? 1 : 2 }
      ]
    },
    always: { knobs in
      let onShop = Expectation("what ran, ran on shop") { $0.servers == ["shop"] }
      guard keepsCookie(knobs) else {
        return [
          onShop,
          Expectation("the inner proxy refused desk, and nobody else") { world in
            world.refusers == ["proxy"]
              && world.refusals.allSatisfy {
                $0.result == .RPC_E_WRONG_THREAD && world.name(of: $0.thread) == "desk"
              }
          },
          Expectation("only main's call was counted") { $0.counted == 1 },
        ]
      }
      return [
        onShop,
        Expectation("nobody was refused") { $0.refusals.isEmpty },
        Expectation("all calls were counted") { $0.counted == 6 + 5 * Int64($0.actions.count) },
      ]
    },
    whatIfs: [KnobSetting("keeps", "cookie")],
    files: ["FreeThreadedProxy.swift", "Counter.swift"],
    program: program)

  private static func keepsCookie(_ knobs: KnobValues) -> Bool { knobs["keeps"] == "cookie" }

  private static func steps(_ knobs: KnobValues) -> [Step] {
    let first = [
      Step("ftm-with-proxy.made", ["I24"]) { $0.isHeld("Relay", by: "main.relay") },
      Step("ftm-with-proxy.used") { $0.counted == 1 },
      Step("ftm-with-proxy.opened", ["I24"]) { world in
        world.isHeld("Relay", by: "desk.relay") && world.target(ofField: "desk.stream") == nil
      },
      Step("ftm-with-proxy.inside", ["I24"]) { $0.passed("desk is in the relay") },
    ]
    guard keepsCookie(knobs) else {
      return first + [Step("ftm-with-proxy.refused", ["I24"]) { !$0.refusals.isEmpty }]
    }
    return first + [
      Step("ftm-with-proxy.got") { $0.hasOwnProxy("desk") },
      Step("ftm-with-proxy.served") { $0.desksCall?.server.isNone == false },
      Step("ftm-with-proxy.counted") { $0.counted == 6 },
    ]
  }
}

extension World {
  /// What the counter says.
  fileprivate var counted: Int64? {
    components(named: "Counter").first.flatMap { value("value", of: $0.id) }
  }

  fileprivate var desksCall: Call? {
    calls(of: "Increment").first { name(of: $0.caller) == "desk" }
  }

  /// Whether the thread's room has a proxy of the counter.
  fileprivate func hasOwnProxy(_ thread: String) -> Bool {
    guard let room = apartment(of: thread) else { return false }
    return proxies(named: "Counter").contains { $0.apartment == room.id && $0.isAlive }
  }
}
