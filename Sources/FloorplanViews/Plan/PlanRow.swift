import TerminalUI
import Trace

/// How long a row stays when there is no room for all: what has the highest rank goes first.
enum Rank: Int, Comparable, Sendable {
  /// The thread that acts.
  case acting
  /// What was refused, or done to what is gone.
  case trouble
  /// What the thread that acts does.
  case deed
  /// The other threads: that they do not act has to be seen too.
  case thread
  /// What the last step changed.
  case changed
  /// Objects, stubs and proxies: without their line they are not there.
  case thing
  /// The counts and details of what the last step changed.
  case changedCount
  /// What was there at the previous step and is gone now.
  case freed
  case queue
  /// Counts with their holders.
  case count
  case detail
  case note
  /// What came and went without having been on a picture.
  case gone

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
  func line(width: Int, margin: Int = 1) -> StyledText {
    let used = text.width
    guard !trailing.isEmpty, used + trailing.width + 1 <= width else {
      return text.truncated(toWidth: width)
    }
    // A margin from the edge, where there is one to spare.
    let free = width - used - trailing.width
    let gap = String(repeating: " ", count: free > margin ? free - margin : free)
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

  /// The rows with none of them more lasting than `rank`.
  func lowered(to rank: Rank) -> [PlanRow] {
    map { row in
      var row = row
      row.rank = Swift.max(row.rank, rank)
      return row
    }
  }

  /// The rows as one block.
  func asBlock() -> [PlanRow] {
    var rows = self
    if !rows.isEmpty { rows[0].startsBlock = true }
    return rows
  }

  /// At most `height` rows, in their order.
  func fitting(height: Int) -> [PlanRow] {
    lasting(height, rank: \.rank).map { self[$0] }
  }
}

extension Array {
  /// The places of at most `count` elements, in their order: the last of the highest rank goes first.
  func lasting(_ count: Int, rank: (Element) -> Rank) -> [Int] {
    let order = indices.sorted { (rank(self[$0]), $0) < (rank(self[$1]), $1) }
    return order.prefix(Swift.max(0, count)).sorted()
  }
}
