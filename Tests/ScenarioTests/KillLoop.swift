import Foundation
import Glibc
import TerminalHarness
import Testing
import ThreadKernel
import Trace

@testable import Scenarios

/// A lesson in which a process is killed that is a child process of the operating system's: at one
/// point after the other, or at any moment.
///
/// For a process of its own, in which nobody else starts children: it looks at all that are left.
struct KillLoop {
  private let scenario: Scenario
  private let knobs: KnobValues
  /// The beginning of the name of the process that is killed.
  private let victim: String
  /// Keys beside the one that kills.
  private let keys: [TimedAction]
  /// Whether what the lesson promises holds where such a process is killed: it has a key for that.
  private let isExpected: Bool

  private static let key = "kill it"
  private static let children = ProcessHome.children(
    executable: BuildProducts.path(of: "floorplan"))

  init(_ id: String, kills victim: String, keys: [TimedAction] = []) throws {
    var scenario = try #require(Catalog.scenario(id))
    isExpected = scenario.actions.contains { $0.kills == victim }
    scenario.actions.append(Action(Self.key, key: "K", kills: victim))
    self.scenario = scenario
    self.victim = victim
    self.keys = keys
    knobs = try KnobValues(of: scenario.knobs)
  }

  // MARK: Every point

  /// Kills at every scheduling point at which there is somebody to kill. Each run comes to its end,
  /// and tells what it tells where processes live inside.
  func atEveryPoint(_ schedule: Schedule? = nil) {
    let points = points(schedule)
    #expect(points.count > 20)
    for point in points {
      let place = "\(scenario.id), \(victim) killed at \(point), \(schedule?.text ?? "own order")"
      let key = TimedAction(Self.key, at: point)
      let child = outcome(of: run(schedule, keys: [key], Self.children), place)
      #expect(child.world.hasRuin(of: victim), "\(place)")
      let inside = outcome(of: run(schedule, keys: [key], .inside), place)
      let difference = zip(inside.events, child.events).first { $0 != $1 }
      let isSame = difference == nil && inside.events.count == child.events.count
      #expect(isSame, "\(place): \(String(describing: difference))")
    }
  }

  /// The same from outside, by somebody whom the run knows nothing of: where it stands still.
  func fromOutside(_ schedule: Schedule, every stride: Int) throws {
    for point in points(schedule) where Int(point) % stride == 0 {
      let place = "\(scenario.id), \(victim) killed from outside at \(point)"
      let run = run(schedule, budget: Int(point), Self.children)
      var events: [Event] = []
      #expect(run.settle { events.append($0) } == .held, "\(place)")
      try killFromOutside(run, place)
      run.kernel.allow(picks: nil)
      let outcome = outcome(of: run, place, after: events)
      #expect(outcome.world.hasRuin(of: victim), "\(place)")
    }
  }

  /// The numbers of choices before which somebody can be killed.
  private func points(_ schedule: Schedule?) -> [UInt64] {
    var points: [UInt64] = []
    let run = run(schedule, .inside)
    _ = outcome(of: run, scenario.id) { event in
      guard case .choice = event.kind, run.world.victim(victim) != nil else { return }
      points.append(run.world.choices - 1)
    }
    return points
  }

  // MARK: Any moment

  /// Kills in free runs when so many events were told, by turns as a key does and from outside.
  func freely(_ seeds: ClosedRange<UInt64>) throws {
    let longest = outcome(of: run(startsFree: true, Self.children), scenario.id).events.count
    for seed in seeds {
      // Spread evenly, and each seed elsewhere (the golden section).
      let share = (Double(seed) * 0.618_033_988_75).truncatingRemainder(dividingBy: 1)
      let moment = UInt64(share * Double(longest))
      let place = "\(scenario.id), free, \(victim) killed at event \(moment) of seed \(seed)"
      let run = run(startsFree: true, Self.children)
      _ = outcome(of: run, place) { event in
        guard event.n == moment else { return }
        if seed.isMultiple(of: 2) {
          run.kernel.deliver(Self.key)
        } else {
          try? killFromOutside(run, place)
        }
      }
    }
  }

  private func killFromOutside(_ run: Run, _ place: String) throws {
    guard let process = run.world.victim(victim),
      let number = run.kernel.systemNumber(of: process)
    else { return }
    kill(number, SIGKILL)
  }

  // MARK: A run

  private func run(
    _ schedule: Schedule? = nil, startsFree: Bool = false, budget: Int? = nil,
    keys others: [TimedAction] = [], _ home: ProcessHome
  ) -> Run {
    Run(
      scenario, knobs: knobs, schedule: schedule, startsFree: startsFree, budget: budget,
      actions: keys + others, home: home)
  }

  /// What a run came to from where it stands: it is over, with nothing lost and nothing left.
  private func outcome(
    of run: Run, _ place: String, after told: [Event] = [], _ body: (Event) -> Void = { _ in }
  ) -> (world: World, events: [Event]) {
    var events = told
    var violations: Set<World.Violation> = []
    let standing = run.settle { event in
      events.append(event)
      body(event)
      if case .processKilled = event.kind { violations.formUnion(run.world.violations) }
    }
    violations.formUnion(run.world.violations)
    // What an issue of a process of its own compares is not handed on: the comments have it.
    #expect(standing == .over, "\(place): it stands \(standing)")
    #expect(run.world.fault == nil, "\(place): \(String(describing: run.world.fault))")
    let sentences = violations.map(\.sentence)
    #expect(sentences == [], "\(place): \(sentences)")
    let unmet = isExpected ? run.unmetExpectations().map(\.sentence) : []
    #expect(unmet == [], "\(place): \(unmet)")
    #expect(!events.enumerated().contains { $0.offset != $0.element.n }, "\(place): a hole")
    let living = run.world.processesInOrder.filter { $0.isAlive && $0.id != ProcessID(1) }
    #expect(living.isEmpty, "\(place): \(living.map { run.world[$0.name] }) go on")
    let leftOver = run.abandon()
    #expect(leftOver == [], "\(place): \(leftOver) do not end")
    #expect(!Self.hasChildren, "\(place): a child is left")
    return (run.world, events)
  }

  /// Whether this operating-system process has a child, be it one that has ended and that nobody
  /// waited for.
  private static var hasChildren: Bool {
    var status: Int32 = 0
    return waitpid(-1, &status, WNOHANG) != -1 || errno != ECHILD
  }
}

extension World {
  /// The process that a key that kills would kill now.
  fileprivate func victim(_ name: String) -> ProcessID? {
    processesInOrder.first { $0.isAlive && self[$0.name].hasPrefix(name) }?.id
  }

  fileprivate func hasRuin(of name: String) -> Bool {
    processesInOrder.contains { $0.isKilled && self[$0.name].hasPrefix(name) }
  }
}
