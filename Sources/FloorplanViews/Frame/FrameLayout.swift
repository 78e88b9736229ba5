import TerminalUI

/// How the rows of a screen are divided. It follows from the size, the corridor that the cast asks
/// for and the length of the narration; the last three rows never move.
struct FrameLayout: Sendable {
  private(set) var status = Rect.nowhere
  private(set) var plan = Rect.nowhere
  /// With the rule above it.
  private(set) var corridor = Rect.nowhere
  /// What the lesson is about, with the rule above it.
  private(set) var chart = Rect.nowhere
  /// Source and panes, with the rule above them.
  private(set) var panes = Rect.nowhere
  /// With the rule above it.
  private(set) var narration = Rect.nowhere
  private(set) var question = Rect.nowhere
  private(set) var actions = Rect.nowhere
  private(set) var keys = Rect.nowhere
  /// Whether an open pane has a place of its own below the plan.
  let hasPanes: Bool
  let detail: Detail

  /// From here on there is a pane below the plan.
  private static let tall = 34
  private static let wide = 110

  /// - Parameters:
  ///   - questionLines: a second one is taken from the source and the narration.
  ///   - chartRows: how many rows the lesson's chart wants; 0: it has none.
  ///   - opensPane: whether a pane other than the source is open.
  init(
    _ size: Size, corridorRows: Int, narrationLines: Int, questionLines: Int = 1,
    chartRows: Int = 0, opensPane: Bool = false
  ) {
    hasPanes = size.height >= Self.tall
    detail = size.width >= Self.wide && size.height >= Self.tall ? .full : .brief
    let screen = Rect(origin: .zero, size: size)
    let rest = frozenRows(screen)
    let split =
      hasPanes
      ? tall(rest, questionLines, chartRows, opensPane: opensPane)
      : chartRows > 0 && rest.height >= Self.leastForChart
        ? withChart(rest, lines: narrationLines, questionLines, chartRows)
        : low(rest, corridorRows: corridorRows, lines: narrationLines, questionLines)
    (plan, corridor) = Self.planAndCorridor(
      split, corridorRows: hasPanes && corridorRows > 0 ? max(corridorRows, 4) : corridorRows,
      isLow: size.height < 24)
  }

  /// The status on top and the last three rows; a very low screen keeps the keys, then the status.
  private mutating func frozenRows(_ screen: Rect) -> Rect {
    var rest = screen
    if rest.height >= 1 { (rest, keys) = rest.splitBottom(1) }
    if rest.height >= 1 { (status, rest) = rest.splitTop(1) }
    if rest.height >= 6 { (rest, actions) = rest.splitBottom(1) }
    if rest.height >= 4 { (rest, question) = rest.splitBottom(1) }
    return rest
  }

  private mutating func tall(
    _ area: Rect, _ questionLines: Int, _ chartRows: Int, opensPane: Bool
  ) -> Rect {
    var rest = area
    if chartRows > 0, area.height < Self.tallForBoth, !opensPane {
      // The plan matters more than the source.
      (rest, narration) = rest.splitBottom(4)
      if questionLines > 1 { narration = takeLine(from: narration) }
      (rest, chart) = rest.splitBottom(chartRows)
      return rest
    }
    (rest, narration) = rest.splitBottom(4)
    if questionLines > 1 { narration = takeLine(from: narration) }
    let share = rest.height >= 44 ? rest.height / 2 : rest.height * 2 / 5
    (rest, panes) = rest.splitBottom(max(9, share))
    if chartRows > 0, area.height >= Self.tallForBoth {
      (rest, chart) = rest.splitBottom(chartRows)
    }
    return rest
  }

  /// From here on a chart and the panes have a place each; below that an open pane has the chart's.
  private static let tallForBoth = 46

  /// The chart stands in the place of source and corridor. A question's second line is taken from the
  /// narration where that has one to spare, else from the chart.
  private mutating func withChart(
    _ area: Rect, lines: Int, _ questionLines: Int, _ chartRows: Int
  ) -> Rect {
    let isLong = questionLines > 1 && lines > 2
    var (rest, below) = area.splitBottom(isLong ? 5 : 4)
    if questionLines > 1 { below = takeLine(from: below) }
    narration = below
    (rest, chart) = rest.splitBottom(min(chartRows - (isLong ? 1 : 0), rest.height - 5))
    return rest
  }

  /// The rows that plan, chart and narration need together.
  private static let leastForChart = 16

  /// Six rows below the corridor whatever the narration's length: what it does not take, the source
  /// has. Lower screens have less of both.
  private mutating func low(
    _ area: Rect, corridorRows: Int, lines: Int, _ questionLines: Int
  ) -> Rect {
    var rest = area
    var together =
      switch area.height {
      case 17...: 6
      case 13...: min(5, max(3, lines + 1))
      case 9...: 3
      default: min(2, max(0, area.height - 3))
      }
    var below: Rect
    (rest, below) = rest.splitBottom(together)
    if questionLines > 1, together > 3 {
      below = takeLine(from: below)
      together -= 1
    }
    let spoken = min(max(2, lines), max(0, together - 1))
    // A source of one rule and no line would say nothing.
    let rows = together - spoken - 1 >= 2 ? spoken + 1 : together
    (below, narration) = below.splitBottom(rows)
    panes = below
    return rest
  }

  /// Gives the question the line above it.
  private mutating func takeLine(from area: Rect) -> Rect {
    let (rest, line) = area.splitBottom(1)
    question = Rect(origin: line.origin, size: Size(width: line.width, height: 2))
    return rest
  }

  private static func planAndCorridor(_ area: Rect, corridorRows: Int, isLow: Bool) -> (Rect, Rect)
  {
    let rows = isLow ? min(corridorRows + 1, area.height / 4) : corridorRows + 1
    guard corridorRows > 0, rows > 1, area.height >= 10 else { return (area, Rect.nowhere) }
    return area.splitBottom(min(rows, area.height - 8))
  }
}

extension Rect {
  /// The place of what is not drawn.
  fileprivate static let nowhere = Rect(x: 0, y: 0, width: 0, height: 0)
}
