import Trace

/// A lock that the lesson can see: taking it is a scheduling point, and who waits for it says for
/// whom.
public final class VisibleLock: Sendable {
  private struct State: Sendable {
    var owner: KernelThread?
    var waiters: [KernelThread] = []
  }

  private let kernel: Kernel
  public let id: WaitableID
  private let state: ShortLock<State>

  public init(in kernel: Kernel) {
    self.kernel = kernel
    id = kernel.numbers.waitable()
    state = ShortLock(State())
  }

  public func lock() {
    guard let me = KernelThread.current else { return }
    kernel.point(.lock)
    while let owner = take(me) {
      if kernel.park(.lock(id, owner: owner)) == .abandoned { return }
    }
  }

  public func unlock() {
    guard let me = KernelThread.current else { return }
    kernel.point(.wake)
    let next = state.withLock { state -> KernelThread? in
      // A run that is abandoned goes on without having got the lock.
      guard state.owner === me else { return nil }
      state.owner = nil
      return state.waiters.isEmpty ? nil : state.waiters.removeFirst()
    }
    if let next { kernel.unpark(next) }
  }

  /// The owner, where it is somebody else.
  private func take(_ me: KernelThread) -> ThreadID? {
    let (owner, others) = state.withLock { state -> (ThreadID?, [KernelThread]) in
      if let owner = state.owner {
        if !state.waiters.contains(where: { $0 === me }) { state.waiters.append(me) }
        return (owner.id, [])
      }
      state.owner = me
      // One that came here by a wake that was meant for another wait still stands in the line.
      state.waiters.removeAll { $0 === me }
      return (nil, state.waiters)
    }
    // Those who go on waiting wait for another owner now.
    for other in others { kernel.changeWait(of: other, to: .lock(id, owner: me.id)) }
    return owner
  }
}
