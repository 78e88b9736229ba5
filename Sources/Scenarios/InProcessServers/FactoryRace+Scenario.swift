import ThreadKernel
import Trace

extension FactoryRace {
  static let scenario = Scenario(
    id: "factory-race", key: "J", document: .inProcessServers,
    facts: ["I5", "I17", "I18", "I20", "I21"],
    cast: Cast(
      [
        .quietMain, .desk(.left),
        .init(.singleThreaded, "shop's STA", ["shop"], .right),
      ]),
    knobs: [Knob("factory", ["shared", "interlocked", "own"])],
    steps: steps,
    questions: questions,
    order: order,
    always: always,
    shows: { knobs in
      guard knobs["factory"] == "shared" else { return [] }
      return [Expectation("an addition to the count was lost") { $0.made == [1] }]
    },
    whatIfs: [KnobSetting("factory", "interlocked"), KnobSetting("factory", "own")],
    files: ["FactoryRace.swift", "CountingFactory.swift", "Counter.swift"],
    program: program)

  private static func order(_ knobs: KnobValues) -> [OrderConstraint] {
    [
      .init("shop has entered", before: "desk creates"),
      .init("desk is in", before: "shop creates"),
      .init("shop is in", before: "desk goes on"),
      .init("shop is in the factory", before: "desk counts"),
      .init("desk is in the factory", before: "shop counts"),
      // Each reads the count before either has written.
      .init("desk counts", before: "shop writes"),
      .init("shop counts", before: "desk writes"),
      .init("desk has written", before: "shop makes its counter"),
    ]
  }

  private static func questions(_ knobs: KnobValues) -> [Question] {
    let count: (String, String) =
      switch knobs["factory"] {
      case "shared": ("count", "lost")
      case "interlocked": ("count", "counted")
      default: ("count-own", "counted-own")
      }
    return [
      Question(
        "factory-race.\(count.0)", before: "factory-race.\(count.1)",
        choices: [
          .init(1, .text("factory-race.one")), .init(2, .text("factory-race.two")),
        ]
      ) { Int($0.made.max() ?? 0) }
    ]
  }

  private static func always(_ knobs: KnobValues) -> [Expectation] {
    let common = [
      Expectation("each got a direct pointer to a counter of its own") { world in
        world.activations.map(\.path) == [.direct, .direct]
          && Set(world.activations.map(\.home)).count == 2
      },
      Expectation("each counter was called by its own thread only") {
        $0.trespasses.isEmpty && $0.servers.isEmpty
      },
      Expectation("the counters say 5 and 7") { world in
        Set(world.components(named: "Counter").map { world.value("value", of: $0.id) })
          == [5, 7]
      },
    ]
    switch knobs["factory"] {
    case "shared": return common
    case "interlocked":
      return common + [Expectation("the factory counted both") { $0.made == [2] }]
    default:
      return common + [Expectation("each factory counted its own") { $0.made == [1, 1] }]
    }
  }

  private static func steps(_ knobs: KnobValues) -> [Step] {
    let first = [
      Step("factory-race.entered") { world in
        world.apartment(of: "desk") != nil && world.apartment(of: "shop") != nil
      },
      Step("factory-race.asked", ["I17"]) { $0.isIn(entryPoint, "desk") },
      Step("factory-race.both-in", ["I17", "I18"]) {
        $0.isIn(entryPoint, "desk") && $0.isIn(entryPoint, "shop")
      },
    ]
    let used = Step("factory-race.used", ["I21"]) { world in
      world.components(named: "Counter").count { !$0.values.isEmpty } == 2
    }
    switch knobs["factory"] {
    case "shared":
      return first + [
        factory("factory-race.same-factory"),
        Step("factory-race.read", ["I20"]) { world in
          world.passed("desk counts") && world.cellsInOrder.first?.lastReader == world.shop
        },
        Step("factory-race.lost", ["I5", "I20"]) { $0.hasWritten && $0.made == [1] },
        used,
      ]
    case "interlocked":
      return first + [
        factory("factory-race.same-factory"),
        Step("factory-race.counted", ["I5", "I20"]) { $0.made == [2] },
        used,
      ]
    default:
      return first + [
        factory("factory-race.own-factories"),
        Step("factory-race.counted-own", ["I5", "I20"]) { $0.made == [1, 1] },
        used,
      ]
    }
  }

  private static let entryPoint = "counter.dll!DllGetClassObject"

  private static func factory(_ key: String) -> Step {
    Step(key, ["I20"]) { $0.isCreating("desk") && $0.isCreating("shop") }
  }
}

extension World {
  /// What the factories have counted.
  fileprivate var made: [Int64] { cellsInOrder.map(\.value) }

  fileprivate var shop: ThreadID? { thread(named: "shop")?.id }

  fileprivate var hasWritten: Bool {
    passed("desk has written") && passed("shop has written")
  }

  /// Whether the thread is in a factory.
  fileprivate func isCreating(_ thread: String) -> Bool {
    self.thread(named: thread)?.frames.contains { frame in
      if case .method(_, let name, _) = frame.kind { self[name] == "CreateInstance" } else { false }
    } ?? false
  }
}
