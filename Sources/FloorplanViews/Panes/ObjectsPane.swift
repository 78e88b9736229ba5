import TerminalUI
import Trace

/// The table of everything with an identity: `o`.
struct ObjectsTable: Sendable {
  let context: PlanContext

  /// One row of the table.
  func row(_ object: World.Object, width: Int) -> StyledText {
    let name = context.label(object.id).padded(toWidth: 18)
    let interfaces = context.interfaces(object.interfaces)
    let kind =
      switch object.role {
      case .component: "object"
      case .proxy: interfaces.isEmpty ? "proxy" : interfaces
      case .stream: "stream"
      }
    let home = object.apartment.isNone ? "nowhere" : context.label(object.apartment)
    let old = context.baseline?.objects[object.id]
    let refs = context.countRows(object, old, indent: 0, width: max(10, width - 56))
    let state = object.isAlive ? StyledText() : "  " + context.freedMark
    return StyledText("\(name) \(kind.padded(toWidth: 18)) \(home.padded(toWidth: 13)) ")
      + (refs.first?.text ?? "") + state
  }
}

extension PlanInput {
  /// What the table of objects lists.
  public var listedObjects: [World.Object] { world.listed(since: baseline) }
}

extension World {
  /// Living objects and those that something has just freed, in the order of their making.
  fileprivate func listed(since baseline: World?) -> [Object] {
    objectsInOrder.filter { $0.isAlive || baseline?.objects[$0.id]?.isAlive ?? false }
  }
}

extension Canvas {
  mutating func objectsPane(_ context: PlanContext, in area: Rect) {
    guard !area.isEmpty else { return }
    let table = ObjectsTable(context: context)
    let (head, inside) = area.splitTop(1)
    let objects = context.world.listed(since: context.baseline)
    write(
      StyledText(" OBJECTS", .title) + StyledText("  \(objects.count)", .dim), at: head.origin,
      width: head.width)
    guard !objects.isEmpty else {
      write([StyledText(" there are none", .dim)], in: inside)
      return
    }
    let selected = objects.firstIndex { context.selection == .object($0.id) }
    let position = ListPosition(selected: selected ?? 0)
    let shown = position.showing(count: objects.count, height: inside.height)
    // Only the rows that show are worth writing.
    let window = shown.top..<shown.top + inside.height
    let rows = objects.enumerated().map { row, object in
      window.contains(row) ? table.row(object, width: inside.width) : StyledText()
    }
    list(rows, position, in: inside)
    for row in 0..<min(inside.height, objects.count - shown.top) {
      let line = Rect(x: inside.left, y: inside.top + row, width: inside.width, height: 1)
      addHit(line, .object(objects[shown.top + row].id))
    }
  }
}
