import TerminalUI

extension Canvas {
  /// Row 21: the open question with its choices, the answer, or a short message.
  mutating func questionRow(_ state: FrameState, in row: Rect) {
    guard !row.isEmpty else { return }
    if !state.message.isEmpty, state.question?.state != .open {
      write(" " + StyledText(state.message, .bold), at: row.origin, width: row.width)
      return
    }
    guard let question = state.question else { return }
    switch question.state {
    case .open: openQuestion(question, in: row)
    case .answered(let sentence, let wasRight):
      var text = StyledText(" ")
      if let wasRight {
        text.append(wasRight ? "Right. " : "Not so. ", Style(wasRight ? .ok : .warning, .bold))
      }
      write(text + StyledText(sentence), at: row.origin, width: row.width)
    }
  }

  /// The choices stay; the text of the question gives way.
  private mutating func openQuestion(_ question: Question, in row: Rect) {
    let show = KeyItem("→", "show me")
    for (gap, showsWay) in [(3, true), (2, true), (2, false)] {
      let items = question.choices.map { KeyItem($0.key, $0.label) } + (showsWay ? [show] : [])
      let width = items.reduce(0) { $0 + $1.key.cellWidth + 1 + $1.meaning.cellWidth + gap }
      let room = row.width - width
      guard question.text.cellWidth + 4 <= room || !showsWay else { continue }
      let text = " ? " + StyledText(question.text, .bold).truncated(toWidth: max(0, room - 4))
      var x = write(text, at: row.origin) + gap
      for item in items {
        let start = Point(x: x, y: row.top)
        x = write(StyledText(item.key, .key) + " " + StyledText(item.meaning), at: start)
        addHit(Rect(x: start.x, y: row.top, width: x - start.x, height: 1), "key " + item.key)
        x += gap
      }
      return
    }
  }
}
