import Synchronization
import ThreadKernel
import Trace

/// A call's number and its place in a chain of nested calls.
struct CallIdentity: Hashable, Sendable {
  let id: CallID
  /// The same along a chain; the wire carries it as a GUID (ORPCTHIS.cid).
  let causality: UInt32
  /// The call in whose service it was made.
  let parent: CallID
}

/// A call on its way from one apartment to another: bytes there, bytes back.
public final class Call: Sendable {
  /// How it ended, or stands.
  enum Answer: Sendable {
    case none
    case parcel(Parcel)
    /// The call did not arrive, or its apartment ended under it.
    case failure(HResult)
    /// The filter of its apartment does not let it in; it can be sent again.
    case refused(ServerCall)
    /// Its caller goes on without an answer.
    case cancelled
  }

  /// Who made it.
  enum Caller: Sendable {
    /// A thread of this process.
    case here(KernelThread)
    /// A thread of another one: what comes of the call goes there by mail.
    case away(RemoteCaller)
  }

  let identity: CallIdentity
  let request: Parcel
  let caller: Caller
  /// Whether the caller takes calls while it waits.
  let callerPumps: Bool
  /// Whether the caller does not wait for it.
  let isAsynchronous: Bool
  /// Whether it goes to a component, not to COM itself.
  let isToComponent: Bool
  /// Where it goes, where that is another process.
  let destination: Whereabouts?
  /// When it was made, by the run's clock.
  let since: UInt64
  /// Who has the request, in one word, so that serving takes no lock.
  private let holding = Atomic<UInt8>(onItsWay)
  private let state: ShortLock<State>

  /// Nobody serves it yet: what the request holds is the caller's.
  private static let onItsWay: UInt8 = 0
  /// A thread serves it: what the request holds is the server's.
  private static let served: UInt8 = 1
  /// The caller went on before anybody served it, and nobody will.
  private static let dropped: UInt8 = 2

  private struct State: Sendable {
    /// The thread that has to serve it: an STA's own, or the one of the pool that took it.
    var server: ThreadID
    var answer = Answer.none
    var isCancelRequested = false
    /// Threads that wait for it beside a caller that stands still for it.
    var watchers: [Watcher] = []
  }

  private struct Watcher: Sendable {
    let thread: KernelThread
    let pumps: Bool
  }

  /// A call of the calling process's.
  init(
    _ identity: CallIdentity, request: Parcel, caller: KernelThread, callerPumps: Bool,
    server: ThreadID, isToComponent: Bool = true, isAsynchronous: Bool = false,
    to destination: Whereabouts? = nil
  ) {
    self.identity = identity
    self.request = request
    self.caller = .here(caller)
    self.callerPumps = callerPumps
    self.isToComponent = isToComponent
    self.isAsynchronous = isAsynchronous
    self.destination = destination
    since = caller.kernel.time
    state = ShortLock(State(server: server))
  }

  /// A call that came from another process.
  init(_ frame: RequestFrame, request: Parcel, from caller: RemoteCaller) {
    identity = frame.identity
    self.request = request
    self.caller = .away(caller)
    callerPumps = frame.callerPumps
    isToComponent = frame.isToComponent
    isAsynchronous = frame.isAsynchronous
    destination = nil
    since = caller.process.kernel.time
    state = ShortLock(State(server: .none))
  }

  var kernel: Kernel {
    switch caller {
    case .here(let thread): thread.kernel
    case .away(let remote): remote.process.kernel
    }
  }

  /// The thread that made it.
  var callerID: ThreadID {
    switch caller {
    case .here(let thread): thread.id
    case .away(let remote): remote.thread
    }
  }

  /// The other process that made it; nil for one of this process's.
  var client: ProcessID? {
    if case .away(let remote) = caller { remote.thread.processID } else { nil }
  }

  // MARK: Waiting for it

  /// What the caller waits for.
  var wait: Wait { wait(pumps: callerPumps) }

  /// What another thread waits for that wants its answer.
  func wait(pumps: Bool) -> Wait { .reply(identity.id, server: server, pumps: pumps) }

  var server: ThreadID { state.withLock { $0.server } }

  /// A thread of the pool takes the call: from here on it is the one that is waited for.
  func isTaken(by thread: KernelThread) {
    let watchers = state.withLock { state in
      state.server = thread.id
      return state.watchers
    }
    switch caller {
    case .here(let caller): if !isAsynchronous { kernel.changeWait(of: caller, to: wait) }
    case .away(let remote): if !isAsynchronous { kernel.changeWait(of: remote.thread, to: wait) }
    }
    for watcher in watchers {
      thread.kernel.changeWait(of: watcher.thread, to: wait(pumps: watcher.pumps))
    }
  }

  /// Whether there is an answer of any kind, a refusal among them.
  var isAnswered: Bool {
    state.withLock { if case .none = $0.answer { false } else { true } }
  }

  /// Whether nothing more will come: a refused call can be sent again.
  var isOver: Bool { state.withLock { Self.isOver($0.answer) } }

  /// The same for a thread that is woken then, where it is not.
  func isOver(orWake thread: KernelThread, pumps: Bool) -> Bool {
    state.withLock { state in
      if Self.isOver(state.answer) { return true }
      if !state.watchers.contains(where: { $0.thread === thread }) {
        state.watchers.append(Watcher(thread: thread, pumps: pumps))
      }
      return false
    }
  }

  private static func isOver(_ answer: Answer) -> Bool {
    switch answer {
    case .none, .refused: false
    case .parcel, .failure, .cancelled: true
    }
  }

  var answer: Answer { state.withLock { $0.answer } }

  func age(at now: UInt64) -> UInt32 { Self.milliseconds(from: since, to: now) }

  static func milliseconds(from start: UInt64, to end: UInt64) -> UInt32 {
    UInt32(clamping: (max(start, end) - start) / 1_000_000)
  }

  // MARK: The server's side

  /// A thread begins to serve it.
  ///
  /// - Returns: false where the caller has gone on: then nobody serves it.
  func beginsToBeServed() -> Bool {
    holding.compareExchange(
      expected: Self.onItsWay, desired: Self.served, ordering: .acquiringAndReleasing
    ).exchanged
  }

  /// Has nobody begin to serve it any more; false where somebody has.
  func isDropped() -> Bool {
    holding.compareExchange(
      expected: Self.onItsWay, desired: Self.dropped, ordering: .acquiringAndReleasing
    ).exchanged
  }

  /// - Parameter event: says so; to another process it goes with the answer.
  /// - Returns: false where the caller has gone on: what the parcel holds is nobody's then.
  func answer(_ parcel: Parcel, telling event: EventKind? = nil) -> Bool {
    guard case .here = caller else { return settle(.parcel(parcel), telling: event) }
    if let event { kernel.tell(event) }
    return settle(.parcel(parcel))
  }

  func fail(_ code: HResult) { _ = settle(.failure(code)) }

  /// What came of it in another process, as the calling thread has it by mail.
  ///
  /// - Returns: false where the caller has gone on: what a parcel holds is nobody's then.
  func hasCome(_ answer: Answer, by thread: KernelThread?) -> Bool {
    settle(answer, by: thread)
  }

  /// The filter of the server's apartment does not let it in.
  func reject(_ reason: ServerCall) {
    kernel.tell(.callRejected(identity.id, reason))
    _ = settle(.refused(reason))
  }

  /// - Parameter thread: one that knows it, and is not to be woken.
  private func settle(
    _ answer: Answer, by thread: KernelThread? = nil, telling event: EventKind? = nil
  ) -> Bool {
    let watchers = state.withLock { state -> [Watcher]? in
      guard !Self.isOver(state.answer) else { return nil }
      state.answer = answer
      return state.watchers
    }
    guard let watchers else {
      if let event { kernel.tell(event) }
      return false
    }
    switch caller {
    case .here(let caller): if !isAsynchronous, caller !== thread { kernel.unpark(caller) }
    case .away(let remote): return remote.send(answer, of: self, telling: event)
    }
    for watcher in watchers where watcher.thread !== thread { kernel.unpark(watcher.thread) }
    return true
  }

  // MARK: The caller's side

  /// A refused call is on its way again; false where it was cancelled.
  func isToBeSentAgain() -> Bool {
    state.withLock { state in
      guard case .refused = state.answer else { return false }
      state.answer = .none
      return true
    }
  }

  /// Whether what the request holds and nobody opened is the caller's to give back.
  var isRequestTheCallers: Bool {
    guard holding.load(ordering: .acquiring) == Self.served else { return true }
    if case .cancelled = answer { return false }
    return true
  }

  // MARK: Cancelling

  enum CancelRequest { case accepted, isAnswered, isRequestedAlready }

  /// Somebody wants the call to end: its method can find out (`coTestCancel`).
  func requestCancel() -> CancelRequest {
    let request = state.withLock { state -> CancelRequest in
      if case .cancelled = state.answer { return .isRequestedAlready }
      if Self.isOver(state.answer) { return .isAnswered }
      if state.isCancelRequested { return .isRequestedAlready }
      state.isCancelRequested = true
      kernel.tell(.callCancelled(identity.id))
      return .accepted
    }
    if request == .accepted { sendCancellation(isGivenUp: false) }
    return request
  }

  /// The caller's process says that the call is to end.
  func cancellationHasCome(isGivenUp: Bool) {
    state.withLock { $0.isCancelRequested = true }
    if isGivenUp { _ = leave() }
  }

  var isCancelRequested: Bool { state.withLock { $0.isCancelRequested } }

  var isCancelled: Bool { if case .cancelled = answer { true } else { false } }

  /// The caller goes on without an answer, which is given back when it comes.
  ///
  /// - Returns: false where there is one.
  func leave() -> Bool {
    // Before the caller can know: what nobody serves now, nobody will.
    guard !isOver else { return false }
    _ = isDropped()
    guard settle(.cancelled) else { return false }
    sendCancellation(isGivenUp: true)
    return true
  }
}
