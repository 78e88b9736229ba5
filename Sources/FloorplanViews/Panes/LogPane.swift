import TerminalUI

/// The log: events as sentences.
public struct LogState: Hashable, Sendable {
  /// One event.
  public struct Line: Hashable, Sendable {
    public var event: UInt64
    /// Who did it: `2 worker`.
    public var who: String
    public var sentence: String

    public init(event: UInt64, who: String, sentence: String) {
      self.event = event
      self.who = who
      self.sentence = sentence
    }
  }

  /// In order; a window of the history round the position is enough.
  public var lines: [Line]
  /// The event that the position is at.
  public var current: UInt64
  /// Only lines that hold this text are shown; empty shows all.
  public var filter: String

  public init(lines: [Line] = [], current: UInt64 = 0, filter: String = "") {
    self.lines = lines
    self.current = current
    self.filter = filter
  }

  var shown: [Line] {
    guard !filter.isEmpty else { return lines }
    let wanted = filter.lowercased()
    return lines.filter { "\($0.who) \($0.sentence)".lowercased().contains(wanted) }
  }
}

extension Canvas {
  mutating func logPane(_ log: LogState, in area: Rect) {
    guard !area.isEmpty else { return }
    let (head, inside) = area.splitTop(1)
    let filter = log.filter.isEmpty ? "" : "   filter: \(log.filter)"
    write(
      StyledText(" LOG", .title) + StyledText(filter, .dim), at: head.origin, width: head.width)
    let lines = log.shown
    guard !lines.isEmpty else {
      let text = log.filter.isEmpty ? " nothing has happened yet" : " no event says that"
      write([StyledText(text, .dim)], in: inside)
      return
    }
    let here = lines.lastIndex { $0.event <= log.current } ?? 0
    // Two lines of what comes after, where there is something after.
    let start = max(0, min(here + 3, lines.count) - inside.height)
    let column = min(20, lines[start...].prefix(inside.height).map(\.who.cellWidth).max() ?? 0)
    for (row, index) in (start..<min(start + inside.height, lines.count)).enumerated() {
      let line = lines[index]
      let style: Style = line.event > log.current ? .dim : index == here ? .bold : .plain
      let number = String(line.event).padded(toWidth: 5, .right)
      let text = "\(number)  \(line.who.padded(toWidth: column))  \(line.sentence)"
      let mark = index == here ? StyledText("◄ here", .acting) : ""
      let room = inside.width - (index == here ? 8 : 1)
      let fitted = StyledText(text, style).truncated(toWidth: max(0, room))
      let place = PlanRow(fitted, trailing: mark, rank: .thing)
      let rect = Rect(x: inside.left, y: inside.top + row, width: inside.width, height: 1)
      write(place.line(width: max(0, inside.width - 1)), at: rect.origin, width: inside.width)
      addHit(rect, "event \(line.event)")
    }
  }
}
