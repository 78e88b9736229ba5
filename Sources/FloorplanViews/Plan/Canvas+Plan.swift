import TerminalUI
import Trace

extension Canvas {
  /// Draws the floor plan into `area`: rooms, what is in them, and what is between them.
  ///
  /// - Parameter prefersLines: many rooms in little room are lines rather than left out.
  mutating func plan(_ context: PlanContext, in area: Rect, prefersLines: Bool = false) {
    guard !area.isEmpty else { return }
    guard context.sites.isEmpty else {
      buildings(context, in: area)
      return
    }
    let acting = context.world.threads[context.world.acting]?.apartment
    let geometry = PlanGeometry(
      context.places, in: area, important: acting, prefersLines: prefersLines)
    for (place, row) in geometry.lines { roomLine(place, context, in: row) }
    for box in geometry.processes { processBox(box, context) }
    let placement = RowPlacement(geometry.boxes.map { .init($0, context: context) })
    for room in placement.rooms { self.room(room, context) }
    for (count, row) in geometry.hidden {
      let text = count == 1 ? " and 1 more room" : " and \(count) more rooms"
      write(StyledText(text, .dim), at: row.origin, width: row.width)
    }
    let connections = Connections(placement.rooms, context)
    for plug in connections.plugs { draw(plug) }
    for wire in connections.wires { draw(wire) }
    for call in connections.calls { draw(call) }
  }

  /// Makes a row clickable as the thing that it is about.
  mutating func addHit(_ rect: Rect, _ thing: Selectable?) {
    if let thing { addHit(rect, thing.id) }
  }

  /// A room that takes no part: `═ main STA ═  1 main  ○ IDLE, in its loop   (takes no part)`.
  mutating func roomLine(_ place: Place, _ context: PlanContext, in row: Rect) {
    guard let id = place.apartment, let apartment = context.world.apartments[id] else { return }
    let wall = String(Wall(place.room.kind).horizontal)
    let showsProcesses = context.sites.isEmpty && context.world.processes.count > 1
    let name = showsProcesses ? context.process(place.room.process) : context.title(apartment)
    let title =
      StyledText(wall + " ", .wall) + StyledText(name, .title)
      + StyledText(" " + wall + "  ", .wall)
    let isQuiet = !place.room.takesPart
    let summary = context.summary(of: place, withReasons: isQuiet)
    var text = title + summary
    let contents = isQuiet ? "" : context.contents(of: id)
    if row.height > 1 {
      write("   " + contents, at: row.origin.moved(dy: 1), width: row.width)
    } else if !contents.isEmpty {
      text += (summary.isEmpty ? "" : ", ") + contents
    }
    let line = PlanRow(
      text, trailing: isQuiet ? StyledText("(takes no part)", .dim) : "", rank: .thing)
    write(line.line(width: row.width), at: row.origin, width: row.width)
    addHit(row, .apartment(id))
  }

  private mutating func processBox(_ box: PlanGeometry.ProcessBox, _ context: PlanContext) {
    let name = context.process(box.process)
    let process = context.world.processes[ProcessID(UInt32(box.process))]
    let trailing = process?.isAlive == false ? StyledText("ENDED", .changed) : ""
    self.box(box.rect, .single, title: StyledText(name, .title), trailing: trailing)
  }

  mutating func room(_ room: RowPlacement.Filled, _ context: PlanContext) {
    let place = room.box.place
    if let id = place.apartment, let apartment = context.world.apartments[id] {
      let selected = context.selection == .apartment(id)
      box(
        room.box.rect, Wall(place.room.kind),
        title: StyledText(context.title(apartment), selected ? .selection : .title),
        trailing: context.mark(apartment))
      addHit(
        Rect(origin: room.box.rect.origin, size: Size(width: room.box.rect.width, height: 1)),
        .apartment(id))
    }
    noteDropped(room)
    let inside = room.box.inside
    for (row, y) in zip(room.rows, room.lines) where y < inside.bottom {
      let line = Rect(x: inside.left, y: y, width: inside.width, height: 1)
      write(row.line(width: inside.width, margin: 0), at: line.origin, width: inside.width)
      addHit(line, row.selectable)
    }
  }
}

extension Canvas {
  /// How many rows of a room found no place, in its lower wall.
  fileprivate mutating func noteDropped(_ room: RowPlacement.Filled) {
    guard room.dropped > 0, room.box.place.apartment != nil else { return }
    let rect = room.box.rect
    let note = StyledText(" … \(room.dropped) more ", .dim)
    guard rect.height > 1, note.width + 4 <= rect.width else { return }
    write(note, at: Point(x: rect.right - note.width - 2, y: rect.bottom - 1))
  }
}

extension Wall {
  /// A room is its wall.
  init(_ kind: ApartmentKind) {
    switch kind {
    case .singleThreaded: self = .double
    case .multithreaded: self = .single
    case .neutral: self = .dotted
    }
  }
}

extension PlanContext {
  fileprivate func title(_ apartment: World.Apartment) -> String {
    let title = title(apartment.id)
    // An STA that COM started and that became the main one says that; the neutral one is always COM's.
    let isHost = apartment.startedBy == .com && apartment.kind != .neutral && !apartment.isMain
    if apartment.startedBy == .com, apartment.isMain, !title.hasSuffix("main") {
      return title + " · main"
    }
    return title + (isHost ? " · started by COM" : "")
  }

  fileprivate func mark(_ apartment: World.Apartment) -> StyledText {
    if !apartment.isAlive { return StyledText("ENDED", .changed) }
    return newMark(baseline?.apartments[apartment.id] == nil)
  }
}
