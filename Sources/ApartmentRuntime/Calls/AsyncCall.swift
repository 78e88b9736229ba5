import ThreadKernel
import Trace

/// A call object (`ICallFactory::CreateCall`): makes a method's call in two halves, `begin` and
/// `finish`, and its thread does what it likes between them.
///
/// It can be used again once it was finished, and by one thread of its proxy's apartment at a time.
public final class AsyncCall<I: ComInterface, Result: Wire, each Argument: Wire> {
  private let proxy: ComPtr<I>
  private let slot: UInt16
  private let method: StaticString
  private var pending: Call?

  init(_ proxy: consuming ComPtr<I>, slot: UInt16, method: StaticString) {
    self.proxy = proxy
    self.slot = slot
    self.method = method
  }

  /// `Begin_Method`: packs the arguments and sends them; nobody waits.
  ///
  /// - Throws: `RPC_E_CALL_PENDING` while a call is begun and not finished (ASY-02); what the
  ///   proxy's rules of use refuse; why the call did not go out.
  public func begin(
    _ argument: repeat each Argument, file: StaticString = #fileID, line: UInt32 = #line
  ) throws(HResult) {
    let before = Kernel.enter(SourceSite(file, line))
    defer { Kernel.leave(to: before) }
    guard pending == nil else { throw .RPC_E_CALL_PENDING }
    let outgoing = try proxy.value.unknown.beginCall(I.iid, slot: slot, method: method)
    var writer = outgoing.writer
    do throws(HResult) {
      repeat try (each argument).write(to: &writer)
    } catch {
      outgoing.cancel(writer)
      throw error
    }
    pending = try outgoing.start(writer)
  }

  /// `Finish_Method`: what the method answered. The thread waits for it; an STA pumps meanwhile.
  ///
  /// - Throws: `RPC_E_CALL_COMPLETE` where nothing was begun (ASY-03), `RPC_E_CALL_CANCELED` after
  ///   `cancel`, `RPC_E_WRONG_THREAD` outside the proxy's apartment (the call stays begun), what
  ///   the method throws.
  public func finish(
    file: StaticString = #fileID, line: UInt32 = #line
  ) throws(HResult) -> Result {
    let before = Kernel.enter(SourceSite(file, line))
    defer { Kernel.leave(to: before) }
    guard let call = pending else { throw .RPC_E_CALL_COMPLETE }
    // The answer is for the proxy's apartment: elsewhere its pointers would be wrong.
    try proxy.value.unknown.refuseIfMisplaced()
    let thread = ComThread.current
    if call.standStill(on: thread, deadline: nil) == .abandoned { _ = call.leave() }
    pending = nil
    thread.kernel.point(.callReturned)
    return try unpack(call, by: thread)
  }

  private func unpack(_ call: Call, by thread: ComThread) throws(HResult) -> Result {
    do throws(HResult) {
      var reader = try Response.results(of: try call.parcel())
      let result = try Result.read(from: &reader)
      thread.kernel.tell(.callReturned(call.identity.id, .S_OK))
      return result
    } catch {
      call.discardAll(by: thread)
      thread.kernel.tell(.callReturned(call.identity.id, error))
      throw error
    }
  }

  /// `ISynchronize::Wait`: until the call can be finished without waiting.
  ///
  /// - Parameter timeout: in nanoseconds of the run's clock; nil: for ever.
  /// - Throws: `RPC_S_CALLPENDING` when the time is over, `RPC_E_CALL_COMPLETE` where nothing was
  ///   begun, `RPC_E_CALL_CANCELED` when the run is ended.
  public func wait(
    timeout: UInt64? = nil, file: StaticString = #fileID, line: UInt32 = #line
  ) throws(HResult) {
    let call = pending
    try api("ISynchronize::Wait", file, line) { thread throws(HResult) in
      guard let call else { throw .RPC_E_CALL_COMPLETE }
      thread.kernel.point(.wait)
      switch call.standStill(on: thread, deadline: timeout.map { thread.kernel.time &+ $0 }) {
      case .woken: return
      case .timedOut: throw .RPC_S_CALLPENDING
      case .abandoned: throw .RPC_E_CALL_CANCELED
      }
    }
  }

  /// `ICancelMethodCalls::Cancel`: the call is to end; `finish` is still to be called (ASY-04).
  ///
  /// - Parameter timeout: how long the server has to finish, in nanoseconds of the run's clock.
  /// - Throws: `RPC_E_CALL_COMPLETE` where nothing was begun or the call is done,
  ///   `RPC_E_CALL_CANCELED` where it was cancelled before.
  public func cancel(
    timeout: UInt64 = 0, file: StaticString = #fileID, line: UInt32 = #line
  ) throws(HResult) {
    let call = pending
    try api("ICancelMethodCalls::Cancel", file, line) { thread throws(HResult) in
      guard let call else { throw .RPC_E_CALL_COMPLETE }
      try call.cancel(timeout: timeout, by: thread)
    }
  }

  deinit {
    // Given up unfinished: the call is cancelled, and what it brought goes back.
    guard let pending, let thread = ComThread.ofCaller else { return }
    _ = pending.requestCancel()
    _ = pending.leave()
    pending.discardAll(by: thread)
    thread.kernel.tell(.callReturned(pending.identity.id, .RPC_E_CALL_CANCELED))
  }
}

extension Call {
  /// Waits for a call that its beginner did not wait for.
  func standStill(on thread: ComThread, deadline: UInt64?) -> WaitOutcome {
    guard let me = KernelThread.current else { return .abandoned }
    let pumps = thread.entered?.kind == .singleThreaded
    return thread.wait(
      for: { wait(pumps: pumps) }, deadline: deadline,
      until: { isOver(orWake: me, pumps: pumps) || isLost(on: thread) })
  }

  /// The answer of a call that is over.
  func parcel() throws(HResult) -> Parcel {
    switch answer {
    case .parcel(let parcel): return parcel
    case .failure(let code): throw code
    case .none, .refused, .cancelled: throw .RPC_E_CALL_CANCELED
    }
  }

  /// Gives back what nobody will open any more, of the request and of the answer.
  func discardAll(by thread: ComThread) {
    discardRequest(by: thread)
    if case .parcel(let parcel) = answer { thread.discard(parcel) }
  }
}

extension InterfacePointer where Self: ~Copyable {
  /// `ICallFactory::CreateCall`: a call object for one of the interface's methods.
  ///
  /// - Throws: `E_NOINTERFACE` for a direct pointer: only proxies make call objects.
  public func createCall<Result: Wire, each Argument: Wire>(
    _ method: Method<I.Methods, Result, repeat each Argument>, file: StaticString = #fileID,
    line: UInt32 = #line
  ) throws(HResult) -> AsyncCall<I, Result, repeat each Argument> {
    let object = value.unknown
    return try api("ICallFactory::CreateCall", file, line) { thread throws(HResult) in
      guard object is Proxy else { throw .E_NOINTERFACE }
      let holder = Holder.named(thread.kernel.name("Async" + I.name))
      let proxy = ComPtr<I>(
        PointerValue(object), owning: object.addRef(by: holder), holder: holder)
      return AsyncCall(proxy, slot: method.slot, method: method.name)
    }
  }
}

extension Unknown {
  /// What a proxy's rules of use refuse on this thread; others have none.
  func refuseIfMisplaced() throws(HResult) { try (self as? Proxy)?.requireUsable(forCall: false) }
}
