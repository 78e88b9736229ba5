/// Which row of a list is selected and which part of the list shows.
public struct ListPosition: Hashable, Sendable {
  /// The selected row, from 0.
  public private(set) var selected: Int
  /// The first row that shows.
  public private(set) var top: Int

  public init(selected: Int = 0, top: Int = 0) {
    self.selected = selected
    self.top = top
  }

  /// Selects `row`, or the nearest that exists among `count`.
  public mutating func select(_ row: Int, count: Int) {
    selected = min(max(0, row), max(0, count - 1))
  }

  /// Moves the selection by `rows`; it stops at both ends.
  public mutating func move(by rows: Int, count: Int) {
    select(selected + rows, count: count)
  }

  /// The same position, scrolled as little as needed to show the selection in `height` rows, with
  /// no free rows at the end while rows are hidden at the start.
  public func showing(count: Int, height: Int) -> ListPosition {
    guard height > 0 else { return self }
    var result = self
    result.select(selected, count: count)
    result.top = min(result.top, result.selected)
    result.top = max(result.top, result.selected - height + 1)
    result.top = min(result.top, max(0, count - height))
    result.top = max(0, result.top)
    return result
  }
}

extension Canvas {
  /// Draws `rows` with the selected one marked by `►` and its style, and `▲` or `▼` at the right
  /// edge where more is hidden. Each row is clickable as `idPrefix` and its number. Returns where
  /// the cursor belongs: the selected row.
  @discardableResult
  public mutating func list(
    _ rows: [StyledText], _ position: ListPosition, in rect: Rect, idPrefix: String = "row "
  ) -> Point {
    let shown = position.showing(count: rows.count, height: rect.height)
    let end = min(rows.count, shown.top + rect.height)
    for row in shown.top..<max(shown.top, end) {
      let line = Rect(
        x: rect.left, y: rect.top + row - shown.top, width: rect.width, height: 1)
      drawListRow(rows[row], isSelected: row == shown.selected, in: line)
      addHit(line, idPrefix + String(row))
    }
    if shown.top > 0, !rect.isEmpty {
      write(String(Glyph.pointsUp), at: Point(x: rect.right - 1, y: rect.top), .dim)
    }
    if end < rows.count, !rect.isEmpty {
      write(String(Glyph.pointsDown), at: Point(x: rect.right - 1, y: rect.bottom - 1), .dim)
    }
    return Point(x: rect.left, y: rect.top + shown.selected - shown.top)
  }

  private mutating func drawListRow(_ row: StyledText, isSelected: Bool, in line: Rect) {
    let mark = StyledText(isSelected ? "\(Glyph.runs) " : "  ")
    // The last two columns stay free for the signs that more is hidden.
    let text = (mark + row).padded(toWidth: max(0, line.width - 2))
    let styled = isSelected ? text.restyled { $0.with(.reverse) } : text
    write(styled, at: line.origin, width: line.width)
  }
}
