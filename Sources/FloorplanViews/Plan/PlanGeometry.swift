import TerminalUI
import Trace

/// Where the rooms stand. It follows from the cast and the size alone (and from apartments that
/// nobody declared), so that rooms never move while a scenario runs.
struct PlanGeometry: Sendable {
  /// A room and its box.
  struct Box: Sendable {
    var place: Place
    var rect: Rect
    /// The column that it stands in.
    var side: Room.Side
    /// The inside, where rows are written: one free column at each wall.
    var inside: Rect { rect.inset(dx: 2, dy: 1) }
  }

  /// The box of a process, drawn only where there are two.
  struct ProcessBox: Sendable {
    var process: UInt16
    var rect: Rect
  }

  private(set) var boxes: [Box] = []
  private(set) var processes: [ProcessBox] = []
  private(set) var lines: [(place: Place, row: Rect)] = []
  /// How many rooms have no place on the screen, and where that is said.
  private(set) var hidden: [(count: Int, row: Rect)] = []

  /// Below this width the rooms stand in one column.
  static let twoColumns = 66

  /// - Parameter prefersLines: where the boxes of all rooms find no place, each room is a line.
  init(
    _ places: [Place], in area: Rect, important: ApartmentID?, prefersLines: Bool = false
  ) {
    var rest = area
    let showsProcesses = Set(places.map(\.room.process)).count > 1
    if prefersLines, Self.areTooMany(places, for: area), places.count <= area.height {
      // The first rooms have a second line for what is in them, as far as there is room.
      let spare = area.height - places.count
      for (index, place) in places.enumerated() {
        let (row, below) = rest.splitTop(index < spare ? 2 : 1)
        lines.append((place, row))
        rest = below
      }
      return
    }
    for place in places where !place.room.takesPart && rest.height > 3 {
      let (row, below) = rest.splitTop(1)
      lines.append((place, row))
      rest = below
    }
    let rooms = places.filter(\.room.takesPart)
    let columns = Self.columns(rooms, in: rest)
    for (index, (column, members)) in columns.enumerated() {
      stack(members, in: column, index == 0 ? .left : .right, showsProcesses, important)
    }
  }

  /// Whether some room would have no box, or one with hardly anything in it.
  private static func areTooMany(_ places: [Place], for area: Rect) -> Bool {
    let quiet = places.count { !$0.room.takesPart }
    let columns = columns(places.filter(\.room.takesPart), in: area)
    return columns.contains { $0.1.count * 4 > area.height - quiet }
  }

  /// How far the columns stand from each other: a call with its number fits between.
  static func gap(width: Int) -> Int {
    switch width {
    case 110...: 16
    case 76...: 11
    default: 7
    }
  }

  private static func columns(_ places: [Place], in area: Rect) -> [(Rect, [Place])] {
    let left = places.filter { $0.room.side == .left }
    let right = places.filter { $0.room.side == .right }
    guard area.width >= twoColumns, !left.isEmpty, !right.isEmpty else { return [(area, places)] }
    let gap = gap(width: area.width)
    let half = (area.width - gap) / 2
    let (first, rest) = area.splitLeft(half)
    return [(first, left), (rest.splitLeft(gap).rest, right)]
  }

  private mutating func stack(
    _ places: [Place], in column: Rect, _ side: Room.Side, _ showsProcesses: Bool,
    _ important: ApartmentID?
  ) {
    let smallest = showsProcesses ? 5 : 3
    var column = column
    var shown = places
    if places.count * smallest > column.height, places.count > 1 {
      let (rest, row) = column.splitBottom(1)
      shown = Self.chosen(places, count: max(1, rest.height / smallest), important)
      // A lot is no room yet.
      let count = places.count { $0.apartment != nil && !shown.contains($0) }
      if count > 0 { hidden.append((count, row)) }
      column = rest
    }
    guard showsProcesses else {
      place(shown, in: column, side)
      return
    }
    let groups = Self.byProcess(shown)
    let weights = groups.map { group in group.reduce(0) { $0 + $1.room.weight } }
    for (group, rect) in zip(groups, column.rows(weights)) {
      processes.append(ProcessBox(process: group[0].room.process, rect: rect))
      place(group, in: rect.inset(), side)
    }
  }

  /// The first rooms, with the one where something happens among them.
  private static func chosen(_ places: [Place], count: Int, _ important: ApartmentID?) -> [Place] {
    let first = Array(places.prefix(count))
    guard let important, let index = places.firstIndex(where: { $0.apartment == important }),
      index >= count
    else { return first }
    return first.dropLast() + [places[index]]
  }

  private static func byProcess(_ places: [Place]) -> [[Place]] {
    var groups: [[Place]] = []
    for place in places {
      if groups.last?.first?.room.process == place.room.process {
        groups[groups.count - 1].append(place)
      } else {
        groups.append([place])
      }
    }
    return groups
  }

  private mutating func place(_ places: [Place], in column: Rect, _ side: Room.Side) {
    for (place, rect) in zip(places, column.rows(places.map(\.room.weight))) {
      boxes.append(Box(place: place, rect: rect, side: side))
    }
  }
}
