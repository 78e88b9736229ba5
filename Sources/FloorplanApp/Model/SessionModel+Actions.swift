import Scenarios
import ThreadKernel
import Trace

/// What changes the run: actions, knobs, the pace, and starting again.
extension SessionModel {
  func action(for character: Character) -> Scenarios.Action? {
    lesson.scenario?.actions.first { $0.key == character }
  }

  /// Why an action cannot be fired now; nil where it can.
  func refusal(of action: Scenarios.Action) -> String? {
    if isPlayback { return "This is a recording: what was pressed is in it." }
    if isInPast && pace != .free { return Self.pastMessage }
    switch standing {
    case .over: return "The run is over: R starts again."
    case .atRest, .deadlock: return isActionAwaited ? nil : noTaker
    case .held, .running: return nil
    }
  }

  /// Whether nobody goes on by itself.
  private var isStill: Bool {
    switch standing {
    case .atRest, .deadlock: true
    case .held, .running, .over: false
    }
  }

  /// Why nobody takes a key.
  private var noTaker: String {
    let edge = history.edge
    let ended = edge.threadsInOrder.filter { $0.activity == .ended }.map {
      edge.label(thread: $0.id)
    }
    let reason = ended.isEmpty ? "." : ": \(ended.joined(separator: ", ")) ended."
    return "Nobody waits for this key any more" + reason
  }

  mutating func fire(_ action: Scenarios.Action) -> [Effect] {
    if let refusal = refusal(of: action) {
      message = refusal
      return []
    }
    isYourSchedule = true
    warned = nil
    let title = lesson.text.title(ofAction: action.id)
    if pace == .free {
      message = "\(title): delivered."
    } else if isStill, goal == nil, history.next(.narrated, from: position) == nil {
      // Nobody else goes on: it does, to the next step or until all stand still again.
      rememberPlace()
      position = history.count
      stepSize = .narrated
      goal = .narrated
      doing = title
    } else {
      message = "\(title): it waits until somebody takes it; Space goes on."
    }
    return [.deliver(action: action.id)]
  }

  /// The thread could not be stepped: why, in words.
  mutating func refuse(_ thread: ThreadID, _ refusal: Kernel.StepRefusal) {
    goal = nil
    isPicking = false
    let world = history.edge
    let name = world.label(thread: thread)
    message =
      switch refusal {
      case .noSuchThread: "There is no thread \(thread.number); t shows the threads."
      case .ended: "\(name) has ended."
      case .runs: "\(name) is running already."
      case .waits(let wait): "\(name) cannot go on: it \(world.phrase(wait))."
      }
  }

  /// These threads run and reach no point.
  mutating func sayStuck(_ threads: [ThreadID]) {
    let world = history.edge
    message = threads.map { world.stuckSentence($0) }.joined(separator: "; ")
  }

  mutating func faster() -> [Effect] {
    guard let next = pace.faster, !(isPlayback && next == .free) else {
      message = isPlayback ? "A recording has no threads to let go." : "It is free already."
      return []
    }
    if let refusal = refusalToMove(at: next) {
      message = refusal
      return []
    }
    pace = next
    cover = nil
    guard next == .free else { return [] }
    goal = nil
    rememberPlace()
    position = history.count
    isYourSchedule = true
    return [.goFree]
  }

  private func refusalToMove(at pace: Pace) -> String? {
    switch standing {
    case .over where isAtEdge: "It is over: ← looks back, R starts again."
    case .deadlock where pace == .free: "Nobody can go on: R starts again."
    default: nil
    }
  }

  mutating func slower() -> [Effect] {
    guard let next = pace.slower else {
      message = "It waits for a key already."
      return []
    }
    return set(next)
  }

  /// Stops going on by itself.
  mutating func hold() -> [Effect] {
    goal = nil
    return set(.byStep)
  }

  private mutating func set(_ next: Pace) -> [Effect] {
    let wasFree = pace == .free
    pace = next
    return wasFree ? [.hold] : []
  }
}

extension World {
  /// `waits for call 7`, `is in its loop`.
  func phrase(_ wait: Wait) -> String {
    switch wait {
    case .messageLoop, .pool: "is \(label(wait: wait)) and nothing came"
    default: label(wait: wait)
    }
  }
}
