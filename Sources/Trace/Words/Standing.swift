/// How a thread stands, in the words of the screen. Three of them say how it stands still: that
/// distinction is what apartments are about.
public enum Standing: Hashable, Sendable, CaseIterable {
  case runs
  /// It could run, and another one does.
  case ready
  /// In its loop, or without work: it takes whatever comes.
  case idle
  /// For something in particular, and takes calls meanwhile.
  case waits
  /// For something in particular, and takes no calls.
  case blocked
  case ended

  public init(_ activity: World.Activity) {
    switch activity {
    case .running: self = .runs
    case .ready: self = .ready
    case .ended: self = .ended
    case .waiting(let wait):
      if wait.isForAnything {
        self = .idle
      } else {
        self = wait.pumps ? .waits : .blocked
      }
    }
  }

  /// `RUNS`, `IDLE` …
  public var word: String {
    switch self {
    case .runs: "RUNS"
    case .ready: "READY"
    case .idle: "IDLE"
    case .waits: "WAITS"
    case .blocked: "BLOCKED"
    case .ended: "ENDED"
    }
  }
}

extension World.Thread {
  public var standing: Standing { Standing(activity) }
}
