import TerminalUI
import Trace

/// A deadlock as a picture: each thread in a box, an arrow to the one that it waits for, and for a
/// ring the way back to the first.
extension Overlay {
  static func deadlock(_ context: PlanContext) -> Overlay {
    guard case .deadlock(let isRing, let threads) = context.world.ending, !threads.isEmpty else {
      return Overlay(
        title: StyledText("Deadlock", .title), lines: ["There is none now."], footer: closes)
    }
    let ring = DeadlockPicture(threads: threads, isRing: isRing, context: context)
    return Overlay(
      title: StyledText(isRing ? "A ring: nobody can go on" : "Nobody can go on", .error),
      lines: ring.lines, footer: closes)
  }
}

struct DeadlockPicture: Sendable {
  let threads: [ThreadID]
  let isRing: Bool
  let context: PlanContext

  /// What stands in each thread's box.
  private var boxes: [StyledText] {
    threads.map { id in
      let state = context.world.threads[id].map { ThreadState($0.activity).text } ?? "?"
      let home = context.world.threads[id].map { context.label($0.apartment) } ?? ""
      return StyledText(context.label(id) + "  ", .bold) + state + StyledText("  \(home)", .dim)
    }
  }

  /// What the thread waits for, to stand beside the arrow that leaves it.
  private func reason(_ id: ThreadID) -> String {
    guard let thread = context.world.threads[id], case .waiting(let wait) = thread.activity else {
      return "waits"
    }
    switch wait {
    case .reply(let call, _, let pumps):
      let method = context.world.calls[call].map { context.method($0) } ?? ""
      let home = context.world.calls[call].map { context.label($0.target) } ?? ""
      let state = pumps ? "" : ", and does not pump"
      return "waits for the answer to call \(call) \(method) in \(home)\(state)"
    case .lock, .signal, .thread, .time, .messageLoop, .pool, .action:
      let pumps = wait.pumps ? "" : ", and does not pump"
      return "waits \(context.reason(wait))\(pumps)"
    }
  }

  var lines: [StyledText] {
    let inner = max(24, boxes.map(\.width).max() ?? 0)
    var lines: [StyledText] = []
    for (index, box) in boxes.enumerated() {
      lines += framed(box, inner, isFirst: index == 0, isLast: index == boxes.count - 1)
      let isLast = index == boxes.count - 1
      if !isLast || isRing {
        lines.append(margin(isLast ? "▲" : "│", reasonOf: index))
        if !isLast { lines.append(rail + StyledText("    ▼", .wall)) }
      } else {
        lines.append(margin("│", reasonOf: index))
        lines.append(rail + StyledText("    ▼", .wall))
        lines.append(rail + StyledText("  nothing that could still come", .warning))
      }
    }
    return isRing ? closeRing(lines) : lines
  }

  /// The column on the left in which a ring comes back to its first thread.
  private var rail: StyledText { isRing ? StyledText("│ ", .wall) : "  " }

  private func margin(_ glyph: String, reasonOf index: Int) -> StyledText {
    let isLast = index == boxes.count - 1
    let line = isLast && isRing ? "└────┘ " : "    \(glyph) "
    let left: StyledText = isLast && isRing ? "" : rail
    return left + StyledText(line, .wall) + StyledText(reason(threads[index]))
  }

  private func framed(
    _ box: StyledText, _ inner: Int, isFirst: Bool, isLast: Bool
  ) -> [StyledText] {
    let line = String(repeating: "─", count: inner + 2)
    let entry = isRing && isFirst ? StyledText("┌►", .wall) : rail
    let above: StyledText = isRing && isFirst ? "  " : rail
    let foot = "└──┬" + String(repeating: "─", count: max(0, inner - 1)) + "┘"
    return [
      above + StyledText("┌" + line + "┐", .wall),
      entry + StyledText("│ ", .wall) + box.padded(toWidth: inner) + StyledText(" │", .wall),
      rail + StyledText(foot, .wall),
    ]
  }

  /// Nothing to add: the last line of a ring turns into the rail.
  private func closeRing(_ lines: [StyledText]) -> [StyledText] { lines }
}
