import TerminalUI
import Trace

extension Canvas {
  /// The table where there is room for its columns; else what was seen, one a line.
  mutating func matrixTable(_ matrix: Matrix, in area: Rect) {
    guard !area.isEmpty else { return }
    guard let words = MatrixWords.fitting(width: area.width), area.height > matrix.clients.count
    else {
      write(matrix.list(width: area.width), in: area)
      return
    }
    let lines = matrix.lines(words)
    let legend = matrix.legend(words, width: area.width, height: area.height - lines.count)
    write(lines + legend, in: area)
  }
}

extension Matrix {
  /// The heads and a row for each client.
  func lines(_ words: MatrixWords) -> [StyledText] {
    let heads = zip(Self.models, words.columns).map { model, width in
      StyledText(Self.label(model).padded(toWidth: width), .title)
    }
    let corner = StyledText(" client".padded(toWidth: MatrixWords.labelWidth), .title)
    return [heads.reduce(corner, +)]
      + clients.map { client in
        let label = StyledText((" " + Self.label(client)).padded(toWidth: MatrixWords.labelWidth))
        return zip(Self.models, words.columns).reduce(label) { row, column in
          let (model, width) = column
          return row + text(self[client, model], words).padded(toWidth: width)
        }
      }
  }

  /// What the short words mean, in as few words as the room asks for.
  func legend(_ words: MatrixWords, width: Int, height: Int) -> [StyledText] {
    let all = [false, true].map { packed(meanings(words, isBrief: $0), width: width) }
    let chosen = all.first { $0.count <= height } ?? all[1]
    return chosen.map { StyledText($0, .dim) }
  }

  private func meanings(_ words: MatrixWords, isBrief: Bool) -> [String] {
    var parts: [String] = []
    if words == .short {
      parts +=
        isBrief
        ? ["D direct", "P→ proxy", "L→ light"] : ["D direct", "P→ proxy to", "L→ light proxy to"]
    }
    if words != .long {
      parts += errors.map { "\(mark(of: $0)) \($0.name)" }
      if hasHostThatIsMain {
        parts.append(isBrief ? "h.main main host" : "h.main host STA, the main one")
      }
    }
    return hasUnseen ? parts + ["· not seen yet"] : parts
  }

  /// One after another, each of them whole.
  private func packed(_ parts: [String], width: Int) -> [String] {
    var lines: [String] = []
    for part in parts {
      if let last = lines.last, last.cellWidth + part.cellWidth + 2 <= width {
        lines[lines.count - 1] += "  " + part
      } else {
        lines.append(" " + part)
      }
    }
    return lines
  }

  /// What was seen, the latest first: `MTA, Apartment: proxy → host STA NEW`.
  func list(width: Int) -> [StyledText] {
    guard !latest.isEmpty else { return [StyledText(" nobody has asked for an object yet", .dim)] }
    return latest.map { client, model, cell in
      StyledText(" \(Self.label(client)), \(Self.label(model)): ") + text(cell, .long)
    }.flatMap { $0.width <= width ? [$0] : $0.wrapped(toWidth: max(1, width)) }
  }
}
