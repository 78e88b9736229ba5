import TerminalUI
import Trace

/// The rows of the corridor for in-process servers: registry, modules, class objects, the global
/// interface table.
extension PlanContext {
  /// - Parameter room: how many rows the classes may take before they are only counted.
  func serverEntries(room: Int) -> [CorridorEntry] {
    let others =
      index.servers.modules.map(entry(module:))
      // In a building they stand in their rooms.
      + (sites.isEmpty ? index.servers.registrations.map(entry(registration:)) : [])
      + index.servers.globals.map(entry(global:))
    return classEntries(room: room - others.count) + others
  }

  private func classEntries(room: Int) -> [CorridorEntry] {
    let classes = index.servers.classes
    guard classes.count > max(1, room), let first = classes.first else {
      return classes.map(entry(ofClass:))
    }
    let isNew = classes.contains { isNewClass($0.id) }
    let names = classes.map { label($0.id) }.joined(separator: "; ")
    return [
      CorridorEntry(
        label: "registry", text: StyledText("\(classes.count) classes: \(names)"),
        rank: isNew ? .changed : .detail, thing: .registeredClass(first.id))
    ]
  }

  private func isNewClass(_ id: ClassID) -> Bool { baseline.map { $0.classes[id] == nil } ?? false }

  /// `Counter: counter.dll, ThreadingModel=Apartment`.
  private func entry(ofClass entry: World.RegisteredClass) -> CorridorEntry {
    let isNew = isNewClass(entry.id)
    var text = StyledText("\(label(entry.id)): \(world[entry.module]), \(model(entry))")
    if entry.model == .invalid { text += "   " + StyledText("! no such model", .warning) }
    if isNew { text += "   " + newMark(true) }
    return CorridorEntry(
      label: "registry", text: text, rank: isNew ? .changed : .detail,
      thing: .registeredClass(entry.id), isGrouped: true)
  }

  /// `ThreadingModel=Apartment`, as it stands in the registry.
  func model(_ entry: World.RegisteredClass) -> String {
    entry.modelText.isNone ? "no ThreadingModel" : "ThreadingModel=\(world[entry.modelText])"
  }

  /// `counter.dll  loaded, 0→1 object, 0 locks`.
  private func entry(module: World.Module) -> CorridorEntry {
    let old = baseline?.modules[module.id]
    let isChanged = baseline != nil && old != module
    var text = StyledText(label(module.id) + "  ") + state(of: module, old)
    if module.state != .unloaded {
      text += ", " + count(module.objects, was: old?.objects)
      text += module.objects == 1 ? " object, " : " objects, "
      text += count(module.locks, was: old?.locks) + (module.locks == 1 ? " lock" : " locks")
    }
    let warning = danger(module)
    if !warning.isEmpty { text += "   " + StyledText(warning, .warning) }
    if old == nil, baseline != nil { text += "   " + newMark(true) }
    return CorridorEntry(
      label: "module", text: text, rank: isChanged || !warning.isEmpty ? .changed : .count,
      thing: .module(module.id))
  }

  private func state(of module: World.Module, _ old: World.Module?) -> StyledText {
    let isChanged = old.map { $0.state != module.state } ?? false
    switch module.state {
    case .loaded: return StyledText("loaded", isChanged ? .changed : .plain)
    case .candidate(let due):
      return StyledText("may go at \(moment(due))", isChanged ? .changed : .plain)
    case .unloaded: return StyledText("UNLOADED", .changed)
    }
  }

  private func danger(_ module: World.Module) -> String {
    guard module.state == .unloaded else { return "" }
    if let thread = index.servers.threadsInside[module.id] { return "! \(label(thread)) is in it" }
    return module.objects > 0 ? "! its objects live" : ""
  }

  /// A moment of the run's clock, from nanoseconds: `500 ms`.
  func moment(_ nanoseconds: UInt64) -> String {
    let (picoseconds, isTooLong) = nanoseconds.multipliedReportingOverflow(by: 1000)
    return World.time(picoseconds: isTooLong ? .max : picoseconds)
  }

  /// `Counter  registered in MTA`.
  private func entry(registration: World.Registration) -> CorridorEntry {
    let isNew = baseline.map { $0.registrations[registration.id] == nil } ?? false
    var text = StyledText(label(registration.ofClass) + "  ")
    text += registration.isRevoked ? StyledText("REVOKED", .changed) : "registered"
    text += StyledText(" in \(label(registration.apartment))")
    if detail == .full { text += StyledText("   \(label(registration.object))", .dim) }
    if isNew { text += "   " + newMark(true) }
    let isChanged = isNew || registration.isRevoked
    return CorridorEntry(
      label: "class object", text: text, rank: isChanged ? .changed : .thing,
      thing: .registration(registration.id))
  }

  /// `cookie 1 → packet 1 of Counter`.
  private func entry(global: World.Global) -> CorridorEntry {
    let isNew = baseline.map { $0.globals[global.id] == nil } ?? false
    let packet = world.packets[global.packet]
    var text = StyledText("cookie \(global.id) → \(label(global.packet))")
    if let packet, packet.marshaller.isNone { text.append(" of \(label(packet.object))") }
    if detail == .full { text += StyledText("   from \(label(global.apartment))", .dim) }
    if global.isRevoked { text += "   " + StyledText("REVOKED", .changed) }
    if isNew { text += "   " + newMark(true) }
    return CorridorEntry(
      label: "GIT", text: text, rank: isNew || global.isRevoked ? .changed : .thing,
      thing: .global(global.id), isGrouped: true)
  }
}
