import ThreadKernel
import Trace

/// A call that a thread is about to make: where it goes, and the head of its packet.
@usableFromInline
struct Outgoing {
  let identity: CallIdentity
  let ipid: GUID
  let method: StaticString
  /// The proxy that makes it; none for COM's own calls.
  let proxy: ObjectID
  let target: ApartmentID
  let thread: ComThread
  /// Holds the head; the arguments follow.
  @usableFromInline let writer: WireWriter

  init(
    to ipid: GUID, _ iid: GUID, slot: UInt16, method: StaticString, proxy: ObjectID,
    target: ApartmentID
  ) {
    thread = .current
    self.ipid = ipid
    self.method = method
    self.proxy = proxy
    self.target = target
    let numbers = thread.kernel.numbers
    let parent = thread.serving.last
    identity = CallIdentity(
      id: numbers.call(), causality: parent?.causality ?? numbers.causality(),
      parent: parent?.id ?? .none)
    var writer = WireWriter()
    RequestHead(ipid: ipid, iid: iid, slot: slot, causality: .causality(identity.causality))
      .write(to: &writer)
    self.writer = writer
  }

  private var kernel: Kernel { thread.kernel }

  /// Sends the packet and stands still until the answer is there. An STA pumps meanwhile.
  ///
  /// - Returns: the results.
  /// - Throws: what the object answered, or why the call did not reach it.
  @usableFromInline
  func send(_ writer: WireWriter) throws(HResult) -> WireReader {
    let request = writer.parcel
    let blob = kernel.blob(request.bytes)
    kernel.tell(
      .callPacked(
        identity.id, causality: identity.causality, parent: identity.parent, proxy: proxy,
        ipid.interfaceStub, method: kernel.name(ofLiteral: method), arguments: blob))
    do throws(HResult) {
      return try Response.results(of: try exchange(request))
    } catch {
      thread.discard(request)
      kernel.tell(.callReturned(identity.id, error))
      throw error
    }
  }

  private func exchange(_ request: Parcel) throws(HResult) -> Parcel {
    guard let apartment = thread.process.apartment(target), let me = KernelThread.current else {
      throw .RPC_E_DISCONNECTED
    }
    kernel.point(.callSent)
    kernel.tell(.callSent(identity.id, to: target))
    let call = Call(
      identity, request: request, caller: me,
      callerPumps: thread.entered?.kind == .singleThreaded,
      server: apartment.thread?.id ?? .none)
    if thread.canGo(into: apartment) {
      call.serve(in: apartment)
    } else {
      let isOnItsWay =
        apartment.kind == .singleThreaded
        ? apartment.post(.call(call)) : apartment.dispatchToPool(call)
      guard isOnItsWay else { throw .RPC_E_DISCONNECTED }
      let outcome = thread.wait(for: { call.wait }, until: { call.isAnswered })
      if outcome == .abandoned { throw .RPC_E_CALL_CANCELED }
    }
    kernel.point(.callReturned)
    return try call.reply()
  }

  /// The caller goes on with what was unpacked.
  @usableFromInline
  func finish() { kernel.tell(.callReturned(identity.id, .S_OK)) }

  /// The results could not be unpacked.
  @usableFromInline
  func fail(_ result: HResult, _ results: WireReader) {
    thread.discard(results.parcel)
    kernel.tell(.callReturned(identity.id, result))
  }

  /// The arguments could not be packed: no call is made.
  @usableFromInline
  func cancel(_ arguments: WireWriter) { thread.discard(arguments.parcel) }
}
