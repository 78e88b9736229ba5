import ThreadKernel
import Trace

/// What keeps a local server while clients of other processes have its class object: they need not
/// lock it, and nobody can take it away between their getting it and their locking it (O15, O16).
///
/// One lock is enough for all of them, but it has to be there: whoever is about to get the class object
/// while no `LockServer(TRUE)` has returned calls it himself, whoever else is calling it just now. Of
/// two that were called so one is taken back.
struct ImplicitLock: Sendable {
  /// Clients that are about to get the class object. Those that have it stand in the stub managers'
  /// books.
  var coming = 0
  /// Calls of `LockServer(TRUE)` that have returned, less those of `LockServer(FALSE)`.
  private(set) var locks = 0
  /// Calls of `LockServer(TRUE)` that have not returned.
  private(set) var locking = 0

  var isOver: Bool { coming == 0 && locks == 0 && locking == 0 }

  /// What is to be called next: `LockServer(TRUE)`, `LockServer(FALSE)`, or nothing.
  ///
  /// - Parameters:
  ///   - isNeeded: whether a client has the class object or is about to get it.
  ///   - comes: whether the calling thread has just let a client come.
  mutating func next(isNeeded: Bool, comes: Bool) -> Bool? {
    if locks > (isNeeded ? 1 : 0) {
      locks -= 1
      return false
    }
    guard isNeeded, locks == 0, comes || locking == 0 else { return nil }
    locking += 1
    return true
  }

  /// `LockServer(TRUE)` has returned.
  mutating func isLocked() {
    locking -= 1
    locks += 1
  }
}

extension ComThread {
  /// The call that the thread serves brings a client of another process a class object. The server is
  /// locked when this returns, at least until the answer has left.
  func expectClient(of object: Unknown) {
    guard serving.last?.client != nil else { return }
    arriving.append(object)
    process.clientComes(to: object)
  }

  /// Runs `body`, which serves a call and sends the answer.
  func lockingForClients(_ body: () -> Void) {
    let outer = arriving
    arriving = []
    body()
    for object in arriving { process.clientHasCome(to: object) }
    arriving = outer
  }
}

extension ComProcess {
  /// From here on COM does not lock this server for clients that have a class object of it, as if
  /// nobody had thought of that (O15).
  public func doWithoutImplicitLocks() {
    tables.withLock { $0.serving.isUnlocked = true }
  }

  /// A client is about to get the class object: a local server's, also when it was revoked just now.
  fileprivate func clientComes(to object: Unknown) {
    changeLock(of: object, comes: true) { $0.coming += 1 }
  }

  /// It has it, or does not get it.
  fileprivate func clientHasCome(to object: Unknown) {
    changeLock(of: object) { $0.coming -= 1 }
  }

  /// Other processes hold an object from here on, or do not any more: that matters where it is a
  /// local server's class object.
  func clientsHaveChanged(of object: Unknown) { changeLock(of: object) { _ in } }

  /// Has the class object lock the server, or unlock it, on the calling thread.
  private func changeLock(
    of object: Unknown, comes: Bool = false, _ body: (inout ImplicitLock) -> Void
  ) {
    guard settings.locksImplicitly, !tables.withLock({ $0.serving.isUnlocked }) else { return }
    let id = object.id
    let isLocked = tables.withLock { tables -> Bool? in
      let known = tables.serving.implicitLocks[id]
      // Once locked, it is to be unlocked, also when it was revoked meanwhile.
      let isMeant =
        comes || known != nil
        || tables.classObjects.contains { $0.isLocalServer && $0.object.value.id == id }
      guard isMeant else { return nil }
      var lock = known ?? ImplicitLock()
      body(&lock)
      // What the books say now: who changed them before others can come here behind them.
      let isNeeded = lock.coming > 0 || tables.exports.isHeldOutside(id)
      let next = lock.next(isNeeded: isNeeded, comes: comes)
      tables.serving.implicitLocks[id] = lock.isOver ? nil : lock
      if let next { kernel.tell(.implicitLock(id, isLocked: next)) }
      return next
    }
    guard let isLocked else { return }
    call(object, isLocked)
    if isLocked { changeLock(of: object) { $0.isLocked() } }
  }

  private func call(_ object: Unknown, _ isLocked: Bool) {
    do throws(HResult) {
      try RawPointer<IClassFactory>(PointerValue(object)).lockServerHere(isLocked)
    } catch {
      // A class object that does not lock is not COM's to judge.
    }
  }
}
