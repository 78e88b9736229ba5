/// A key and what it does now, as a key bar shows it.
public struct KeyItem: Hashable, Sendable {
  /// The key's name: `Space`, `→`.
  public var key: String
  /// What it does, in a word or two.
  public var meaning: String
  /// A key that cannot act now is dimmed.
  public var isEnabled: Bool
  /// The item with the highest rank goes first when the bar is narrow.
  public var rank: Int
  /// What a click on the item reports; its key if nothing else is given.
  public var id: String

  public init(
    _ key: String, _ meaning: String, isEnabled: Bool = true, rank: Int = 0, id: String? = nil
  ) {
    self.key = key
    self.meaning = meaning
    self.isEnabled = isEnabled
    self.rank = rank
    self.id = id ?? key
  }

  var width: Int {
    key.cellWidth + (meaning.isEmpty ? 0 : 1 + meaning.cellWidth)
  }
}

/// One row of keys: ` Space go on   → step   ? help`.
public enum KeyBar {
  private static let margin = 1

  /// The items that fit into `width` cells, in their order, and the gap between them. First the gap
  /// shrinks from three cells to two, then the items of the highest rank go, the last of them first.
  static func fitting(_ items: [KeyItem], width: Int) -> (items: [KeyItem], gap: Int) {
    var kept = items
    while !kept.isEmpty {
      for gap in [3, 2] where needed(kept, gap: gap) <= width { return (kept, gap) }
      let highest = kept.map(\.rank).max() ?? 0
      if let last = kept.lastIndex(where: { $0.rank == highest }) { kept.remove(at: last) }
    }
    return ([], 0)
  }

  private static func needed(_ items: [KeyItem], gap: Int) -> Int {
    margin + items.reduce(0) { $0 + $1.width } + gap * (items.count - 1)
  }
}

extension Canvas {
  /// Draws a key bar into the top row of `rect`. Each enabled item is clickable by its id.
  public mutating func keyBar(_ items: [KeyItem], in rect: Rect) {
    let (kept, gap) = KeyBar.fitting(items, width: rect.width)
    var x = rect.left + 1
    for item in kept {
      let start = Point(x: x, y: rect.top)
      x = write(item.key, at: start, item.isEnabled ? .key : .dim)
      if !item.meaning.isEmpty {
        x = write(item.meaning, at: Point(x: x + 1, y: rect.top), item.isEnabled ? .plain : .dim)
      }
      if item.isEnabled {
        addHit(Rect(origin: start, size: Size(width: x - start.x, height: 1)), item.id)
      }
      x += gap
    }
  }
}
