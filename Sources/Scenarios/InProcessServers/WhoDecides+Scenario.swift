import Trace

extension WhoDecides {
  static let scenario = Scenario(
    id: "who-decides", key: "A", document: .inProcessServers, facts: ["I1", "I3", "I4"],
    cast: Cast([.main]),
    castOfKnobs: { knobs in
      // Without an entry there is no model to make a room for.
      let hasHost = knobs["model"] == "Free" && knobs["goes-wrong"] != "no-class"
      return Cast(hasHost ? [.main, .hostMTA(.right)] : [.main])
    },
    knobs: [
      Knob(
        "goes-wrong",
        ["nothing", "no-class", "no-export", "factory-fails", "wrong-interface", "aggregation"]),
      Knob("model", ["Apartment", "Free", "Both", "absent"]),
    ],
    steps: steps,
    questions: { knobs in
      guard fault(knobs) == .nothing else { return [] }
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
    whatIfs: [KnobSetting("model", "Free"), KnobSetting("goes-wrong", "no-class")],
    files: ["WhoDecides.swift", "MarkingModule.swift", "MarkingFactory.swift", "Counter.swift"],
    program: program)

  private static func marked(_ knobs: KnobValues) -> String {
    knobs["model"] == "Free" ? "who-decides.marked-in-mta" : "who-decides.marked"
  }

  private static func fault(_ knobs: KnobValues) -> Fault {
    Fault(rawValue: knobs["goes-wrong"]) ?? .nothing
  }

  private static func steps(_ knobs: KnobValues) -> [Step] {
    let start = [
      Step("who-decides.entered") { $0.apartment(of: "main") != nil },
      Step("who-decides.asked", ["I1"]) { $0.isIn("CoCreateInstance", "main") },
    ]
    switch fault(knobs) {
    case .nothing: return start + stepsInside(knobs) + stepsOfWhole(knobs)
    case .noClass: return start + stepsOfRefusal(.REGDB_E_CLASSNOTREG)
    case .noExport: return start + stepsOfRefusal(.CO_E_ERRORINDLL, ["I3"])
    case .factoryFails: return start + stepsInside(knobs) + stepsOfRefusal(.E_OUTOFMEMORY)
    case .wrongInterface:
      var end = stepsOfRefusal(.E_NOINTERFACE)
      end.insert(
        Step("who-decides.destroyed") { world in
          world.components(named: "Counter").contains { !$0.isAlive }
        }, at: 1)
      return start + stepsInside(knobs) + end
    case .aggregation:
      // Where the class lives in another room, nobody gets as far as the DLL.
      let inside = knobs["model"] == "Free" ? [] : stepsInside(knobs)
      return start + inside + stepsOfRefusal(.CLASS_E_NOAGGREGATION)
    }
  }

  /// Into the DLL, and to the line that changes nothing.
  private static func stepsInside(_ knobs: KnobValues) -> [Step] {
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
    ]
  }

  private static func stepsOfWhole(_ knobs: KnobValues) -> [Step] {
    let isFree = knobs["model"] == "Free"
    return [
      Step(isFree ? "who-decides.made-in-mta" : "who-decides.made", ["I1", "I4"]) {
        $0.isHeld("Counter", by: "main.c")
      },
      Step(isFree ? "who-decides.worked-in-mta" : "who-decides.worked") {
        $0.counterValues == [1] && $0.isIdle("main")
      },
    ]
  }

  private static func stepsOfRefusal(_ code: HResult, _ facts: [String] = []) -> [Step] {
    [
      Step("who-decides.refused", facts) { $0.refusedWith.contains(code) },
      Step("who-decides.failed") { !$0.activations.isEmpty },
      Step("who-decides.without") { $0.isIdle("main") },
    ]
  }

  private static func always(_ knobs: KnobValues) -> [Expectation] {
    let isFree = knobs["model"] == "Free"
    switch fault(knobs) {
    case .nothing: return alwaysOfWhole(knobs)
    case .noClass: return always(.REGDB_E_CLASSNOTREG, by: "COM") + [nothingLoaded]
    case .noExport: return always(.CO_E_ERRORINDLL, by: "COM") + [nothingLoaded]
    case .factoryFails: return always(.E_OUTOFMEMORY, by: "CounterFactory")
    case .wrongInterface:
      return always(.E_NOINTERFACE, by: "Counter") + [
        Expectation("the Counter that nobody got was destroyed") { world in
          world.components(named: "Counter").map(\.isAlive) == [false]
        }
      ]
    case .aggregation:
      return always(.CLASS_E_NOAGGREGATION, by: isFree ? "COM" : "CounterFactory") + [
        Expectation("no Counter was made") { $0.components(named: "Counter").isEmpty }
      ]
    }
  }

  /// What went wrong is answered with that code, and it is the word of that one.
  private static func always(_ code: HResult, by refuser: String) -> [Expectation] {
    [
      Expectation("main got the documented code") { world in
        world.activations.map(\.result) == [code]
      },
      Expectation("it was refused by the one who knows") { world in
        world.refusals.last.map { world.name(of: $0.refuser) } == refuser
          && world.refusedWith.last == code
      },
    ]
  }

  private static let nothingLoaded = Expectation("no code of the DLL was loaded") {
    $0.modules.isEmpty && $0.components(named: "Counter").isEmpty
  }

  private static func alwaysOfWhole(_ knobs: KnobValues) -> [Expectation] {
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
