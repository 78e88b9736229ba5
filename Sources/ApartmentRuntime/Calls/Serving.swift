import ThreadKernel
import Trace

extension Call {
  /// A call that came by a message: where the apartment's filter lets it in, it is served.
  func arrive(in apartment: Apartment) {
    if ComThread.current.lets(self) { serve(in: apartment) }
  }

  /// Serves the call on this thread: finds the stub, unpacks, calls, packs the answer.
  func serve(in apartment: Apartment) {
    if isToComponent {
      serveNow(in: apartment)
    } else {
      ComThread.current.lockingForClients { serveNow(in: apartment) }
    }
  }

  private func serveNow(in apartment: Apartment) {
    let thread = ComThread.current
    let kernel = thread.kernel
    kernel.point(.callServed)
    // Its caller may have gone on while it lay in the queue.
    guard beginsToBeServed() else { return thread.discardWhatCame(with: self) }
    thread.serving.append(self)
    kernel.tell(.callServed(identity.id))
    var (parcel, result) = thread.visiting(apartment) {
      apartment.respond(to: request, context: client == nil ? .inProcess : .local)
    }
    if client != nil { (parcel, result) = thread.prepare(parcel, result, for: self) }
    let blob = kernel.blob(parcel.bytes)
    thread.serving.removeLast()
    // Nobody's code runs on it from here on until it waits; after COM's own calls a server is unlocked.
    if thread.servesForPool, isToComponent, thread.serving.isEmpty { Kernel.beginWaking() }
    let isWanted = answer(parcel, telling: .callAnswered(identity.id, result, blob))
    guard !isWanted else { return }
    Kernel.endWaking()
    // Nobody waits for it any more: what it brings goes back, and what it came with.
    thread.discard(parcel)
    thread.discard(request)
  }
}

extension Apartment {
  /// The response to a request, whatever its bytes are.
  ///
  /// - Parameter context: how far away the caller is.
  func respond(
    to request: Parcel, context: MarshalContext = .inProcess
  ) -> (parcel: Parcel, result: HResult) {
    var writer = WireWriter()
    writer.context = context
    Response.begin(&writer)
    do throws(HResult) {
      try run(request, into: &writer)
    } catch {
      // What was packed before the failure is void: out parameters are zero then.
      ComThread.current.discard(writer.parcel)
      return (Response.failed(error), error)
    }
    Response.end(&writer, .S_OK)
    return (writer.parcel, .S_OK)
  }

  private func run(_ request: Parcel, into writer: inout WireWriter) throws(HResult) {
    var reader = WireReader(request, shortfall: .RPC_E_INVALID_HEADER)
    let head = try RequestHead.read(from: &reader)
    var arguments = WireReader(request, at: reader.position)
    if head.ipid.interfaceStub.isNone {
      return try ownStub(head.iid).serve(slot: head.slot, &arguments, &writer)
    }
    guard let target = process.enter(head.ipid, in: self) else { throw .RPC_E_DISCONNECTED }
    defer { process.leave(target) }
    let object = target.part.value
    let stub = target.stub.value
    let method = try stub.method(slot: head.slot)
    try object.requireCode(for: method)
    object.tellEntered(method, .stub)
    do throws(HResult) {
      try stub.serve(slot: head.slot, &arguments, &writer)
      try object.requireCode(for: method)
    } catch {
      object.tellLeft(error)
      throw error
    }
    object.tellLeft(.S_OK)
  }

  /// What serves a call to the apartment itself.
  private func ownStub(_ iid: GUID) -> InterfaceStub {
    switch iid {
    case ILocalActivator.iid: InterfaceStub(ILocalActivator.self, for: LocalActivator(in: self))
    case ILocalExporter.iid: InterfaceStub(ILocalExporter.self, for: RemoteUnknown(in: self))
    default: InterfaceStub(IRemUnknown.self, for: RemoteUnknown(in: self))
    }
  }
}
