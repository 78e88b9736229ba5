import TerminalUI
import Trace

extension Canvas {
  /// The column of the wall between the two lower panes.
  var lowerPaneWall: Int { size.width / 2 - 1 }

  /// Whether the panes below the plan stand side by side.
  var isTallAndWide: Bool { size.width >= 110 && size.height >= 34 }

  /// Source and another pane below the plan: side by side where it is wide, else the open one.
  mutating func lowerPanes(_ state: FrameState, _ context: PlanContext, in area: Rect) {
    guard area.height > 1 else { return }
    rule(area)
    let (_, inside) = area.splitTop(1)
    guard isTallAndWide, !state.pane.needsWidth else {
      pane(state.pane, state, context, in: inside)
      return
    }
    let (left, rest) = inside.splitLeft(lowerPaneWall)
    self[Point(x: lowerPaneWall, y: area.top)] = Cell("┬", .wall)
    verticalLine(at: Point(x: lowerPaneWall, y: inside.top), length: inside.height)
    sourcePane(state, context, in: left)
    // The source stands on the left already.
    pane(state.pane == .source ? .log : state.pane, state, context, in: rest.splitLeft(1).rest)
  }

  mutating func pane(_ pane: Pane, _ state: FrameState, _ context: PlanContext, in area: Rect) {
    switch pane {
    case .source: sourcePane(state, context, in: area)
    case .inspector(let top): inspectorPane(context, top: top, in: area)
    case .log: logPane(state.log, in: area)
    case .objects: objectsPane(context, in: area)
    case .matrix: matrixPane(context, in: area)
    case .price: pricePane(context, of: state.chart, hint: state.priceHint, in: area)
    }
  }
}

extension Pane {
  /// Whether it has the place of the source too: a table with many columns.
  var needsWidth: Bool { self == .matrix || self == .price }
}
