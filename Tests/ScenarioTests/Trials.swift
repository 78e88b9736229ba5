import Foundation
import Scenarios
import Testing
import ThreadKernel
import Trace

/// A scenario with a setting of its knobs: what most tests go through one by one.
struct Trial: Sendable, CustomTestStringConvertible {
  let scenario: Scenario
  let knobs: KnobValues

  var testDescription: String {
    ([scenario.id] + knobs.settings.map { "\($0.knob)=\($0.value)" }).joined(separator: " ")
  }

  /// Every scenario with every combination of its knobs, but for what is the same: lessons that are one
  /// program told apart by the default of a knob bring their other settings once, and fifty classes are
  /// no other story than three.
  static let all = every.filter { trial in
    let told = ["cumbersome", "at-zero"]
    let many = [KnobSetting("classes", "5"), KnobSetting("classes", "50")]
    return trial.isLesson
      || (!told.contains(trial.scenario.id)
        && many.allSatisfy { !trial.knobs.settings.contains($0) })
  }

  /// All of them.
  static let every: [Trial] = Catalog.all.filter { isWanted($0.id) }.flatMap { scenario in
    combinations(of: scenario.knobs[...]).compactMap { settings in
      (try? KnobValues(of: scenario.knobs, settings)).map { Trial(scenario: scenario, knobs: $0) }
    }
  }

  /// `TRIALS` may name the scenarios that somebody works on, with commas; else it is all of them.
  private static func isWanted(_ id: String) -> Bool {
    guard let wanted = ProcessInfo.processInfo.environment["TRIALS"] else { return true }
    return wanted.split(separator: ",").contains { $0 == id }
  }

  /// The lessons as they are meant.
  static let lessons = all.filter { $0.isLesson }

  var isLesson: Bool {
    zip(knobs.settings, scenario.knobs).allSatisfy { $0.value == $1.defaultValue }
  }

  /// Those that no real time passes in: a free run's clock is the machine's.
  var isQuick: Bool { !Self.slow.contains { knobs.settings.contains($0) } }

  private static let slow = [
    KnobSetting("build", "long"),
    // A server is waited for, or a dead client is missed, for minutes.
    KnobSetting("server", "silent"), KnobSetting("server", "other-class"),
    KnobSetting("server", "half"), KnobSetting("death", "silent"),
  ]

  /// Whether a program of it is so bad that it leaves things behind.
  var isBroken: Bool {
    ["garbage", "half"].contains { knobs.settings.contains(KnobSetting("server", $0)) }
  }

  /// Whether a server goes, in the lesson's order, under a client that holds something of it.
  var forsakesAClient: Bool {
    let isReleasedFirst = knobs.settings.contains(KnobSetting("order", "release-first"))
    if knobs.settings.contains(KnobSetting("counting", "nothing")) { return isReleasedFirst }
    return scenario.id == "half-the-places" && !isReleasedFirst
      && knobs.settings.contains(KnobSetting("counting", "objects-only"))
  }

  private static func combinations(of knobs: ArraySlice<Knob>) -> [[KnobSetting]] {
    guard let first = knobs.first else { return [[]] }
    let rest = combinations(of: knobs.dropFirst())
    return first.values.flatMap { value in rest.map { [KnobSetting(first.id, value)] + $0 } }
  }

  func run(_ schedule: Schedule? = nil, startsFree: Bool = false, budget: Int? = nil) -> Run {
    Run(scenario, knobs: knobs, schedule: schedule, startsFree: startsFree, budget: budget)
  }

  /// Whether the story ends with threads that wait for each other.
  var endsInDeadlock: Bool {
    knobs.settings.contains(KnobSetting("wait", "raw"))
  }

  /// Whether a finished run may stand so.
  func canEnd(_ standing: Kernel.Standing) -> Bool {
    guard endsInDeadlock else { return standing == .over }
    guard case .deadlock(ring: true, let threads) = standing else { return false }
    return threads.count == 2
  }
}

extension Run {
  /// Runs until it stands. Two seconds without news are no fault where others keep the cores busy.
  func settle(_ body: (Event) -> Void) -> Kernel.Standing {
    for _ in 0..<20 {
      let standing = runUntilStanding(body)
      if standing != .running { return standing }
    }
    return .running
  }
}

/// What a run came to, and what is wrong with it.
struct Outcome {
  var standing: Kernel.Standing
  var world: World
  var unmet: [String]
  var events: [Event] = []
  /// Invariants of the World that did not hold, each once.
  var violations: [String] = []
  var leftOver: [ThreadID]
}

extension Trial {
  /// Runs until it stands, looks at the World behind every event, and ends the run.
  func outcome(
    _ schedule: Schedule? = nil, startsFree: Bool = false, budget: Int? = nil,
    isInspected: Bool = false
  ) -> Outcome {
    let run = run(schedule, startsFree: startsFree, budget: budget)
    var events: [Event] = []
    var violations: [String] = []
    let standing = run.settle { event in
      events.append(event)
      guard isInspected else { return }
      for violation in run.world.violations.map(\.sentence) where !violations.contains(violation) {
        violations.append("event \(event.n): \(violation)")
      }
    }
    let unmet = run.unmetExpectations().map(\.sentence)
    let leftOver = run.abandon()
    return Outcome(
      standing: standing, world: run.world, unmet: unmet, events: events, violations: violations,
      leftOver: leftOver)
  }
}
