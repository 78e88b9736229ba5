import ThreadKernel
import Trace

extension BothModels {
  static let scenario = Scenario(
    id: "both", key: "L", document: .inProcessServers, facts: ["I22", "I23"],
    cast: Cast([.main, .multithreaded(["web", "job"], .right)]),
    knobs: [Knob("sync", ["locked", "none"])],
    steps: steps,
    questions: { _ in
      [
        Question(
          "both.what-holds", before: "both.opened",
          choices: [.init(1, .text("both.direct")), .init(2, .text("both.proxy"))]
        ) { $0.proxies(named: mains).isEmpty ? 1 : 2 }
      ]
    },
    order: { knobs in
      let first = OrderConstraint("web reads", before: "job is in Increment")
      // Both are in it: one waits at the lock, or each reads before either has written.
      return isLocked(knobs)
        ? [first, .init("job is in Increment", before: "web writes")]
        : [first, .init("job has written", before: "web writes")]
    },
    always: { knobs in
      [
        Expectation("main's counter was called from outside through a proxy, and main ran it") {
          $0.proxies(named: mains).count == 1 && $0.servers == ["main"]
        },
        Expectation("web's counter has no proxy") { $0.proxies(named: webs).isEmpty },
        Expectation("main's counter counted both") { $0.cell("\(mains).sum")?.value == 2 },
        Expectation("nobody was in a room that is not its own") { $0.trespasses.isEmpty },
      ]
        + (isLocked(knobs)
          ? [Expectation("web's counter counted both") { $0.cell("\(webs).sum")?.value == 2 }] : [])
    },
    shows: { knobs in
      isLocked(knobs)
        ? [] : [Expectation("an addition was lost") { $0.cell("\(webs).sum")?.value == 1 }]
    },
    whatIfs: [KnobSetting("sync", "none")],
    files: ["BothModels.swift", "BothCounter.swift"],
    program: program)

  private static let mains = "Counter 1"
  private static let webs = "Counter 2"

  private static func isLocked(_ knobs: KnobValues) -> Bool { knobs["sync"] == "locked" }

  private static func steps(_ knobs: KnobValues) -> [Step] {
    let first = [
      Step("both.made", ["I22"]) { $0.cell("\(mains).sum")?.value == 1 },
      Step("both.packed", ["I22"]) { $0.target(ofField: "web.stream") != nil },
      Step("both.opened", ["I22"]) { $0.isHeld(mains, by: "web.mains") },
      Step("both.served") { $0.isServed("Increment") },
      Step("both.made-too", ["I22"]) { $0.isHeld(webs, by: "web.counter") },
    ]
    guard isLocked(knobs) else {
      return first + [
        Step("both.both-in", ["I23"]) { $0.isInside(webs, "web") && $0.isInside(webs, "job") },
        Step("both.lost", ["I23"]) {
          $0.passed("web has written") && $0.passed("job has written")
            && $0.cell("\(webs).sum")?.value == 1
            && $0.cell("\(webs).sum")?.lastWriter == $0.thread(named: "web")?.id
        },
      ]
    }
    return first + [
      Step("both.kept-out", ["I23"]) { world in
        guard case .waiting(.lock) = world.thread(named: "job")?.activity else { return false }
        return world.isInside(webs, "web")
      },
      Step("both.counted", ["I23"]) { $0.cell("\(webs).sum")?.value == 2 },
    ]
  }
}

extension World {
  /// Whether the thread is in a method of the object of that class.
  fileprivate func isInside(_ object: String, _ thread: String) -> Bool {
    guard let thread = self.thread(named: thread),
      let (inside, _) = innermostMethod(of: thread.id)
    else { return false }
    return objects[inside].map { self[$0.name] == object } ?? false
  }
}
