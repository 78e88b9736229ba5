import ThreadKernel
import Trace

/// A filter that a thread's STA has, with the reference that COM holds.
struct FilterHold {
  let value: PointerValue<IMessageFilter>
  let reference: ReferenceID

  /// Takes the pointer over as it is: the object is not asked whether it has the interface
  /// (MSG-03).
  init(_ filter: consuming ComPtr<IMessageFilter>) {
    let kernel = filter.value.unknown.kernel
    (value, reference) = filter.surrender(to: Self.holder(in: kernel))
  }

  private static func holder(in kernel: Kernel) -> Holder {
    .named(kernel.name("message filter"))
  }

  func release() {
    let object = value.unknown
    object.release(reference, by: Self.holder(in: object.kernel))
  }

  /// The pointer with its reference, for the program.
  func handBack() -> ComPtr<IMessageFilter> {
    value.unknown.move(reference, to: .local)
    return ComPtr(value, owning: reference, holder: .local)
  }

  /// Calls one of the filter's methods; nil where the object has none of them.
  func ask<Answer>(
    _ method: StaticString, _ body: (any MessageFiltering) -> Answer
  ) -> Answer? {
    let object = value.unknown
    guard let methods = value.methods, !object.isDead else { return nil }
    object.tellEntered(method, .direct)
    defer { object.tellLeft(.S_OK) }
    return body(methods)
  }
}

extension ComThread {
  /// Gives the apartment another filter.
  ///
  /// - Returns: the one before.
  func setFilter(_ new: FilterHold?, of apartment: Apartment) -> FilterHold? {
    let old = filter
    filter = new
    kernel.tell(.messageFilterSet(apartment.id, new?.value.unknown.id ?? .none))
    return old
  }

  // MARK: The server's side

  /// Asks the apartment's filter about a call that came in by a message. COM's own calls are not
  /// its business.
  ///
  /// - Returns: whether it is served; one that is not was given back to its caller.
  func lets(_ call: Call) -> Bool {
    guard let filter, call.isToComponent, !call.isOver else { return true }
    let type = CallType(
      causality: call.identity.causality, isAsynchronous: call.isAsynchronous,
      pending: outgoing.map(\.identity.causality))
    let incoming = IncomingCall(call, since: outgoing.last?.since, now: kernel.time)
    let answer = filter.ask("HandleInComingCall") { $0.handleInComingCall(type, incoming) }
    guard let answer, answer != .isHandled, !call.isAsynchronous else { return true }
    call.reject(answer)
    return false
  }

  // MARK: The caller's side

  /// A call of the thread's was refused: fails, or returns when it is to be sent again. An STA
  /// pumps meanwhile.
  func awaitRetry(of call: Call, refusedFor reason: ServerCall) throws(HResult) {
    let rejected = RejectedCall(
      callee: call.server, milliseconds: call.age(at: kernel.time), reason: reason)
    let retry = filter?.ask("RetryRejectedCall") { $0.retryRejectedCall(rejected) }
    switch AfterRefusal(reason, retry: retry ?? nil, now: kernel.time) {
    case .fails(let code): throw code
    case .isRetried(let time):
      kernel.tell(.callRetried(call.identity.id, at: time))
      if time > kernel.time {
        let outcome = wait(
          for: { call.wait }, deadline: time, during: call,
          until: { call.isCancelled || call.hasNoServer })
        if outcome == .abandoned { throw .RPC_E_CALL_CANCELED }
      }
      guard call.isToBeSentAgain() else { throw .RPC_E_CALL_CANCELED }
    }
  }

  /// From here on a message in the queue is one that came during a call.
  func noteMessages() {
    guard filter != nil, let apartment = entered else { return }
    lastMessageAskedFor = max(lastMessageAskedFor, apartment.lastMessage)
  }

  /// Asks the filter about each message of the program's own that came since it was asked last.
  func askAboutMessages(during call: Call, in apartment: Apartment) {
    while let filter, call.isToComponent, !call.isOver,
      let message = apartment.firstPosted(after: lastMessageAskedFor)
    {
      lastMessageAskedFor = message
      let type: PendingType = serving.isEmpty ? .topLevel : .nested
      let pending = PendingCall(
        callee: call.server, milliseconds: call.age(at: kernel.time))
      let answer = filter.ask("MessagePending") { $0.messagePending(type, pending) }
      guard answer == .cancelCall else { continue }
      _ = call.requestCancel()
      _ = call.leave()
    }
  }
}

extension IncomingCall {
  /// - Parameter since: when the thread made the call that it waits for.
  init(_ call: Call, since: UInt64?, now: UInt64) {
    var reader = WireReader(call.request)
    let head = try? RequestHead.read(from: &reader)
    caller = call.callerID
    iid = head?.iid ?? .null
    slot = head?.slot ?? 0
    milliseconds = since.map { Call.milliseconds(from: $0, to: now) } ?? 0
  }
}
