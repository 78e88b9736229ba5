import Trace

/// What was sent to a thread and not taken yet, where the thread is in this operating-system process.
struct Mailbox: Sendable {
  var pieces: [Mail] = []
  var isClosed = false
  /// What the thread, in a child process, has sent to go along with its next piece.
  var held: [Enclosure] = []
}

/// Bytes that were sent to a thread.
public struct Mail: Hashable, Sendable {
  /// The thread that sent them; none for a notice of the kernel's.
  public let from: ThreadID
  public let bytes: [UInt8]
  /// Whether a thread that stands in for the receiver may take it.
  var isShared = false
}

/// Bytes for another thread that go along with mail.
public struct Enclosure: Hashable, Sendable {
  let bytes: [UInt8]
  let thread: ThreadID

  public init(_ bytes: [UInt8], to thread: ThreadID) {
    self.bytes = bytes
    self.thread = thread
  }
}

/// What became of something sent.
public enum MailOutcome: UInt8, Sendable, BitwiseCopyable {
  case delivered
  /// The thread takes nothing any more.
  case closed
  /// Its process has ended or was killed.
  case dead
  /// It was longer than `Kernel.mailLimit`.
  case tooLarge
}

/// Bytes from thread to thread: the only way from one process to another.
extension Kernel {
  /// The most bytes that one piece can have.
  public static let mailLimit = 65_536

  /// Sends bytes to a thread of any process, and ends its wait; one that does not wait gets a permit.
  /// It is no scheduling point.
  ///
  /// All of it is one: a process that is killed has told and sent everything of it or nothing.
  ///
  /// - Parameters:
  ///   - enclosures: what goes to others then, and does not where the piece is not delivered.
  ///   - event: what it brings about, for what others have to know if the sender dies; told before
  ///     anybody can see the effect. What does not matter then is told before by whoever calls.
  ///   - isAwaited: false where what becomes of it changes nothing: then it may be said to be
  ///     delivered and is not.
  ///   - isShared: whether a thread that stands in for the receiver may take it.
  public func mail(
    _ bytes: [UInt8], to thread: ThreadID, with enclosures: [Enclosure] = [],
    telling event: EventKind? = nil, isAwaited: Bool = true, isShared: Bool = false
  ) -> MailOutcome {
    guard bytes.count <= Self.mailLimit else { return .tooLarge }
    if link != nil {
      return mailByParent(
        bytes, to: thread, with: enclosures, telling: event, isAwaited: isAwaited,
        isShared: isShared)
    }
    reserveRoom()
    let me = KernelThread.current
    // Its text may have to be told first, for which there is no time under the lock.
    if event != nil, isTold { _ = me?.fileName }
    let mail = Mail(from: me?.id ?? .none, bytes: bytes, isShared: isShared)
    return settling { state in
      // A thread that has not stopped yet since its process was killed: nothing of it is seen.
      if let me, me.kernel === self, state.scheduler.isKilled(me.slot) { return .dead }
      if let event { tell(event) }
      return deliver(mail, to: thread, with: enclosures, in: &state)
    }
  }

  /// Whether the calling thread has mail.
  public var hasMail: Bool {
    KernelThread.withCurrent { me in
      me.map { $0.memory.mailTaken.relaxed != $0.memory.mail.acquired } ?? false
    }
  }

  /// The oldest piece that the calling thread has not taken.
  public func takeMail() -> Mail? {
    KernelThread.withCurrent { me in me.flatMap { takeMail(of: $0) { _ in true } } }
  }

  /// The oldest piece that another thread has not taken, where the calling one may take it: that is
  /// what woke one that stood in for the other.
  public func takeMail(standingInFor thread: KernelThread) -> Mail? {
    takeMail(of: thread) { $0.isShared }
  }

  private func takeMail(of thread: KernelThread, where isMeant: (Mail) -> Bool) -> Mail? {
    let memory = thread.memory
    guard memory.mailTaken.relaxed != memory.mail.acquired else { return nil }
    if let link { return link.receiveMail(slot: thread.slot, memory, where: isMeant) }
    return state.withLock { state in
      guard let first = state.mail[thread.slot].pieces.first, isMeant(first) else { return nil }
      state.mail[thread.slot].pieces.removeFirst()
      memory.mailTaken.relaxed &+= 1
      return first
    }
  }

  /// Nothing is taken for the calling thread any more. What came before can still be.
  public func closeMail() {
    guard let me = KernelThread.current else { return }
    if link != nil { return doInParent(.closeMail) }
    state.withLock { $0.mail[me.slot].isClosed = true }
  }

  /// Takes `closeMail` back.
  public func openMail() {
    guard let me = KernelThread.current else { return }
    if link != nil { return doInParent(.openMail) }
    state.withLock { $0.mail[me.slot].isClosed = false }
  }

  /// Has the calling thread get `notice` as mail when the process is gone; at once where it is.
  public func watch(_ process: ProcessID, notice: [UInt8]) {
    guard let me = KernelThread.current else { return }
    if link != nil { return doInParent(.watch, notice) { $0.process = process } }
    reserveRoom()
    settling { state in watch(process, notice: notice, slot: me.slot, as: me.id, in: &state) }
  }

  // MARK: Under the lock

  func watch(
    _ process: ProcessID, notice: [UInt8], slot: Int, as thread: ThreadID, in state: inout State
  ) {
    let notice = Mail(from: .none, bytes: notice)
    let watcher = ProcessTable.Watcher(slot: slot, notice: notice)
    if !state.processes.watch(process, watcher) { deliver(notice, to: thread, in: &state) }
  }

  @discardableResult
  func deliver(
    _ mail: Mail, to thread: ThreadID, with enclosures: [Enclosure], in state: inout State
  ) -> MailOutcome {
    let outcome = deliver(mail, to: thread, in: &state)
    guard outcome == .delivered else { return outcome }
    for enclosure in enclosures {
      deliver(Mail(from: mail.from, bytes: enclosure.bytes), to: enclosure.thread, in: &state)
    }
    return outcome
  }

  @discardableResult
  func deliver(_ mail: Mail, to thread: ThreadID, in state: inout State) -> MailOutcome {
    if state.scheduler.mode == .abandoning || state.processes.isGone(thread.processID) {
      return .dead
    }
    guard let slot = state.scheduler.slot(of: thread), !state.scheduler.entries[slot].isEnded,
      !state.mail[slot].isClosed
    else { return .closed }
    if !hub.send(mail, to: thread.processID, slot: slot) {
      state.mail[slot].pieces.append(mail)
    }
    let memory = arena.slot(slot)
    let isNext = memory.mailTaken.relaxed == memory.mail.relaxed
    memory.mail.release(memory.mail.relaxed &+ 1)
    let standIn = mail.isShared && isNext ? standIn(for: slot, in: state) : nil
    wake(standIn ?? slot, in: &state)
    return .delivered
  }

  /// A thread that waits and may take the mail of the one in a slot.
  private func standIn(for slot: Int, in state: State) -> Int? {
    guard state.scheduler.mode == .free else { return nil }
    return state.scheduler.entries.lastIndex { $0.isParked && $0.standsInFor == slot }
  }
}
