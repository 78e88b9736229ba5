import Trace

extension WhoDecides {
  static let scenario = Scenario(
    id: "who-decides", key: "A", document: .inProcessServers, facts: ["I1", "I3", "I4"],
    cast: Cast([.main]),
    castOfKnobs: { Cast($0["model"] == "Free" ? [.main, .hostMTA(.right)] : [.main]) },
    knobs: [
      Knob("exports", ["both", "missing"]),
      Knob("model", ["Apartment", "Free", "Both", "absent"]),
    ],
    steps: steps,
    questions: { knobs in
      guard knobs["exports"] == "both" else { return [] }
      return [
        Question(
          "who-decides.changes", before: marked(knobs),
          choices: [.init(1, .text("who-decides.yes")), .init(2, .text("who-decides.no"))]
        ) { world in
          // A room that nobody but the DLL wanted.
          world.apartments.count > (knobs["model"] == "Free" ? 2 : 1) ? 1 : 2
        }
      ]
    },
    always: always,
    whatIfs: [KnobSetting("model", "Free"), KnobSetting("exports", "missing")],
    files: ["WhoDecides.swift", "MarkingModule.swift", "Counter.swift"],
    program: program)

  private static func marked(_ knobs: KnobValues) -> String {
    knobs["model"] == "Free" ? "who-decides.marked-in-mta" : "who-decides.marked"
  }

  private static func steps(_ knobs: KnobValues) -> [Step] {
    let start = [
      Step("who-decides.entered") { $0.apartment(of: "main") != nil },
      Step("who-decides.asked", ["I1"]) { $0.isIn("CoCreateInstance", "main") },
    ]
    return start + (knobs["exports"] == "both" ? stepsOfWhole(knobs) : stepsOfBroken)
  }

  private static func stepsOfWhole(_ knobs: KnobValues) -> [Step] {
    let isFree = knobs["model"] == "Free"
    return [
      Step("who-decides.loaded", ["I3"]) { !$0.modules.isEmpty },
      Step("who-decides.inside", ["I4"]) { world in
        ["main", "host"].contains { world.isIn("counter.dll!DllGetClassObject", $0) }
      },
      // A second CoInitializeEx in the same kind of room is no refusal; what comes next shows.
      Step(marked(knobs), ["I1"]) {
        isFree ? !$0.objects(named: "CounterFactory").isEmpty : !$0.refusals.isEmpty
      },
      Step(isFree ? "who-decides.made-in-mta" : "who-decides.made", ["I1", "I4"]) {
        $0.isHeld("Counter", by: "main.c")
      },
      Step(isFree ? "who-decides.worked-in-mta" : "who-decides.worked") {
        $0.counterValues == [1] && $0.isIdle("main")
      },
    ]
  }

  private static let stepsOfBroken = [
    Step("who-decides.no-export", ["I3"]) { !$0.refusals.isEmpty },
    Step("who-decides.failed") { !$0.activations.isEmpty },
    Step("who-decides.without") { $0.isIdle("main") },
  ]

  private static func always(_ knobs: KnobValues) -> [Expectation] {
    guard knobs["exports"] == "both" else {
      return [
        Expectation("COM refused") { $0.refusedWith == [.CO_E_ERRORINDLL] },
        Expectation("no code of the DLL was loaded") {
          $0.modules.isEmpty && $0.components(named: "Counter").isEmpty
        },
      ]
    }
    let isFree = knobs["model"] == "Free"
    return [
      Expectation("the registry's word decided") { world in
        world.components(named: "Counter").count == 1
          && world.components(named: "Counter").allSatisfy { counter in
            world.apartments[counter.apartment]?.kind
              == (isFree ? .multithreaded : .singleThreaded)
          }
      },
      Expectation("what the DLL asked for was refused where it was not so already") {
        $0.refusedWith == (isFree ? [] : [.RPC_E_CHANGED_MODE])
      },
      Expectation("the counter counted") { $0.counterValues == [1] },
    ]
  }
}
