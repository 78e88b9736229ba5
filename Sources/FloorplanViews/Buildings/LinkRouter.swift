import TerminalUI
import Trace

/// Knows where arrows between buildings begin and end.
struct LinkRouter: Sendable {
  let geometry: BuildingGeometry
  /// Where the text of each line ends.
  var lineEnds: [Site: Point] = [:]
  /// The row of each thread that calls, or asks, out of a box.
  private var callers: [ThreadID: Int] = [:]

  init(_ geometry: BuildingGeometry) {
    self.geometry = geometry
  }

  mutating func findCallers(_ rooms: [RowPlacement.Filled]) {
    for room in rooms {
      for (row, y) in zip(room.rows, room.lines) {
        if let caller = row.caller { callers[caller] = y }
      }
    }
  }

  /// The box of a process.
  func box(of process: ProcessID) -> Rect? {
    (geometry.band + geometry.boxes).first { $0.site.process == process }?.rect
  }

  var scm: Rect? { geometry.boxes.first { $0.site.building.kind == .scm }?.rect }

  /// Where the line of a process ends, where it is one line.
  func lineEnd(of process: ProcessID) -> Point? {
    geometry.lines.first { $0.site.process == process }.flatMap { lineEnds[$0.site] }
  }

  /// The row of a thread in its box.
  func row(of thread: ThreadID) -> Int? { callers[thread] }
}

extension Canvas {
  /// Draws the arrows for what is under way: requests to the SCM, the servers that it starts, and
  /// calls that no room of the caller's stands beside. What finds no free way is not drawn: the
  /// numbers stand at both ends in any case.
  mutating func links(_ router: LinkRouter, _ context: PlanContext, except drawn: Set<CallID>) {
    for request in context.shownRequests where request.state == .open {
      guard let scm = router.scm else { break }
      link(request.client, to: scm, "request \(request.id)", router, .request(request.id))
      if let server = router.box(of: request.launched) { starts(from: scm, to: server) }
    }
    for call in context.callsInFlight() where !drawn.contains(call.id) && call.state != .answered {
      let home = context.world.apartments[call.target]?.process ?? .none
      guard home != call.caller.processID, let target = router.box(of: home) else { continue }
      link(
        call.caller, to: target, at: router.row(of: call.server), "call \(call.id)", router,
        .call(call.id))
    }
  }

  private mutating func link(
    _ thread: ThreadID, to target: Rect, at callee: Int? = nil, _ label: String,
    _ router: LinkRouter, _ thing: Selectable
  ) {
    if let end = router.lineEnd(of: thread.processID) {
      goDown(from: end, to: target, label, thing)
    } else if let box = router.box(of: thread.processID) {
      if box.bottom < target.top {
        if !goDown(from: box, to: target, label, thing) {
          turn(from: box, to: target, label, thing)
        }
      } else if let row = router.row(of: thread), box.right < target.left {
        goAside(from: box, row, to: target, at: callee ?? row, label, thing)
      }
    }
  }

  // MARK: Ways

  /// From the end of a line of text to the right and down into the box below.
  private mutating func goDown(
    from end: Point, to target: Rect, _ label: String, _ thing: Selectable
  ) {
    guard end.y < target.top else { return }
    let start = end.x + 1
    let ways = stride(from: target.right - 4, to: target.left + 1, by: -2)
    let way = ways.first { x in
      x >= start + 3 && isBlank(from: start, to: x, y: end.y)
        && isBlank(x: x, from: end.y + 1, to: target.top - 1)
        && isPlainWall(x: x, y: target.top)
    }
    guard let way else { return }
    let text = " " + label + " "
    horizontalLine(at: Point(x: start, y: end.y), length: way - start, .single, .packet)
    if text.cellWidth + 4 <= way - start {
      write(text, at: Point(x: start + 2, y: end.y), .packet)
    }
    self[Point(x: way, y: end.y)] = Cell("┐", .packet)
    verticalLine(
      at: Point(x: way, y: end.y + 1), length: target.top - end.y - 1, .single, .packet)
    self[Point(x: way, y: target.top)] = Cell(Glyph.pointsDown, .bold)
    addHit(Rect(x: start, y: end.y, width: way - start, height: 1), thing)
  }

  /// From a box straight down into one below it.
  @discardableResult
  private mutating func goDown(
    from box: Rect, to target: Rect, _ label: String, _ thing: Selectable
  ) -> Bool {
    let left = max(box.left, target.left) + 2
    let right = min(box.right, target.right) - 3
    guard left <= right else { return false }
    let middle = left + (right - left) / 2
    let way = (middle...right).first { x in
      isPlainWall(x: x, y: box.bottom - 1) && isBlank(x: x, from: box.bottom, to: target.top - 1)
        && isPlainWall(x: x, y: target.top)
    }
    guard let way else { return false }
    branch(at: Point(x: way, y: box.bottom - 1), .down)
    verticalLine(
      at: Point(x: way, y: box.bottom), length: target.top - box.bottom, .single, .packet)
    self[Point(x: way, y: target.top)] = Cell(Glyph.pointsDown, .bold)
    let place = Point(x: way + 2, y: box.bottom)
    if isBlank(from: place.x, to: place.x + label.cellWidth, y: place.y) {
      write(label, at: place, .packet)
      addHit(Rect(x: way, y: place.y, width: label.cellWidth + 2, height: 1), thing)
    }
    return true
  }

  /// From a box down, aside in the free row, and down into a box that stands elsewhere.
  private mutating func turn(
    from box: Rect, to target: Rect, _ label: String, _ thing: Selectable
  ) {
    let y = box.bottom
    guard y < target.top else { return }
    let goesRight = box.right <= target.left + 2
    let starts =
      goesRight ? stride(from: box.right - 3, to: box.left + 1, by: -1).map(\.self) : [box.left + 4]
    let ends = Array(stride(from: target.left + 4, to: target.right - 3, by: 3))
    for start in starts {
      for end in ends where abs(end - start) > label.cellWidth + 4 {
        let span = min(start, end)...max(start, end)
        guard isPlainWall(x: start, y: y - 1), isPlainWall(x: end, y: target.top),
          isBlank(from: span.lowerBound, to: span.upperBound, y: y),
          isBlank(x: end, from: y + 1, to: target.top - 1)
        else { continue }
        horizontalLine(
          at: Point(x: span.lowerBound, y: y), length: span.count, .single, .packet)
        branch(at: Point(x: start, y: y - 1), .down)
        self[Point(x: start, y: y)] = Cell(start < end ? "└" : "┘", .packet)
        self[Point(x: end, y: y)] = Cell(start < end ? "┐" : "┌", .packet)
        verticalLine(at: Point(x: end, y: y + 1), length: target.top - y - 1, .single, .packet)
        self[Point(x: end, y: target.top)] = Cell(Glyph.pointsDown, .bold)
        let text = " " + label + " "
        write(
          text, at: Point(x: span.lowerBound + (span.count - text.cellWidth) / 2, y: y), .packet)
        addHit(Rect(x: span.lowerBound, y: y, width: span.count, height: 1), thing)
        return
      }
    }
  }

  /// From the left column to the right one, up or down in the free space between them.
  private mutating func goAside(
    from box: Rect, _ row: Int, to target: Rect, at callee: Int, _ label: String,
    _ thing: Selectable
  ) {
    let (start, end) = (box.right, target.left - 1)
    guard end - start >= 6 else { return }
    let to = min(max(callee, target.top + 1), target.bottom - 2)
    let ways = stride(from: end - 1, to: start + 2, by: -1)
    let way = ways.first { x in
      isBlank(from: start, to: x, y: row) && isBlank(from: x, to: end, y: to)
        && (row == to || isOpen(x: x, from: min(row, to), to: max(row, to)))
    }
    guard let way else { return }
    branch(at: Point(x: start - 1, y: row), .right)
    horizontalLine(at: Point(x: start, y: row), length: way - start, .single, .packet)
    horizontalLine(at: Point(x: way, y: to), length: end - way, .single, .packet)
    if row == to {
      self[Point(x: way, y: row)] = Cell("─", .packet)
    } else {
      let (upper, lower) = (min(row, to), max(row, to))
      for y in upper..<lower {
        let isCrossing = self[Point(x: way, y: y)].character == "─"
        self[Point(x: way, y: y)] = Cell(isCrossing ? "┼" : "│", .packet)
      }
      self[Point(x: way, y: row)] = Cell(to > row ? "┐" : "┘", .packet)
      self[Point(x: way, y: to)] = Cell(to > row ? "└" : "┌", .packet)
    }
    self[Point(x: end, y: to)] = Cell(Glyph.runs, .bold)
    let room = way - start
    let texts = [" \(label) ", label, label.split(separator: " ").last.map { " \($0) " } ?? ""]
    if let text = texts.first(where: { $0.cellWidth <= room }) {
      write(text, at: Point(x: start + (room - text.cellWidth) / 2, y: row), .packet)
    }
    addHit(Rect(x: start, y: row, width: room, height: 1), thing)
  }

  /// `▼ starts` between the SCM and the server below it, `─ starts ─►` to one beside it.
  private mutating func starts(from scm: Rect, to server: Rect) {
    if scm.right < server.left { return startsBeside(from: scm, to: server) }
    guard scm.left == server.left, server.top > scm.bottom else { return }
    let x = scm.left + 12
    guard x + 9 < scm.right else { return }
    branch(at: Point(x: x, y: scm.bottom - 1), .down)
    self[Point(x: x, y: scm.bottom)] = Cell(Glyph.pointsDown, .bold)
    write("starts", at: Point(x: x + 2, y: scm.bottom), .packet)
  }

  private mutating func startsBeside(from scm: Rect, to server: Rect) {
    let bottom = min(scm.bottom, server.bottom) - 1
    let rows = stride(from: max(scm.top, server.top) + 1, to: bottom, by: 1)
    let row = rows.first { isBlank(from: scm.right, to: server.left - 1, y: $0) }
    let room = server.left - scm.right
    guard let row, room >= 10 else { return }
    branch(at: Point(x: scm.right - 1, y: row), .right)
    horizontalLine(at: Point(x: scm.right, y: row), length: room - 1, .single, .packet)
    self[Point(x: server.left - 1, y: row)] = Cell(Glyph.runs, .bold)
    write(" starts ", at: Point(x: scm.right + (room - 9) / 2, y: row), .packet)
  }

  // MARK: Ground

  private func isBlank(from left: Int, to right: Int, y: Int) -> Bool {
    stride(from: left, through: right, by: 1).allSatisfy { x in
      let point = Point(x: x, y: y)
      return bounds.contains(point) && self[point].character == " "
    }
  }

  private func isBlank(x: Int, from top: Int, to bottom: Int) -> Bool {
    stride(from: top, through: bottom, by: 1).allSatisfy {
      self[Point(x: x, y: $0)].character == " "
    }
  }

  /// Whether an arrow can go up and down there: wires are crossed.
  private func isOpen(x: Int, from top: Int, to bottom: Int) -> Bool {
    stride(from: top, through: bottom, by: 1).allSatisfy {
      " ─".contains(self[Point(x: x, y: $0)].character)
    }
  }

  /// Whether a wall is only a wall there: no title, no other arrow.
  private func isPlainWall(x: Int, y: Int) -> Bool {
    "─·".contains(self[Point(x: x, y: y)].character)
  }
}
