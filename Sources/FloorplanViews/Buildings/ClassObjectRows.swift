import TerminalUI
import Trace

/// Class objects in the rooms of servers, where the SCM has its own table of them.
extension PlanContext {
  /// `factory Widget`, and whether it serves: `open→SUSPENDED`.
  func rows(
    classObject object: World.Object, _ registrations: [World.Registration], width: Int
  ) -> [PlanRow] {
    let old = baseline?.objects[object.id]
    let key = Selectable.registration(registrations[0].id)
    let names = registrations.map { label($0.ofClass) }.joined(separator: ", ")
    var head = StyledText("factory \(names)", nameStyle(key, .object))
    let isNew = baseline != nil && baseline?.registrations[registrations[0].id] == nil
    let states = state(registrations[0], width: width - 2)
    let cookie = StyledText("  cookie \(registrations[0].id)", .dim)
    if detail == .full, head.width + cookie.width <= width { head += cookie }
    let isChanged = isNew || states.isChanged || old?.implicitLocks != object.implicitLocks
    let mark = newMark(isNew)
    let needed = head.width + states.text.width + 2 + (mark.isEmpty ? 0 : mark.width + 1)
    let isOneLine = needed <= width
    if isOneLine { head += "  " + states.text }
    var rows = headRows(head, mark: mark, key, width: width)
    if !isOneLine { rows.append(PlanRow("  " + states.text, rank: .count, key)) }
    let wasLocked = old?.implicitLocks ?? 0
    if object.implicitLocks > 0 || wasLocked > 0 {
      let locks = count(object.implicitLocks, was: old.map { _ in wasLocked })
      rows.append(PlanRow(StyledText("  COM's locks ") + locks, rank: .count, key))
    }
    if detail == .full { rows += countRows(object, old, indent: 2, width: width) }
    return block(rows, baseline != nil && isChanged)
  }

  /// Many class objects of one room, by how they serve: `51 factories: 50→51 open`.
  func rows(classObjects all: [World.Registration], width: Int) -> [PlanRow] {
    let old = all.compactMap { baseline?.registrations[$0.id] }
    var words: [String] = []
    for word in (old + all).map(Self.word) where !words.contains(word) { words.append(word) }
    let total = count(UInt32(all.count), was: baseline.map { _ in UInt32(old.count) })
    let head = total + StyledText(" factories:", .object)
    let parts = words.map { word in
      let now = UInt32(all.count { Self.word($0) == word })
      let before = UInt32(old.count { Self.word($0) == word })
      return count(now, was: baseline.map { _ in before }) + StyledText(" " + word)
    }
    let key = Selectable.registration(all[0].id)
    let isChanged = baseline != nil && old != all
    let line = head + " " + parts.joined(separator: ", ")
    let rows =
      line.width <= width
      ? [PlanRow(line, rank: .thing, key)]
      : [PlanRow(head, rank: .thing, key)] + parts.map { PlanRow("  " + $0, rank: .count, key) }
    return block(rows, isChanged)
  }

  /// `open`, `open→SUSPENDED`: as its own process has it. What it was goes where there is no room.
  func state(
    _ registration: World.Registration, width: Int = .max
  ) -> (text: StyledText, isChanged: Bool) {
    let now = Self.word(registration)
    let before = baseline?.registrations[registration.id].map(Self.word)
    guard let before, before != now else { return (StyledText(now), false) }
    let whole = "\(before)→\(now)"
    return (StyledText(whole.cellWidth <= width ? whole : now, .changed), true)
  }

  private static func word(_ registration: World.Registration) -> String {
    if registration.isRevoked { return "REVOKED" }
    if registration.isSuspended { return "SUSPENDED" }
    if registration.scm == .removed, registration.use == .singleUse { return "USED UP" }
    return registration.scm == nil ? "registered" : "open"
  }
}
