import Trace

/// What serves the calls to one interface of one object.
class AnyInterfaceStub {
  /// The name of the method in that slot; nil where the interface has none there.
  func method(slot: UInt16) -> StaticString? { nil }

  /// Unpacks, calls and packs.
  ///
  /// - Throws: what the method answers; `RPC_E_INVALIDMETHOD` for a slot without one.
  func serve(
    slot: UInt16, _ arguments: inout WireReader, _ results: inout WireWriter
  ) throws(HResult) {
    throw .RPC_E_INVALIDMETHOD
  }
}

/// The same with the object's methods found once, when the stub is made.
final class BoundInterfaceStub<I: ComInterface>: AnyInterfaceStub {
  private let target: I.Methods
  private let methods = I.stubs

  init(_ target: I.Methods) { self.target = target }

  override func method(slot: UInt16) -> StaticString? {
    methods.first { $0.slot == slot }?.name
  }

  override func serve(
    slot: UInt16, _ arguments: inout WireReader, _ results: inout WireWriter
  ) throws(HResult) {
    guard let method = methods.first(where: { $0.slot == slot }) else {
      throw .RPC_E_INVALIDMETHOD
    }
    try method.serve(target, &arguments, &results)
  }
}
