import ThreadKernel
import Trace

/// A call's number and its place in a chain of nested calls.
struct CallIdentity: Sendable {
  let id: CallID
  /// The same along a chain; the wire carries it as a GUID (ORPCTHIS.cid).
  let causality: UInt32
  /// The call in whose service it was made.
  let parent: CallID
}

/// A call on its way from one apartment to another: bytes there, bytes back.
public final class Call: Sendable {
  private enum Answer: Sendable {
    case none
    case parcel(Parcel)
    /// The call did not arrive, or its apartment ended under it.
    case failure(HResult)
  }

  let identity: CallIdentity
  let request: Parcel
  let caller: KernelThread
  /// Whether the caller takes calls while it waits.
  let callerPumps: Bool
  private let state: ShortLock<State>

  private struct State: Sendable {
    /// The thread that has to serve it: an STA's own, or the one of the pool that took it.
    var server: ThreadID
    var answer = Answer.none
  }

  init(
    _ identity: CallIdentity, request: Parcel, caller: KernelThread, callerPumps: Bool,
    server: ThreadID
  ) {
    self.identity = identity
    self.request = request
    self.caller = caller
    self.callerPumps = callerPumps
    state = ShortLock(State(server: server))
  }

  /// What the caller waits for.
  var wait: Wait {
    .reply(identity.id, server: state.withLock { $0.server }, pumps: callerPumps)
  }

  /// A thread of the pool takes the call: from here on it is the one that is waited for.
  func isTaken(by thread: KernelThread) {
    state.withLock { $0.server = thread.id }
    thread.kernel.changeWait(of: caller, to: wait)
  }

  var isAnswered: Bool {
    state.withLock { if case .none = $0.answer { false } else { true } }
  }

  /// The answer.
  ///
  /// - Throws: why there is none.
  func reply() throws(HResult) -> Parcel {
    switch state.withLock({ $0.answer }) {
    case .none: throw .RPC_E_CALL_CANCELED
    case .parcel(let parcel): return parcel
    case .failure(let code): throw code
    }
  }

  func answer(_ parcel: Parcel) {
    state.withLock { $0.answer = .parcel(parcel) }
    caller.kernel.unpark(caller)
  }

  func fail(_ code: HResult) {
    state.withLock { $0.answer = .failure(code) }
    caller.kernel.unpark(caller)
  }
}
