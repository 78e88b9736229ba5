import TerminalUI

extension Canvas {
  /// How many rows the question or its answer needs: two at most.
  func questionLines(_ state: FrameState) -> Int {
    guard let question = state.question else { return 1 }
    switch question.state {
    case .open:
      let row = QuestionRow(question)
      return row.question.cellWidth + 3 + row.width(of: row.all, gap: 2) <= size.width ? 1 : 2
    case .answered:
      return state.message.isEmpty && Self.answer(question).width + 1 > size.width ? 2 : 1
    }
  }

  /// Row 21, with the row above it where one is not enough: the open question with its choices, the
  /// answer, or a short message.
  mutating func questionRow(_ state: FrameState, in area: Rect) {
    guard !area.isEmpty else { return }
    let last = Rect(x: area.left, y: area.bottom - 1, width: area.width, height: 1)
    if !state.message.isEmpty, state.question?.state != .open {
      write(" " + StyledText(state.message, .bold), at: last.origin, width: last.width)
      return
    }
    guard let question = state.question else { return }
    guard question.state == .open else {
      let lines = Self.answer(question).wrapped(toWidth: max(1, area.width - 2))
      write(lines.prefix(area.height).map { " " + $0 }, in: area)
      return
    }
    openQuestion(QuestionRow(question), in: area)
  }

  private static func answer(_ question: Question) -> StyledText {
    guard case .answered(let sentence, let wasRight) = question.state else { return "" }
    let verdict = wasRight.map { right in
      StyledText(right ? "Right. " : "Not so. ", Style(right ? .ok : .warning, .bold))
    }
    return (verdict ?? "") + StyledText(sentence)
  }

  /// The choices stay; the text goes on above them, and is cut only where two rows are not enough.
  private mutating func openQuestion(_ row: QuestionRow, in area: Rect) {
    let lines = row.lines(width: area.width)
    let above = lines.prefix(area.height - 1)
    write(Array(above), in: area)
    let y = area.bottom - 1
    var rest = StyledText("   ")
    if lines.count > above.count {
      let room = area.width - row.width(of: row.choices, gap: 2)
      rest = Array(lines.dropFirst(above.count)).joined(separator: " ").truncated(
        toWidth: max(0, room))
    }
    let gap = rest.width + row.width(of: row.all, gap: 3) <= area.width ? 3 : 2
    let showsWay = rest.width + row.width(of: row.all, gap: gap) <= area.width
    var x = write(rest, at: Point(x: area.left, y: y)) + (lines.count > above.count ? gap : 0)
    for item in showsWay ? row.all : row.choices where x < area.right {
      let start = Point(x: x, y: y)
      let text = StyledText(item.key, .key) + " " + StyledText(item.meaning)
      x = write(text.truncated(toWidth: area.right - x), at: start)
      addHit(Rect(x: start.x, y: y, width: x - start.x, height: 1), "key " + item.key)
      x += gap
    }
  }
}

/// An open question, ready to be written.
private struct QuestionRow {
  let question: String
  let choices: [KeyItem]
  var all: [KeyItem] { choices + [KeyItem("→", "show me")] }

  init(_ question: Question) {
    self.question = question.text
    choices = question.choices.map { KeyItem($0.key, $0.label) }
  }

  func lines(width: Int) -> [StyledText] {
    question.wrapped(toWidth: max(1, width - 4)).enumerated().map { index, line in
      StyledText(index == 0 ? " ? " : "   ") + StyledText(line, .bold)
    }
  }

  /// With a gap before each.
  func width(of items: [KeyItem], gap: Int) -> Int {
    items.reduce(0) { $0 + $1.key.cellWidth + 1 + $1.meaning.cellWidth + gap }
  }
}
