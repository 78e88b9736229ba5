/// How a scenario goes on by itself.
public enum Pace: Int, Hashable, Sendable, CaseIterable {
  /// It does not: a key is waited for at each narrated step.
  case byStep
  /// Scheduling point by scheduling point, a second each.
  case slowMotion
  /// Narrated step by narrated step, with the time that it takes to read.
  case reading
  /// The same in a third of the time.
  case quick
  /// All threads in parallel.
  case free

  var title: String {
    switch self {
    case .byStep: "by step"
    case .slowMotion: "slow motion"
    case .reading: "reading"
    case .quick: "quick"
    case .free: "free"
    }
  }

  var faster: Pace? { Pace(rawValue: rawValue + 1) }
  var slower: Pace? { Pace(rawValue: rawValue - 1) }

  var stepSize: StepSize { self == .slowMotion ? .point : .narrated }

  /// How long what is shown stands before it goes on; nil where nothing is waited for.
  func delay(reading text: String) -> Duration? {
    let time = Duration.milliseconds(1500 + 60 * text.count)
    return switch self {
    case .byStep, .free: nil
    case .slowMotion: .seconds(1)
    case .reading: time
    case .quick: time / 3
    }
  }
}
