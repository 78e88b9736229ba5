import Trace

/// What was sent to a thread and not taken yet, where the thread is in this operating-system process.
struct Mailbox: Sendable {
  var pieces: [[UInt8]] = []
  var isClosed = false
}

/// What became of something sent.
public enum MailOutcome: UInt8, Sendable {
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
  public func mail(_ bytes: [UInt8], to thread: ThreadID) -> MailOutcome {
    guard bytes.count <= Self.mailLimit else { return .tooLarge }
    reserveRoom()
    return settling { state in deliver(bytes, to: thread, in: &state) }
  }

  /// The oldest piece that the calling thread has not taken.
  public func takeMail() -> [UInt8]? {
    KernelThread.withCurrent { me in
      guard let me, me.mailTaken != me.memory.mail.acquired else { return nil }
      me.mailTaken &+= 1
      return state.withLock { state in state.mail[me.slot]?.pieces.removeFirst() }
    }
  }

  /// Nothing is taken for the calling thread any more. What came before can still be.
  public func closeMail() {
    guard let me = KernelThread.current else { return }
    state.withLock { $0.mail[me.slot, default: Mailbox()].isClosed = true }
  }

  /// Has the calling thread get `notice` as mail when the process is gone; at once where it is.
  public func watch(_ process: ProcessID, notice: [UInt8]) {
    guard let me = KernelThread.current else { return }
    reserveRoom()
    settling { state in
      let watcher = ProcessTable.Watcher(slot: me.slot, notice: notice)
      if !state.processes.watch(process, watcher) { deliver(notice, to: me.id, in: &state) }
    }
  }

  // MARK: Under the lock

  @discardableResult
  func deliver(_ bytes: [UInt8], to thread: ThreadID, in state: inout State) -> MailOutcome {
    if state.scheduler.mode == .abandoning || state.processes.isGone(thread.processID) {
      return .dead
    }
    guard let slot = state.scheduler.entries.firstIndex(where: { $0.id == thread }),
      !state.scheduler.entries[slot].isEnded,
      state.mail[slot]?.isClosed != true
    else { return .closed }
    state.mail[slot, default: Mailbox()].pieces.append(bytes)
    let count = arena.slot(slot).mail
    count.release(count.relaxed &+ 1)
    wake(slot, in: &state)
    return .delivered
  }
}
