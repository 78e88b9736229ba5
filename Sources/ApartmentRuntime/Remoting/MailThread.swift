import ThreadKernel
import Trace

/// Keeps those apart that see to one thread's mail.
final class MailOrder: Sendable {
  private let lock = ShortLock(())

  func withLock<Result>(_ body: () -> sending Result) -> sending Result {
    lock.withLock { _ in body() }
  }
}

/// The thread that gets an MTA's mail.
struct MailThread: Sendable {
  let thread: KernelThread
  let order: MailOrder
}

extension Apartment {
  /// What the `rpc` thread of the MTA does: calls of other processes come to it by mail, and it
  /// hands them to the pool. It ends as the pool's threads do.
  ///
  /// In a free run idle threads of the pool stand in for it: the call goes to one of them at once.
  func serveMail() {
    let thread = ComThread.current
    let isIn = pool.withLock { pool in
      guard !pool.isClosed else { return false }
      thread.joinPool(of: self)
      pool.mailThread = KernelThread.current.map { MailThread(thread: $0, order: thread.mailOrder) }
      return true
    }
    guard isIn else { return thread.closeMail() }
    while true {
      kernel.point(.messageTaken)
      thread.lookAtMail()
      if pool.withLock({ $0.isClosed }) || kernel.arePoolsEnding { break }
      if kernel.park(.pool) == .abandoned { break }
    }
    thread.closeMail()
    thread.leavePool(of: self)
  }

  /// An idle thread of the pool takes calls that came by mail for another: the first one is its own
  /// to serve, unless it was given one meanwhile.
  func takeCalls(from mail: MailThread, as me: KernelThread) {
    pool.withLock { pool in
      guard let index = pool.idle.firstIndex(where: { $0 === me }) else { return }
      pool.idle.remove(at: index)
      pool.taker = me
    }
    ComThread.current.takeMail(standingInFor: mail)
    pool.withLock { $0.taker = nil }
  }

  /// A call that came by mail is in the queue from here on. Who sent it has told that.
  ///
  /// - Returns: false where the apartment has ended.
  func enqueue(_ message: Message) -> Bool {
    queue.withLock { queue in
      guard !queue.isClosed else { return false }
      queue.messages.append(message)
      return true
    }
  }
}

extension ComThread {
  /// No mail comes to the thread from here on, but for answers to calls that it makes. What has come
  /// is looked through.
  func closeMail() {
    hasMailbox = false
    if !outgoing.contains(where: { $0.destination != nil }) { kernel.closeMail() }
    takeMail()
  }

  /// Mail comes to the thread again.
  func openMail() {
    guard !hasMailbox else { return }
    hasMailbox = true
    kernel.openMail()
  }
}

extension ComProcess {
  /// How an apartment of this process is reached, which is made known where it was not.
  ///
  /// - Throws: `CO_E_NOTINITIALIZED` where it has ended, `RPC_E_CALL_CANCELED` when the run is ended.
  func ownWhereabouts(of id: ApartmentID) throws(HResult) -> Whereabouts {
    guard let apartment = apartment(id) else { throw .CO_E_NOTINITIALIZED }
    return Whereabouts(
      apartment: id, kind: apartment.kind, process: self.id, mailThread: try mailThread(of: id))
  }

  /// The thread that gets the mail of an apartment, which is made known where it was not.
  func mailThread(of id: ApartmentID) throws(HResult) -> ThreadID {
    guard let apartment = apartment(id) else { throw .CO_E_NOTINITIALIZED }
    try announce(apartment)
    guard let thread = tables.withLock({ $0.remoting.announced[id] }) else {
      throw .CO_E_NOTINITIALIZED
    }
    return thread
  }
}
