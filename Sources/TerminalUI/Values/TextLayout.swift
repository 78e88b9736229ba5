/// Where the shorter side of a padded text gets its blanks.
public enum Alignment: Sendable {
  case left, right, centre
}

extension String {
  /// The text in at most `width` cells; what does not fit ends with an ellipsis.
  public func truncated(toWidth width: Int) -> String {
    StyledText(self).truncated(toWidth: width).string
  }

  /// The text in exactly `width` cells: truncated, or filled with blanks.
  public func padded(toWidth width: Int, _ alignment: Alignment = .left) -> String {
    let fitted = truncated(toWidth: width)
    let blanks = max(0, width - fitted.cellWidth)
    let before =
      switch alignment {
      case .left: 0
      case .right: blanks
      case .centre: blanks / 2
      }
    return String(repeating: " ", count: before) + fitted
      + String(repeating: " ", count: blanks - before)
  }

  /// The text broken into lines of at most `width` cells, at blanks where that is possible and
  /// between wide characters (Japanese has no blanks). Line breaks in the text are kept.
  public func wrapped(toWidth width: Int) -> [String] {
    StyledText(self).wrapped(toWidth: width).map(\.string)
  }
}

/// Breaks a line of characters; apart from `StyledText` so that the rule stands in one place.
struct LineBreaker {
  let width: Int

  /// The ranges of `characters` that make the lines; the blanks at a break belong to none.
  func lines(_ characters: [Character]) -> [Range<Int>] {
    var result: [Range<Int>] = []
    var start = 0
    while true {
      let newline = characters[start...].firstIndex(where: \.isNewline) ?? characters.count
      result += paragraph(characters, start..<newline)
      guard newline < characters.count else { return result }
      start = newline + 1
    }
  }

  private func paragraph(_ characters: [Character], _ range: Range<Int>) -> [Range<Int>] {
    var result: [Range<Int>] = []
    var start = range.lowerBound
    repeat {
      let line = firstLine(characters, start..<range.upperBound)
      result.append(line)
      start = line.upperBound
      while start < range.upperBound, characters[start] == " " { start += 1 }
    } while start < range.upperBound
    return result
  }

  private func firstLine(_ characters: [Character], _ range: Range<Int>) -> Range<Int> {
    var used = 0
    var lastBreak: Int?
    var sawWord = false
    for index in range {
      let character = characters[index]
      let cells = character.cellWidth
      let afterWide = index > range.lowerBound && characters[index - 1].cellWidth == 2
      if sawWord, character == " " || cells == 2 || afterWide { lastBreak = index }
      if used + cells > width {
        // A word longer than the line is cut; at least one character, or nothing would move.
        let end = lastBreak ?? max(index, range.lowerBound + 1)
        return range.lowerBound..<withoutTrailingBlanks(characters, range.lowerBound, end)
      }
      used += cells
      if character != " " { sawWord = true }
    }
    return range
  }

  private func withoutTrailingBlanks(_ characters: [Character], _ start: Int, _ end: Int) -> Int {
    var end = end
    while end > start + 1, characters[end - 1] == " " { end -= 1 }
    return end
  }
}
