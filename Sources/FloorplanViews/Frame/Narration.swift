import TerminalUI

/// The words of a step, broken into lines, with the facts that it shows at the end.
enum Narration {
  static func lines(_ state: FrameState, width: Int) -> [StyledText] {
    let room = max(1, width - 2)
    let facts = state.facts.joined(separator: " ")
    var lines =
      state.narration.isEmpty
      ? [] : state.narration.wrapped(toWidth: room).map { StyledText(" " + $0) }
    guard !facts.isEmpty, room > facts.cellWidth else { return lines }
    let used = lines.last?.width ?? 0
    if lines.isEmpty || used + facts.cellWidth + 2 > room { lines.append("") }
    let last = lines.count - 1
    let gap = max(0, room + 1 - lines[last].width - facts.cellWidth)
    lines[last] += StyledText(String(repeating: " ", count: gap)) + StyledText(facts, .dim)
    return lines
  }
}
