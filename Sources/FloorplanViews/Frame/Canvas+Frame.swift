import TerminalUI
import Trace

extension Canvas {
  /// Draws a whole frame and returns where the typing cursor belongs, if something is being typed.
  mutating func frame(_ state: FrameState) -> Point? {
    let spoken = Narration.lines(state, width: size.width)
    let layout = FrameLayout(
      size, corridorRows: state.plan.cast.corridorRows, narrationLines: spoken.count,
      questionLines: questionLines(state), chartRows: chartRows(state),
      opensPane: state.pane != .source)
    let context = PlanContext(state.plan, detail: layout.detail)
    statusRow(state, in: layout.status)
    upperPart(state, context, layout)
    narration(spoken, in: layout.narration, isRuled: layout.narration.height > 1)
    questionRow(state, in: layout.question)
    let typing = lastRows(state, layout)
    if let overlay = state.overlay {
      let area = Rect(x: 0, y: 1, width: size.width, height: max(0, layout.question.top - 1))
      self.overlay(overlay, context, in: size.height < 12 ? bounds : area)
    }
    return typing
  }

  /// The plan with the corridor and the panes; a pane has all of it where there is no room below.
  private mutating func upperPart(
    _ state: FrameState, _ context: PlanContext, _ layout: FrameLayout
  ) {
    let isCovered = !layout.hasPanes && state.pane != .source
    if isCovered {
      let top = layout.plan.top
      let area = Rect(
        x: 0, y: top, width: size.width, height: max(0, layout.narration.top - top))
      pane(state.pane, state, context, in: area)
      return
    }
    plan(context, in: layout.plan, prefersLines: state.chart != nil)
    corridor(context, in: layout.corridor)
    if let chart = state.chart { self.chart(chart, state, context, in: layout.chart) }
    if layout.hasPanes {
      lowerPanes(state, context, in: layout.panes)
    } else {
      sourceStrip(state, context, in: layout.panes)
    }
  }

  private mutating func statusRow(_ state: FrameState, in row: Rect) {
    guard !row.isEmpty else { return }
    var left = StyledText(" ") + StyledText(state.status.word, state.status.style)
    if state.isYourSchedule { left += " " + StyledText("your schedule", .changed) }
    if case .deadlock = state.plan.world.ending { left += " " + StyledText("DEADLOCK", .error) }
    left += "  " + StyledText(state.title, .title)
    var right: [StyledText] = []
    if let score = state.score { right.append(StyledText(score.text, .ok)) }
    if let progress = state.progress { right.append(StyledText(progress.text)) }
    if row.width >= 100 {
      right.append(StyledText("event \(state.plan.world.position)", .dim))
      if !state.pace.isEmpty { right.append(StyledText("pace: \(state.pace)", .dim)) }
    }
    // The title gives way; how far one is does not, unless there is hardly any room at all.
    let end = right.joined(separator: "   ")
    if let text = whatIfAbove(state) { left += "  " + StyledText(text, .changed) }
    let title = left.truncated(toWidth: max(row.width / 2, row.width - end.width - 4))
    let line = PlanRow(title, trailing: end, rank: .acting)
    write(line.line(width: row.width), at: row.origin, width: row.width)
  }

  /// The turned knobs, as far as they fit into the first row; they stand before the actions otherwise.
  private func whatIfAbove(_ state: FrameState) -> String? {
    let words = [
      state.status.word, state.title, state.progress?.text ?? "",
      state.score.map { $0.text + "   " } ?? "",
    ]
    let others = 12 + (state.isYourSchedule ? 14 : 0) + (size.width >= 100 ? 34 : 0)
    let room = size.width - words.reduce(others) { $0 + $1.cellWidth }
    return state.whatIf.first { $0.cellWidth <= room }
  }

  private mutating func corridor(_ context: PlanContext, in area: Rect) {
    guard area.height > 1 else { return }
    rule(area, title: "in no apartment")
    let (_, inside) = area.splitTop(1)
    let (rows, count) = context.corridorRows(height: inside.height)
    for (index, row) in rows.enumerated() {
      let line = Rect(x: inside.left, y: inside.top + index, width: inside.width, height: 1)
      write(row.line(width: line.width), at: line.origin, width: line.width)
      addHit(line, row.selectable)
    }
    guard rows.count < count else { return }
    let text = StyledText("\(count - rows.count) more: o", .dim)
    write(" " + text + " ", at: Point(x: area.right - text.width - 4, y: area.top))
  }

  private mutating func narration(_ lines: [StyledText], in area: Rect, isRuled: Bool) {
    guard !area.isEmpty else { return }
    if isRuled { ruleKeepingJoints(area) }
    let inside = isRuled ? area.splitTop(1).rest : area
    write(lines, in: inside)
  }

  /// A line across; where a pane's wall comes down from above, it ends in it.
  private mutating func ruleKeepingJoints(_ area: Rect) {
    for x in area.left..<area.right {
      let above = self[Point(x: x, y: area.top - 1)].character
      let joins = above == Wall.single.vertical && x == lowerPaneWall && isTallAndWide
      self[Point(x: x, y: area.top)] = Cell(joins ? "┴" : "─", .wall)
    }
  }

  private mutating func lastRows(_ state: FrameState, _ layout: FrameLayout) -> Point? {
    keyBar(state.keys, in: layout.keys)
    guard !layout.actions.isEmpty else { return nil }
    if let input = state.input { return inputLine(input, in: layout.actions) }
    if !state.message.isEmpty, state.question?.state == .open {
      // The question keeps its row; the message stands below it for as long as it lasts.
      let row = layout.actions
      write(" " + StyledText(state.message, .bold), at: row.origin, width: row.width)
      return nil
    }
    let warnings =
      state.warnings == 0
      ? "" : "! \(state.warnings) warning\(state.warnings == 1 ? "" : "s") "
    let width = warnings.cellWidth
    let (left, right) = layout.actions.splitRight(width + (width > 0 ? 1 : 0))
    var items = state.actions
    if let whatIf = state.whatIf.last, whatIfAbove(state) == nil {
      // What can be done stands beside it.
      let text = whatIf.truncated(toWidth: max(12, left.width / 2))
      items.insert(KeyItem(text, "", rank: 0, id: "do whatIf"), at: 0)
    }
    keyBar(items, in: left)
    if width > 0, left.width > 20 {
      write(StyledText(warnings, .warning), at: right.origin.moved(dx: 1), width: width)
      addHit(right, "warnings")
    }
    return nil
  }
}
