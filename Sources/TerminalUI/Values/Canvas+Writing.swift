extension Canvas {
  /// Writes `text` on one line from `point` to the right and returns the column after it.
  /// Control characters cannot be drawn and become `?`, a tab becomes a blank.
  @discardableResult
  public mutating func write(_ text: String, at point: Point, _ style: Style = .plain) -> Int {
    var x = point.x
    for character in text {
      x += put(Canvas.printable(character), at: Point(x: x, y: point.y), style)
    }
    return x
  }

  /// Writes `text` from `point` to the right and returns the column after it.
  @discardableResult
  public mutating func write(_ text: StyledText, at point: Point) -> Int {
    text.spans.reduce(point.x) { x, span in
      write(span.text, at: Point(x: x, y: point.y), span.style)
    }
  }

  /// Writes `text` truncated to `width` cells.
  public mutating func write(_ text: StyledText, at point: Point, width: Int) {
    write(text.truncated(toWidth: width), at: point)
  }

  /// Writes lines one below the other into `rect`; what does not fit is cut with an ellipsis.
  public mutating func write(_ lines: [StyledText], in rect: Rect) {
    for (row, line) in lines.prefix(rect.height).enumerated() {
      write(line, at: rect.origin.moved(dy: row), width: rect.width)
    }
  }

  /// Puts one character and returns how many cells it took.
  private mutating func put(_ character: Character, at point: Point, _ style: Style) -> Int {
    let width = character.cellWidth
    guard width > 0 else { return 0 }
    clearHalves(from: point, width: width)
    let next = point.moved(dx: 1)
    if width == 2, bounds.contains(point) != bounds.contains(next) {
      // Half of a wide character cannot be shown: whichever half is inside stays blank.
      self[point] = Cell(" ", style)
      self[next] = Cell(" ", style)
    } else {
      self[point] = Cell(character, style)
      if width == 2 { self[next] = Cell(content: .trailingHalf, style: style) }
    }
    return width
  }

  /// Blanks the other half of a wide character that is about to lose one.
  private mutating func clearHalves(from point: Point, width: Int) {
    if self[point].content == .trailingHalf {
      self[point.moved(dx: -1)] = Cell(" ", self[point].style)
    }
    let after = point.moved(dx: width)
    if self[after].content == .trailingHalf { self[after] = Cell(" ", self[after].style) }
  }

  private static func printable(_ character: Character) -> Character {
    guard let first = character.unicodeScalars.first else { return " " }
    switch first.properties.generalCategory {
    case .control: return character == "\t" ? " " : "?"
    default: return character
    }
  }

  /// Fills `rect` with one character of one cell.
  public mutating func fill(_ rect: Rect, _ character: Character = " ", _ style: Style = .plain) {
    let area = rect.intersection(bounds)
    for y in area.top..<area.bottom {
      write(
        String(repeating: character, count: area.width), at: Point(x: area.left, y: y), style)
    }
  }

  /// Changes the style of what stands in `rect` and keeps the characters.
  public mutating func restyle(_ rect: Rect, _ change: (Style) -> Style) {
    let area = rect.intersection(bounds)
    for y in area.top..<area.bottom {
      for x in area.left..<area.right {
        self[Point(x: x, y: y)].style = change(self[Point(x: x, y: y)].style)
      }
    }
  }

  /// Draws another canvas with its upper left corner at `point`, with its hit regions.
  public mutating func draw(_ other: Canvas, at point: Point) {
    for y in 0..<other.size.height {
      var x = point.x
      for cell in other.row(y) {
        if case .character(let character) = cell.content {
          _ = put(character, at: Point(x: x, y: point.y + y), cell.style)
        }
        x += 1
      }
    }
    hitRegions += other.hitRegions.map {
      HitRegion(rect: $0.rect.moved(dx: point.x, dy: point.y), id: $0.id)
    }
  }

  /// Lets `body` draw into `rect` as into a canvas of its own, from (0, 0), cut off at its edges.
  public mutating func draw(in rect: Rect, _ body: (inout Canvas) -> Void) {
    var part = Canvas(rect.size)
    for y in 0..<rect.height {
      for x in 0..<rect.width {
        part[Point(x: x, y: y)] = self[Point(x: rect.left + x, y: rect.top + y)]
      }
    }
    body(&part)
    draw(part, at: rect.origin)
  }
}
