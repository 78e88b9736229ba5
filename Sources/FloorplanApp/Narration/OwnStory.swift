import Scenarios
import Synchronization
import Trace

/// What has happened in a run so far. Runs in which the same things happened have the same sum,
/// whatever their order.
struct Happenings: Hashable, Sendable {
  private var sum = 0

  /// - Parameter world: the World right after the event.
  mutating func add(_ event: Event, in world: World) {
    guard event.kind.isHappening else { return }
    var hasher = Hasher()
    hasher.combine(event.thread)
    hasher.combine(world.sentence(for: event))
    sum &+= hasher.finalize()
  }
}

/// A lesson as it tells itself, by its own schedule and with nobody who presses a key.
///
/// A step's words were written for this run. So they are true of another one where that has come to
/// the same step, and the same things have happened in it: that is the one rule by which they are
/// shown.
struct OwnStory: Sendable {
  /// What had happened at any moment between a step and the next, by the step's key; empty before
  /// the first.
  private var moments: [String: Set<Happenings>] = [:]
  /// How many processes are killed in it.
  private(set) var kills = 0

  private init(_ scenario: Scenario, _ knobs: KnobValues) {
    let run = Run(scenario, knobs: knobs)
    var world = World()
    var happened = Happenings()
    moments["", default: []].insert(happened)
    _ = run.runUntilStanding { event in
      world.apply(event)
      happened.add(event, in: world)
      moments[world.lastStep, default: []].insert(happened)
    }
    kills = world.processes.values.count { $0.isKilled }
    run.abandon()
  }

  /// Whether the lesson's own words are true where that step was the last one (empty: none was
  /// reached yet), and that much has happened.
  func isTold(after step: String, _ happened: Happenings) -> Bool {
    moments[step]?.contains(happened) ?? false
  }

  private struct Key: Hashable {
    let scenario: String
    let knobs: KnobValues
  }

  /// Stories that were run already: the same lesson opens often.
  private static let known = Mutex<[Key: OwnStory]>([:])

  /// The lesson is run once, unseen, for each of its settings.
  static func of(_ scenario: Scenario, _ knobs: KnobValues) -> OwnStory {
    let key = Key(scenario: scenario.id, knobs: knobs)
    if let story = known.withLock({ $0[key] }) { return story }
    let story = OwnStory(scenario, knobs)
    known.withLock { $0[key] = story }
    return story
  }
}

extension World {
  /// The key of the step that was reached last; empty before the first.
  var lastStep: String { steps.last.map { self[$0.key] } ?? "" }
}

extension EventKind {
  /// Whether words can be about it: not how threads come to wait and go on, and no measurements.
  fileprivate var isHappening: Bool {
    switch self {
    case .waits, .entered, .left, .marked, .atRest, .finish, .mode, .measured: false
    default: isInLog
    }
  }

  /// Whether it is worth a line where a run tells a story of its own.
  var isNews: Bool {
    switch self {
    case .processKilled, .processEnded, .serverLaunched, .refused, .callSent, .callServed,
      .callReturned, .callRejected, .callCancelled, .activated, .packetOpened, .objectDestroyed,
      .usedAfterRelease, .cellWritten, .serverCount, .scmAnswered, .classObjectRegistered,
      .classObjectSuspended, .classObjectResumed, .classObjectRevoked, .connectionCut,
      .pingMissed, .referencesReclaimed, .moduleLoaded, .moduleUnloaded, .apartmentCreated,
      .classKnown, .threadStarted, .measured, .deadlock:
      true
    default: false
    }
  }
}
