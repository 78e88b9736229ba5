import ThreadKernel
import Trace

/// The calls of a thread that others can cancel, outermost first: those of its proxies, since it
/// allows that.
final class CancellableCalls: Sendable {
  private let calls = ShortLock<[Call]>([])

  var innermost: Call? { calls.withLock { $0.last } }

  func add(_ call: Call) { calls.withLock { $0.append(call) } }

  func remove(_ call: Call) { calls.withLock { calls in calls.removeAll { $0 === call } } }
}

extension ComThread {
  /// A call goes out, and the thread stands still for it.
  func begin(_ call: Call) {
    outgoing.append(call)
    if call.destination != nil, !hasMailbox { kernel.openMail() }
    noteMessages()
    if call.isToComponent { cancellations?.calls.add(call) }
  }

  func end(_ call: Call) {
    outgoing.removeLast()
    cancellations?.calls.remove(call)
    if call.destination != nil, !hasMailbox, outgoing.isEmpty { closeMail() }
  }

  func allowCancellation() {
    if let allowed = cancellations {
      cancellations = (allowed.count + 1, allowed.calls)
      return
    }
    guard let me = KernelThread.current else { return }
    let calls = CancellableCalls()
    for call in outgoing where call.isToComponent { calls.add(call) }
    cancellations = (1, calls)
    process.tables.withLock { $0.cancellable[me.id] = calls }
  }

  /// Takes all back that the thread allowed.
  func forbidCancellation() {
    guard cancellations != nil, let me = KernelThread.current else { return }
    cancellations = nil
    process.tables.withLock { $0.cancellable[me.id] = nil }
  }
}

extension Call {
  /// Cancels the call for another thread, or for the one that began it: the server can find out at
  /// once, and the caller goes on when the time is over.
  ///
  /// - Parameter timeout: how long the server has to finish, in nanoseconds of the run's clock.
  /// - Throws: `RPC_E_CALL_COMPLETE` where it is done, or was in time; `RPC_E_CALL_CANCELED` where
  ///   it was cancelled before.
  func cancel(timeout: UInt64, by thread: ComThread) throws(HResult) {
    let kernel = thread.kernel
    kernel.point(.wake)
    switch requestCancel() {
    case .isAnswered: throw .RPC_E_CALL_COMPLETE
    case .isRequestedAlready: throw .RPC_E_CALL_CANCELED
    case .accepted: break
    }
    if timeout > 0 { _ = standStill(on: thread, deadline: kernel.time &+ timeout) }
    guard leave() else { throw .RPC_E_CALL_COMPLETE }
  }

  /// Gives back what nobody will open: the call fails, or nobody wants it any more.
  func discardRequest(by thread: ComThread) {
    if isRequestTheCallers { thread.discard(request) }
  }
}
