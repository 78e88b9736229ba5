import TerminalUI
import Trace

/// Where each row of each room stands. Both ends of a wire come to the same height where the rooms
/// leave room for that; the number pairs them in any case.
struct RowPlacement: Sendable {
  /// A room's rows with the line of the screen that each stands on.
  struct Filled: Sendable {
    var box: PlanGeometry.Box
    var rows: [PlanRow]
    /// How many rows found no place; the room's lower wall says so.
    var dropped: Int
    var lines: [Int] = []
    /// The apartments that calls reach here.
    var apartments: [ApartmentID]

    init(_ box: PlanGeometry.Box, rows: [PlanRow], apartments: [ApartmentID]) {
      self.box = box
      self.rows = rows.fitting(height: box.inside.height)
      self.apartments = apartments
      dropped = max(0, rows.count - box.inside.height)
    }

    /// A room with what is in it.
    init(_ box: PlanGeometry.Box, context: PlanContext) {
      self.init(
        box, rows: context.rows(of: box.place, width: box.inside.width),
        apartments: box.place.apartment.map { [$0] } ?? [])
    }
  }

  /// Where the free lines go.
  private enum Air: CaseIterable { case everyBlock, firstBlock, none }

  private(set) var rooms: [Filled]

  init(_ filled: [Filled]) {
    var best = Self.placed(filled, .none)
    var bestScore = -1
    for air in Air.allCases {
      let candidate = Self.placed(filled, air)
      let score = Self.alignedWires(candidate)
      if score > bestScore {
        best = candidate
        bestScore = score
      }
    }
    rooms = best
  }

  private static func placed(_ rooms: [Filled], _ air: Air) -> [Filled] {
    var rooms = rooms.map { room in
      var room = room
      room.lines = lines(room, air) ?? lines(room, .firstBlock) ?? lines(room, .none) ?? []
      return room
    }
    align(&rooms)
    return rooms
  }

  /// The rows one below the other from the top; nil where the free lines do not fit.
  private static func lines(_ room: Filled, _ air: Air) -> [Int]? {
    var y = room.box.inside.top
    var lines: [Int] = []
    var isFirst = true
    for (index, row) in room.rows.enumerated() {
      if row.startsBlock, index > 0 {
        switch air {
        case .everyBlock: y += 1
        case .firstBlock where isFirst: y += 1
        case .firstBlock, .none: break
        }
        isFirst = false
      }
      lines.append(y)
      y += 1
    }
    return air == .none || y <= room.box.inside.bottom ? lines : nil
  }

  /// The two ends of the wires that could be straight: rooms in different columns.
  private static func pairs(_ rooms: [Filled]) -> [(End, End)] {
    var ends: [StubID: [End]] = [:]
    for (room, filled) in rooms.enumerated() {
      for (row, content) in filled.rows.enumerated() {
        if let wire = content.wire {
          ends[wire, default: []].append(End(room: room, row: row, side: filled.box.side))
        }
      }
    }
    return ends.keys.sorted().flatMap { wire -> [(End, End)] in
      let places = ends[wire, default: []]
      let left = places.filter { $0.side == .left }
      let right = places.filter { $0.side == .right }
      return left.flatMap { end in right.map { (end, $0) } }
    }
  }

  private struct End {
    var room: Int
    var row: Int
    var side: Room.Side
  }

  /// Moves the higher end of each wire down to the lower one, where its room has free lines left.
  private static func align(_ rooms: inout [Filled]) {
    for (left, right) in pairs(rooms) {
      let distance = rooms[left.room].lines[left.row] - rooms[right.room].lines[right.row]
      let higher = distance < 0 ? left : right
      let room = rooms[higher.room]
      let free = room.box.inside.bottom - 1 - (room.lines.last ?? 0)
      guard abs(distance) <= free else { continue }
      for row in higher.row..<room.lines.count { rooms[higher.room].lines[row] += abs(distance) }
    }
  }

  private static func alignedWires(_ rooms: [Filled]) -> Int {
    pairs(rooms).count { left, right in
      rooms[left.room].lines[left.row] == rooms[right.room].lines[right.row]
    }
  }
}
