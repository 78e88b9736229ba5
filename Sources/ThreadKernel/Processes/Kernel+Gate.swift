import Trace

/// The parent's side of what threads of child processes ask.
extension Kernel {
  /// Does what a thread of a child asks. What it tells it tells for that thread.
  func perform(_ request: GateRequest, _ bytes: [UInt8], for process: ProcessID) {
    let slot = Int(request.slot)
    guard let asker = state.withLock({ asker(of: request, in: $0) }),
      asker.processID == process, let kind = request.kind
    else {
      return childIsGone(process)
    }
    switch kind {
    case .stop: stop(request, mark: bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self))
    case .park: park(request, as: asker)
    case .end:
      settling { state in
        end(asker, slot: slot, in: &state) {
          tell(for: asker, .threadEnded, file: request.file, line: request.line)
        }
      }
    default:
      let (answer, bytes) = answer(kind, request, bytes, for: asker)
      if request.isAwaited { arena.slot(slot).reply(answer, bytes) }
    }
  }

  private func stop(_ request: GateRequest, mark: String?) {
    let slot = Int(request.slot)
    settling { state in
      guard !state.scheduler.entries[slot].isEnded else { return }
      guard state.scheduler.mode != .free else { return letGo(slot, in: &state) }
      state.scheduler.stop(slot, at: request.point, mark: mark)
    }
  }

  private func park(_ request: GateRequest, as asker: ThreadID) {
    let slot = Int(request.slot)
    let deadline = request.deadline == .max ? nil : request.deadline
    settling { state in
      guard !state.scheduler.entries[slot].isEnded else { return }
      guard beginWait(slot, request.wait, deadline: deadline, &state) else {
        return letGo(slot, in: &state)
      }
      tell(for: asker, .waits(request.wait), file: request.file, line: request.line)
      // Whether the run was free when it asked decided how it sleeps: the clock is this one now.
      if deadline != nil, state.scheduler.mode == .free { lookAgain(slot) }
    }
  }

  /// What a child had asked before it was killed. What others can see of it has been told.
  func settleRest(
    _ requests: [(GateRequest, [UInt8])], of process: ProcessID, in state: inout State
  ) {
    for (request, bytes) in requests where request.thread.processID != process {
      guard let asker = asker(of: request, in: state), asker.processID == process else { return }
      switch request.kind {
      case .mail: mail(request, bytes, from: asker, in: &state)
      case .enclose: enclose(request, bytes, in: &state)
      case .unpark: state.scheduler.slot(of: request.thread).map { wake($0, in: &state) }
      default: continue
      }
    }
  }

  @discardableResult
  private func mail(
    _ request: GateRequest, _ bytes: [UInt8], from asker: ThreadID, in state: inout State
  ) -> MailOutcome {
    let slot = Int(request.slot)
    let held = state.mail[slot]?.held ?? []
    if !held.isEmpty { state.mail[slot]?.held = [] }
    if let event = request.event {
      tell(for: asker, event, file: request.file, line: request.line)
    }
    return deliver(Mail(from: asker, bytes: bytes), to: request.thread, with: held, in: &state)
  }

  private func enclose(_ request: GateRequest, _ bytes: [UInt8], in state: inout State) {
    state.mail[Int(request.slot), default: Mailbox()].held
      .append(Enclosure(bytes, to: request.thread))
  }

  private func asker(of request: GateRequest, in state: State) -> ThreadID? {
    let slot = Int(request.slot)
    return state.scheduler.entries.indices.contains(slot) ? state.scheduler.entries[slot].id : nil
  }

  /// A thread that never stood still goes on.
  private func letGo(_ slot: Int, in state: inout State) {
    if !state.scheduler.entries[slot].isAtPoint { state.resuming.insert(slot: slot) }
  }

  private func answer(
    _ kind: GateRequest.Kind, _ request: GateRequest, _ bytes: [UInt8], for asker: ThreadID
  ) -> Reply {
    var answer = GateAnswer()
    let slot = Int(request.slot)
    switch kind {
    case .timedOut: answer.flag = endWait(slot: slot, of: asker)
    case .unpark: unpark(request.thread)
    case .changeWait: changeWait(of: request.thread, to: request.wait, wakes: request.flag)
    case .spawn where request.process == asker.processID: spawn(request, &answer)
    case .hasEnded: answer.flag = hasEnded(request.thread)
    case .watchEnd: answer.flag = wakeWhenEnded(request.thread, slot: slot)
    case .takeAction: return takeAction(bytes, slot: slot)
    case .mail:
      answer.outcome = settling { mail(request, bytes, from: asker, in: &$0) }
    case .enclose: state.withLock { enclose(request, bytes, in: &$0) }
    case .openMail: state.withLock { $0.mail[slot, default: Mailbox()].isClosed = false }
    case .closeMail: state.withLock { $0.mail[slot, default: Mailbox()].isClosed = true }
    case .watch: watch(request.process, notice: bytes, slot: slot, as: asker)
    case .ask: return (answer, service.withLock { $0 }?(asker, bytes) ?? [])
    case .beginBurst: beginBurst()
    case .endBurst: endBurst()
    case .stop, .park, .end, .spawn: break
    }
    return (answer, [])
  }

  typealias Reply = (GateAnswer, [UInt8])

  private func spawn(_ request: GateRequest, _ answer: inout GateAnswer) {
    let origin: ThreadOrigin = request.flag ? .com : .program
    let started = settling { state in
      place(
        request.name, in: request.process, origin, hasOwnCore: request.number != 0, &state)
    }
    guard let started else { return }
    answer.thread = started.id
    answer.slot = UInt32(started.slot)
    answer.number = 1
    answer.flag = started.atOnce
  }

  private func takeAction(_ bytes: [UInt8], slot: Int) -> Reply {
    var answer = GateAnswer()
    let names = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    switch takeAction(among: names, slot: slot) {
    case .taken(let name):
      answer.number = 1
      return (answer, Array(name.utf8))
    case .closed: answer.number = 2
    case .none: break
    }
    return (answer, [])
  }

  /// A child's process is no more, or says what no child of ours says.
  func childIsGone(_ process: ProcessID) {
    settling { state in kill(process, in: &state) }
  }

  /// Tells an event for a thread of a child: what the thread would have told itself.
  private func tell(for thread: ThreadID, _ kind: EventKind, file: Name, line: UInt32) {
    guard isTold else { return }
    ownEvents.write(
      Event(n: 0, t: time, thread: thread, file: file, line: line, kind), ticket: arena.ticket)
  }
}
