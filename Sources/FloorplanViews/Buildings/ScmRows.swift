import TerminalUI
import Trace

/// What is in the SCM's box: its class table, and who waits for what.
extension PlanContext {
  /// At most `height` rows: who waits comes before what is in the table, which is cut.
  func scmRows(width: Int, height: Int) -> [PlanRow] {
    let requests = requestRows(width: width)
    let table = tableRows(width: width)
    var room = max(0, height - requests.count)
    // Of two rows who still waits has both.
    let isAsked = shownRequests.contains { $0.state == .open }
    if room == 0, !table.isEmpty, height > 2 || !isAsked { room = 1 }
    let asked = requests.fitting(height: height - min(room, table.count))
    var head: [PlanRow] = []
    if detail == .full, height > 4, room > 2, !table.isEmpty {
      head = [PlanRow(StyledText(Self.columns, .dim), rank: .note, .scm)]
      room -= 1
    }
    let shown = table.count <= room ? table : cut(table, to: room)
    let rows = head + shown + asked
    if rows.isEmpty {
      return [PlanRow(StyledText("no class is registered", .dim), rank: .note, .scm)]
    }
    return rows
  }

  private static let columns = "class     server    state"

  /// Classes that stand in the table, and those that the last step took away.
  var tableEntries: [World.Registration] {
    world.registrationsInOrder.filter { registration in
      guard let state = registration.scm else { return false }
      let before = baseline?.registrations[registration.id]?.scm
      return state != .removed || (before != nil && before != .removed)
    }
  }

  private func tableRows(width: Int) -> [PlanRow] {
    let entries = tableEntries
    let names = entries.map { label($0.ofClass).cellWidth }.max() ?? 0
    let column = min(16, max(detail == .full ? 8 : 6, names))
    let asked = Set(shownRequests.map(\.ofClass))
    return entries.map { entry in
      let server = world.label(process: world.apartments[entry.apartment]?.process ?? .none)
      let key = Selectable.registration(entry.id)
      let name = StyledText(
        label(entry.ofClass).padded(toWidth: column) + "  ", nameStyle(key, .object))
      let start = name + StyledText(server.padded(toWidth: 8) + "  ")
      let (states, isChanged) = entryState(entry)
      // In a long table what is asked for is looked for first.
      let rank: Rank = isChanged ? asked.contains(entry.ofClass) ? .deed : .changed : .thing
      if let state = states.first(where: { start.width + $0.width <= width }) {
        return PlanRow(start + state, rank: rank, key)
      }
      return PlanRow(name + (states.last ?? ""), rank: rank, key)
    }
  }

  /// How it stands, from the longest to the shortest way to say it.
  private func entryState(_ entry: World.Registration) -> (texts: [StyledText], isChanged: Bool) {
    guard let now = entry.scm else { return ([], false) }
    let word = Self.word(now)
    guard let baseline else { return ([StyledText(word)], false) }
    guard let before = baseline.registrations[entry.id]?.scm else {
      return ([StyledText(word) + " " + newMark(true), StyledText(word, .changed)], true)
    }
    guard before != now else { return ([StyledText(word)], false) }
    let texts = ["\(Self.word(before)) → \(word)", "\(Self.word(before))→\(word)", word]
    return (texts.map { StyledText($0, .changed) }, true)
  }

  private static func word(_ state: ScmEntryState) -> String {
    switch state {
    case .open: "open"
    case .suspended: "SUSPENDED"
    case .removed: "GONE"
    }
  }

  /// As much of a long table as there is room for, what changed before the rest, and how many more
  /// there are.
  private func cut(_ table: [PlanRow], to height: Int) -> [PlanRow] {
    guard height > 0 else { return [] }
    let shown = table.fitting(height: height - 1)
    let changed = table.count { $0.rank <= .changed } - shown.count { $0.rank <= .changed }
    var more = StyledText("… \(table.count - shown.count) more", changed > 0 ? .changed : .dim)
    if changed > 0 { more += StyledText(", \(changed) changed", .changed) }
    return shown + [PlanRow(more, rank: .detail, .scm)]
  }

  // MARK: Requests

  /// Requests that wait, and what came of others in the last step.
  var shownRequests: [World.ScmRequestRecord] {
    let since = baseline?.position ?? .max
    return world.requestsInOrder.suffix(256).filter { request in
      guard request.kind == .activate else {
        return request.result.isFailure && request.at >= since
      }
      switch request.state {
      case .open: return true
      case .answered, .lost:
        return request.at >= since || baseline?.requests[request.id]?.state == .open
      }
    }
  }

  private func requestRows(width: Int) -> [PlanRow] {
    shownRequests.flatMap { request -> [PlanRow] in
      let key = Selectable.request(request.id)
      let isNew = baseline != nil && baseline?.requests[request.id] == nil
      let name = StyledText("request \(request.id)", nameStyle(key, isNew ? .changed : .packet))
      let what = self.what(request)
      let who = ", from \(world.label(process: request.client.processID))"
      let head = name + " " + StyledText(what)
      let first = head.width + who.cellWidth <= width ? head + StyledText(who) : head
      let answer = fitting(answers(request), width: width - 2)
      let style: Style = baseline?.requests[request.id] == request ? .plain : .changed
      return [
        PlanRow(first, rank: .changed, key),
        PlanRow("  " + StyledText(answer, style), rank: .changedCount, key),
      ]
    }
  }

  /// What was asked: the class's name, where it is an activation.
  func what(_ request: World.ScmRequestRecord) -> String {
    let name =
      request.ofClass.isNone
      ? world.label(registration: request.registration) : label(request.ofClass)
    return switch request.kind {
    case .activate: name
    case .register: "to register \(name)"
    case .resume: "to resume all"
    case .suspend: "to suspend all"
    case .revoke: "to revoke \(name)"
    case .resolve: "where an apartment is"
    case .giveUp: "gives \(name) up"
    }
  }

  private func fitting(_ texts: [String], width: Int) -> String {
    texts.first { $0.cellWidth <= width } ?? texts.last ?? ""
  }

  /// What came of it, from the longest to the shortest way to say it.
  private func answers(_ request: World.ScmRequestRecord) -> [String] {
    let process = request.process.isNone ? "" : world.label(process: request.process)
    switch request.state {
    case .lost: return ["its client was killed"]
    case .answered where request.result.isFailure: return [request.result.name]
    case .answered: return process.isEmpty ? ["done"] : ["is served by \(process)", process]
    case .open where !request.launched.isNone:
      let server = world.label(process: request.launched)
      if isOpen(request.ofClass, in: request.launched) { return ["\(server) is open"] }
      let runs = "\(Glyph.runs) starts \(server)"
      return ["no server open \(runs)", "no server open \(Glyph.runs) starts it", runs]
    case .open:
      let server = awaitedServer(request)
      return server.isNone
        ? ["was asked just now"]
        : ["waits until \(world.label(process: server)) registers", "waits for it to start"]
    }
  }

  /// Whether the server has the class in the table, for whoever asks.
  private func isOpen(_ id: ClassID, in server: ProcessID) -> Bool {
    world.registrations.values.contains {
      $0.ofClass == id && $0.scm == .open && world.apartments[$0.apartment]?.process == server
    }
  }

  /// The class that a request asks for.
  func awaitedClass(_ request: RequestID) -> String {
    label(world.requests[request]?.ofClass ?? .none)
  }

  /// The server that a request waits for.
  func awaitedServer(_ request: World.ScmRequestRecord) -> ProcessID {
    guard request.launched.isNone else { return request.launched }
    guard case .waiting(.scm(request.id, let server, _)) = world.threads[request.client]?.activity
    else { return .none }
    return server
  }

  /// `5→6 calls`: how many were made to it.
  var scmCalls: StyledText {
    let now = Int64(clamping: world.scmCalls)
    let old = baseline.map { Int64(clamping: $0.scmCalls) }
    return count(now, was: old) + StyledText(now == 1 ? " call to it" : " calls to it")
  }

  /// The SCM in one line.
  func scmLine() -> StyledText {
    let requests = shownRequests.map { request in
      StyledText("request \(request.id) \(what(request))", .packet)
    }
    let entries = tableEntries
    let classes = entries.prefix(2).map { entry in
      StyledText(label(entry.ofClass) + " ") + (entryState(entry).texts.last ?? "")
    }
    let more = entries.count > 2 ? [StyledText("… \(entries.count - 2) more", .dim)] : []
    return ([scmCalls] + requests + classes + more).joined(separator: "   ")
  }
}
