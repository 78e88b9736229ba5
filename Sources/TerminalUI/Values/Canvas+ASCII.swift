extension Canvas {
  /// The canvas in ASCII. Each cell keeps its place, but for arrows in texts: `5>0` would be read as a
  /// comparison, so they become `->` and `<-` where free cells behind the text leave room for that.
  public func ascii() -> Canvas {
    var canvas = self
    for y in 0..<size.height {
      for (x, cell) in Self.withWideArrows(Array(row(y))).enumerated() {
        canvas[Point(x: x, y: y)] = Self.ascii(cell)
      }
    }
    return canvas
  }

  private static func ascii(_ cell: Cell) -> Cell {
    switch cell.content {
    case .character(let character): Cell(GlyphSet.ascii(for: character), cell.style)
    case .trailingHalf: Cell("?", cell.style)
    }
  }

  /// Each arrow takes the first of the two free cells that end its text.
  private static func withWideArrows(_ row: [Cell]) -> [Cell] {
    var row = row
    var x = 0
    while x < row.count {
      if let arrow = arrows[row[x].character], let end = endOfText(from: x, in: row) {
        let style = row[x].style
        row.remove(at: end)
        row.replaceSubrange(x...x, with: arrow.map { Cell($0, style) })
        x += 1
      }
      x += 1
    }
    return row
  }

  private static let arrows: [Character: String] = ["→": "->", "←": "<-"]

  /// Where two free cells follow one another; nil where a wall comes first. A blank outside of the
  /// row is free.
  private static func endOfText(from start: Int, in row: [Cell]) -> Int? {
    for x in row.indices[start...].dropFirst() {
      let character = row[x].character
      if Wall.isPart(character) { return nil }
      let isLast = x + 1 == row.count
      if row[x].content == blank, isLast || row[x + 1].content == blank { return x }
    }
    return nil
  }

  private static let blank = Cell.blank.content
}
