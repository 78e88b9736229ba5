import TerminalUI
import Trace

/// How a process stands.
enum ProcessStanding: Hashable, Sendable {
  /// No process yet: its lot is kept free.
  case lot
  /// Started by the SCM, and nothing of it is registered.
  case starting
  case runs
  /// All that it had registered is suspended, and something keeps it alive.
  case suspended
  /// Nobody can get into it any more, and nothing keeps it alive.
  case closing
  case ended
  case killed

  var word: String {
    switch self {
    case .lot, .runs: ""
    case .starting: "STARTING"
    case .suspended: "SUSPENDED"
    case .closing: "closing"
    case .ended: "ENDED"
    case .killed: "KILLED"
    }
  }
}

extension World {
  func standing(of id: ProcessID?) -> ProcessStanding {
    guard let id, let process = processes[id] else { return .lot }
    if process.isKilled { return .killed }
    guard process.isAlive else { return .ended }
    let own = registrations.values.filter { apartments[$0.apartment]?.process == id }
    let known = own.filter { $0.scm != nil }
    if known.isEmpty { return process.launchedFor.isNone ? .runs : .starting }
    guard known.allSatisfy({ $0.isRevoked || $0.isSuspended || $0.scm == .removed }) else {
      return .runs
    }
    if own.allSatisfy({ $0.isRevoked || $0.scm == .removed }) { return .closing }
    return process.serverCount == 0 ? .closing : .suspended
  }
}

/// What is said of a process as a whole.
extension PlanContext {
  /// What stands at the right of its wall: `KILLED`, `closing`.
  func mark(_ site: Site) -> StyledText {
    let standing = world.standing(of: site.process)
    guard let id = site.process else { return "" }
    let isNew = baseline != nil && baseline?.standing(of: id) != standing
    var text = StyledText(standing.word, isNew ? .changed : standing == .killed ? .warning : .dim)
    if standing == .runs, baseline != nil, baseline?.processes[id] == nil { text = newMark(true) }
    return text
  }

  /// What stands in its lower wall: what it has nothing more to do with, how long it has been silent,
  /// and threads without a room.
  func notes(_ site: Site) -> [StyledText] {
    guard let id = site.process, let process = world.processes[id] else { return [] }
    let cuts = process.cutConnections.map { cut in
      StyledText("! cut off from \(world.label(process: cut.process))", .warning)
    }
    let missed = process.missedPings
    let pings =
      missed == 0
      ? []
      : [StyledText("pings missed ") + count(missed, was: baseline?.processes[id]?.missedPings)]
    let names = site.building.threads
    let others = index.threads[.none, default: []].filter { thread in
      thread.id.processID == id && thread.activity != .ended && !names.contains(world[thread.name])
    }
    return cuts + pings
      + others.map { StyledText(shortLabel($0.id) + " ", .bold) + $0.standing.text }
  }

  /// The line of a server before its rooms: what keeps it alive.
  func rows(server id: ProcessID, width: Int) -> [PlanRow] {
    guard let process = world.processes[id], process.isAlive || process.isKilled else { return [] }
    let key = Selectable.process(id)
    if world.standing(of: id) == .starting, process.serverCount == 0 {
      let own = world.registrations.values.count { world.apartments[$0.apartment]?.process == id }
      let text =
        own == 0
        ? "nothing registered yet"
        : "\(World.count(own, "class object")), not open yet"
      return [PlanRow(StyledText(text), rank: .thing, key)]
    }
    let old = baseline?.processes[id]
    let cells = ownCells(of: id)
    let isCounted = process.serverCount > 0 || (old?.serverCount ?? 0) > 0
    var rows: [PlanRow] = []
    if isCounted || cells.isEmpty {
      rows.append(countRow(process, old, width: width))
    }
    if !cells.isEmpty { rows.append(cellRow(cells, key)) }
    return rows
  }

  /// `server count 1→0  = Widget + lock + COM's lock`.
  private func countRow(
    _ process: World.Process, _ old: World.Process?, width: Int
  ) -> PlanRow {
    let isChanged = baseline != nil && old != nil && old?.serverCount != process.serverCount
    let number = count(process.serverCount, was: old?.serverCount)
    let before = baseline.map { sum(of: process.id, in: $0) } ?? []
    let now = sum(of: process.id, in: world)
    let parts = now.map { StyledText($0, before.contains($0) || old == nil ? .plain : .changed) }
      .joined(separator: " + ")
    let ends: [StyledText] =
      now.isEmpty
      ? isChanged ? [StyledText("  (was: \(before.joined(separator: " + ")))")] : [""]
      : [
        "  = " + parts, " = " + parts,
        StyledText(" = \(World.count(Int(process.serverCount), "holder"))"),
      ]
    // Who has a part in it is worth more than the word.
    let lines = ends.flatMap { end in
      ["server count ", "count "].map { StyledText($0) + number + end }
    }
    var row = PlanRow(
      lines.first { $0.width <= width } ?? number, rank: isChanged ? .changed : .thing,
      Selectable.process(process.id))
    if detail == .full { row.trailing = objectCount(of: process.id) }
    return row
  }

  /// Who has a part in the count: `Widget`, `2 Gadget`, `lock`, `COM's lock`.
  func sum(of id: ProcessID, in world: World) -> [String] {
    guard let process = world.processes[id] else { return [] }
    // COM locks a server by the class object's own LockServer, which counts under its name for that.
    var implicit = Int64(
      world.objects.values.filter { $0.process == id }.reduce(0) { $0 + Int($1.implicitLocks) })
    let all = implicit
    var parts: [String] = []
    for holder in process.serverHolders {
      var own = holder.count
      let name = holder.name.isNone ? "somebody" : world[holder.name]
      if name.lowercased().contains("lock"), implicit > 0 {
        let taken = min(implicit, max(0, own))
        own -= taken
        implicit -= taken
      }
      if own != 0 { parts.append(own == 1 ? name : "\(own) \(name)") }
    }
    let taken = all - implicit
    if taken > 0 { parts.append(taken == 1 ? "COM's lock" : "\(taken) COM's locks") }
    return parts
  }

  /// `objects 1→0`: what it has made and clients may use; class objects do not count.
  private func objectCount(of id: ProcessID) -> StyledText {
    func count(_ world: World) -> Int64 {
      let factories = Set(world.registrations.values.map(\.object))
      return Int64(
        world.objects.values.count {
          $0.process == id && $0.isAlive && $0.role == .component && $0.outer.isNone
            && !factories.contains($0.id)
        })
    }
    return StyledText("objects ") + self.count(count(world), was: baseline.map { count($0) })
  }

  /// Counters that the program keeps for itself.
  func ownCells(of id: ProcessID) -> [World.Cell] {
    index.cells.filter { home(of: $0) == id }
  }

  /// The process that a cell is in.
  func home(of cell: World.Cell) -> ProcessID {
    (cell.lastWriter.isNone ? cell.lastReader : cell.lastWriter).processID
  }

  private func cellRow(_ cells: [World.Cell], _ key: Selectable) -> PlanRow {
    var isChanged = false
    let parts = cells.map { cell in
      let old = baseline?.cells[cell.name]?.value
      if baseline != nil, old != nil, old != cell.value { isChanged = true }
      return StyledText(world[cell.name] + " ") + count(cell.value, was: old)
    }
    let thing = cells.count == 1 ? Selectable.cell(cells[0].name) : key
    return PlanRow(
      parts.joined(separator: "   "), rank: isChanged ? .changed : .thing, thing)
  }

  /// Everything in a process where there is no room for the walls of its rooms: each has one at the
  /// left. Objects come before threads that only wait for something to do, and before class objects,
  /// which stand in the SCM's table too.
  func flatRows(_ site: Site, width: Int) -> [PlanRow] {
    guard let id = site.process else { return [] }
    var rows = site.building.kind == .server ? self.rows(server: id, width: width) : []
    var rooms: [PlanRow] = []
    for place in site.places {
      let apartment = place.apartment.map { Selectable.apartment($0) }
      let isEmpty = place.apartment.flatMap { world.apartments[$0] }?.queue.isEmpty ?? true
      let room = self.rows(of: place, width: width - 2).filter { row in
        // Nothing in a queue is worth no row here.
        !(isEmpty && row.rank == .queue && row.selectable == apartment)
      }
      let wall = StyledText(String(Wall(place.room.kind).vertical) + " ", .wall)
      rooms += room.map { row in
        var row = row
        row.text = wall + row.text
        switch row.selectable {
        case .thread(let id) where world.threads[id]?.standing != .idle: break
        case .thread, .registration: row.rank = max(row.rank, .changedCount)
        default: break
        }
        return row
      }
    }
    let housed = Set(site.places.flatMap(\.room.threads))
    for thread in index.threads[.none, default: []] where thread.id.processID == id {
      let name = world[thread.name]
      guard site.building.threads.contains(name), !housed.contains(name) else { continue }
      rows += self.rows(thread: thread, nameWidth: nameWidth, width: width)
    }
    return rows + rooms
  }
}
