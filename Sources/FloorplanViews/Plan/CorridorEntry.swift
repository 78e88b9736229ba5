import TerminalUI
import Trace

/// A line of the corridor, with the thing's name in a column of its own.
struct CorridorEntry {
  var label: String
  var text: StyledText
  var rank: Rank
  var thing: Selectable
  /// Entries with one label below each other: it is written at the first that is drawn.
  var isGrouped = false

  func row(column: Int, selection: Selectable?) -> PlanRow {
    let style: Style = selection == thing ? .selection : .packet
    let name = StyledText(label, style)
    let blanks = String(repeating: " ", count: max(1, column - label.cellWidth))
    return PlanRow(" " + name + StyledText(blanks) + text, rank: rank, thing)
  }
}
