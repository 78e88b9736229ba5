import Trace

extension MainForAll {
  static let scenario = Scenario(
    id: "main-for-all", key: "C", document: .inProcessServers,
    facts: ["I2", "I10", "I14", "I15"],
    cast: Cast(
      [
        .desk(.left), .multithreaded(["web"], .left),
        Cast.Room(.singleThreaded, "main STA", ["main"], .right, isMain: true),
      ], corridorRows: 2),
    knobs: [Knob("main", ["loop", "busy"])],
    actions: [Action("count-again", key: "a")],
    steps: steps,
    questions: { _ in
      [
        Question(
          "main-for-all.who-enters", before: "main-for-all.entry",
          choices: [
            .init(1, .thread("main")), .init(2, .thread("desk")), .init(3, .thread("web")),
          ]
        ) { world in
          let inside = world.threadsInOrder.first { world.isIn(entry, world[$0.name]) }?.id
          return Int((inside ?? world.cell("old.dll visits")?.lastWriter ?? .none).number)
        }
      ]
    },
    always: { _ in
      [
        Expectation("every object lived in the main STA") { world in
          world.components(named: "Counter").count == 3
            && world.components(named: "Counter").allSatisfy {
              world.apartments[$0.apartment]?.isMain == true
            }
        },
        Expectation("main served every call") { $0.servers == ["main"] },
        Expectation("main alone touched the DLL's global data, and no visit was lost") { world in
          guard let visits = world.cell("old.dll visits") else { return false }
          return visits.value == 3 && world.name(of: visits.lastWriter) == "main"
        },
        Expectation("nobody was refused") { $0.refusals.isEmpty && $0.trespasses.isEmpty },
      ]
    },
    whatIfs: [KnobSetting("main", "busy")],
    files: ["MainForAll.swift", "OldModule.swift", "Counter.swift"],
    program: program)

  private static let entry = "old.dll!DllGetClassObject"

  private static func steps(_ knobs: KnobValues) -> [Step] {
    let home = Step("main-for-all.home", ["I14"]) { $0.isHeld("Counter", by: "main.c") }
    let rest = [
      Step("main-for-all.entry", ["I14"]) { world in
        world.isIn(entry, "main") && world.thread(named: "main")?.serving.isEmpty == false
      },
      Step("main-for-all.made", ["I10"]) { $0.isHeld("Counter", by: "desk.c") },
      Step("main-for-all.served", ["I15"]) { $0.isServed("Increment") },
      Step("main-for-all.web", ["I2", "I10"]) { $0.isHeld("Counter", by: "web.c") },
      Step("main-for-all.done", ["I2", "I14"]) { $0.returns(of: "Increment") == 2 },
    ]
    guard knobs["main"] == "busy" else {
      return [home, Step("main-for-all.asked") { $0.isIn("CoCreateInstance", "desk") }] + rest
    }
    return [
      Step("main-for-all.busy") { world in
        guard case .waiting(.time) = world.thread(named: "main")?.activity else { return false }
        return world.apartment(of: "desk") != nil
      },
      Step("main-for-all.waits", ["I15"]) { world in
        world.waitsForReply("desk") && world.waitsForReply("web")
          && world.apartment(of: "main")?.queue.count == 2
      },
      home,
    ] + rest
  }
}
