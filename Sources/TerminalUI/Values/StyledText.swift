/// One line of text in several styles: `"refs " + StyledText("1→0", .changed)`.
public struct StyledText: Hashable, Sendable, ExpressibleByStringInterpolation {
  /// A piece of text in one style.
  public struct Span: Hashable, Sendable {
    public var text: String
    public var style: Style
  }

  public private(set) var spans: [Span]

  public init(_ text: String = "", _ style: Style = .plain) {
    spans = text.isEmpty ? [] : [Span(text: text, style: style)]
  }

  public init(stringLiteral text: String) {
    self.init(text)
  }

  /// The text without its styles.
  public var string: String { spans.map(\.text).joined() }

  /// How many cells the text takes.
  public var width: Int { spans.reduce(0) { $0 + $1.text.cellWidth } }

  public var isEmpty: Bool { spans.isEmpty }

  public static func + (left: StyledText, right: StyledText) -> StyledText {
    var sum = left
    sum += right
    return sum
  }

  public static func += (left: inout StyledText, right: StyledText) {
    left.spans += right.spans
  }

  /// Adds `text` in `style` at the end.
  public mutating func append(_ text: String, _ style: Style = .plain) {
    self += StyledText(text, style)
  }

  /// The same text with every piece in `style`.
  public func restyled(_ style: Style) -> StyledText {
    StyledText(string, style)
  }

  /// The same text with every piece changed by `change`.
  public func restyled(_ change: (Style) -> Style) -> StyledText {
    var result = self
    for index in result.spans.indices { result.spans[index].style = change(spans[index].style) }
    return result
  }

  /// Filled with blanks on the right up to `width` cells; longer text is truncated.
  public func padded(toWidth width: Int) -> StyledText {
    let fitted = truncated(toWidth: width)
    return fitted + StyledText(String(repeating: " ", count: max(0, width - fitted.width)))
  }

  /// The text in at most `width` cells; what does not fit ends with an ellipsis.
  public func truncated(toWidth width: Int) -> StyledText {
    guard self.width > width else { return self }
    guard width > 0 else { return StyledText() }
    var kept: [(character: Character, style: Style)] = []
    var used = 0
    for piece in characters {
      let cells = piece.character.cellWidth
      guard used + cells <= width - 1 else {
        kept.append((Glyph.ellipsis, piece.style))
        break
      }
      used += cells
      kept.append(piece)
    }
    return StyledText(kept[...])
  }

  /// Lines of at most `width` cells, broken like `String.wrapped(toWidth:)`.
  public func wrapped(toWidth width: Int) -> [StyledText] {
    let pieces = characters
    return LineBreaker(width: max(1, width)).lines(pieces.map(\.character)).map {
      StyledText(pieces[$0])
    }
  }

  private var characters: [(character: Character, style: Style)] {
    spans.flatMap { span in span.text.map { ($0, span.style) } }
  }

  private init(_ pieces: ArraySlice<(character: Character, style: Style)>) {
    spans = []
    for piece in pieces {
      if spans.last?.style == piece.style {
        spans[spans.count - 1].text.append(piece.character)
      } else {
        spans.append(Span(text: String(piece.character), style: piece.style))
      }
    }
  }
}

extension [StyledText] {
  /// The lines as one, with `separator` between them.
  public func joined(separator: StyledText) -> StyledText {
    var result = StyledText()
    for (index, line) in enumerated() {
      if index > 0 { result += separator }
      result += line
    }
    return result
  }
}
