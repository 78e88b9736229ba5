import TerminalUI
import Trace

extension Canvas {
  /// The table where there is room for its columns; else what was seen, one a line.
  mutating func matrixTable(_ matrix: Matrix, in area: Rect) {
    guard !area.isEmpty else { return }
    guard let words = MatrixWords.fitting(width: area.width), area.height > Matrix.clients.count
    else {
      write(matrix.list(width: area.width), in: area)
      return
    }
    write(matrix.lines(words) + matrix.legend(words, width: area.width), in: area)
  }
}

extension Matrix {
  /// The heads and a row for each client.
  func lines(_ words: MatrixWords) -> [StyledText] {
    let heads = zip(Self.models, words.columns).map { model, width in
      StyledText(Self.label(model).padded(toWidth: width), .title)
    }
    let corner = StyledText(" client".padded(toWidth: MatrixWords.labelWidth), .dim)
    return [heads.reduce(corner, +)]
      + Self.clients.map { client in
        let label = StyledText((" " + Self.label(client)).padded(toWidth: MatrixWords.labelWidth))
        return zip(Self.models, words.columns).reduce(label) { row, column in
          let (model, width) = column
          return row + text(self[client, model], words).padded(toWidth: width)
        }
      }
  }

  /// What the short words mean.
  func legend(_ words: MatrixWords, width: Int) -> [StyledText] {
    var parts: [String] = []
    if words == .short { parts += ["D direct", "P→ proxy to", "L→ light proxy to"] }
    if words != .long {
      parts += errors.map { "\(mark(of: $0)) \($0.name)" }
      if hasHostThatIsMain { parts.append("h.main host STA, the main one") }
    }
    let lines = [parts + ["· not seen yet"], parts].map { " " + $0.joined(separator: "  ") }
    let fitting = lines.first { $0.cellWidth <= width } ?? lines[1]
    return fitting.wrapped(toWidth: max(1, width)).map { StyledText($0, .dim) }
  }

  /// What was seen, the latest first: `MTA, Apartment: proxy → host STA NEW`.
  func list(width: Int) -> [StyledText] {
    guard !latest.isEmpty else { return [StyledText(" nobody has asked for an object yet", .dim)] }
    return latest.map { client, model, cell in
      StyledText(" \(Self.label(client)), \(Self.label(model)): ") + text(cell, .long)
    }.flatMap { $0.width <= width ? [$0] : $0.wrapped(toWidth: max(1, width)) }
  }
}
