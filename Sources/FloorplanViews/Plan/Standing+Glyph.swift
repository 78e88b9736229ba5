import TerminalUI
import Trace

extension Standing {
  /// The word is never alone: a glyph says the same.
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
  /// What a standing thread waits for, to stand after its word: `for call 7`. Locks and threads that it
  /// waits for are of its own process.
  func reason(_ wait: Wait) -> String {
    switch wait {
    case .messageLoop: "in its loop"
    case .pool: "in the pool"
    case .action: "waits for a key"
    case .reply(let call, _, let pumps): pumps ? "for call \(call)" : "by call \(call)"
    case .scm(let request, _, _):
      "for \(awaitedClass(request)), \(world.label(request: request))"
    case .lock(_, let owner): owner.isNone ? "by a lock" : "by a lock of \(shortLabel(owner))"
    case .signal(_, let pumps): pumps ? "for a signal" : "until a signal comes"
    case .thread(let other, _): "until \(shortLabel(other)) ends"
    case .time: "in a sleep"
    }
  }
}
