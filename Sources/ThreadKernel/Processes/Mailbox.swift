import Trace

/// What was sent to a thread and not taken yet, where the thread is in this operating-system process.
struct Mailbox: Sendable {
  var pieces: [Mail] = []
  var isClosed = false
}

/// Bytes that were sent to a thread.
public struct Mail: Hashable, Sendable {
  /// The thread that sent them; none for a notice of the kernel's.
  public let from: ThreadID
  public let bytes: [UInt8]
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
  /// It is no scheduling point: what it brings about is told before by whoever calls.
  ///
  /// - Parameter isAwaited: false where what becomes of it changes nothing: then it may be said to be
  ///   delivered and is not.
  public func mail(
    _ bytes: [UInt8], to thread: ThreadID, isAwaited: Bool = true
  ) -> MailOutcome {
    guard bytes.count <= Self.mailLimit else { return .tooLarge }
    if link != nil {
      if isAwaited { return askParent(.mail, bytes) { $0.thread = thread }.outcome }
      leaveToParent(.mail, bytes) { $0.thread = thread }
      return .delivered
    }
    reserveRoom()
    let me = KernelThread.current
    let mail = Mail(from: me?.id ?? .none, bytes: bytes)
    return settling { state in
      // A thread that has not stopped yet since its process was killed: nothing of it is seen.
      if let me, me.kernel === self, state.scheduler.isKilled(me.slot) { return .dead }
      return deliver(mail, to: thread, in: &state)
    }
  }

  /// The oldest piece that the calling thread has not taken.
  public func takeMail() -> Mail? {
    KernelThread.withCurrent { me in
      guard let me, me.mailTaken != me.memory.mail.acquired else { return nil }
      me.mailTaken &+= 1
      if let link { return link.receiveMail(slot: me.slot) }
      return state.withLock { state in state.mail[me.slot]?.pieces.removeFirst() }
    }
  }

  /// Nothing is taken for the calling thread any more. What came before can still be.
  public func closeMail() {
    guard let me = KernelThread.current else { return }
    if link != nil { return doInParent(.closeMail) }
    state.withLock { $0.mail[me.slot, default: Mailbox()].isClosed = true }
  }

  /// Takes `closeMail` back.
  public func openMail() {
    guard let me = KernelThread.current else { return }
    if link != nil { return doInParent(.openMail) }
    state.withLock { $0.mail[me.slot, default: Mailbox()].isClosed = false }
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
  func deliver(_ mail: Mail, to thread: ThreadID, in state: inout State) -> MailOutcome {
    if state.scheduler.mode == .abandoning || state.processes.isGone(thread.processID) {
      return .dead
    }
    guard let slot = state.scheduler.slot(of: thread), !state.scheduler.entries[slot].isEnded,
      state.mail[slot]?.isClosed != true
    else { return .closed }
    if !hub.send(mail, to: thread.processID, slot: slot) {
      state.mail[slot, default: Mailbox()].pieces.append(mail)
    }
    let count = arena.slot(slot).mail
    count.release(count.relaxed &+ 1)
    wake(slot, in: &state)
    return .delivered
  }
}
