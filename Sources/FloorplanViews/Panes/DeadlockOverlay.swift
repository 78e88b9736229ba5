import TerminalUI
import Trace

/// A deadlock as a picture: each thread in a box, an arrow to the one that it waits for, and for a
/// ring the way back to the first.
struct DeadlockPicture: Sendable {
  let threads: [ThreadID]
  let isRing: Bool
  let context: PlanContext

  /// The column in which a ring comes back from its last thread to its first.
  private var rail: StyledText { isRing ? StyledText("│ ", .wall) : "  " }

  var lines: [StyledText] {
    let texts = threads.map(content)
    let inner = max(28, texts.map(\.width).max() ?? 0)
    var lines: [StyledText] = []
    for (index, text) in texts.enumerated() {
      lines += box(text, inner: inner, isFirst: index == 0)
      let reason = StyledText(reason(threads[index]))
      switch (index == texts.count - 1, isRing) {
      case (false, _):
        lines += [rail + StyledText("   │ ", .wall) + reason, rail + StyledText("   ▼", .wall)]
      case (true, true):
        lines.append(StyledText("└────┘ ", .wall) + reason)
      case (true, false):
        lines += [rail + StyledText("   │ ", .wall) + reason, rail + StyledText("   ▼", .wall)]
        lines.append(rail + StyledText("   nothing that can still come", .warning))
      }
    }
    return lines
  }

  /// What stands in a thread's box: `1 main  ■ BLOCKED  main STA`.
  private func content(_ id: ThreadID) -> StyledText {
    let name = StyledText(context.label(id) + "  ", .bold)
    guard let thread = context.world.threads[id] else { return name }
    let home = thread.apartment.isNone ? "" : "  in \(context.label(thread.apartment))"
    return name + thread.standing.text + StyledText(home, .dim)
  }

  private func box(_ text: StyledText, inner: Int, isFirst: Bool) -> [StyledText] {
    let isEntry = isRing && isFirst
    let above: StyledText = isEntry ? "  " : rail
    let beside = isEntry ? StyledText("┌►", .wall) : rail
    let side = StyledText("│", .wall)
    return [
      above + StyledText("┌" + String(repeating: "─", count: inner + 2) + "┐", .wall),
      beside + side + " " + text.padded(toWidth: inner) + " " + side,
      rail + StyledText("└──┬" + String(repeating: "─", count: inner - 1) + "┘", .wall),
    ]
  }

  /// What the thread waits for and who could bring it.
  private func reason(_ id: ThreadID) -> String {
    guard let thread = context.world.threads[id], case .waiting(let wait) = thread.activity else {
      return "waits"
    }
    return "waits " + awaited(wait) + (wait.pumps ? "" : "; does not pump")
  }

  private func awaited(_ wait: Wait) -> String {
    switch wait {
    case .reply(let call, let server, _) where !server.isNone:
      "for \(context.label(server)) to answer call \(call)"
    case .reply(let call, _, _): "for the answer to call \(call)"
    case .scm(let request, _, _): "for a server of \(context.awaitedClass(request))"
    case .lock(_, let owner) where !owner.isNone: "for a lock that \(context.label(owner)) has"
    case .lock: "for a lock"
    case .signal: "for a signal that nobody can give"
    case .thread, .time, .messageLoop, .pool, .action: context.reason(wait)
    }
  }
}

extension Overlay {
  static func deadlock(_ context: PlanContext) -> Overlay {
    guard case .deadlock(let isRing, let threads) = context.world.ending, !threads.isEmpty else {
      return Overlay(
        title: StyledText("Deadlock", .title), lines: ["There is none now."], footer: closes)
    }
    let picture = DeadlockPicture(threads: threads, isRing: isRing, context: context)
    let title = isRing ? "Deadlock: they wait for each other" : "Deadlock: nobody can go on"
    return Overlay(title: StyledText(title, .error), lines: picture.lines, footer: closes)
  }
}
