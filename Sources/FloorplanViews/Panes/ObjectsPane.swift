import TerminalUI
import Trace

/// The table of everything with an identity: `o`.
struct ObjectsTable: Sendable {
  let context: PlanContext
  private var world: World { context.world }

  /// One row of the table.
  func row(_ thing: Selectable, width: Int) -> StyledText {
    switch thing {
    case .object(let id): world.objects[id].map { row($0, width: width) } ?? ""
    case .registeredClass(let id): world.classes[id].map(row) ?? ""
    case .module(let id): world.modules[id].map(row) ?? ""
    case .registration(let id): world.registrations[id].map(row) ?? ""
    case .global(let id): world.globals[id].map(row) ?? ""
    default: ""
    }
  }

  private func line(_ name: String, _ kind: String, _ home: String, _ rest: StyledText)
    -> StyledText
  {
    StyledText(
      "\(name.padded(toWidth: 18)) \(kind.padded(toWidth: 18)) \(home.padded(toWidth: homeWidth)) "
    ) + rest
  }

  /// Apartments have their processes behind them, where there are several.
  private var homeWidth: Int { context.sites.isEmpty ? 13 : 20 }

  private func row(_ object: World.Object, width: Int) -> StyledText {
    let interfaces = context.interfaces(object.interfaces)
    let kind =
      switch object.role {
      case .component where !object.outer.isNone: "part"
      case .component: "object"
      case .proxy: interfaces.isEmpty ? "proxy" : interfaces
      case .stream: "stream"
      }
    let home = object.apartment.isNone ? "nowhere" : context.label(object.apartment)
    let old = context.baseline?.objects[object.id]
    let refs = context.countRows(object, old, indent: 0, width: max(10, width - 56))
    let state = object.isAlive ? StyledText() : "  " + context.freedMark
    let rest =
      object.outer.isNone
      ? refs.first?.text ?? "" : StyledText("of \(context.label(object.outer))")
    return line(context.label(object.id), kind, home, rest + state)
  }

  private func row(_ entry: World.RegisteredClass) -> StyledText {
    guard !entry.module.isNone else {
      let program = entry.program.isNone ? "not in the registry" : "a program of its own"
      return line(
        context.label(entry.id), "class", context.world[entry.program], StyledText(program))
    }
    return line(
      context.label(entry.id), "class", world[entry.module], StyledText(context.model(entry)))
  }

  private func row(_ module: World.Module) -> StyledText {
    let old = context.baseline?.modules[module.id]
    let counts =
      context.count(module.objects, was: old?.objects) + " objects, "
      + context.count(module.locks, was: old?.locks) + " locks"
    let isGone = module.state == .unloaded
    return line(
      context.label(module.id), "module", isGone ? "unloaded" : "loaded", isGone ? "" : counts)
  }

  private func row(_ registration: World.Registration) -> StyledText {
    let serves = registration.context.contains(.localServer)
    return line(
      context.label(registration.ofClass), "class object", context.label(registration.apartment),
      serves
        ? context.state(registration).text
        : StyledText(registration.isRevoked ? "revoked" : "registered"))
  }

  private func row(_ global: World.Global) -> StyledText {
    line(
      "cookie \(global.id)", "global table", context.label(global.apartment),
      StyledText(global.isRevoked ? "revoked" : "→ \(context.label(global.packet))"))
  }
}

extension PlanInput {
  /// What the table of objects lists.
  public var listedThings: [Selectable] { world.listed(since: baseline) }
}

extension World {
  /// Living objects and those that something has just freed, in the order of their making, then what
  /// there is of servers.
  fileprivate func listed(since baseline: World?) -> [Selectable] {
    let objects = objectsInOrder.filter {
      $0.isAlive || baseline?.objects[$0.id]?.isAlive ?? false
    }
    return objects.map { .object($0.id) } + classesInOrder.map { .registeredClass($0.id) }
      + modulesInOrder.map { .module($0.id) } + registrationsInOrder.map { .registration($0.id) }
      + globalsInOrder.map { .global($0.id) }
  }
}

extension Canvas {
  mutating func objectsPane(_ context: PlanContext, in area: Rect) {
    guard !area.isEmpty else { return }
    let table = ObjectsTable(context: context)
    let (head, inside) = area.splitTop(1)
    let things = context.world.listed(since: context.baseline)
    write(
      StyledText(" OBJECTS", .title) + StyledText("  \(things.count)", .dim), at: head.origin,
      width: head.width)
    guard !things.isEmpty else {
      write([StyledText(" there are none", .dim)], in: inside)
      return
    }
    let selected = things.firstIndex { context.selection == $0 }
    let position = ListPosition(selected: selected ?? 0)
    let shown = position.showing(count: things.count, height: inside.height)
    // Only the rows that show are worth writing.
    let window = shown.top..<shown.top + inside.height
    let rows = things.enumerated().map { row, thing in
      window.contains(row) ? table.row(thing, width: inside.width) : StyledText()
    }
    list(rows, position, in: inside)
    for row in 0..<min(inside.height, things.count - shown.top) {
      let line = Rect(x: inside.left, y: inside.top + row, width: inside.width, height: 1)
      addHit(line, things[shown.top + row])
    }
  }
}
