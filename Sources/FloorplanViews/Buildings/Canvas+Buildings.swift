import TerminalUI
import Trace

extension Canvas {
  /// Draws processes as buildings with their rooms, the SCM, and what is between them.
  mutating func buildings(_ context: PlanContext, in area: Rect) {
    let acting = context.world.threads[context.world.acting]?.id.processID
    let geometry = BuildingGeometry(context.sites, in: area, acting: acting)
    var router = LinkRouter(geometry)
    // Arrows of upper lines go down at the right, past the lower ones.
    let margin = geometry.boxes.isEmpty ? 0 : 2 * geometry.lines.count + 1
    for lot in geometry.lines {
      let row = Rect(
        origin: lot.rect.origin, size: Size(width: lot.rect.width - margin, height: 1))
      router.lineEnds[lot.site] = buildingLine(lot.site, context, in: row)
    }
    var filled: [RowPlacement.Filled] = []
    for lot in geometry.band + geometry.boxes { filled += building(lot, context) }
    let placement = RowPlacement(filled)
    for room in placement.rooms { self.room(room, context) }
    let connections = Connections(
      placement.rooms, context, hasGap: geometry.hasCrossings,
      buildings: geometry.boxes.map(\.rect))
    for plug in connections.plugs { draw(plug) }
    for wire in connections.wires { draw(wire) }
    for call in connections.calls { draw(call) }
    router.findCallers(placement.rooms)
    links(router, context, except: Set(connections.calls.map(\.call)))
    for lot in geometry.band + geometry.boxes where context.isRuin(lot.site) { ruin(lot.rect) }
  }

  /// What is in a killed process stays, and nothing of it acts.
  private mutating func ruin(_ rect: Rect) {
    restyle(rect) { style in
      switch style.role {
      case .changed, .warning, .error, .selection: style
      default: .dim
      }
    }
  }

  // MARK: Lines

  /// A building in one line: `client A   1 main ◘ WAITS for call 12`. Returns where its text ends.
  private mutating func buildingLine(
    _ site: Site, _ context: PlanContext, in row: Rect
  ) -> Point {
    let names = context.sites.map(\.building.name.cellWidth).max() ?? 0
    let name = site.building.name.padded(toWidth: min(14, names) + 3)
    let isSCM = site.building.kind == .scm
    let thing = isSCM ? Selectable.scm : site.process.map { .process($0) }
    let isSelected = thing != nil && context.selection == thing
    var text = StyledText(" ") + StyledText(name, isSelected ? .selection : .title)
    if isSCM {
      text += context.scmLine()
    } else {
      guard site.process != nil else { return row.origin }
      text += context.line(of: site, room: row.width - text.width)
    }
    let fitted = text.truncated(toWidth: row.width)
    write(fitted, at: row.origin)
    addHit(row, thing)
    return row.origin.moved(dx: fitted.width)
  }

  // MARK: Boxes

  /// Draws the walls of a building and what stands in none of its rooms; returns its rooms.
  private mutating func building(
    _ lot: BuildingGeometry.Lot, _ context: PlanContext
  ) -> [RowPlacement.Filled] {
    let site = lot.site
    if site.building.kind == .scm {
      scm(lot, context)
      return []
    }
    // A lot is free ground.
    guard let id = site.process else { return [] }
    let isSelected = context.selection == .process(id)
    let isGone = !context.world.isAlive(id)
    box(
      lot.rect, context.isRuin(site) ? .dotted : .single,
      title: StyledText(site.building.name, isSelected ? .selection : isGone ? .dim : .title),
      trailing: context.mark(site), style: isGone ? .dim : .wall)
    addHit(
      Rect(origin: lot.rect.origin, size: Size(width: lot.rect.width, height: 1)), .process(id))
    note(context.notes(site), in: lot.rect)
    // Of a process that has ended nothing is left; in the step in which it did its rooms still are.
    let isEmpty = !site.places.contains { $0.apartment != nil }
    if isGone, isEmpty, !context.isRuin(site) { return [] }
    let rooms = BuildingRooms(lot)
    guard let rooms else {
      let apartments = site.places.compactMap(\.apartment)
      let room = Room(.neutral, "", side: lot.side)
      let box = PlanGeometry.Box(
        place: Place(room: room, apartment: nil), rect: lot.rect, side: lot.side)
      let rows = context.flatRows(site, width: box.inside.width)
      return [RowPlacement.Filled(box, rows: rows, apartments: apartments)]
    }
    if !rooms.head.isEmpty {
      write(context.rows(server: id, width: rooms.head.width), in: rooms.head)
    }
    for (place, row) in rooms.lines { roomLine(place, context, in: row) }
    return rooms.boxes.map { RowPlacement.Filled($0, context: context) }
  }

  private mutating func scm(_ lot: BuildingGeometry.Lot, _ context: PlanContext) {
    let isSelected = context.selection == .scm
    box(lot.rect, .single, title: StyledText("SCM", isSelected ? .selection : .title))
    addHit(Rect(origin: lot.rect.origin, size: Size(width: lot.rect.width, height: 1)), .scm)
    let inside = lot.rect.inset(dx: 2, dy: 1)
    write(context.scmRows(width: inside.width, height: inside.height), in: inside)
    note([context.scmCalls], in: lot.rect)
  }

  /// Rows one below the other.
  private mutating func write(_ rows: [PlanRow], in rect: Rect) {
    for (index, row) in rows.fitting(height: rect.height).enumerated() {
      let line = Rect(x: rect.left, y: rect.top + index, width: rect.width, height: 1)
      write(row.line(width: rect.width, margin: 0), at: line.origin, width: rect.width)
      addHit(line, row.selectable)
    }
  }

  /// Short texts in the lower wall, at the right; those that fit.
  private mutating func note(_ texts: [StyledText], in rect: Rect) {
    var right = rect.right - 2
    for text in texts where right - text.width - 2 >= rect.left + 8 && rect.height > 1 {
      right -= text.width + 2
      write(" " + text + " ", at: Point(x: right, y: rect.bottom - 1))
    }
  }
}

/// Where the rooms of a building stand; nil where there is not enough room for walls.
struct BuildingRooms: Sendable {
  /// The line before the rooms: what keeps a server alive.
  private(set) var head = Rect(x: 0, y: 0, width: 0, height: 0)
  private(set) var lines: [(place: Place, row: Rect)] = []
  private(set) var boxes: [PlanGeometry.Box] = []

  init?(_ lot: BuildingGeometry.Lot) {
    var rest = lot.rect.inset()
    let rooms = lot.site.places.filter(\.room.takesPart)
    guard !rooms.isEmpty else { return nil }
    if lot.site.building.kind == .server {
      let (top, below) = rest.splitTop(1)
      head = top.inset(dx: 1, dy: 0)
      rest = below
    }
    for place in lot.site.places where !place.room.takesPart {
      let (row, below) = rest.splitTop(1)
      lines.append((place, row))
      rest = below
    }
    let weights = rooms.map(\.room.weight)
    let rects: [Rect]
    if rest.width / rooms.count >= 20, rest.height >= 7 {
      rects = rest.columns(weights)
    } else if rest.height / rooms.count >= 7 {
      rects = rest.rows(weights)
    } else {
      return nil
    }
    boxes = zip(rooms, rects).map { PlanGeometry.Box(place: $0, rect: $1, side: lot.side) }
  }
}

extension PlanContext {
  func isRuin(_ site: Site) -> Bool { site.process.map { world.isKilled($0) } ?? false }

  /// What is said of a process in one line.
  func line(of site: Site, room: Int) -> StyledText {
    guard let id = site.process else { return "" }
    let mark = mark(site)
    guard world.isAlive(id) else {
      return [mark, held(by: site)].filter { !$0.isEmpty }.joined(separator: "   ")
    }
    let room = mark.isEmpty ? room : room - mark.width - 3
    var parts = world.threadsInOrder.filter { $0.id.processID == id && isDrawn($0) }.map { thread in
      let name = shortLabel(thread.id).padded(toWidth: nameWidth)
      let head =
        StyledText(name, selection == .thread(thread.id) ? .selection : .bold) + " "
        + state(of: thread)
      let failure = failure(of: thread.id).map { "  " + $0 } ?? ""
      return head + StyledText(doing(thread, room: room - head.width)) + failure
    }
    if site.building.kind == .server { parts += rows(server: id, width: 40).prefix(1).map(\.text) }
    if !mark.isEmpty { parts.insert(mark, at: 0) }
    let held = held(by: site)
    let text = parts.joined(separator: "   ")
    // A part of the names is better than none, if it is one that can be read.
    let needed = min(held.width, 10)
    return held.isEmpty || text.width + 3 + needed > room ? text : text + "   " + held
  }

  /// ` in Release, call 12`: what a thread is at, after its state.
  private func doing(_ thread: World.Thread, room: Int) -> String {
    var text = ""
    let function = thread.frames.last.flatMap { frame in
      if case .function(let name) = frame.kind { world[name] } else { nil }
    }
    switch thread.activity {
    case .waiting(.reply(let id, _, _)):
      guard let call = world.calls[id] else { return " for call \(id)" }
      // COM's own calls go by names that the program does not know.
      let name = world[call.method]
      let what = call.proxy.isNone ? function ?? Self.plainName(name) : method(call)
      return " in \(what), call \(id)"
    case .waiting(.scm(let request, _, _)):
      let what = " in \(function ?? "COM")(\(awaitedClass(request)))"
      let number = world.label(request: request)
      // The arrow has the number, where there is room for it.
      if what.cellWidth + number.cellWidth + 8 <= room { return what }
      let whole = what + ", " + number
      return whole.cellWidth <= room ? whole : " for \(awaitedClass(request)), \(number)"
    case .waiting(let wait): return (wait.isForAnything ? ", " : " ") + reason(wait)
    case .running, .ready, .ended: break
    }
    if let call = thread.serving.last { text = " call \(call)" }
    let deed = deed(thread, isActing: thread.id == world.acting, room: 40)
    return deed.isEmpty ? text : text + " " + deed
  }

  /// What the program calls what COM sends by another name.
  private static func plainName(_ method: String) -> String {
    switch method {
    case "RemAddRef": "AddRef"
    case "RemRelease": "Release"
    case "RemQueryInterface": "QueryInterface"
    default: method
    }
  }

  /// The names of what lives in a process: `proxy 1, proxy 2 NEW`.
  private func held(by site: Site) -> StyledText {
    site.places.compactMap(\.apartment).map { contents(of: $0) }.filter { !$0.isEmpty }
      .joined(separator: ", ")
  }
}
