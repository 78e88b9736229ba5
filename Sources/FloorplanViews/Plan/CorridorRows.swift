import TerminalUI
import Trace

/// The rows of the corridor: what is in no apartment.
extension PlanContext {
  /// At most `height` rows, and how many there would be.
  func corridorRows(height: Int) -> (rows: [PlanRow], count: Int) {
    let packets = index.packets.filter { !index.servers.tablePackets.contains($0.id) }
    var entries = packets.map(entry(packet:))
    // What was in a server that has ended went with it.
    let homeless = index.homeless.filter { sites.isEmpty || world.isAlive($0.process) }
    entries += homeless.map(entry(homeless:))
    entries += fieldEntries()
    let buildings = Set(sites.compactMap(\.process))
    entries += index.cells.filter { !buildings.contains(home(of: $0)) }.map(entry(cell:))
    entries += placelessThreads()
    entries = serverEntries(room: height - entries.count) + entries
    let column = min(18, max(10, entries.map { $0.label.cellWidth + 2 }.max() ?? 0))
    var owner: String?
    let rows = entries.lasting(height, rank: \.rank).map { index in
      var entry = entries[index]
      // An owner of several entries is named once: at the first that is drawn.
      if entry.isGrouped, entry.label == owner { entry.label = "" } else { owner = nil }
      if entry.isGrouped { owner = entries[index].label }
      return entry.row(column: column, selection: selection)
    }
    return (rows, entries.count)
  }

  private func entry(packet: World.Packet) -> CorridorEntry {
    let old = baseline?.packets[packet.id]
    let isNew = baseline != nil && old == nil
    let isChanged = isNew || (old != nil && old != packet)
    let size = world.blobs[packet.bytes]?.count ?? 0
    var parts = [StyledText("\(size) bytes, \(kind(packet))")]
    parts += [references(packet), state(packet, isNew: isNew)].filter { !$0.isEmpty }
    if detail == .full { parts.append(StyledText(story(packet), .dim)) }
    return CorridorEntry(
      label: label(packet.id), text: parts.joined(separator: "   "),
      rank: rank(of: packet, old, isChanged: isChanged), thing: .packet(packet.id))
  }

  private func rank(
    of packet: World.Packet, _ old: World.Packet?, isChanged: Bool
  ) -> Rank {
    switch packet.state {
    case .opened where packet.kind != .normal: isChanged ? .changed : .thing
    case .sealed: isChanged ? .changed : .thing
    case .opened, .released: old?.state == .sealed ? .freed : .gone
    }
  }

  /// Who made and who opened it, and when.
  private func story(_ packet: World.Packet) -> String {
    let made = "made by \(label(packet.maker)) at event \(packet.madeAt)"
    guard case .opened = packet.state else { return made }
    return made + ", opened by \(label(packet.opener)) at event \(packet.openedAt)"
  }

  private func kind(_ packet: World.Packet) -> String {
    if !packet.marshaller.isNone {
      let table = packet.kind == .normal ? "" : " for a table"
      return "custom\(table), \(world[packet.marshaller])"
    }
    switch packet.kind {
    case .normal: return "normal"
    case .tableStrong: return "table-strong"
    case .tableWeak: return "table-weak"
    }
  }

  /// `5 public refs`; `5 public refs → 0, moved to proxy 1` where the last step took them.
  private func references(_ packet: World.Packet) -> StyledText {
    func share(_ world: World?) -> UInt32 {
      world?.interfaceStubs[packet.interfaceStub]?.publicReferences
        .first { $0.holder == .packet(packet.id) }?.count ?? 0
    }
    let (now, before) = (share(world), baseline.map { share($0) })
    guard let before, before > now else {
      return now > 0 ? StyledText("\(now) \(World.publicRefs(now))") : ""
    }
    var text = StyledText("\(before) public refs ") + StyledText("→ \(now)", .changed)
    if case .opened(let object) = packet.state { text.append(", moved to \(label(object))") }
    return text
  }

  private func state(_ packet: World.Packet, isNew: Bool) -> StyledText {
    switch packet.state {
    case .sealed:
      return [inStream(packet), newMark(isNew)].filter { !$0.isEmpty }.joined(separator: "   ")
    case .opened where packet.kind == .normal: return StyledText("USED UP", .changed)
    case .opened: return "opened"
    case .released: return StyledText("RELEASED", .changed)
    }
  }

  private func inStream(_ packet: World.Packet) -> StyledText {
    guard let stream = index.streamOfPacket[packet.id] else { return "" }
    return StyledText("in \(label(stream))")
  }

  private func entry(homeless object: World.Object) -> CorridorEntry {
    let old = baseline?.objects[object.id]
    let misuse = misuse(of: object.id)
    let isChanged = hasChanged(object, old)
    var parts = countRows(object, old, indent: 0, width: 46).map(\.text)
    let freed = isChanged ? freedMark : StyledText("FREED", .dim)
    parts += [object.isAlive ? newMark(old == nil) : freed, misuse]
    let held = object.contents.map { label(held: $0.packet) }
    if object.role == .stream, !held.isEmpty {
      let verb = object.isAlive ? "holds " : "held "
      parts.append(StyledText(verb + held.prefix(3).joined(separator: ", ")))
    } else if object.role != .stream, !object.apartment.isNone {
      parts.append(StyledText("! its apartment has ended", .warning))
    }
    var rank: Rank = isChanged ? .changed : .count
    if !object.isAlive { rank = rankOfGone(old) }
    if object.isAlive, object.role == .stream, held.isEmpty { rank = max(rank, .freed) }
    if !misuse.isEmpty { rank = .trouble }
    return CorridorEntry(
      label: label(object.id), text: parts.filter { !$0.isEmpty }.joined(separator: "   "),
      rank: rank, thing: .object(object.id))
  }

  /// A packet by its name, also where it is gone already.
  private func label(held packet: PacketID) -> String {
    if world.packets[packet] == nil, let baseline, baseline.packets[packet] != nil {
      return baseline.label(packet: packet)
    }
    return label(packet)
  }

  /// Fields of things that several threads use, by owner: a field is `Owner.field` by its name.
  /// What a component has in a field is seen in its room, as a holder.
  private func fieldEntries() -> [CorridorEntry] {
    var owners: [String] = []
    var byOwner: [String: [CorridorEntry]] = [:]
    for field in index.fields {
      let (owner, name) = Self.split(world[field.name])
      guard !owner.isEmpty, !index.classNames.contains(owner) else { continue }
      if byOwner[owner] == nil { owners.append(owner) }
      byOwner[owner, default: []].append(entry(field: field, name, of: owner))
    }
    return owners.flatMap { byOwner[$0, default: []] }
  }

  private func entry(field: World.Field, _ name: String, of owner: String) -> CorridorEntry {
    let old = baseline?.fields[field.name]
    let isChanged =
      baseline != nil && old?.object != field.object
      && !(old == nil && field.object.isNone)
    let target = field.object.isNone ? "empty" : self.label(field.object)
    var text = StyledText(name + " ")
    text += field.object.isNone ? "" : "→ "
    text.append(target, isChanged ? .changed : .plain)
    if isChanged, let old, detail == .full || !old.object.isNone {
      let before = old.object.isNone ? "empty" : self.label(old.object)
      text += StyledText("   \(before) before this step", .dim)
    }
    let warning = danger(field)
    if !warning.isEmpty { text += "   " + StyledText(warning, .warning) }
    let rank: Rank =
      isChanged || !warning.isEmpty ? .changed : field.object.isNone ? .note : .detail
    return CorridorEntry(
      label: owner, text: text, rank: rank, thing: .field(field.name), isGrouped: true)
  }

  private func danger(_ field: World.Field) -> String {
    guard let object = world.objects[field.object] else { return "" }
    if !object.isAlive {
      let what = object.role == .stream ? "a freed stream" : "what was freed"
      return "! points at \(what)"
    }
    return object.isDisconnected ? "! disconnected" : ""
  }

  private func entry(cell: World.Cell) -> CorridorEntry {
    let old = baseline?.cells[cell.name]
    var text = count(cell.value, was: old?.value)
    if !cell.lastWriter.isNone { text.append("   written by \(label(cell.lastWriter))") }
    let isChanged = baseline != nil && old?.value != cell.value
    return CorridorEntry(
      label: world[cell.name], text: text, rank: isChanged ? .changed : .count,
      thing: .cell(cell.name))
  }

  /// Threads that are in no apartment and have no lot on the plan.
  private func placelessThreads() -> [CorridorEntry] {
    // In a building they stand in its lower wall.
    guard sites.isEmpty else { return [] }
    let declared = Set(cast.threads)
    return index.threads[.none, default: []].filter { thread in
      thread.activity != .ended && !declared.contains(world[thread.name])
    }.map { thread in
      let rank: Rank = thread.id == world.acting ? .acting : .thread
      return CorridorEntry(
        label: label(thread.id), text: thread.standing.text, rank: rank,
        thing: .thread(thread.id))
    }
  }
}
