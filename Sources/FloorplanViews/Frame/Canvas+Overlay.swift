import TerminalUI
import Trace

extension Canvas {
  mutating func overlay(_ overlay: FrameOverlay, _ context: PlanContext, in area: Rect) {
    let width = max(1, min(area.width - 4, 74))
    let box =
      switch overlay {
      case .help(let groups, let top): Overlay.help(groups, top: top, width: width)
      case .threads(let top): Overlay.threads(context, top: top)
      case .knobs(let knobs, let selected):
        Overlay.knobs(knobs, selected: selected, width: width)
      case .findings(let findings, let selected):
        Overlay.findings(findings, selected: selected, width: width)
      case .explanation(let title, let text):
        Overlay(
          title: StyledText(title, .title),
          lines: text.wrapped(toWidth: width).map { StyledText($0) },
          footer: Overlay.closes)
      case .deadlock: Overlay.deadlock(context)
      case .endCard(let card): Overlay.endCard(card, width: width)
      }
    self.overlay(box, in: area)
  }
}

extension Overlay {
  static let closes = StyledText("Esc", .key) + " closes"

  static func help(_ groups: [HelpGroup], top: Int, width: Int) -> Overlay {
    let column = min(22, groups.flatMap(\.rows).map(\.keys.cellWidth).max() ?? 0) + 2
    var lines: [StyledText] = []
    for group in groups {
      if !lines.isEmpty { lines.append("") }
      lines.append(StyledText(group.title, .title))
      for row in group.rows {
        let meaning = row.meaning.wrapped(toWidth: max(10, width - column - 1))
        for (index, text) in meaning.enumerated() {
          let keys = index == 0 ? row.keys : ""
          lines.append(StyledText(" " + keys.padded(toWidth: column), .key) + StyledText(text))
        }
      }
    }
    return Overlay(
      title: StyledText("Keys and signs", .title), lines: lines, footer: closes + ", ↑ ↓ scroll",
      top: top)
  }

  fileprivate static func knobs(_ knobs: [Knob], selected: Int, width: Int) -> Overlay {
    var lines: [StyledText] = []
    var top = 0
    for (index, knob) in knobs.enumerated() {
      let isSelected = index == selected
      if isSelected { top = max(0, lines.count - 2) }
      let mark = isSelected ? "\(Glyph.runs) " : "  "
      lines.append(StyledText(mark + knob.title, isSelected ? .bold : .plain))
      lines += values(of: knob, width: width)
    }
    if knobs.isEmpty { lines = ["This scenario has none."] }
    let footer =
      StyledText("← →", .key) + " change, " + StyledText("Enter", .key) + " restarts, "
      + closes
    return Overlay(
      title: StyledText("What if…", .title), lines: lines, footer: footer, top: top)
  }

  /// The values of a switch side by side, the set one in brackets, on as many lines as they need.
  private static func values(of knob: Knob, width: Int) -> [StyledText] {
    let indent = StyledText("    ")
    var lines: [StyledText] = []
    var line = indent
    for (number, value) in knob.values.enumerated() {
      let text =
        number == knob.value
        ? StyledText("[\(value)]", .changed) : StyledText(" \(value) ", .plain)
      if line.width > indent.width, line.width + text.width > width {
        lines.append(line)
        line = indent
      }
      line += text + " "
    }
    return lines + [line]
  }

  fileprivate static func findings(
    _ findings: [FindingText], selected: Int, width: Int
  ) -> Overlay {
    var lines: [StyledText] = []
    var top = 0
    for (index, finding) in findings.enumerated() {
      let isSelected = index == selected
      if isSelected { top = max(0, lines.count - 2) }
      let mark = isSelected ? "\(Glyph.runs) " : "! "
      for (row, text) in finding.sentence.wrapped(toWidth: width - 2).enumerated() {
        lines.append(
          StyledText(row == 0 ? mark : "  ", .warning)
            + StyledText(text, isSelected ? .bold : .plain))
      }
      guard isSelected else { continue }
      lines += finding.explanation.wrapped(toWidth: max(1, width - 4)).map {
        StyledText("    " + $0)
      }
    }
    if findings.isEmpty { lines = ["Nothing looks wrong."] }
    return Overlay(
      title: StyledText("What looks wrong", .title), lines: lines, footer: closes, top: top)
  }

  fileprivate static func endCard(_ card: EndCard, width: Int) -> Overlay {
    var lines = card.sentence.wrapped(toWidth: width).map { StyledText($0) }
    let facts = card.facts.isEmpty ? "" : "   " + card.facts.joined(separator: " ")
    switch card.verdict {
    case .asExpected(let aFailure):
      let text = aFailure ? "A failure on the way, as expected." : "As expected."
      lines.append(StyledText(text, Style(.ok, .bold)) + StyledText(facts, .dim))
    case .otherwise:
      lines.append(StyledText("Not what this lesson shows.", .warning) + StyledText(facts, .dim))
    case .none: break
    }
    if let score = card.score {
      lines.append(StyledText("Questions: ") + StyledText(score.text, .bold))
    }
    if !card.whatIfs.isEmpty { lines += ["", StyledText("Try", .title)] }
    lines += card.whatIfs.map(keyLine)
    if let next = card.next { lines += ["", StyledText("Next", .title), keyLine(next)] }
    let footer =
      closes + " this card, " + StyledText("←", .key) + " looks back, "
      + StyledText("R", .key) + " again, " + StyledText("q", .key)
      + (card.hasMenu ? " menu" : " leaves")
    return Overlay(title: StyledText("What you saw", .title), lines: lines, footer: footer)
  }

  private static func keyLine(_ item: KeyItem) -> StyledText {
    StyledText(" " + item.key.padded(toWidth: 7), item.isEnabled ? .key : .dim)
      + StyledText(item.meaning)
  }
}
