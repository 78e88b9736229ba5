import ThreadKernel
import Trace

extension Call {
  /// Serves the call on this thread: finds the stub, unpacks, calls, packs the answer.
  func serve(in apartment: Apartment) {
    let thread = ComThread.current
    let kernel = thread.kernel
    kernel.point(.callServed)
    thread.serving.append(identity)
    kernel.tell(.callServed(identity.id))
    let (bytes, result) = apartment.respond(to: request)
    let blob = kernel.blob(bytes)
    kernel.tell(.callAnswered(identity.id, result, blob))
    thread.serving.removeLast()
    answer(bytes)
  }
}

extension Apartment {
  /// The response to a request, whatever its bytes are.
  func respond(to request: [UInt8]) -> (bytes: [UInt8], result: HResult) {
    var writer = WireWriter()
    Response.begin(&writer)
    var result = HResult.S_OK
    do throws(HResult) {
      try run(request, into: &writer)
    } catch {
      // What was packed before the failure is void: out parameters are zero then.
      writer = WireWriter()
      Response.begin(&writer)
      result = error
    }
    Response.end(&writer, result)
    return (writer.bytes, result)
  }

  private func run(_ request: [UInt8], into writer: inout WireWriter) throws(HResult) {
    var reader = WireReader(request, shortfall: .RPC_E_INVALID_HEADER)
    let head = try RequestHead.read(from: &reader)
    var arguments = WireReader(request, at: reader.position)
    if head.ipid.interfaceStub.isNone {
      let exporter = RemoteUnknown(in: self)
      let stub: AnyInterfaceStub =
        head.iid == ILocalExporter.iid
        ? BoundInterfaceStub<ILocalExporter>(exporter) : BoundInterfaceStub<IRemUnknown>(exporter)
      return try stub.serve(slot: head.slot, &arguments, &writer)
    }
    guard let target = process.enter(head.ipid, in: self) else { throw .RPC_E_DISCONNECTED }
    defer { process.leave(target) }
    let object = target.object.value
    let stub = target.stub.value
    guard let method = stub.method(slot: head.slot) else { throw .RPC_E_INVALIDMETHOD }
    object.tellEntered(method, .stub)
    do throws(HResult) {
      try stub.serve(slot: head.slot, &arguments, &writer)
    } catch {
      object.tellLeft(error)
      throw error
    }
    object.tellLeft(.S_OK)
  }
}
