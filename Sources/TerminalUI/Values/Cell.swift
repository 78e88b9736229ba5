/// One cell of a canvas.
public struct Cell: Hashable, Sendable {
  public enum Content: Hashable, Sendable {
    /// A character; a wide one also takes the cell to its right.
    case character(Character)
    /// The right half of the wide character in the cell to the left.
    case trailingHalf
  }

  public var content: Content
  public var style: Style

  public init(_ character: Character, _ style: Style = .plain) {
    content = .character(character)
    self.style = style
  }

  init(content: Content, style: Style) {
    self.content = content
    self.style = style
  }

  public static let blank = Cell(" ")

  /// The character that starts in this cell; a blank for a trailing half.
  public var character: Character {
    switch content {
    case .character(let character): character
    case .trailingHalf: " "
    }
  }
}
