import TerminalUI
import Trace

/// How long a row stays when there is no room for all: what has the highest rank goes first.
enum Rank: Int, Comparable, Sendable {
  /// The thread that acts and what it does.
  case acting
  /// The other threads: that they do not act has to be seen too.
  case thread
  /// What the last step changed.
  case changed
  /// Objects, stubs and proxies: without their line they are not there.
  case thing
  case queue
  /// Counts with their holders.
  case count
  case detail
  case note

  static func < (left: Rank, right: Rank) -> Bool { left.rawValue < right.rawValue }
}

/// One line inside a room or of the corridor.
struct PlanRow: Hashable, Sendable {
  var text: StyledText
  /// Stands at the right edge when there is room: a place in the source, NEW.
  var trailing: StyledText = ""
  var rank: Rank
  var selectable: Selectable?
  /// The number of the wire that ends at this row.
  var wire: StubID?
  /// The thread whose call leaves the room at this row.
  var caller: ThreadID?
  /// Rows of a block stand together; free lines go between blocks.
  var startsBlock = false

  init(
    _ text: StyledText, trailing: StyledText = "", rank: Rank, _ selectable: Selectable? = nil
  ) {
    self.text = text
    self.trailing = trailing
    self.rank = rank
    self.selectable = selectable
  }

  /// The line in `width` cells; the trailing part goes to the right edge, or away.
  func line(width: Int) -> StyledText {
    let used = text.width
    guard !trailing.isEmpty, used + trailing.width + 1 <= width else {
      return text.truncated(toWidth: width)
    }
    // One column from the edge, where there is one to spare.
    let free = width - used - trailing.width
    let gap = String(repeating: " ", count: free > 1 ? free - 1 : free)
    return text + StyledText(gap) + trailing
  }
}

extension [PlanRow] {
  /// The rows with all of them at least as lasting as `rank`.
  func raised(to rank: Rank) -> [PlanRow] {
    map { row in
      var row = row
      row.rank = Swift.min(row.rank, rank)
      return row
    }
  }

  /// The rows as one block.
  func asBlock() -> [PlanRow] {
    var rows = self
    if !rows.isEmpty { rows[0].startsBlock = true }
    return rows
  }

  /// At most `height` rows, in their order: the last of the highest rank goes first.
  func fitting(height: Int) -> [PlanRow] {
    guard count > height else { return self }
    let order = indices.sorted { (self[$0].rank, $0) < (self[$1].rank, $1) }
    let kept = Set(order.prefix(Swift.max(0, height)))
    return indices.filter(kept.contains).map { self[$0] }
  }
}
