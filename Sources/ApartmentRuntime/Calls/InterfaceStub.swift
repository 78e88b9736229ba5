import Trace

/// What serves the calls to one interface of one object. The object's methods are found once, when
/// the stub is made; after that no type is asked for.
final class InterfaceStub {
  private struct Entry {
    let slot: UInt16
    let name: StaticString
    let serve: (inout WireReader, inout WireWriter) throws(HResult) -> Void
  }

  private let entries: [Entry]

  init<I: ComInterface>(_ interface: I.Type, for target: I.Methods) {
    entries = I.stubs.map { method in
      Entry(slot: method.slot, name: method.name) {
        (arguments: inout WireReader, results: inout WireWriter) throws(HResult) in
        try method.serve(target, &arguments, &results)
      }
    }
  }

  /// The name of the method in that slot.
  ///
  /// - Throws: `RPC_E_INVALIDMETHOD` where the interface has none there.
  func method(slot: UInt16) throws(HResult) -> StaticString { try entry(slot).name }

  /// Unpacks, calls and packs.
  ///
  /// - Throws: what the method answers; `RPC_E_INVALIDMETHOD` for a slot without one.
  func serve(
    slot: UInt16, _ arguments: inout WireReader, _ results: inout WireWriter
  ) throws(HResult) {
    try entry(slot).serve(&arguments, &results)
  }

  private func entry(_ slot: UInt16) throws(HResult) -> Entry {
    for entry in entries where entry.slot == slot { return entry }
    throw .RPC_E_INVALIDMETHOD
  }
}
