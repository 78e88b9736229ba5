import Trace

/// The parent's side of what threads of child processes ask.
extension Kernel {
  /// Does all that the threads of a child have asked for by now: on the thread that listens, or on
  /// one of the run's that was woken for it, which is nobody meanwhile.
  ///
  /// - Parameter isCounted: whether it has said how much it sent.
  func hear(_ process: ProcessID, isCounted: Bool = true) {
    let me = KernelThread.current
    me?.isInService = true
    defer { me?.isInService = false }
    var rest = AfterLock()
    // What is sent from here on, its sender sees to.
    _ = arena.isHeard(process).exchange(0)
    let sent = arena.sent(process)
    var requestsLeft = Self.mostHeard
    // Received and done under one lock: who kills the child finds all that was not done.
    settlingAll { state in
      let sent = isCounted ? sent.acquired : nil
      guard requestsLeft > 0, let message = hub.nextMessage(of: process, sent: sent) else {
        return false
      }
      requestsLeft -= 1
      perform(message, for: process, &rest, in: &state)
      return true
    }
    if requestsLeft == 0 { leaveToHub(process) }
    rest.answered.forEachSlot { arena.slot($0).isAnswered.wake() }
    for (request, bytes) in rest.toService { askService(bytes, for: request) }
  }

  /// So many requests are done in a row: a child that never stops asking must not keep the lock from
  /// others, nor one of the run's threads from what it does.
  private static let mostHeard = 64

  /// The thread that listens hears the rest.
  private func leaveToHub(_ process: ProcessID) {
    _ = arena.isHeard(process).exchange(1)
    hub.ring()
  }

  /// What there is still to do once the lock is released.
  struct AfterLock {
    /// Threads to wake, which have their answers.
    fileprivate(set) var answered = ThreadSet()
    fileprivate(set) var toService: [(GateRequest, [UInt8])] = []
  }

  /// Does what a child has sent; one that says what no child of ours says is killed.
  func perform(
    _ message: Inbox.Message, for process: ProcessID, _ rest: inout AfterLock,
    in state: inout State
  ) {
    guard case .request(let request, let bytes) = message,
      let asker = asker(of: request, in: state), asker.processID == process
    else { return kill(process, in: &state) }
    if request.kind == .ask {
      rest.toService.append((request, bytes))
    } else if let answer = perform(request, bytes, for: asker, in: &state), request.isAwaited {
      arena.slot(Int(request.slot)).reply(answer.0, answer.1)
      rest.answered.insert(slot: Int(request.slot))
    }
  }

  /// The service does things that need the lock. Whoever asks waits, so that nothing else of it
  /// can come before.
  private func askService(_ bytes: [UInt8], for request: GateRequest) {
    let slot = Int(request.slot)
    guard let asker = state.withLock({ asker(of: request, in: $0) }) else { return }
    arena.slot(slot).reply(GateAnswer(), service.withLock { $0 }?(asker, bytes) ?? [])
    arena.slot(slot).isAnswered.wake()
  }

  typealias Reply = (GateAnswer, [UInt8])

  /// Does what a thread of a child asks. What it tells it tells for that thread.
  ///
  /// - Returns: nil where the answer is the thread's go word, or there is none.
  private func perform(
    _ request: GateRequest, _ bytes: [UInt8], for asker: ThreadID, in state: inout State
  ) -> Reply? {
    let slot = Int(request.slot)
    var answer = GateAnswer()
    switch request.kind {
    case .stop: stop(request, mark: bytes.isEmpty ? nil : text(bytes), in: &state)
    case .park: park(request, as: asker, in: &state)
    case .end:
      end(asker, slot: slot, in: &state) {
        tell(for: asker, .threadEnded, file: request.file, line: request.line)
      }
    case .ask, nil: return nil
    case .timedOut: answer.flag = endWait(slot: slot, of: asker, in: &state)
    case .unpark: unpark(request.thread, in: &state)
    case .changeWait:
      changeWait(of: request.thread, to: request.wait, wakes: request.flag, in: &state)
    case .spawn: if request.process == asker.processID { spawn(request, &answer, in: &state) }
    case .hasEnded: answer.flag = hasEnded(request.thread, in: state)
    case .watchEnd: answer.flag = wakeWhenEnded(request.thread, slot: slot, in: &state)
    case .takeAction: return takeAction(bytes, slot: slot, in: &state)
    case .mail: answer.outcome = mail(request, bytes, from: asker, in: &state)
    case .enclose: enclose(request, bytes, in: &state)
    case .openMail: state.mail[slot].isClosed = false
    case .closeMail: state.mail[slot].isClosed = true
    case .watch: watch(request.process, notice: bytes, slot: slot, as: asker, in: &state)
    case .beginBurst: beginBurst(in: &state)
    case .endBurst: endBurst(in: &state)
    }
    switch request.kind {
    case .stop, .park, .end: return nil
    default: return (answer, [])
    }
  }

  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  private func stop(_ request: GateRequest, mark: String?, in state: inout State) {
    let slot = Int(request.slot)
    guard !state.scheduler.entries[slot].isEnded else { return }
    guard state.scheduler.mode != .free else { return letGo(slot, in: &state) }
    state.scheduler.stop(slot, at: request.point, mark: mark)
  }

  private func park(_ request: GateRequest, as asker: ThreadID, in state: inout State) {
    let slot = Int(request.slot)
    let deadline = request.deadline == .max ? nil : request.deadline
    guard !state.scheduler.entries[slot].isEnded else { return }
    let standsInFor = request.number == 0 ? nil : Int(request.number) - 1
    let isParked = beginWait(
      slot, request.wait, deadline: deadline, standingInFor: standsInFor, &state)
    guard isParked else { return letGo(slot, in: &state) }
    tell(for: asker, .waits(request.wait), file: request.file, line: request.line)
    // Whether the run was free when it asked decided how it sleeps: the clock is this one now.
    if deadline != nil, state.scheduler.mode == .free { lookAgain(slot) }
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
    let held = state.mail[slot].held
    if !held.isEmpty { state.mail[slot].held = [] }
    var bytes = bytes
    if request.hasEvent {
      let size = MemoryLayout<EventKind>.size
      guard bytes.count >= size else { return .dead }
      let event = bytes.withUnsafeBytes { $0.loadUnaligned(as: EventKind.self) }
      bytes.removeFirst(size)
      tell(for: asker, event, file: request.file, line: request.line)
    }
    let mail = Mail(from: asker, bytes: bytes, isShared: request.flag)
    return deliver(mail, to: request.thread, with: held, in: &state)
  }

  private func enclose(_ request: GateRequest, _ bytes: [UInt8], in state: inout State) {
    state.mail[Int(request.slot)].held
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

  private func spawn(_ request: GateRequest, _ answer: inout GateAnswer, in state: inout State) {
    let origin: ThreadOrigin = request.flag ? .com : .program
    let started = place(
      request.name, in: request.process, origin, hasOwnCore: request.number != 0, &state)
    guard let started else { return }
    answer.thread = started.id
    answer.slot = UInt32(started.slot)
    answer.number = 1
    answer.flag = started.atOnce
  }

  private func takeAction(_ bytes: [UInt8], slot: Int, in state: inout State) -> Reply {
    var answer = GateAnswer()
    let names = text(bytes).split(separator: "\n").map(String.init)
    switch takeAction(among: names, slot: slot, in: &state) {
    case .taken(let name):
      answer.number = 1
      return (answer, Array(name.utf8))
    case .closed: answer.number = 2
    case .none: break
    }
    return (answer, [])
  }

  /// A child's process is no more.
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
