import Trace

extension NoRoad {
  static let scenario = Scenario(
    id: "no-road", key: "G", document: .inProcessServers, facts: ["I13"],
    cast: Cast([.main, .multithreaded(["web"], .right)]),
    knobs: [Knob("road", ["none", "registered"])],
    steps: steps,
    questions: { _ in
      [
        Question("no-road.at-home", before: "no-road.asked-at-home", choices: choices) {
          $0.isHeld(object, by: "main.audit") ? 1 : 2
        },
        Question("no-road.outside", before: "no-road.asked-outside", choices: choices) {
          $0.isHeld(object, by: "web.audit") ? 1 : 2
        },
      ]
    },
    always: { knobs in
      let hasRoad = knobs["road"] == "registered"
      return [
        Expectation("the object showed IAudit in its own room") { $0.entriesWereRead },
        Expectation("web's Increment ran on main") {
          $0.returns(of: "Increment") == 1 && $0.servers == ["main"]
        },
        hasRoad
          ? Expectation("Entries was called from outside too") {
            $0.refusals.isEmpty && $0.returns(of: "Entries") == 1
          }
          : Expectation("COM refused IAudit twice: in the packet and through the proxy") {
            $0.refusers == ["COM"] && $0.refusedWith == [.E_NOINTERFACE, .E_NOINTERFACE]
              && $0.calls(of: "Entries").isEmpty
          },
      ]
    },
    whatIfs: [KnobSetting("road", "registered")],
    files: ["NoRoad.swift", "Audit.swift"],
    program: program)

  private static let object = "Counter"

  private static let choices: [Question.Choice] = [
    .init(1, .text("no-road.gets-it")), .init(2, .text("no-road.refused")),
  ]

  private static func steps(_ knobs: KnobValues) -> [Step] {
    let hasRoad = knobs["road"] == "registered"
    let atHome = [
      Step("no-road.made") { $0.components(named: object).contains { !$0.values.isEmpty } },
      Step("no-road.asked-at-home", ["I13"]) { $0.isHeld(object, by: "main.audit") },
    ]
    let packed =
      hasRoad
      ? [Step("no-road.packed", ["I13"]) { !$0.packets(of: "IAudit").isEmpty }]
      : [
        Step("no-road.not-packed", ["I13"]) { $0.refusedWith == [.E_NOINTERFACE] },
        Step("no-road.packed-instead") { !$0.packets(of: "ICounter").isEmpty },
      ]
    let outside = [
      Step("no-road.opened") { $0.isHeld(object, by: "web.counter") },
      Step("no-road.called") { $0.isServed("Increment") },
      Step("no-road.asked-outside", ["I13"]) {
        hasRoad ? $0.isServed("Entries") : $0.refusedWith.count == 2
      },
    ]
    return atHome + packed + outside
  }
}

extension World {
  /// Whether the object told how many entries it has while nobody had called it from outside.
  fileprivate var entriesWereRead: Bool {
    objects(named: "Counter").contains { object in
      object.role == .component && value("entries", of: object.id) != nil
    }
  }
}
