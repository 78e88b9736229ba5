extension Canvas {
  /// The canvas in ASCII. Each cell keeps its place, but for arrows in texts: `5>0` would be read as a
  /// comparison, so they become `->` and `<-` where the text can take a free cell behind it, or one of
  /// the wall that it stands in.
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

  private static func withWideArrows(_ row: [Cell]) -> [Cell] {
    var row = row
    var x = 0
    while x < row.count {
      if let arrow = arrows[row[x].character],
        let spare = endOfText(from: x, in: row) ?? wall(before: x, in: row)
      {
        let cells = arrow.map { Cell($0, row[x].style) }
        row.replaceSubrange(x...x, with: cells)
        row.remove(at: spare < x ? spare : spare + 1)
        x += spare < x ? 0 : 1
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

  /// The end of a wall that leads up to the text and is longer than a cell.
  private static func wall(before start: Int, in row: [Cell]) -> Int? {
    let end = row[..<start].lastIndex { Wall.isPart($0.character) }
    guard let end, end > 0, horizontals.contains(row[end].character),
      row[end - 1].character == row[end].character
    else { return nil }
    return end
  }

  private static let horizontals = Set(Wall.allCases.map(\.horizontal))
  private static let blank = Cell.blank.content
}
