import Trace

extension SameRoom {
  static let scenario = Scenario(
    id: "same-room", key: "B", document: .inProcessServers, facts: ["I17"],
    cast: cast(.desk(.left)),
    castOfKnobs: { cast(isSTA($0) ? .desk(.left) : .multithreaded(["web"], .left)) },
    knobs: [Knob("client", ["sta", "mta"])],
    actions: [Action("count-again", key: "a")],
    steps: steps,
    questions: { _ in
      [
        Question(
          "same-room.how-many", before: "same-room.inside",
          choices: [
            .init(1, .text("same-room.none")), .init(2, .text("same-room.one")),
            .init(3, .text("same-room.two")),
          ]
        ) { $0.proxies(named: "Counter").count + 1 }
      ]
    },
    always: always,
    whatIfs: [KnobSetting("client", "mta")],
    files: ["SameRoom.swift", "Counter.swift", "CounterModule.swift"],
    program: program)

  private static func isSTA(_ knobs: KnobValues) -> Bool { knobs["client"] == "sta" }

  private static func cast(_ client: Cast.Room) -> Cast {
    let main = Cast.Room(.singleThreaded, "main STA", ["main"], .right, isMain: true)
    return Cast([client, main], corridorRows: 2)
  }

  private static func steps(_ knobs: KnobValues) -> [Step] {
    let client = isSTA(knobs) ? "desk" : "web"
    return [
      Step("same-room.entered") { $0.apartment(of: client) != nil },
      Step("same-room.asked") { $0.isIn("CoCreateInstance", client) },
      Step("same-room.made", isSTA(knobs) ? ["I17"] : []) {
        $0.isHeld("Counter", by: "\(client).c")
      },
      Step("same-room.inside", isSTA(knobs) ? ["I17"] : []) {
        $0.isInMethod("Increment", client)
      },
      Step("same-room.asked-too") { $0.isIn("CoCreateInstance", "main") },
      Step("same-room.made-too", ["I17"]) { $0.isHeld("Counter", by: "main.c") },
      Step("same-room.done") { $0.counterValues.count == 2 },
    ]
  }

  private static func always(_ knobs: KnobValues) -> [Expectation] {
    [
      Expectation("there was no proxy, no packet and no call of COM's") {
        $0.proxies(named: "Counter").isEmpty && $0.packets.isEmpty && $0.calls.isEmpty
      },
      Expectation("each client's counter was in the client's room") { world in
        let kinds = world.components(named: "Counter").map { world.apartments[$0.apartment]?.kind }
        return kinds == [isSTA(knobs) ? .singleThreaded : .multithreaded, .singleThreaded]
          && Set(world.components(named: "Counter").map(\.apartment)).count == 2
      },
      Expectation("COM started no thread") {
        $0.threadsInOrder.allSatisfy { $0.origin == .program }
      },
      Expectation("both counted") { $0.counterValues == [1 + Int64($0.actions.count), 2] },
    ]
  }
}
