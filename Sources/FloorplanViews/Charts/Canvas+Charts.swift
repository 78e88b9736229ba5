import TerminalUI
import Trace

extension Canvas {
  /// How many rows the chart of the lesson wants, with its rule; 0 where it has none.
  func chartRows(_ state: FrameState) -> Int {
    switch state.chart {
    case nil: 0
    // A rule, the heads, a row for each client, the legend.
    case .matrix: 3 + World.ClientRoom.allCases.count
    // A row for each way to call, and one for what is compared with them.
    case .price: 3 + max(7, PriceTable(state.plan.world).rows.count)
    // Two ways to start a server; for two numbers of classes, once that was measured.
    case .starts: 3 + max(2, PriceTable(state.plan.world, isOfStarts: true).rows.count)
    }
  }

  /// The chart below the plan, with its rule.
  mutating func chart(
    _ chart: Chart, _ state: FrameState, _ context: PlanContext, in area: Rect
  ) {
    guard area.height > 1 else { return }
    let (line, inside) = area.splitTop(1)
    switch chart {
    case .matrix:
      let matrix = Matrix(context)
      rule(line, title: StyledText(matrix.title), trailing: StyledText(matrix.progress, .dim))
      matrixTable(matrix, in: inside)
    case .price, .starts:
      let table = PriceTable(context.world, isOfStarts: chart == .starts)
      let title: StyledText = chart == .starts ? "the price of a start" : "the price of a call"
      rule(line, title: title, trailing: StyledText(table.note, .dim))
      priceTable(table, context, hint: state.priceHint, in: inside)
    }
  }

  mutating func matrixPane(_ context: PlanContext, in area: Rect) {
    guard !area.isEmpty else { return }
    let matrix = Matrix(context)
    let (head, inside) = area.splitTop(1)
    let title = PlanRow(
      StyledText(" MATRIX  ", .title) + StyledText(matrix.title),
      trailing: StyledText(matrix.progress, .dim), rank: .thing)
    write(title.line(width: head.width), at: head.origin, width: head.width)
    matrixTable(matrix, in: inside)
  }

  mutating func pricePane(
    _ context: PlanContext, of chart: Chart?, hint: String, in area: Rect
  ) {
    guard !area.isEmpty else { return }
    let table = PriceTable(context.world, isOfStarts: chart == .starts)
    let (head, inside) = area.splitTop(1)
    let title = PlanRow(
      StyledText(" PRICE  ", .title)
        + (table.isOfStarts ? "what each way to start costs" : "what each way to call costs"),
      trailing: StyledText(table.note, .dim), rank: .thing)
    write(title.line(width: head.width), at: head.origin, width: head.width)
    priceTable(table, context, hint: hint, in: inside)
  }
}
