/// A line that a person types after a prompt: `:` for a command, `/` for a search.
public struct InputLine: Hashable, Sendable {
  public let prompt: String
  private var characters: [Character]
  /// Where the next character goes, from 0.
  public private(set) var position: Int

  /// What a key did to the line.
  public enum Outcome: Hashable, Sendable {
    /// Still being typed.
    case editing
    /// Enter: the text is whole.
    case entered(String)
    /// Escape, or Backspace in an empty line.
    case cancelled
    /// The key means nothing here.
    case ignored
  }

  public init(prompt: String, text: String = "") {
    self.prompt = prompt
    characters = Array(text)
    position = characters.count
  }

  public var text: String { String(characters) }

  /// Changes the line as `key` says.
  public mutating func apply(_ key: Key) -> Outcome {
    switch key {
    case .enter: return .entered(text)
    case .escape: return .cancelled
    case .backspace where characters.isEmpty: return .cancelled
    case .backspace: remove(at: position - 1)
    case .delete: remove(at: position)
    case .character(let character):
      characters.insert(character, at: position)
      position += 1
    case .left: position = max(0, position - 1)
    case .right: position = min(characters.count, position + 1)
    case .home, .control("a"): position = 0
    case .end, .control("e"): position = characters.count
    case .control("u"):
      characters.removeFirst(position)
      position = 0
    default: return .ignored
    }
    return .editing
  }

  private mutating func remove(at index: Int) {
    guard characters.indices.contains(index) else { return }
    characters.remove(at: index)
    if index < position { position -= 1 }
  }
}

extension Canvas {
  /// Draws the line into the top row of `rect`, scrolled so that the typing place shows, and returns
  /// where the cursor belongs.
  public mutating func inputLine(_ line: InputLine, in rect: Rect) -> Point {
    fill(Rect(origin: rect.origin, size: Size(width: rect.width, height: 1)))
    let start = write(line.prompt, at: rect.origin, .key)
    let room = max(1, rect.right - start)
    var before = Array(line.text.prefix(line.position))
    while String(before).cellWidth >= room { before.removeFirst() }
    let shown = String(before) + line.text.dropFirst(line.position)
    draw(in: Rect(x: start, y: rect.top, width: room, height: 1)) { part in
      part.write(shown, at: .zero)
    }
    return Point(x: start + String(before).cellWidth, y: rect.top)
  }
}
