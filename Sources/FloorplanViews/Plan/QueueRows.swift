import TerminalUI
import Trace

/// The lines of an apartment's message queue, oldest message first.
extension PlanContext {
  func rows(queueOf apartment: World.Apartment, nameWidth: Int, width: Int) -> [PlanRow] {
    guard apartment.kind == .singleThreaded else { return noQueue(apartment) }
    let old = baseline?.apartments[apartment.id]
    let isChanged = old.map { $0.queue != apartment.queue } ?? false
    let rank: Rank = isChanged ? .changed : .queue
    let key = Selectable.apartment(apartment.id)
    let label = StyledText("queue".padded(toWidth: nameWidth), nameStyle(key, .plain)) + " "
    guard let first = apartment.queue.first else {
      let was =
        (old?.queue.count ?? 0) > 0 ? StyledText("\(old?.queue.count ?? 0)→0", .changed) : ""
      let served = apartment.served > 0 ? "  (\(apartment.served) served since the start)" : ""
      let text = label + (was.isEmpty ? "empty" : was)
      let fits = detail == .full && text.width + served.cellWidth <= width
      return [PlanRow(text + (fits ? StyledText(served, .dim) : ""), rank: rank, key)]
    }
    let size = count(UInt32(apartment.queue.count), was: old.map { UInt32($0.queue.count) })
    let head = (detail == .full ? label : StyledText("queue ", nameStyle(key, .plain))) + size
    if detail == .full {
      let since = StyledText("   oldest since event \(first.since)", .dim)
      let fits = head.width + since.width <= width
      return [PlanRow(head + (fits ? since : ""), rank: rank, key)]
        + apartment.queue.prefix(8).map { row($0, old, margin: 2, room: width - 2, rank, key) }
    }
    var rows = apartment.queue.prefix(4).map { message in
      row(message, old, margin: 9, room: width - 9, rank, key)
    }
    rows[0].text = head + "  " + message(first, old, room: width - head.width - 2)
    return rows
  }

  private func noQueue(_ apartment: World.Apartment) -> [PlanRow] {
    let isCalling = index.threads[apartment.id, default: []].contains { thread in
      if case .waiting(.reply) = thread.activity { return true }
      return false
    }
    guard isCalling, apartment.kind == .multithreaded else { return [] }
    return [PlanRow(StyledText("no queue here: nobody pumps", .dim), rank: .note)].asBlock()
  }

  private func row(
    _ message: World.Message, _ old: World.Apartment?, margin: Int, room: Int, _ rank: Rank,
    _ key: Selectable
  ) -> PlanRow {
    let text =
      StyledText(String(repeating: " ", count: margin))
      + self.message(message, old, room: room)
    return PlanRow(text, rank: rank, message.call.isNone ? key : .call(message.call))
  }

  /// `call 8 Increment, for job`.
  private func message(
    _ message: World.Message, _ old: World.Apartment?, room: Int
  ) -> StyledText {
    let isNew = old.map { !$0.queue.contains { $0.id == message.id } } ?? false
    let text: String
    switch message.kind {
    case .quit: text = "quit"
    case .posted: text = "a message of its own"
    case .sent: text = "a message sent by \(name(message.from))"
    case .call:
      let call = world.calls[message.call]
      let method = call.map { world[$0.method] } ?? ""
      let caller = call.map { self.caller(of: $0) } ?? name(message.from)
      let short = "call \(message.call)"
      let texts = ["\(short) \(method), for \(caller)", "\(short) \(method)"]
      text = texts.first { $0.cellWidth <= room } ?? short
    }
    return StyledText(text, isNew ? .changed : .plain)
  }
}
