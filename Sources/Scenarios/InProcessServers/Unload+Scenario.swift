import ThreadKernel
import Trace

extension Unload {
  static let scenario = Scenario(
    id: "unload", key: "K", document: .inProcessServers, facts: ["I6", "I7", "I19"],
    cast: Cast([.main, .multithreaded(["job"], .right), .desk(.right)]),
    knobs: [Knob("canUnload", ["counts", "yes"]), Knob("delay", ["none", "usual"])],
    steps: steps,
    questions: { knobs in
      [
        Question(
          "unload.who", before: counts(knobs) ? "unload.can-unload" : "unload.can-always",
          choices: [
            .init(1, .thread("main")), .init(2, .thread("job")), .init(3, .thread("desk")),
          ]
        ) { Int($0.asker?.number ?? 0) }
      ]
    },
    order: { knobs in
      guard counts(knobs) else {
        return [
          .init("job has used it", before: "desk frees"),
          .init("desk has freed", before: "job uses it again"),
        ]
      }
      return [
        .init("job is behind the count", before: "desk frees"),
        .init("desk has freed", before: "job returns"),
      ]
    },
    always: always,
    shows: { knobs in
      guard isAtOnce(knobs) else { return [] }
      return [Expectation("job ran code that was gone") { !$0.unloadedRuns.isEmpty }]
    },
    whatIfs: [KnobSetting("delay", "usual"), KnobSetting("canUnload", "yes")],
    files: ["Unload.swift", "Counter.swift"],
    program: program)

  private static func counts(_ knobs: KnobValues) -> Bool { knobs["canUnload"] == "counts" }

  private static func isAtOnce(_ knobs: KnobValues) -> Bool { knobs["delay"] == "none" }

  private static func always(_ knobs: KnobValues) -> [Expectation] {
    let onMain = Expectation("desk's question went to main") { world in
      world.calls(of: "FreeUnusedLibraries").map { world.name(of: $0.server) } == ["main"]
    }
    guard isAtOnce(knobs) else {
      return [
        onMain,
        Expectation("nobody ran code that was gone") { $0.unloadedRuns.isEmpty },
      ]
    }
    guard counts(knobs) else { return [onMain] }
    return [
      onMain,
      Expectation("only a destructor can have run in code that was gone") { world in
        world.unloadedRuns.allSatisfy { world[$0.method] == "~Counter" }
      },
    ]
  }

  private static func steps(_ knobs: KnobValues) -> [Step] {
    let used = Step("unload.used") { $0.counter?.values.isEmpty == false }
    let asked = Step("unload.asked") { $0.isQueued("FreeUnusedLibraries") }
    guard counts(knobs) else {
      let first = [used, asked, Step("unload.can-always", ["I6", "I7"]) { $0.isAsked }]
      return first
        + (isAtOnce(knobs)
          ? [
            Step("unload.unloaded-in-use", ["I19"]) { $0.isUnloaded },
            Step("unload.lost", ["I19"]) { !$0.unloadedRuns.isEmpty },
          ]
          : [
            Step("unload.candidate", ["I19"]) { $0.isCandidate },
            Step("unload.safe", ["I19"]) { world in
              world.counter.map { world.value("value", of: $0.id) == 2 } ?? false
            },
          ])
    }
    let first = [
      used,
      Step("unload.last") { $0.isInDestructor },
      Step("unload.zero") { $0.passed("job is behind the count") },
      asked,
      Step("unload.can-unload", ["I6", "I7"]) { $0.isAsked },
    ]
    return first
      + (isAtOnce(knobs)
        ? [
          Step("unload.unloaded", ["I19"]) { $0.isUnloaded },
          Step("unload.returned", ["I19"]) { !$0.unloadedRuns.isEmpty },
        ]
        : [
          Step("unload.candidate", ["I19"]) { $0.isCandidate },
          Step("unload.safe", ["I19"]) { $0.counter?.isAlive == false },
        ])
  }
}

extension World {
  fileprivate var counter: Object? { components(named: "Counter").first }

  /// The thread that is in the module's DllCanUnloadNow.
  fileprivate var asker: ThreadID? {
    threadsInOrder.first { isIn("counter.dll!DllCanUnloadNow", self[$0.name]) }?.id
  }

  fileprivate var isAsked: Bool { asker != nil && passed("main answers") }

  fileprivate var isUnloaded: Bool { modulesInOrder.first?.state == .unloaded }

  fileprivate var isCandidate: Bool {
    if case .candidate = modulesInOrder.first?.state { true } else { false }
  }

  /// Whether job is in the counter's destructor.
  fileprivate var isInDestructor: Bool {
    thread(named: "job")?.frames.contains { frame in
      if case .method(_, let name, _) = frame.kind { self[name] == "~Counter" } else { false }
    } ?? false
  }
}
