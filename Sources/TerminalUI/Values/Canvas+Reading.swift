/// A part of the canvas where a click means something.
public struct HitRegion: Hashable, Sendable {
  public let rect: Rect
  /// What was hit, in the words of whoever drew it.
  public let id: String
}

extension Canvas {
  /// Makes the part of `rect` that lies inside clickable as `id`.
  public mutating func addHit(_ rect: Rect, _ id: String) {
    hitRegions.append(HitRegion(rect: rect.intersection(bounds), id: id))
  }

  /// What lies uppermost at `point`, if anything clickable does.
  public func hit(at point: Point) -> String? {
    hitRegions.last { $0.rect.contains(point) }?.id
  }

  /// The rows joined by line breaks, without blanks at their ends.
  public var text: String {
    (0..<size.height).map(rowText).joined(separator: "\n")
  }

  /// One row as text, without blanks at its end.
  public func rowText(_ y: Int) -> String {
    var line = ""
    var pendingBlanks = 0
    for cell in row(y) where cell.content != .trailingHalf {
      if cell.character == " " {
        pendingBlanks += 1
      } else {
        line += String(repeating: " ", count: pendingBlanks)
        line.append(cell.character)
        pendingBlanks = 0
      }
    }
    return line
  }

  /// The pieces of text shown in `role`, row by row from the left: for tests about marking.
  public func text(in role: Role) -> [String] {
    (0..<size.height).flatMap { y in
      row(y).filter { $0.content != .trailingHalf }
        .split { $0.style.role != role }
        .map { String($0.map(\.character)) }
    }
  }

  /// Where `text` first stands within one row.
  public func firstPoint(of text: String) -> Point? {
    let wanted = Array(text)
    for y in 0..<size.height {
      let places = row(y).enumerated().filter { $0.element.content != .trailingHalf }
      let characters = places.map(\.element.character)
      guard characters.count >= wanted.count else { continue }
      for start in 0...(characters.count - wanted.count)
      where Array(characters[start..<start + wanted.count]) == wanted {
        return Point(x: start < places.count ? places[start].offset : 0, y: y)
      }
    }
    return nil
  }
}
