import Trace

/// A schedule by name, as the command line and recordings have it.
public enum Schedule: Hashable, Sendable {
  /// Straight on, with the lesson's constraints.
  case lesson([OrderConstraint])
  case roundRobin
  case random(seed: UInt64)
  /// The choices of a recording, and its actions with the choices that they came before.
  case recorded(picks: [ThreadID], actions: [TimedAction])

  /// A strategy that keeps it.
  public func makeStrategy() -> any Strategy {
    switch self {
    case .lesson(let constraints):
      ConstrainedStrategy(constraints, otherwise: StraightStrategy())
    case .roundRobin: RoundRobinStrategy()
    case .random(let seed): RandomStrategy(seed: seed)
    case .recorded(let picks, _): RecordedStrategy(picks: picks)
    }
  }

  /// The actions that belong to it.
  var actions: [TimedAction] {
    if case .recorded(_, let actions) = self { actions } else { [] }
  }

  /// `lesson`, `rr`, `random:7`, `recorded`: what a recording's header says.
  public var text: String {
    switch self {
    case .lesson(let constraints):
      constraints.isEmpty
        ? "lesson"
        : "lesson:" + constraints.map { "\($0.earlier)<\($0.later)" }.joined(separator: ",")
    case .roundRobin: "rr"
    case .random(let seed): "random:\(seed)"
    case .recorded: "recorded"
    }
  }
}

/// An action and the choice before which it is delivered.
public struct TimedAction: Hashable, Sendable {
  public var name: String
  /// The number of choices made before it, at least.
  public var choice: UInt64

  public init(_ name: String, at choice: UInt64) {
    self.name = name
    self.choice = choice
  }
}
