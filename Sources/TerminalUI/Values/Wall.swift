/// How the wall of a room is drawn: its kind of apartment is said by shape, not by colour.
public enum Wall: Hashable, Sendable, CaseIterable {
  /// A single-threaded apartment.
  case double
  /// The multithreaded apartment, a process, a pane.
  case single
  /// The neutral apartment.
  case dotted

  public var horizontal: Character {
    switch self {
    case .double: "═"
    case .single: "─"
    case .dotted: "·"
    }
  }

  public var vertical: Character {
    switch self {
    case .double: "║"
    case .single: "│"
    case .dotted: "·"
    }
  }

  /// Whether a room, a line or a junction is drawn with it.
  static func isPart(_ character: Character) -> Bool {
    "═║╔╗╚╝─│┌┐└┘·".contains(character) || Junction.isJunction(character)
  }

  /// Upper left, upper right, lower left, lower right.
  var corners: (Character, Character, Character, Character) {
    switch self {
    case .double: ("╔", "╗", "╚", "╝")
    case .single: ("┌", "┐", "└", "┘")
    case .dotted: ("·", "·", "·", "·")
    }
  }
}

/// A side of a cell.
public enum Direction: Hashable, Sendable, CaseIterable {
  case up, down, left, right
}

/// The single-line branches that a wall glyph can grow.
enum Junction {
  /// `glyph` with a single line that leaves it towards `direction`; the glyph itself if it has
  /// no such form.
  static func branch(_ glyph: Character, _ direction: Direction) -> Character {
    branches[glyph]?[direction] ?? glyph
  }

  static func isJunction(_ character: Character) -> Bool { junctions.contains(character) }

  private static let junctions = Set(branches.values.flatMap(\.values))

  private static let branches: [Character: [Direction: Character]] = [
    "║": [.right: "╟", .left: "╢"],
    "═": [.down: "╤", .up: "╧"],
    "│": [.right: "├", .left: "┤"],
    "─": [.down: "┬", .up: "┴"],
    "├": [.left: "┼"],
    "┤": [.right: "┼"],
    "┬": [.up: "┼"],
    "┴": [.down: "┼"],
    "┌": [.left: "┬", .up: "├"],
    "┐": [.right: "┬", .up: "┤"],
    "└": [.left: "┴", .down: "├"],
    "┘": [.right: "┴", .down: "┤"],
  ]
}

extension Canvas {
  /// Draws `length` cells of a horizontal line from `point` to the right.
  public mutating func horizontalLine(
    at point: Point, length: Int, _ wall: Wall = .single, _ style: Style = .wall
  ) {
    write(String(repeating: wall.horizontal, count: max(0, length)), at: point, style)
  }

  /// Draws `length` cells of a vertical line from `point` down.
  public mutating func verticalLine(
    at point: Point, length: Int, _ wall: Wall = .single, _ style: Style = .wall
  ) {
    for row in 0..<max(0, length) {
      write(String(wall.vertical), at: point.moved(dy: row), style)
    }
  }

  /// Turns the wall glyph at `point` into one from which a line leaves towards `direction`.
  public mutating func branch(at point: Point, _ direction: Direction) {
    let cell = self[point]
    self[point] = Cell(Junction.branch(cell.character, direction), cell.style)
  }

  /// Draws a box with its titles in the top wall: `title` on the left, `trailing` on the right.
  /// A rectangle below two by two cells has no inside and is not drawn.
  public mutating func box(
    _ rect: Rect, _ wall: Wall, title: StyledText = "", trailing: StyledText = "",
    style: Style = .wall
  ) {
    guard rect.width >= 2, rect.height >= 2 else { return }
    let (upperLeft, upperRight, lowerLeft, lowerRight) = wall.corners
    let inner = rect.width - 2
    let (right, bottom) = (rect.right - 1, rect.bottom - 1)
    horizontalLine(at: rect.origin.moved(dx: 1), length: inner, wall, style)
    horizontalLine(at: Point(x: rect.left + 1, y: bottom), length: inner, wall, style)
    verticalLine(at: rect.origin.moved(dy: 1), length: rect.height - 2, wall, style)
    verticalLine(at: Point(x: right, y: rect.top + 1), length: rect.height - 2, wall, style)
    self[rect.origin] = Cell(upperLeft, style)
    self[Point(x: right, y: rect.top)] = Cell(upperRight, style)
    self[Point(x: rect.left, y: bottom)] = Cell(lowerLeft, style)
    self[Point(x: right, y: bottom)] = Cell(lowerRight, style)
    drawTitles(rect, title, trailing)
  }

  /// A line across `rect`'s top row that carries a title: `─ in no apartment ───`.
  public mutating func rule(
    _ rect: Rect, _ wall: Wall = .single, title: StyledText = "", trailing: StyledText = "",
    style: Style = .wall
  ) {
    horizontalLine(at: rect.origin, length: rect.width, wall, style)
    let inner = rect.width - 2
    if !title.isEmpty {
      write(framed(title, inner), at: rect.origin.moved(dx: 1))
    }
    guard !trailing.isEmpty, title.width + trailing.width + 6 <= rect.width else { return }
    write(framed(trailing, inner), at: rect.origin.moved(dx: rect.width - trailing.width - 3))
  }

  /// Titles stand two cells from the corners; the trailing one goes when there is no room.
  private mutating func drawTitles(_ rect: Rect, _ title: StyledText, _ trailing: StyledText) {
    let room = rect.width - 4
    guard room > 2 else { return }
    if !title.isEmpty { write(framed(title, room), at: rect.origin.moved(dx: 2)) }
    let used = title.isEmpty ? 0 : title.width + 3
    guard !trailing.isEmpty, used + trailing.width + 2 <= room else { return }
    write(
      framed(trailing, room),
      at: Point(x: rect.right - 2 - trailing.width - 2, y: rect.top))
  }

  private func framed(_ title: StyledText, _ width: Int) -> StyledText {
    " " + title.truncated(toWidth: width - 2) + " "
  }
}
