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
  /// Whether the target is in another process.
  let isAway: Bool
  let thread: ComThread
  /// Holds the head; the arguments follow.
  @usableFromInline let writer: WireWriter

  init(
    to ipid: GUID, _ iid: GUID, slot: UInt16, method: StaticString, proxy: ObjectID,
    target: ApartmentID, isAway: Bool
  ) {
    thread = .current
    self.ipid = ipid
    self.method = method
    self.proxy = proxy
    self.target = target
    self.isAway = isAway
    let numbers = thread.kernel.numbers
    let parent = thread.serving.last?.identity
    identity = CallIdentity(
      id: numbers.call(), causality: parent?.causality ?? numbers.causality(),
      parent: parent?.id ?? .none)
    var writer = WireWriter()
    if isAway { writer.context = .local }
    RequestHead(ipid: ipid, iid: iid, slot: slot, causality: .causality(identity.causality))
      .write(to: &writer)
    self.writer = writer
  }

  var kernel: Kernel { thread.kernel }

  /// Where a packet goes.
  enum Destination {
    /// An apartment of this process; nil where it has ended.
    case here(Apartment?)
    case away(Whereabouts)
  }

  /// - Throws: `OR_INVALID_OXID` where nobody knows the apartment of another process.
  private func destination() throws(HResult) -> Destination {
    isAway
      ? .away(try thread.process.whereabouts(of: target))
      : .here(thread.process.apartment(target))
  }

  /// The same for arguments that are packed: what they hold goes back where there is no way.
  private func destination(of arguments: WireWriter) throws(HResult) -> Destination {
    do throws(HResult) {
      return try destination()
    } catch {
      cancel(arguments)
      throw error
    }
  }

  /// Sends the packet and stands still until the answer is there. An STA pumps meanwhile.
  ///
  /// - Returns: the results.
  /// - Throws: what the object answered, or why the call did not reach it.
  @usableFromInline
  func send(_ writer: WireWriter) throws(HResult) -> WireReader {
    let destination = try destination(of: writer)
    let call = pack(writer, for: destination)
    do throws(HResult) {
      return try Response.results(of: try exchange(call, with: destination))
    } catch {
      call.discardRequest(by: thread)
      kernel.tell(.callReturned(identity.id, error))
      throw error
    }
  }

  /// The packet, for a call that its caller waits for or not.
  private func pack(
    _ writer: WireWriter, for destination: Destination, isAsynchronous: Bool = false
  ) -> Call {
    guard let me = KernelThread.current else {
      preconditionFailure("a call is made on a thread of no run")
    }
    let request = writer.parcel
    let blob = kernel.blob(request.bytes)
    kernel.tell(
      .callPacked(
        identity.id, causality: identity.causality, parent: identity.parent, proxy: proxy,
        ipid.interfaceStub, method: kernel.name(ofLiteral: method), arguments: blob))
    return Call(
      identity, request: request, caller: me,
      callerPumps: thread.entered?.kind == .singleThreaded,
      server: destination.server, isToComponent: !proxy.isNone, isAsynchronous: isAsynchronous,
      to: destination.whereabouts)
  }

  /// A call that is refused by a message filter is sent again where the caller's own wants it.
  private func exchange(
    _ call: Call, with destination: Destination
  ) throws(HResult) -> Parcel {
    thread.begin(call)
    defer { thread.end(call) }
    while true {
      if try deliver(call, to: destination) == .sent {
        let outcome = thread.wait(
          for: { call.wait }, during: call, until: { call.isAnswered || call.isLost(on: thread) })
        Kernel.endWaking()
        if outcome == .abandoned { _ = call.leave() }
        thread.doChores()
      }
      kernel.point(.callReturned)
      switch call.answer {
      case .parcel(let parcel): return parcel
      case .failure(let code): throw code
      case .none, .cancelled: throw .RPC_E_CALL_CANCELED
      case .refused(let reason): try thread.awaitRetry(of: call, refusedFor: reason)
      }
    }
  }

  enum Delivery { case sent, served }

  /// Brings the packet to the apartment.
  private func deliver(_ call: Call, to destination: Destination) throws(HResult) -> Delivery {
    switch destination {
    case .here(let apartment): return try deliver(call, to: apartment)
    case .away(let whereabouts):
      try deliver(call, to: whereabouts)
      return .sent
    }
  }

  private func deliver(_ call: Call, to apartment: Apartment?) throws(HResult) -> Delivery {
    guard let apartment else { throw .RPC_E_DISCONNECTED }
    kernel.point(.callSent)
    kernel.tell(.callSent(identity.id, to: target))
    if thread.canGo(into: apartment) {
      call.serve(in: apartment)
      return .served
    }
    beginWaking(for: call)
    let isOnItsWay =
      apartment.kind == .singleThreaded
      ? apartment.post(.call(call)) : apartment.dispatchToPool(call)
    guard isOnItsWay else {
      Kernel.endWaking()
      throw .RPC_E_DISCONNECTED
    }
    return .sent
  }

  /// A thread that does not pump does nothing of anybody's from here on until it waits.
  func beginWaking(for call: Call) {
    if !call.isAsynchronous, !call.callerPumps { Kernel.beginWaking() }
  }

  /// Sends the packet of a call that its caller does not wait for.
  ///
  /// - Throws: why it did not go out.
  @usableFromInline
  func start(_ writer: WireWriter) throws(HResult) -> Call {
    let destination = try destination(of: writer)
    let call = pack(writer, for: destination, isAsynchronous: true)
    kernel.tell(.callAsynchronous(identity.id))
    do throws(HResult) {
      _ = try deliver(call, to: destination)
      return call
    } catch {
      call.discardRequest(by: thread)
      kernel.tell(.callReturned(identity.id, error))
      throw error
    }
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

extension Outgoing.Destination {
  /// Who has to serve the call, where that is known.
  fileprivate var server: ThreadID {
    switch self {
    case .here(let apartment): apartment?.thread?.id ?? .none
    case .away(let whereabouts): whereabouts.server
    }
  }

  fileprivate var whereabouts: Whereabouts? {
    if case .away(let whereabouts) = self { whereabouts } else { nil }
  }
}
