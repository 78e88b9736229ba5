/// How many cells something takes: columns across and rows down. Never negative.
public struct Size: Hashable, Sendable {
  public let width: Int
  public let height: Int

  /// Negative lengths become 0, so that arithmetic on a tiny terminal stays harmless.
  public init(width: Int, height: Int) {
    self.width = max(0, width)
    self.height = max(0, height)
  }

  /// The classic terminal, and the size that every screen is designed for.
  public static let standard = Size(width: 80, height: 24)
}

/// A cell's place: `x` columns from the left, `y` rows from the top, both from 0.
public struct Point: Hashable, Sendable {
  public var x: Int
  public var y: Int

  public init(x: Int, y: Int) {
    self.x = x
    self.y = y
  }

  public static let zero = Point(x: 0, y: 0)

  /// The point `dx` columns to the right and `dy` rows down.
  public func moved(dx: Int = 0, dy: Int = 0) -> Point {
    Point(x: x + dx, y: y + dy)
  }
}

/// A rectangle of cells. `right` and `bottom` are the first column and row outside it.
public struct Rect: Hashable, Sendable {
  public var origin: Point
  public var size: Size

  public init(origin: Point, size: Size) {
    self.origin = origin
    self.size = size
  }

  public init(x: Int, y: Int, width: Int, height: Int) {
    self.init(origin: Point(x: x, y: y), size: Size(width: width, height: height))
  }

  public var left: Int { origin.x }
  public var top: Int { origin.y }
  public var right: Int { origin.x + size.width }
  public var bottom: Int { origin.y + size.height }
  public var width: Int { size.width }
  public var height: Int { size.height }
  public var isEmpty: Bool { width == 0 || height == 0 }

  public func contains(_ point: Point) -> Bool {
    point.x >= left && point.x < right && point.y >= top && point.y < bottom
  }

  /// What both rectangles cover; empty when they do not meet.
  public func intersection(_ other: Rect) -> Rect {
    let x = max(left, other.left)
    let y = max(top, other.top)
    return Rect(
      x: x, y: y, width: min(right, other.right) - x, height: min(bottom, other.bottom) - y)
  }
}

extension Rect {
  /// The rectangle without `dx` columns on both sides and `dy` rows above and below.
  public func inset(dx: Int = 1, dy: Int = 1) -> Rect {
    Rect(x: left + dx, y: top + dy, width: width - 2 * dx, height: height - 2 * dy)
  }

  /// The same size, moved.
  public func moved(dx: Int = 0, dy: Int = 0) -> Rect {
    Rect(origin: origin.moved(dx: dx, dy: dy), size: size)
  }

  /// The upper `rows` rows (all of them if there are fewer), and what is left below.
  public func splitTop(_ rows: Int) -> (top: Rect, rest: Rect) {
    let taken = min(max(0, rows), height)
    return (
      Rect(x: left, y: top, width: width, height: taken),
      Rect(x: left, y: top + taken, width: width, height: height - taken)
    )
  }

  /// The lower `rows` rows, and what is left above.
  public func splitBottom(_ rows: Int) -> (rest: Rect, bottom: Rect) {
    let taken = min(max(0, rows), height)
    let (rest, bottom) = splitTop(height - taken)
    return (rest, bottom)
  }

  /// The `columns` columns on the left, and what is left beside them.
  public func splitLeft(_ columns: Int) -> (left: Rect, rest: Rect) {
    let taken = min(max(0, columns), width)
    return (
      Rect(x: left, y: top, width: taken, height: height),
      Rect(x: left + taken, y: top, width: width - taken, height: height)
    )
  }

  /// The `columns` columns on the right, and what is left beside them.
  public func splitRight(_ columns: Int) -> (rest: Rect, right: Rect) {
    let taken = min(max(0, columns), width)
    let (rest, right) = splitLeft(width - taken)
    return (rest, right)
  }

  /// Columns of widths in the proportion of `weights`, with `gap` free columns between them.
  /// They fill the width exactly; what does not divide goes to the first ones.
  public func columns(_ weights: [Int], gap: Int = 0) -> [Rect] {
    let widths = Rect.shares(of: width - gap * (weights.count - 1), weights)
    var x = left
    return widths.map { share in
      defer { x += share + gap }
      return Rect(x: x, y: top, width: share, height: height)
    }
  }

  /// Rows of heights in the proportion of `weights`, with `gap` free rows between them.
  public func rows(_ weights: [Int], gap: Int = 0) -> [Rect] {
    let heights = Rect.shares(of: height - gap * (weights.count - 1), weights)
    var y = top
    return heights.map { share in
      defer { y += share + gap }
      return Rect(x: left, y: y, width: width, height: share)
    }
  }

  /// A rectangle of `size`, or as much of it as fits, in the middle of this one.
  public func centred(_ size: Size) -> Rect {
    let w = min(size.width, width)
    let h = min(size.height, height)
    return Rect(x: left + (width - w) / 2, y: top + (height - h) / 2, width: w, height: h)
  }

  private static func shares(of total: Int, _ weights: [Int]) -> [Int] {
    let sum = weights.reduce(0, +)
    guard total > 0, sum > 0 else { return weights.map { _ in 0 } }
    var shares = weights.map { total * $0 / sum }
    for index in 0..<(total - shares.reduce(0, +)) { shares[index % shares.count] += 1 }
    return shares
  }
}
