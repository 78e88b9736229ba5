import ApartmentRuntime
import ThreadKernel
import Trace

/// Four lessons with one program, one cast and one schedule: they begin with another way to count.
extension TwoThreads {
  /// The decision of one thread, and a client at the other one's door.
  static let scenario = lesson(
    "two-threads", key: "R", facts: ["O6"],
    counting: ["nothing", "look-again", "functions", "objects-only"],
    whatIfs: [KnobSetting("counting", "functions"), KnobSetting("order", "request-first")])

  /// How the classes of a lesson are reached.
  static func lesson(
    _ id: String, key: Character, facts: [String], counting: [String],
    order: [String] = ["release-first", "request-first"], wish: Wish = .object,
    whatIfs: [KnobSetting]
  ) -> Scenario {
    Scenario(
      id: id, key: key, document: .localServers, facts: facts, cast: cast,
      knobs: [Knob("counting", counting), Knob("order", order)],
      steps: { steps(id, facts, Plot($0, wish)) },
      questions: { questions(id, Plot($0, wish)) },
      order: { Self.order(Plot($0, wish)) },
      always: { always(Plot($0, wish)) },
      shows: { shows(Plot($0, wish)) },
      whatIfs: whatIfs,
      files: [
        "TwoThreads.swift", "LoopCount.swift", "Widget.swift", "ServerThreads.swift",
        "IWidget.swift",
      ],
      programs: { _ in
        [
          Program("widgets.exe", main: server),
          Program("client.exe") { stage in runClientB(wish, stage) },
        ]
      },
      classes: { _ in
        [
          ClassEntry(WidgetClass.widget, "Widget", localServer: "widgets.exe"),
          ClassEntry(WidgetClass.gadget, "Gadget", localServer: "widgets.exe"),
        ]
      },
      program: { stage in
        stage.process.register(IWidget.self)
        stage.thread("main") { () throws(HResult) in try clientA(stage) }
        stage.start("client.exe", as: "client B")
      })
  }

  private static func runClientB(_ wish: Wish, _ stage: Stage) {
    stage.process.register(IWidget.self)
    do throws(HResult) {
      switch wish {
      case .object: try clientB(stage)
      case .lockedFactory: try clientBWithFactory(stage)
      }
    } catch {
      // The refusal was told where it was made; the client ends.
    }
  }

  static let cast = Cast(buildings: [
    .client("client A"), .client("client B"),
    .server("server 1", rooms: [.sta("main"), .sta("gadgets")]),
    .scm,
    .server("server 2", rooms: [.sta("main"), .sta("gadgets")]),
  ])

  // MARK: The schedule

  /// The two that race are A's last release and B's request. Whichever is second waits for the first.
  private static func order(_ plot: Plot) -> [OrderConstraint] {
    let start = OrderConstraint("client A has a Widget", before: "client B asks")
    guard plot.isReleaseFirst else {
      let then = plot.forsakesClientB ? "server 1 is gone" : "client A has let go"
      return [
        start,
        .init("client B has it", before: "client A lets go"),
        .init(then, before: "client B goes on"),
      ]
    }
    // Both are on their way, each in a queue of its own. What is decided at 0 comes about once B
    // has what it wanted.
    return [
      start,
      .init("client B asks", before: "client A lets go"),
      .init("client B has it", before: "server 1 ends its loops"),
    ]
      + (plot.looksAgain
        ? [
          .init("server 1 main looks again", before: "client B goes on"),
          .init("server 1 gadgets looks again", before: "client B goes on"),
        ] : [.init("server 1 is gone", before: "client B goes on")])
  }

  // MARK: What holds

  private static func always(_ plot: Plot) -> [Expectation] {
    let both = [
      Expectation("client A had its Widget") { $0.passed("client A has a Widget") }
    ]
    guard plot.isSafe else {
      return both + [
        Expectation("client B's Gadget painted, or its server was gone") { world in
          Scene(world).hasPainted || Scene(world).isForsaken
        }
      ]
    }
    return both + [
      Expectation("client B's Gadget painted") { Scene($0).hasPainted },
      Expectation("no room ended with an object that a client held") { world in
        !world.findings().contains { $0.lint == .apartmentEndedInUse }
      },
    ]
  }

  private static func shows(_ plot: Plot) -> [Expectation] {
    guard plot.forsakesClientB else {
      return [Expectation("client B's Gadget painted") { Scene($0).hasPainted }]
    }
    return [
      Expectation("client B was left with something dead") { world in
        Scene(world).isForsaken && !Scene(world).hasSecondServer
      }
    ]
  }
}

/// The cumbersome way: look again, and stay (O7).
enum Cumbersome {
  static let scenario = TwoThreads.lesson(
    "cumbersome", key: "S", facts: ["O7"],
    counting: ["look-again", "nothing", "functions", "objects-only"],
    whatIfs: [KnobSetting("counting", "nothing"), KnobSetting("counting", "functions")])
}

/// The count and the suspension in one step, by COM (O2, O8 to O12).
enum AtZero {
  static let scenario = TwoThreads.lesson(
    "at-zero", key: "T", facts: ["O2", "O8", "O9", "O10", "O11", "O12"],
    counting: ["functions", "nothing", "look-again", "objects-only"],
    whatIfs: [KnobSetting("order", "request-first"), KnobSetting("counting", "nothing")])
}

/// Half of the places: locks that nobody counts (O13).
enum HalfThePlaces {
  static let scenario = TwoThreads.lesson(
    "half-the-places", key: "U", facts: ["O13"],
    counting: ["objects-only", "functions", "nothing", "look-again"],
    order: ["request-first", "release-first"], wish: .lockedFactory,
    whatIfs: [KnobSetting("counting", "functions"), KnobSetting("order", "release-first")])
}
