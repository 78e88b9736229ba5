import ThreadKernel
import Trace

extension FreeThreaded {
  static let scenario = Scenario(
    id: "ftm", key: "M", document: .inProcessServers, facts: ["I24", "I25"],
    cast: Cast([.main, .multithreaded(["web"], .right)]),
    knobs: [Knob("to", ["room", "process"]), Knob("lock", ["locks", "none"])],
    steps: steps,
    questions: { knobs in
      [
        Question(
          "ftm.who-runs", before: staysInside(knobs) ? "ftm.called" : "ftm.served",
          choices: [.init(1, .thread("main")), .init(2, .thread("web"))]
        ) { Int(($0.server(of: "Increment") ?? $0.directCaller)?.number ?? 0) }
      ]
    },
    order: { knobs in
      guard staysInside(knobs) else { return [] }
      if locks(knobs) {
        return [
          .init("web reads", before: "main calls"),
          .init("main is in Increment", before: "web writes"),
        ]
      }
      return [
        .init("web is in Increment", before: "main calls"),
        .init("web reads", before: "main reads"),
        // Each reads the count before either has written.
        .init("main reads", before: "web writes"),
        .init("web reads", before: "main writes"),
      ]
    },
    always: always,
    shows: { knobs in
      guard staysInside(knobs), !locks(knobs) else { return [] }
      return [Expectation("an addition was lost") { $0.cell("Counter.count")?.value == 1 }]
    },
    whatIfs: [KnobSetting("lock", "none"), KnobSetting("to", "process")],
    files: ["FreeThreaded.swift", "Counter.swift"],
    program: program)

  private static func staysInside(_ knobs: KnobValues) -> Bool { knobs["to"] == "room" }

  private static func locks(_ knobs: KnobValues) -> Bool { knobs["lock"] == "locks" }

  private static func always(_ knobs: KnobValues) -> [Expectation] {
    let both = Expectation("the counter counted both") { $0.cell("Counter.count")?.value == 2 }
    guard staysInside(knobs) else {
      return [
        both,
        Expectation("web got a proxy, and main ran its call") { world in
          world.proxies(named: "Counter").count == 1 && world.servers == ["main"]
        },
      ]
    }
    return [
      Expectation("web got the object itself") {
        $0.proxies(named: "Counter").isEmpty && $0.calls.isEmpty && $0.trespasses.isEmpty
      }
    ] + (locks(knobs) ? [both] : [])
  }

  private static func steps(_ knobs: KnobValues) -> [Step] {
    let first = [
      Step("ftm.made", ["I24"]) { $0.isHeld("Counter", by: "main.counter") },
      Step(staysInside(knobs) ? "ftm.marshalled" : "ftm.marshalled-standard", ["I24", "I25"]) {
        $0.target(ofField: "web.stream") != nil
      },
    ]
    let opened = Step(staysInside(knobs) ? "ftm.opened" : "ftm.opened-proxy", ["I24"]) {
      $0.isHeld("Counter", by: "web.counter") && $0.target(ofField: "web.stream") == nil
    }
    guard staysInside(knobs) else {
      return first + [
        Step("ftm.counted-by-main") { $0.cell("Counter.count")?.value == 1 && $0.isIdle("main") },
        opened,
        Step("ftm.served", ["I25"]) { $0.isServed("Increment") },
        Step("ftm.counted-both") { $0.cell("Counter.count")?.value == 2 },
      ]
    }
    let start =
      first + [
        opened,
        Step("ftm.called", ["I24", "I25"]) { $0.isIncrementing("web") },
      ]
    guard locks(knobs) else {
      return start + [
        Step("ftm.both-in") { $0.isIncrementing("web") && $0.isIncrementing("main") },
        Step("ftm.lost", ["I25"]) { world in
          world.passed("web has written") && world.passed("main has written")
            && world.cell("Counter.count")?.value == 1
        },
      ]
    }
    return start + [
      Step("ftm.locked") { world in
        guard case .waiting(.lock) = world.thread(named: "main")?.activity else { return false }
        return world.isIncrementing("web")
      },
      Step("ftm.counted", ["I24"]) { $0.cell("Counter.count")?.value == 2 },
    ]
  }
}

extension World {
  /// The thread that is in the counter by a direct pointer.
  fileprivate var directCaller: ThreadID? {
    threadsInOrder.first { isIncrementing(self[$0.name]) }?.id
  }

  fileprivate func isIncrementing(_ thread: String) -> Bool {
    self.thread(named: thread)?.frames.contains { frame in
      if case .method(_, let name, .direct) = frame.kind {
        self[name] == "Increment"
      } else {
        false
      }
    } ?? false
  }
}
