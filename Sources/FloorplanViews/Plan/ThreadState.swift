import TerminalUI
import Trace

/// How a thread stands, in one word and one glyph: three ways of standing still, three words.
enum ThreadState: Hashable, Sendable {
  case runs, ready, idle, waits, blocked, ended

  init(_ activity: World.Activity) {
    switch activity {
    case .running: self = .runs
    case .ready: self = .ready
    case .ended: self = .ended
    case .waiting(let wait) where wait.isForAnything: self = .idle
    case .waiting(let wait): self = wait.pumps ? .waits : .blocked
    }
  }

  var word: String {
    switch self {
    case .runs: "RUNS"
    case .ready: "READY"
    case .idle: "IDLE"
    case .waits: "WAITS"
    case .blocked: "BLOCKED"
    case .ended: "ENDED"
    }
  }

  var glyph: Character {
    switch self {
    case .runs: Glyph.runs
    case .ready: Glyph.ready
    case .idle: Glyph.idle
    case .waits: Glyph.waits
    case .blocked: Glyph.blocked
    case .ended: Glyph.ended
    }
  }

  var style: Style {
    switch self {
    case .runs: .acting
    case .ended: .dim
    case .ready, .idle, .waits, .blocked: .plain
    }
  }

  /// `► RUNS`.
  var text: StyledText { StyledText("\(glyph) \(word)", style) }
}

extension PlanContext {
  /// What a standing thread waits for, to stand after its word: `for call 7`.
  func reason(_ wait: Wait) -> String {
    switch wait {
    case .messageLoop: "in its loop"
    case .pool: "in the pool"
    case .action: "waits for a key"
    case .reply(let call, _, let pumps): pumps ? "for call \(call)" : "by call \(call)"
    case .lock(_, let owner): owner.isNone ? "by a lock" : "by a lock of \(label(owner))"
    case .signal(_, let pumps): pumps ? "for a signal" : "until a signal comes"
    case .thread(let other, _): "until \(label(other)) ends"
    case .time: "in a sleep"
    }
  }
}
