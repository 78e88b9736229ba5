import TerminalUI
import Trace

/// What is drawn between rooms: wires from proxies to stubs, and calls on their way.
struct Connections: Sendable {
  /// A line between the walls of two rooms.
  struct Span: Sendable {
    var y: Int
    /// The column of the left room's right wall and of the right room's left wall.
    var from: Int
    var to: Int
  }

  struct Wire: Sendable {
    var span: Span
    var number: StubID
    var isNew: Bool
  }

  /// The end of a wire whose other end stands at another height: the number pairs them.
  struct Plug: Sendable {
    var wall: Point
    /// Whether the free space is to the right of the wall.
    var goesRight: Bool
    var number: StubID
  }

  struct Flight: Sendable {
    var span: Span
    var call: CallID
    var state: World.Call.State
    /// Whether the caller's room is the left one.
    var goesRight: Bool
  }

  private(set) var wires: [Wire] = []
  private(set) var plugs: [Plug] = []
  private(set) var calls: [Flight] = []

  /// - Parameters:
  ///   - hasGap: whether there is free space between the columns.
  ///   - buildings: the walls that a call ends at where another room stands before its own.
  init(
    _ rooms: [RowPlacement.Filled], _ context: PlanContext, hasGap: Bool = true,
    buildings: [Rect] = []
  ) {
    collectWires(rooms, context, hasGap: hasGap)
    collectCalls(rooms, context, hasGap: hasGap, buildings)
  }

  private struct End {
    var box: PlanGeometry.Box
    var y: Int
  }

  /// Whether no room stands in the way.
  private func isFree(_ span: Span, _ rooms: [RowPlacement.Filled]) -> Bool {
    !rooms.contains { room in
      let rect = room.box.rect
      return rect.top <= span.y && span.y < rect.bottom && rect.left > span.from
        && rect.right - 1 < span.to
    }
  }

  private mutating func collectWires(
    _ rooms: [RowPlacement.Filled], _ context: PlanContext, hasGap: Bool
  ) {
    var ends: [StubID: [End]] = [:]
    for room in rooms {
      for (row, y) in zip(room.rows, room.lines) {
        if let wire = row.wire { ends[wire, default: []].append(End(box: room.box, y: y)) }
      }
    }
    let hasGap = hasGap && Set(rooms.map(\.box.side)).count > 1
    guard hasGap else { return }
    for number in ends.keys.sorted() {
      let all = ends[number, default: []]
      let isNew = context.baseline.map { $0.stubs[number] == nil } ?? false
      for left in all where left.box.side == .left {
        for right in all where right.box.side == .right && right.y == left.y {
          let span = Span(y: left.y, from: left.box.rect.right - 1, to: right.box.rect.left)
          guard isFree(span, rooms) else { continue }
          wires.append(Wire(span: span, number: number, isNew: isNew))
        }
      }
      let straight = Set(wires.filter { $0.number == number }.map(\.span.y))
      for end in all where all.count > 1 && !straight.contains(end.y) {
        let plug = plug(end, number)
        let beside = plug.wall.moved(dx: plug.goesRight ? 1 : -1)
        if !rooms.contains(where: { $0.box.rect.contains(beside) }) { plugs.append(plug) }
      }
    }
  }

  private func plug(_ end: End, _ number: StubID) -> Plug {
    let isLeft = end.box.side == .left
    let wall = Point(x: isLeft ? end.box.rect.right - 1 : end.box.rect.left, y: end.y)
    return Plug(wall: wall, goesRight: isLeft, number: number)
  }

  private mutating func collectCalls(
    _ rooms: [RowPlacement.Filled], _ context: PlanContext, hasGap: Bool, _ buildings: [Rect]
  ) {
    guard hasGap else { return }
    var boxOf: [ApartmentID: PlanGeometry.Box] = [:]
    var callers: [ThreadID: End] = [:]
    for room in rooms {
      for apartment in room.apartments { boxOf[apartment] = room.box }
      for (row, y) in zip(room.rows, room.lines) {
        if let caller = row.caller { callers[caller] = End(box: room.box, y: y) }
      }
    }
    for call in context.callsInFlight() where !context.goesItself(call) {
      guard let from = callers[call.caller], let target = boxOf[call.target],
        target.side != from.box.side, target.rect.top < from.y, from.y < target.rect.bottom - 1
      else { continue }
      let goesRight = from.box.side == .left
      let (left, right) = goesRight ? (from.box, target) : (target, from.box)
      var span = Span(y: from.y, from: left.rect.right - 1, to: right.rect.left)
      if !isFree(span, rooms) {
        // To the wall of the whole building then.
        let wall = buildings.first { $0.contains(target.rect.origin) }
        guard let wall else { continue }
        span = Span(
          y: from.y, from: goesRight ? span.from : wall.right - 1,
          to: goesRight ? wall.left : span.to)
        guard isFree(span, rooms) else { continue }
      }
      calls.append(Flight(span: span, call: call.id, state: call.state, goesRight: goesRight))
    }
  }
}

extension PlanContext {
  /// Whether the caller's own thread goes to the object: nothing crosses then.
  fileprivate func goesItself(_ call: World.Call) -> Bool {
    call.server == call.caller || world.apartments[call.target]?.kind == .neutral
  }

  /// The innermost call of each thread that is between packing and return, found through the
  /// threads and queues, so that a long history costs nothing.
  func callsInFlight() -> [World.Call] {
    var ids: Set<CallID> = []
    for threads in index.threads.values {
      for thread in threads {
        ids.formUnion(thread.serving)
        if case .waiting(.reply(let call, _, _)) = thread.activity { ids.insert(call) }
      }
    }
    for place in places {
      guard let apartment = place.apartment else { continue }
      ids.formUnion(world.apartments[apartment]?.queue.map(\.call) ?? [])
    }
    var innermost: [ThreadID: World.Call] = [:]
    for call in ids.sorted().compactMap({ world.calls[$0] }) {
      switch call.state {
      case .sent, .served, .answered: innermost[call.caller] = call
      case .packed, .rejected, .returned, .lost: break
      }
    }
    return innermost.keys.sorted().compactMap { innermost[$0] }
  }
}

extension Canvas {
  /// `╟───1───┤`.
  mutating func draw(_ wire: Connections.Wire) {
    cross(wire.span, "─", .wall)
    branch(at: Point(x: wire.span.from, y: wire.span.y), .right)
    branch(at: Point(x: wire.span.to, y: wire.span.y), .left)
    write(String(wire.number.number), centredIn: wire.span, wire.isNew ? .changed : .bold)
  }

  /// `╟─1`: one end of a wire.
  mutating func draw(_ plug: Connections.Plug) {
    let number = String(plug.number.number)
    // Two plugs face each other in the narrowest gap.
    guard number.count <= 2 else { return }
    let x = plug.goesRight ? plug.wall.x + 2 : plug.wall.x - 1 - number.count
    branch(at: plug.wall, plug.goesRight ? .right : .left)
    self[plug.wall.moved(dx: plug.goesRight ? 1 : -1)] = Cell("─", .wall)
    write(number, at: Point(x: x, y: plug.wall.y), .bold)
  }

  /// `═ call 7 ═►` while it is served, `─ call 8 ─►` while it waits in the queue.
  mutating func draw(_ flight: Connections.Flight) {
    let line: Character = flight.state == .served ? "═" : "─"
    let isBack = flight.state == .answered
    cross(flight.span, line, .packet)
    let head = flight.goesRight != isBack
    let tip = Point(x: head ? flight.span.to - 1 : flight.span.from + 1, y: flight.span.y)
    let room = flight.span.to - flight.span.from - 1
    let text = isBack ? "answer \(flight.call)" : " call \(flight.call) "
    let short = " \(flight.call) "
    write(
      text.cellWidth + 2 <= room ? text : short, centredIn: flight.span,
      flight.state == .served ? .bold : .packet)
    self[tip] = Cell(head ? Glyph.runs : Glyph.pointsLeft, .bold)
    let strip = Rect(x: flight.span.from + 1, y: flight.span.y, width: room, height: 1)
    addHit(strip, .call(flight.call))
  }

  /// The line between two walls; it goes through the walls of processes in between.
  private mutating func cross(_ span: Connections.Span, _ glyph: Character, _ style: Style) {
    guard span.from + 1 < span.to else { return }
    for x in (span.from + 1)..<span.to {
      let point = Point(x: x, y: span.y)
      let isWall = self[point].character == Wall.single.vertical
      self[point] = Cell(isWall ? "┼" : glyph, isWall ? .wall : style)
    }
  }

  private mutating func write(_ text: String, centredIn span: Connections.Span, _ style: Style) {
    let room = span.to - span.from - 1
    guard text.cellWidth <= room else { return }
    write(text, at: Point(x: span.from + 1 + (room - text.cellWidth) / 2, y: span.y), style)
  }
}
