import TerminalUI
import Trace

/// Threads that run in another room than their own for the length of a call, and calls of which
/// there is more to say.
extension PlanContext {
  /// The room that a direct pointer brought the thread to; nil where it goes by right.
  func trespass(of thread: World.Thread) -> ApartmentID? {
    world.trespassing(thread.id).flatMap { $0 == thread.current ? nil : $0 }
  }

  /// `1 main    ► in here`, in the neutral apartment.
  func rows(
    visitor thread: World.Thread, of room: ApartmentID, nameWidth: Int, width: Int
  ) -> [PlanRow] {
    let key = Selectable.thread(thread.id)
    let isActing = thread.id == world.acting
    let rank: Rank = isActing ? .acting : .thread
    guard thread.current == room else {
      let text = StyledText("went on to \(label(thread.current))", .dim)
      return [PlanRow(head(thread, nameWidth) + text, rank: rank, key)]
    }
    let state = thread.standing
    let isGoing = state == .runs || state == .ready
    let standing = isGoing ? StyledText(String(state.glyph), state.style) : state.text
    var first = PlanRow(head(thread, nameWidth) + standing + " in here", rank: rank, key)
    first.caller = thread.id
    var second = deed(thread, isActing: isActing, room: width - 2)
    if case .waiting(let wait) = thread.activity { second = reason(wait) }
    let rows =
      second.isEmpty
      ? [first]
      : [first, PlanRow(StyledText("  " + second), rank: isActing ? .deed : .queue, key)]
    return rows + refusalRows(thread.id, width: width) + callRows(thread.id, width: width)
  }

  /// `call 7 refused: retry later, again at 500 ms`.
  func callRows(_ thread: ThreadID, width: Int) -> [PlanRow] {
    index.servers.specialCalls[thread, default: []].suffix(3).flatMap { call -> [PlanRow] in
      let parts = words(call)
      let style: Style = baseline?.calls[call.id] == call ? .plain : .changed
      let isOne = parts.joined(separator: ", ").cellWidth + 2 <= width
      let lines = isOne ? ["  " + parts.joined(separator: ", ")] : parts.map { "  " + $0 }
      return lines.map { PlanRow(StyledText($0, style), rank: .changed, .call(call.id)) }
    }
  }

  /// What is special about a call, in one part or two.
  func words(_ call: World.Call) -> [String] {
    let name = "call \(call.id)"
    switch call.state {
    case .rejected:
      let refusal = name + " refused: " + Self.words(call.rejection)
      return call.retryAt > 0 ? [refusal, "again at \(moment(call.retryAt))"] : [refusal]
    case .returned where call.isCancelled: return ["\(name) cancelled", call.result.name]
    case .returned: return ["\(name) given up", call.result.name]
    case .lost: return ["\(name) lost", "its caller was killed"]
    case _ where call.isCancelled: return ["\(name) is to be cancelled"]
    case .answered: return ["\(name) answered", "nobody has asked for it yet"]
    case .packed, .sent, .served: return ["\(name) under way", "nobody waits for it"]
    }
  }

  /// What a message filter said.
  static func words(_ answer: ServerCall) -> String {
    switch answer {
    case .isHandled: "handled"
    case .rejected: "rejected"
    case .retryLater: "retry later"
    }
  }

  /// `filter    BusyFilter`: what the apartment asks before it takes a call.
  func rows(filterOf apartment: World.Apartment, nameWidth: Int) -> [PlanRow] {
    let old = baseline?.apartments[apartment.id]?.filter ?? apartment.filter
    guard !apartment.filter.isNone || !old.isNone else { return [] }
    let isChanged = baseline != nil && old != apartment.filter
    let name = apartment.filter.isNone ? "none" : label(apartment.filter)
    let text =
      StyledText("filter".padded(toWidth: nameWidth) + " ")
      + StyledText(name, isChanged ? .changed : .plain)
    return [
      PlanRow(
        text, trailing: newMark(isChanged), rank: isChanged ? .changed : .queue,
        apartment.filter.isNone ? .apartment(apartment.id) : .object(apartment.filter))
    ]
  }
}
