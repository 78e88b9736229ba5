import TerminalUI
import Trace

/// Where processes and the SCM stand. It follows from the cast and the size alone (and from processes
/// that nobody declared), so that no building moves while a scenario runs, but for one thing: of a
/// server that has ended a line is left, and the next one has its place.
struct BuildingGeometry: Sendable {
  /// A building's place.
  struct Lot: Sendable {
    var site: Site
    var rect: Rect
    /// The column that it stands in.
    var side: Room.Side
  }

  /// Buildings of one line: on top, and below the others those whose lots have come free.
  private(set) var lines: [Lot] = []
  /// Clients without rooms, side by side above the others, where the screen is high.
  private(set) var band: [Lot] = []
  private(set) var boxes: [Lot] = []
  /// Whether calls cross the free space between the columns.
  private(set) var hasCrossings = false
  /// The first server with a lot: it has more room than the others.
  private let leader: Site?

  /// The rows of a client in the band, and the free row below it for what goes down from there.
  private static let bandRows = 5

  /// - Parameter acting: the process in which something happens: where there is hardly any room its
  ///   line is there.
  init(_ sites: [Site], in whole: Rect, acting: ProcessID?) {
    leader = sites.first { $0.building.kind == .server && !$0.isVacated }
    let outer = sites.filter(\.isBare)
    // Beside clients with rooms the others are bystanders.
    let hasRooms = sites.contains { $0.building.kind == .client && !$0.building.rooms.isEmpty }
    let vacated = sites.filter(\.isVacated)
    let (area, below) = whole.splitBottom(vacated.count)
    let isHigh = area.width >= 110 && area.height >= 18
    let hasBand = isHigh && !hasRooms && (1...3).contains(outer.count)
    let lined = sites.filter { site in
      !site.building.takesPart || site.isBare && !hasBand
    }
    let boxed = sites.filter { !lined.contains($0) && !$0.isBare && !$0.isVacated }
    if !place(boxed, below: lined.count, hasBand, area) {
      line(sites, acting, in: whole)
      return
    }
    let rest = line(lined, in: area)
    _ = line(vacated, in: below)
    guard hasBand else { return }
    let row = rest.splitTop(Self.bandRows).top
    let gap = 2
    for (index, (site, rect)) in zip(
      outer, row.columns(outer.map { _ in 1 }, gap: gap)
    ).enumerated() {
      band.append(Lot(site: site, rect: rect, side: index == 0 ? .left : .right))
    }
  }

  /// Places the boxes; false where there is not enough room for all of them.
  private mutating func place(
    _ sites: [Site], below lines: Int, _ hasBand: Bool, _ area: Rect
  ) -> Bool {
    let taken = lines + (hasBand ? Self.bandRows + 1 : 0)
    let rest = area.splitTop(taken).rest
    let columns = columns(sites, in: rest)
    guard area.height >= taken, columns.allSatisfy({ $0.1.count * 4 <= $0.0.height }) else {
      return false
    }
    for (index, (column, members)) in columns.enumerated() {
      stack(members, in: column, index == 0 ? .left : .right)
    }
    return true
  }

  private mutating func columns(_ sites: [Site], in area: Rect) -> [(Rect, [Site])] {
    let leaders = sites.contains { $0.building.kind == .client }
    var first: Site?
    if !leaders { first = sites.first { $0.building.kind == .server } }
    // Below a single client there is room for what it asks.
    let isAlone = sites.count { $0.building.kind == .client } == 1
    func side(_ site: Site) -> Room.Side {
      if let side = site.building.side { return side }
      switch site.building.kind {
      case .client: return .left
      case .server: return site == first ? .left : .right
      case .scm: return isAlone ? .left : .right
      }
    }
    let left = sites.filter { side($0) == .left }
    let right = sites.filter { side($0) == .right }
    guard area.width >= PlanGeometry.twoColumns, !left.isEmpty, !right.isEmpty else {
      return sites.isEmpty ? [] : [(area, left + right)]
    }
    hasCrossings = leaders
    let gap = leaders ? PlanGeometry.gap(width: area.width) : area.width >= 110 ? 4 : 2
    let free = area.width - gap
    let isWide = left.contains { $0.building.rooms.count > 1 } && !leaders
    let half = isWide ? free * 3 / 5 : free / 2
    let (column, others) = area.splitLeft(half)
    return [(column, left), (others.splitLeft(gap).rest, right)]
  }

  /// One below the other; a free row between the SCM and a client above it or a server below it, for
  /// what goes from one to the other.
  private mutating func stack(_ sites: [Site], in column: Rect, _ side: Room.Side) {
    let hasGap = zip(sites, sites.dropFirst()).map { upper, lower in
      upper.building.kind == .scm && lower.building.kind == .server
        || upper.building.kind == .client && lower.building.kind == .scm
    }
    let gaps = hasGap.count { $0 }
    let isHigh = column.height - gaps >= sites.count * 4
    var rest = column
    let free = Rect(x: 0, y: 0, width: 1, height: column.height - (isHigh ? gaps : 0))
    var heights = free.rows(shares(sites)).map(\.height)
    if heights.contains(where: { $0 < 4 }) {
      heights = free.rows(sites.map { _ in 1 }).map(\.height)
    }
    for (index, site) in sites.enumerated() {
      let (rect, below) = rest.splitTop(heights[index])
      boxes.append(Lot(site: site, rect: rect, side: side))
      rest = isHigh && index < hasGap.count && hasGap[index] ? below.splitTop(1).rest : below
    }
  }

  /// How the height of a column is divided: as the cast says; else the first server has most, then
  /// clients.
  private func shares(_ sites: [Site]) -> [Int] {
    sites.map { site in
      if sites.contains(where: { $0.building.share != nil }) { return site.building.share ?? 1 }
      return switch site.building.kind {
      case .server: site == leader ? 4 : 2
      case .client: 3
      case .scm: 2
      }
    }
  }

  /// A line for each; what is left below them.
  private mutating func line(_ sites: [Site], in area: Rect) -> Rect {
    sites.reduce(area) { area, site in
      let (row, rest) = area.splitTop(1)
      lines.append(Lot(site: site, rect: row, side: .left))
      return rest
    }
  }

  /// Everything in lines: as many as there is room for, with the one where something happens.
  private mutating func line(_ sites: [Site], _ acting: ProcessID?, in area: Rect) {
    (boxes, hasCrossings) = ([], false)
    var shown = Array(sites.prefix(area.height))
    if let own = sites.first(where: { $0.process != nil && $0.process == acting }),
      !shown.contains(own), !shown.isEmpty
    {
      shown[shown.count - 1] = own
    }
    for (index, site) in shown.enumerated() {
      let row = Rect(x: area.left, y: area.top + index, width: area.width, height: 1)
      lines.append(Lot(site: site, rect: row, side: .left))
    }
  }
}

extension Site {
  /// A client without rooms: its threads and what they wait for are all there is to see.
  var isBare: Bool {
    building.kind == .client && building.rooms.isEmpty && building.takesPart
  }
}
