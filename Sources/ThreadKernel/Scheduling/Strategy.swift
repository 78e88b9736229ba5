import Trace

/// What a strategy chooses from: the threads that could go on, by slot.
public struct Choice: Sendable {
  /// One thread that could go on.
  public struct Candidate: Hashable, Sendable {
    public var slot: Int
    public var thread: ThreadID
    /// What it stopped at.
    public var point: Point
    /// The lesson's name of the place, where it stopped at one.
    public var mark: String?

    public init(slot: Int, thread: ThreadID, point: Point, mark: String? = nil) {
      self.slot = slot
      self.thread = thread
      self.point = point
      self.mark = mark
    }
  }

  /// How many choices were made before, from 0.
  public var number: UInt64
  /// In the order in which the threads were started; never empty.
  public var candidates: [Candidate]
  /// The slot that was picked last.
  public var previous: Int?

  public init(number: UInt64, candidates: [Candidate], previous: Int?) {
    self.number = number
    self.candidates = candidates
    self.previous = previous
  }
}

/// Picks the next thread among those that could go on.
///
/// A strategy is a value: its picks depend on nothing but what it was made from and the choices it
/// was given, so the same run comes out the same anywhere.
public protocol Strategy: Sendable {
  /// The place of the pick in `choice.candidates`.
  mutating func pick(_ choice: Choice) -> Int

  /// The person picked the candidate at `place` instead. A strategy that goes by what was passed
  /// has to hear of it.
  mutating func wasOverruled(_ choice: Choice, by place: Int)
}

extension Strategy {
  public mutating func wasOverruled(_ choice: Choice, by place: Int) {}
}

/// Lets a thread go on as long as it can; then the one that was started first.
public struct StraightStrategy: Strategy {
  public init() {}

  public mutating func pick(_ choice: Choice) -> Int {
    choice.candidates.firstIndex { $0.slot == choice.previous } ?? 0
  }
}

/// Each in turn, from point to point.
public struct RoundRobinStrategy: Strategy {
  public init() {}

  public mutating func pick(_ choice: Choice) -> Int {
    guard let previous = choice.previous else { return 0 }
    return choice.candidates.firstIndex { $0.slot > previous } ?? 0
  }
}

/// Any of them, evenly, from a seed.
public struct RandomStrategy: Strategy {
  private var state: UInt64

  public init(seed: UInt64) { state = seed }

  public mutating func pick(_ choice: Choice) -> Int {
    // SplitMix64 (Steele, Lea, Flood 2014): tiny, and the same on every machine.
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    z ^= z >> 31
    return Int(z % UInt64(choice.candidates.count))
  }
}

/// The choices of an earlier run. Where that run could not have come here, it goes straight on.
public struct RecordedStrategy: Strategy {
  private let picks: [ThreadID]

  public init(picks: [ThreadID]) { self.picks = picks }

  public mutating func pick(_ choice: Choice) -> Int {
    var rest = StraightStrategy()
    guard choice.number < UInt64(picks.count) else { return rest.pick(choice) }
    let wanted = picks[Int(choice.number)]
    return choice.candidates.firstIndex { $0.thread == wanted } ?? rest.pick(choice)
  }
}

/// A lesson's order: one named place is passed before another is.
public struct OrderConstraint: Hashable, Sendable {
  public var earlier: String
  public var later: String

  public init(_ earlier: String, before later: String) {
    self.earlier = earlier
    self.later = later
  }
}

/// Keeps named places in order, and leaves the rest to another strategy.
///
/// A thread stands at a named place until every place that has to come before it was passed. Where
/// that would leave nobody, the constraint cannot be kept and gives way.
public struct ConstrainedStrategy: Strategy {
  private let constraints: [OrderConstraint]
  private var base: any Strategy
  private var passed: Set<String> = []

  public init(_ constraints: [OrderConstraint], otherwise base: any Strategy) {
    self.constraints = constraints
    self.base = base
  }

  public mutating func pick(_ choice: Choice) -> Int {
    let place = placeAmongAllowed(choice)
    notePassed(choice.candidates[place])
    return place
  }

  public mutating func wasOverruled(_ choice: Choice, by place: Int) {
    base.wasOverruled(choice, by: place)
    notePassed(choice.candidates[place])
  }

  private mutating func placeAmongAllowed(_ choice: Choice) -> Int {
    guard choice.candidates.contains(where: isHeldBack) else { return base.pick(choice) }
    let allowed = choice.candidates.indices.filter { !isHeldBack(choice.candidates[$0]) }
    guard !allowed.isEmpty else { return base.pick(choice) }
    var narrowed = choice
    narrowed.candidates = allowed.map { choice.candidates[$0] }
    return allowed[base.pick(narrowed)]
  }

  private mutating func notePassed(_ candidate: Choice.Candidate) {
    if let mark = candidate.mark { passed.insert(mark) }
  }

  private func isHeldBack(_ candidate: Choice.Candidate) -> Bool {
    guard let mark = candidate.mark else { return false }
    return constraints.contains { $0.later == mark && !passed.contains($0.earlier) }
  }
}
