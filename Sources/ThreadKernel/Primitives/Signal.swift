import Trace

/// A manual-reset event (`CreateEvent`): once set it stays set.
public final class Signal: Sendable {
  private struct State: Sendable {
    var isSet = false
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

  public var isSet: Bool { state.withLock { $0.isSet } }

  public func set() {
    kernel.point(.wake)
    let waiters = state.withLock { state in
      state.isSet = true
      let waiters = state.waiters
      state.waiters.removeAll()
      return waiters
    }
    for waiter in waiters { kernel.unpark(waiter) }
  }

  /// Has the thread woken when the event is set; at once where it is.
  ///
  /// - Returns: whether it was set already.
  public func wakeWhenSet(_ thread: KernelThread) -> Bool {
    state.withLock { state in
      if !state.isSet, !state.waiters.contains(where: { $0 === thread }) {
        state.waiters.append(thread)
      }
      return state.isSet
    }
  }

  /// Waits without pumping: the thread is BLOCKED. False where the run was abandoned.
  @discardableResult
  public func wait() -> Bool {
    guard let me = KernelThread.current else { return false }
    kernel.point(.wait)
    while !wakeWhenSet(me) {
      if kernel.park(.signal(id, pumps: false)) == .abandoned { return false }
    }
    return true
  }
}
