import TerminalUI
import Trace

/// The source where threads stand.
struct SourcePane: Sendable {
  let context: PlanContext
  let sources: SourceTexts

  /// The thread whose line is shown: the one that acts, or the first that has a line.
  var thread: World.Thread? {
    if let acting = context.world.threads[context.world.acting], acting.site.line > 0 {
      return acting
    }
    return context.world.threadsInOrder.first { $0.site.line > 0 && $0.activity != .ended }
  }

  func file(of thread: World.Thread) -> String {
    SourceTexts.lastPart(of: context.world[thread.site.file])
  }

  private func text(of thread: World.Thread) -> [String] {
    sources.lines(of: context.world[thread.site.file]) ?? []
  }

  /// Two or three lines from the acting one on: ` 41 ► try coGet…`.
  func strip(rows: Int) -> [StyledText] {
    guard let thread, rows > 0 else { return [] }
    let lines = text(of: thread)
    let line = Int(thread.site.line)
    guard lines.indices.contains(line - 1) else { return [missing(thread)] }
    let shown = (line..<min(line + rows, lines.count + 1))
    let margin = shown.compactMap { Self.indentation(lines[$0 - 1]) }.min() ?? 0
    let state = thread.standing
    return shown.map { number in
      let isHere = number == line
      let mark = isHere ? StyledText(String(state.glyph), state.style) : " "
      let code = StyledText(
        String(lines[number - 1].dropFirst(margin)), isHere ? .bold : .plain)
      return StyledText(" " + String(number).padded(toWidth: 3, .right) + " ") + mark + " " + code
    }
  }

  /// A blank line says nothing of how far the lines round it are indented.
  private static func indentation(_ line: String) -> Int? {
    line.firstIndex { $0 != " " }.map { line.distance(from: line.startIndex, to: $0) }
  }

  private func missing(_ thread: World.Thread) -> StyledText {
    StyledText(" \(context.label(thread.site)): the text of this file is not here", .dim)
  }

  /// The threads that stand in a file, with their lines.
  private func threads(in file: Name) -> [World.Thread] {
    context.world.threadsInOrder.filter {
      $0.site.file == file && $0.site.line > 0 && $0.activity != .ended
    }
  }

  /// Who is in the file: `1 main ○   2 worker ►`.
  func roster(of file: Name) -> StyledText {
    threads(in: file).prefix(5).map { thread in
      let state = thread.standing
      return StyledText(context.shortLabel(thread.id) + " ")
        + StyledText(String(state.glyph), state.style)
    }.joined(separator: "   ")
  }

  /// The lines round the acting thread's, then those of the others that lie elsewhere.
  func lines(rows: Int) -> [StyledText] {
    guard let thread, rows > 0 else { return [] }
    let text = text(of: thread)
    let here = Int(thread.site.line)
    guard text.indices.contains(here - 1) else { return [missing(thread)] }
    let all = threads(in: thread.site.file)
    // Two rows for each thread that stands elsewhere in the file, for half of the pane at most.
    let reserved = min(rows / 2, 2 * all.count { abs(Int($0.site.line) - here) > rows / 2 })
    let window = Self.window(round: here, of: text.count, rows: rows - reserved)
    let margin = window.compactMap { Self.indentation(text[$0 - 1]) }.min() ?? 0
    func line(_ number: Int) -> StyledText {
      self.line(text[number - 1], number, all, acting: thread.id, margin: margin)
    }
    var result = window.map(line)
    for other in all where !window.contains(Int(other.site.line)) {
      guard result.count + 2 <= rows, text.indices.contains(Int(other.site.line) - 1) else { break }
      result.append(StyledText("    ...", .dim))
      result.append(line(Int(other.site.line)))
    }
    return result
  }

  private static func window(round line: Int, of count: Int, rows: Int) -> Range<Int> {
    let start = max(1, min(line - rows / 2, count - rows + 1))
    return start..<min(start + max(1, rows), count + 1)
  }

  private func line(
    _ text: String, _ number: Int, _ threads: [World.Thread], acting: ThreadID, margin: Int
  ) -> StyledText {
    let here = threads.filter { Int($0.site.line) == number }
    let first = here.first { $0.id == acting } ?? here.first
    var mark = StyledText("   ")
    if let first {
      let state = first.standing
      mark = StyledText(
        String(context.numbers[first.id]).padded(toWidth: 2, .right) + String(state.glyph),
        state.style)
    }
    // A line that stands elsewhere may be indented less than those of the window.
    let cut = min(margin, Self.indentation(text) ?? margin)
    let code = StyledText(String(text.dropFirst(cut)), first?.id == acting ? .bold : .plain)
    return mark + StyledText(String(number).padded(toWidth: 4, .right) + "  ") + code
  }
}

extension Canvas {
  /// The two or three lines of source at 80×24: `─ 2 worker, GetService.swift ───`.
  mutating func sourceStrip(_ state: FrameState, _ context: PlanContext, in area: Rect) {
    guard area.height > 1 else { return }
    let pane = SourcePane(context: context, sources: state.sources)
    let title = pane.thread.map { "\(context.label($0.id)), \(pane.file(of: $0))" } ?? "source"
    rule(area, title: StyledText(title))
    let (_, inside) = area.splitTop(1)
    write(pane.strip(rows: inside.height), in: inside)
  }

  /// The source as a pane.
  mutating func sourcePane(_ state: FrameState, _ context: PlanContext, in area: Rect) {
    let pane = SourcePane(context: context, sources: state.sources)
    guard let thread = pane.thread, !area.isEmpty else { return }
    let title = PlanRow(
      StyledText(" SOURCE  ", .title) + StyledText(pane.file(of: thread)),
      trailing: pane.roster(of: thread.site.file) + " ", rank: .thing)
    let (head, inside) = area.splitTop(1)
    write(title.line(width: head.width), at: head.origin, width: head.width)
    write(pane.lines(rows: inside.height), in: inside)
  }
}
