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
      let stubs = head.iid == ILocalExporter.iid ? ILocalExporter.stubs : IRemUnknown.stubs
      guard let stub = stubs.first(where: { $0.slot == head.slot }) else {
        throw .RPC_E_INVALIDMETHOD
      }
      return try stub.serve(exporter, &arguments, &writer)
    }
    guard let target = process.enter(head.ipid, in: self) else { throw .RPC_E_DISCONNECTED }
    defer { process.leave(target) }
    let object = target.object.value
    guard let stub = target.interface.stub(slot: head.slot) else { throw .RPC_E_INVALIDMETHOD }
    guard let methods = target.interface.methods(object) else { throw .E_NOINTERFACE }
    object.tellEntered(stub.name, .stub)
    do throws(HResult) {
      try stub.serve(methods, &arguments, &writer)
    } catch {
      object.tellLeft(error)
      throw error
    }
    object.tellLeft(.S_OK)
  }
}
