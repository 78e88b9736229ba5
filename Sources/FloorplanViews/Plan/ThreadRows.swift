import TerminalUI
import Trace

/// The lines of a thread: its number, its name, how it stands, and what it does.
extension PlanContext {
  /// A thread in its own room, in at most two lines.
  func rows(thread: World.Thread, nameWidth: Int, width: Int) -> [PlanRow] {
    if let room = trespass(of: thread), thread.activity != .ended {
      let text =
        head(thread, nameWidth) + StyledText("is inside ") + StyledText(label(room), .warning)
      return [PlanRow(text, rank: .thread, .thread(thread.id))]
    }
    if thread.current != thread.apartment, !thread.apartment.isNone, thread.activity != .ended {
      let text = head(thread, nameWidth) + StyledText("in \(label(thread.current))")
      return [PlanRow(text, rank: .thread, .thread(thread.id))]
    }
    return standing(thread, nameWidth: nameWidth, width: width)
  }

  /// A thread inside a room that it does not belong to: a direct pointer brought it there.
  func rows(trespasser thread: World.Thread, nameWidth: Int, width: Int) -> [PlanRow] {
    var rows = standing(thread, nameWidth: nameWidth, width: width)
    let warning = PlanRow(
      StyledText("! outside its apartment", .warning), rank: .trouble, .thread(thread.id))
    rows[0].caller = nil
    let warnsBeside = rows[0].text.width + warning.text.width + 2 <= width
    if warnsBeside {
      rows[0].text += "  " + warning.text
    } else {
      rows.insert(warning, at: 1)
    }
    rows = rows.raised(to: .deed)
    rows[0].rank = .acting
    return rows
  }

  func head(_ thread: World.Thread, _ nameWidth: Int) -> StyledText {
    let isSelected = selection == .thread(thread.id)
    let name = shortLabel(thread.id).padded(toWidth: nameWidth)
    return StyledText(name, isSelected ? .selection : .bold) + " "
  }

  private func standing(_ thread: World.Thread, nameWidth: Int, width: Int) -> [PlanRow] {
    let isActing = thread.id == world.acting && thread.activity != .ended
    var text = firstWords(thread, nameWidth, width: width)
    var second = ""
    if case .waiting(let wait) = thread.activity {
      let reason = (wait.isForAnything ? ", " : " ") + reason(wait)
      let fits = text.width + reason.cellWidth <= width
      text += StyledText(fits ? reason : "")
      second = fits ? "" : self.reason(wait)
    } else {
      let call = thread.serving.last.flatMap { world.calls[$0] }
      let served = call.map { serving($0, room: width - text.width) } ?? ""
      text += served
      second = deed(thread, isActing: isActing, room: width - 2)
      if let call, served.isEmpty, second.isEmpty { second = "serves call \(call.id)" }
    }
    var first = PlanRow(
      text, trailing: siteMark(thread), rank: isActing ? .acting : .thread, .thread(thread.id))
    first.caller = thread.id
    var rows = [first]
    if !second.isEmpty {
      rows.append(
        PlanRow(
          StyledText("  " + second), rank: isActing ? .deed : .queue, .thread(thread.id)))
    }
    return rows + refusalRows(thread.id, width: width) + callRows(thread.id, width: width)
  }

  /// `4 gadgets ○ IDLE`: where that is too long the column gives way, then the glyph; the word stays.
  private func firstWords(_ thread: World.Thread, _ nameWidth: Int, width: Int) -> StyledText {
    let state = state(of: thread)
    let plain = head(thread, shortLabel(thread.id).cellWidth)
    let texts = [head(thread, nameWidth) + state, plain + state]
    let word = StyledText(word(of: thread), thread.standing.style)
    return texts.first { $0.width <= width } ?? plain + word
  }

  /// `○ IDLE`; a thread that was killed says that.
  func state(of thread: World.Thread) -> StyledText {
    StyledText("\(thread.standing.glyph) \(word(of: thread))", thread.standing.style)
  }

  private func word(of thread: World.Thread) -> String {
    let isKilled = thread.activity == .ended && world.isKilled(thread.id.processID)
    return isKilled ? "KILLED" : thread.standing.word
  }

  /// Who said no to the thread in the last step, and with which word.
  func refusalRows(_ thread: ThreadID, width: Int) -> [PlanRow] {
    if index.lost.contains(thread) {
      let text = StyledText("! its code is not there any more", .error)
      return [PlanRow(text, rank: .trouble, .thread(thread))]
    }
    guard let refusal = index.refusals[thread] else {
      guard let failure = failure(of: thread) else { return [] }
      return [PlanRow(failure, rank: .trouble, .thread(thread))]
    }
    let refuser = world.label(refuser: refusal.refuser)
    let result = refusal.result.name
    let whole = ["! refused by \(refuser): \(result)", "! \(refuser): \(result)"]
    let fitting = whole.first { $0.cellWidth <= width }
    let lines = fitting.map { [$0] } ?? ["! refused by \(refuser)", "  " + result]
    return lines.map { PlanRow(StyledText($0, .error), rank: .trouble, .thread(thread)) }
  }

  /// A call of the thread's that came back in the last step because its server was gone.
  func failure(of thread: ThreadID) -> StyledText? {
    index.failures[thread].map { call in
      let method = detail == .full ? method(call) : world[call.method]
      return StyledText("! \(method): \(call.result.name)", .error)
    }
  }

  /// ` call 7, for web`, as much of it as fits.
  private func serving(_ call: World.Call, room: Int) -> StyledText {
    let caller = caller(of: call)
    let variants = [
      " call \(call.id) \(method(call)), for \(caller)",
      " call \(call.id) \(world[call.method]), for \(caller)",
      " call \(call.id), for \(caller)",
      " call \(call.id) for \(caller)",
      " call \(call.id)",
    ]
    let fitting = variants.dropFirst(detail == .full ? 0 : 2).first { $0.cellWidth <= room }
    return StyledText(fitting ?? "")
  }

  private func siteMark(_ thread: World.Thread) -> StyledText {
    detail == .full && thread.activity != .ended ? StyledText(label(thread.site), .dim) : ""
  }

  /// What the thread is in or has just done, in a few words.
  func deed(_ thread: World.Thread, isActing: Bool, room: Int) -> String {
    if thread.activity == .ended { return "" }
    if isActing, let deed = marshalled(by: thread) { return deed }
    switch thread.frames.last?.kind {
    case .function(let name): return "in \(world[name])"
    case .method(let object, let name, _):
      let long = "in \(label(object)).\(world[name])"
      return long.cellWidth <= room ? long : "in \(world[name])"
    case nil: return ""
    }
  }

  /// The packet that the thread made or opened in the last step, where nothing came after that: it
  /// has not stood still since, and has gone into nothing else.
  private func marshalled(by thread: World.Thread) -> String? {
    guard let step = baseline?.position else { return nil }
    let since = max(step, thread.since, thread.frames.last?.since ?? 0)
    for packet in index.packets.reversed() {
      if packet.opener == thread.id, packet.openedAt >= since {
        return "unmarshals \(label(packet.id))"
      }
      if packet.maker == thread.id, packet.madeAt >= since {
        return "marshals: \(label(packet.id))"
      }
    }
    return nil
  }
}
