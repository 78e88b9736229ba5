/// A picture made of cells. Views draw into it, tests compare its `text`, the driver paints it.
/// Whatever is drawn outside is cut off.
public struct Canvas: Hashable, Sendable {
  public let size: Size
  private var cells: [Cell]
  /// Where a click means something; later regions lie above earlier ones.
  public internal(set) var hitRegions: [HitRegion] = []

  public init(_ size: Size) {
    self.size = size
    cells = Array(repeating: .blank, count: size.width * size.height)
  }

  /// A canvas that holds `lines`, as wide as the widest.
  public init(lines: [StyledText]) {
    self.init(Size(width: lines.map(\.width).max() ?? 0, height: lines.count))
    for (y, line) in lines.enumerated() { write(line, at: Point(x: 0, y: y)) }
  }

  public var bounds: Rect { Rect(origin: .zero, size: size) }

  /// The cell at `point`. Reading outside gives a blank; writing outside is ignored.
  public subscript(point: Point) -> Cell {
    get { bounds.contains(point) ? cells[index(point)] : .blank }
    set { if bounds.contains(point) { cells[index(point)] = newValue } }
  }

  /// The cells of one row, from the left.
  public func row(_ y: Int) -> ArraySlice<Cell> {
    guard y >= 0, y < size.height else { return [] }
    return cells[y * size.width..<(y + 1) * size.width]
  }

  /// The canvas with every cell replaced; hit regions stay.
  public func mapCells(_ change: (Cell) -> Cell) -> Canvas {
    var result = self
    result.cells = cells.map(change)
    return result
  }

  private func index(_ point: Point) -> Int { point.y * size.width + point.x }
}
