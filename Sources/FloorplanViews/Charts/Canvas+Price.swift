import TerminalUI
import Trace

extension Canvas {
  /// A row for each way to call: its counts, its time, its bar, and the factor in words.
  mutating func priceTable(
    _ table: PriceTable, _ context: PlanContext, hint: String, in area: Rect
  ) {
    guard !area.isEmpty else { return }
    let lines = PriceLines(table: table, context: context, width: area.width)
    var text = area.width >= PriceLines.leastWidth ? lines.wide : lines.narrow
    if table.rows.isEmpty { text = [StyledText(" nothing was counted yet", .dim)] }
    text.append(
      table.base == nil
        ? StyledText(" " + hint, .bold)
        : StyledText(" medians of a free burst on \(table.machine)", .dim))
    write(Array(text.prefix(area.height)), in: area)
  }
}

/// The lines of the price table in a width.
struct PriceLines: Sendable {
  let table: PriceTable
  let context: PlanContext
  let width: Int

  static let leastWidth = 72

  private static let name = 14
  private var columns: [(head: String, width: Int)] {
    table.isOfStarts
      ? [("SCM calls", 10), ("one start", 12)]
      : [("hand-offs", 10), ("packets", 8), ("bytes", 7), ("one call", 10)]
  }
  private var fixed: Int { columns.reduce(1 + Self.name) { $0 + $1.width } + 2 }
  private var unit: String { "times \(table.baseName)" }

  /// Wide enough for the factor in words beside each bar.
  private var saysWords: Bool { width >= 110 }

  /// Cells for bars: up to the figure, or the words, and NEW at the right.
  private var bars: Int { max(4, min(60, width - fixed - (saysWords ? 32 : 12))) }

  var wide: [StyledText] { [heads] + table.rows.map(line) }

  private var heads: StyledText {
    var text = " " + (table.isOfStarts ? "start" : "call").padded(toWidth: Self.name)
    for (head, width) in columns { text += head.padded(toWidth: width, .right) }
    if !saysWords, table.base != nil {
      text += unit.padded(toWidth: max(unit.count, width - text.cellWidth - 1), .right)
    }
    return StyledText(text, .dim)
  }

  private func line(_ row: PriceTable.Row) -> StyledText {
    let name = StyledText(" " + row.name.padded(toWidth: Self.name))
    return name + counts(row) + time(row) + "  " + bar(row) + mark(row)
  }

  private func counts(_ row: PriceTable.Row) -> StyledText {
    let counts =
      table.isOfStarts
      ? row.scmCalls.map { [$0] } : row.section.map { [$0.handOffs, $0.packets, $0.bytes] }
    let isChanged = row.section.map(changed) ?? false
    return zip(columns.dropLast(), 0...).reduce(StyledText()) { line, column in
      let text = counts.map { "\($0[column.1])" } ?? "·"
      return line
        + StyledText(text.padded(toWidth: column.0.width, .right), isChanged ? .changed : .plain)
    }
  }

  private func time(_ row: PriceTable.Row) -> StyledText {
    let text = row.measurement.map { World.time(picoseconds: $0.picoseconds) } ?? "·"
    return StyledText(text.padded(toWidth: columns.last?.width ?? 0, .right))
  }

  private func bar(_ row: PriceTable.Row) -> StyledText {
    guard let factor = table.factor(row) else { return "" }
    let length = table.bar(row, room: bars)
    let bar = StyledText(String(repeating: Glyph.full, count: length), .packet)
    let text = saysWords ? table.words(row) : PriceTable.figure(factor)
    return bar + " " + StyledText(text, .bold)
  }

  /// NEW for what the last step counted or measured.
  private func mark(_ row: PriceTable.Row) -> StyledText {
    let isNew =
      row.section.map(changed) ?? false || isRecent(row.measurement?.at) && row.measurement != nil
    if row.section?.isOpen == true { return StyledText("  counting", .changed) }
    return isNew ? StyledText("  NEW", .changed) : ""
  }

  private func isRecent(_ event: UInt64?) -> Bool {
    guard let since = context.baseline?.position, let event else { return false }
    return event >= since
  }

  private func changed(_ section: World.Section) -> Bool {
    guard let baseline = context.baseline else { return false }
    return !baseline.sections.contains(section)
  }

  /// A line for each, in words.
  var narrow: [StyledText] {
    table.rows.map { row in
      var parts: [String] = []
      if table.isOfStarts {
        if let calls = row.scmCalls { parts.append(World.count(calls, "SCM call")) }
      } else if let section = row.section {
        parts.append(
          World.count(section.handOffs, "hand-off") + ", " + World.count(section.packets, "packet"))
      }
      if let measurement = row.measurement {
        parts.append(World.time(picoseconds: measurement.picoseconds))
        parts.append(table.words(row))
      }
      return StyledText(" \(row.name): " + parts.joined(separator: ", ")) + mark(row)
    }
  }
}
