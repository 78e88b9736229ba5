import ThreadKernel
import Trace

/// What keeps a local server while clients of other processes have its class object: they need not
/// lock it, and nobody can take it away between their getting it and their locking it (O15, O16).
struct ImplicitLock: Sendable {
  /// Clients that have it.
  var isHeld = false
  /// Clients that are about to get it.
  var coming = 0

  var isOn: Bool { isHeld || coming > 0 }
}

extension ComThread {
  /// The call that the thread serves brings a client of another process a class object. The server is
  /// locked from here on, at least until the answer has left.
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

  /// A client is about to get the class object.
  func clientComes(to object: Unknown) { changeLock(of: object) { $0.coming += 1 } }

  /// It has it, or does not get it.
  func clientHasCome(to object: Unknown) { changeLock(of: object) { $0.coming -= 1 } }

  /// Other processes hold an object from here on, or do not any more: that matters where it is a
  /// local server's class object.
  func isHeldOutside(_ object: Unknown, _ isHeld: Bool) {
    changeLock(of: object) { $0.isHeld = isHeld }
  }

  /// Has the class object lock the server, or unlock it, on the calling thread.
  private func changeLock(of object: Unknown, _ body: (inout ImplicitLock) -> Void) {
    guard settings.locksImplicitly, !tables.withLock({ $0.serving.isUnlocked }) else { return }
    let id = object.id
    let isLocked = tables.withLock { tables -> Bool? in
      let known = tables.serving.implicitLocks[id]
      // Once locked, it is to be unlocked, also when it was revoked meanwhile.
      let isMeant =
        known != nil
        || tables.classObjects.contains { $0.isLocalServer && $0.object.value.id == id }
      guard isMeant else { return nil }
      var lock = known ?? ImplicitLock()
      let wasOn = lock.isOn
      body(&lock)
      tables.serving.implicitLocks[id] = lock.isOn ? lock : nil
      guard wasOn != lock.isOn else { return nil }
      kernel.tell(.implicitLock(id, isLocked: lock.isOn))
      return lock.isOn
    }
    guard let isLocked else { return }
    do throws(HResult) {
      try RawPointer<IClassFactory>(PointerValue(object)).lockServerHere(isLocked)
    } catch {
      // A class object that does not lock is not COM's to judge.
    }
  }
}
