import TerminalUI
import Trace

extension Overlay {
  /// `t`: every thread with the number that steps it.
  static func threads(_ context: PlanContext, top: Int) -> Overlay {
    let threads = context.world.threadsInOrder.sorted {
      context.numbers[$0.id] < context.numbers[$1.id]
    }
    let names = min(24, max(8, threads.map { context.label($0.id).cellWidth }.max() ?? 0))
    let homes = min(20, max(9, threads.map { context.home($0).cellWidth }.max() ?? 0))
    let lines = threads.map { thread in
      let state = thread.standing
      let reason =
        if case .waiting(let wait) = thread.activity { context.reason(wait) } else { "" }
      let mark = state.text.padded(toWidth: 10)
      return StyledText(context.label(thread.id).padded(toWidth: names) + "  ") + mark
        + StyledText(context.home(thread).padded(toWidth: homes) + "  ")
        + StyledText(context.label(thread.site).padded(toWidth: 16) + "  ", .dim)
        + StyledText(reason)
    }
    return Overlay(
      title: StyledText("Threads", .title),
      lines: lines.isEmpty ? ["No thread has started yet."] : lines, footer: closes, top: top)
  }
}

extension PlanContext {
  fileprivate func home(_ thread: World.Thread) -> String {
    if thread.apartment.isNone { return "no room" }
    return thread.current == thread.apartment
      ? label(thread.apartment) : "in \(label(thread.current))"
  }
}
