import TerminalUI
import Trace

/// Everything that a room has to say, before it is cut to the room's height.
extension PlanContext {
  /// How wide the column of threads' names is: the same in every room and at every step.
  var nameWidth: Int {
    let declared = cast.threads.map { $0.cellWidth + 2 }.max() ?? 0
    return min(14, max(9, declared))
  }

  func rows(of place: Place, width: Int) -> [PlanRow] {
    guard let id = place.apartment, let apartment = world.apartments[id] else {
      return lotRows(of: place, width: width)
    }
    var rows: [PlanRow] = []
    for thread in threads(of: place, apartment: id) {
      rows += self.rows(thread: thread, nameWidth: nameWidth, width: width)
    }
    for thread in index.trespassers[id, default: []] {
      rows += self.rows(trespasser: thread, nameWidth: nameWidth, width: width)
    }
    for thread in index.visitors[id, default: []] {
      rows += self.rows(visitor: thread, of: id, nameWidth: nameWidth, width: width)
    }
    let queue = self.rows(queueOf: apartment, nameWidth: nameWidth, width: width)
    if apartment.kind == .singleThreaded { rows += queue }
    rows += self.rows(filterOf: apartment, nameWidth: nameWidth)
    rows += objectRows(in: id, width: width)
    for proxy in index.proxies[id, default: []] { rows += self.rows(proxy: proxy, width: width) }
    if apartment.kind != .singleThreaded { rows += queue }
    return rows
  }

  /// Each object with the stub that stands before it, then stubs whose object is gone.
  func objectRows(in apartment: ApartmentID, width: Int) -> [PlanRow] {
    var rows: [PlanRow] = []
    let stubs = index.stubs[apartment, default: []]
    var byObject = Dictionary(grouping: stubs, by: \.object)
    let many = manyClassObjects(in: apartment)
    if !many.isEmpty { rows += self.rows(classObjects: many, width: width) }
    for object in index.components[apartment, default: []] {
      let registrations = sites.isEmpty ? [] : index.servers.classObjects[object.id, default: []]
      if !many.isEmpty, !registrations.isEmpty {
        byObject[object.id] = nil
        continue
      }
      let isClassObject = !registrations.isEmpty
      rows +=
        isClassObject
        ? self.rows(classObject: object, registrations, width: width)
        : self.rows(object: object, width: width)
      for stub in byObject.removeValue(forKey: object.id) ?? [] {
        let own = self.rows(stub: stub, width: width)
        // The class object is the lesson; how clients reach it is the first to go.
        rows += isClassObject && detail == .brief ? own.lowered(to: .note) : own
      }
    }
    for stub in stubs where byObject[stub.object] != nil {
      rows += self.rows(stub: stub, width: width)
    }
    return rows
  }

  /// The class objects of a room that has more of them than can be read one by one.
  private func manyClassObjects(in apartment: ApartmentID) -> [World.Registration] {
    guard !sites.isEmpty else { return [] }
    let own = index.servers.registrations.filter { $0.apartment == apartment }
    return own.count > 4 ? own : []
  }

  /// The threads of an apartment, and those that belong into its room and are in no apartment.
  private func threads(of place: Place, apartment: ApartmentID) -> [World.Thread] {
    let inside = index.threads[apartment, default: []].filter { isDrawn($0) }
    return (inside + unhoused(of: place)).sorted { $0.id < $1.id }
  }

  /// Threads of the room by name that are in no apartment (yet, or any more).
  func unhoused(of place: Place) -> [World.Thread] {
    guard !place.room.threads.isEmpty else { return [] }
    return index.threads[.none, default: []].filter { thread in
      thread.id.process == place.room.process && isDrawn(thread)
        && place.room.threads.contains(world[thread.name])
    }
  }

  /// A thread that has ended stays until the next step, then goes.
  func isDrawn(_ thread: World.Thread) -> Bool {
    guard thread.activity == .ended else { return true }
    return baseline.map { $0.threads[thread.id]?.activity != .ended } ?? false
      || cast.threads.contains(world[thread.name])
  }

  /// A lot: the apartment is not built, but its thread may have started.
  private func lotRows(of place: Place, width: Int) -> [PlanRow] {
    unhoused(of: place).flatMap { thread in
      var rows = self.rows(thread: thread, nameWidth: nameWidth, width: width)
      if thread.activity != .ended {
        rows.append(
          PlanRow(StyledText("  in no apartment", .dim), rank: .detail, .thread(thread.id)))
      }
      return rows
    }
  }

  /// A room that takes no part: `1 main  ○ IDLE in its loop, queue empty`.
  ///
  /// - Parameter withReasons: what threads wait for; a row with the room's contents has no place
  ///   for that.
  func summary(of place: Place, withReasons: Bool) -> StyledText {
    guard let id = place.apartment, let apartment = world.apartments[id] else { return "" }
    var parts: [StyledText] = index.threads[id, default: []].filter { isDrawn($0) }.map { thread in
      let reason =
        if case .waiting(let wait) = thread.activity {
          (wait.isForAnything ? ", " : " ") + self.reason(wait)
        } else { "" }
      let isAway = thread.current != thread.apartment && thread.activity != .ended
      let standing = isAway ? StyledText("in \(label(thread.current))") : thread.standing.text
      return StyledText("\(label(thread.id))  ", .bold) + standing
        + StyledText(isAway || !withReasons ? "" : reason)
    }
    for thread in index.visitors[id, default: []] {
      parts.append(
        StyledText("\(label(thread.id))  ", .bold)
          + StyledText("\(thread.standing.glyph) in here", thread.standing.style))
    }
    if apartment.kind == .singleThreaded {
      let size = apartment.queue.count
      parts.append(StyledText(size == 0 ? "queue empty" : "queue \(size)"))
    }
    return parts.joined(separator: ", ")
  }

  /// The names of what lives in a room, and how much of it has just gone: `Counter, proxy 1 NEW`.
  func contents(of id: ApartmentID) -> StyledText {
    let all = index.components[id, default: []] + index.proxies[id, default: []]
    let living = all.filter(\.isAlive)
    let limit = 4
    var parts = living.prefix(limit).map { object -> StyledText in
      let name = StyledText(label(object.id), object.role == .proxy ? .proxy : .object)
      let mark = newMark(!wasThere(object.id))
      return mark.isEmpty ? name : name + " " + mark
    }
    if living.count > limit { parts.append(StyledText("and \(living.count - limit) more")) }
    let freed = all.count - living.count
    if freed > 0 { parts.append(StyledText("\(freed) FREED", .changed)) }
    return parts.joined(separator: ", ")
  }
}
