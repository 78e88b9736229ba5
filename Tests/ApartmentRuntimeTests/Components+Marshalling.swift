import ApartmentRuntime
import Synchronization
import ThreadKernel
import Trace

// MARK: Parts

/// Hands itself out, and has a counter as a part.
final class Whole: ComObject, Registering {
  override class var interfaces: [any ComInterface.Type] { [IRegistry.self] }

  init() throws(HResult) {
    try super.init(name: "Whole")
    try aggregate(ComPtr(try Counter(name: "Part", outer: self)), as: "Whole.part")
  }

  func find(_ name: String) throws(HResult) -> OwnedPointer { try OwnedPointer(self, ICounter.iid) }
}

// MARK: Agile ones

/// A counter for every apartment of the process.
final class FreeCounter: Counter {
  override init(
    name: String = "Counter", of module: Module? = nil, outer: ComObject? = nil
  ) throws(HResult) {
    try super.init(name: name, of: module, outer: outer)
    try aggregateFreeThreadedMarshaler()
  }
}

/// A counter that says that it is agile, and does nothing else for it.
final class AgileCounter: Counter {
  override class var interfaces: [any ComInterface.Type] { [ICounter.self, IAgileObject.self] }
}

/// A counter that does not want to be marshalled.
final class StayingCounter: Counter {
  override class var interfaces: [any ComInterface.Type] { [ICounter.self, INoMarshal.self] }
}

/// For every apartment, but what it keeps is for one: the mistake that the marshaller invites.
final class FreeHolder: ComObject, Counting {
  override class var interfaces: [any ComInterface.Type] { [ICounter.self] }

  let kept: ComField<ICounter>

  init() throws(HResult) {
    kept = try field("FreeHolder.kept")
    try super.init(name: "FreeHolder")
    try aggregateFreeThreadedMarshaler()
  }

  func increment(_ amount: Int32) throws(HResult) -> Int32 { try kept.pointer().increment(amount) }

  func pass(_ code: HResult) throws(HResult) -> HResult { code }

  override func finalRelease() { kept.clear() }
}

// MARK: Marshallers of an object's own

/// A counter that travels by value: the packet is its number, and who opens it gets a copy.
final class Traveller: Counter, Marshaling {
  static let clsid: GUID = "A1F000D1-0000-4000-8000-F100F1A00001"

  override class var interfaces: [any ComInterface.Type] {
    [ICounter.self, IUnregistered.self, IMarshal.self]
  }

  func getUnmarshalClass(_ request: MarshalRequest) -> GUID { Self.clsid }

  func getMarshalSizeMax(_ request: MarshalRequest) -> UInt32 { 4 }

  func marshalInterface(
    _ stream: MarshalStream, _ request: MarshalRequest
  ) throws(HResult) {
    show("behind the header", Int64(stream.position))
    stream.write(try increment(0))
  }

  func unmarshalInterface(_ stream: MarshalStream, _ iid: GUID) throws(HResult) -> OwnedPointer {
    show("read from", Int64(stream.position))
    _ = try increment(stream.number(Int32.self))
    return try OwnedPointer(self, iid)
  }

  func releaseMarshalData(_ stream: MarshalStream) throws(HResult) {
    show("released", Int64(try stream.number(Int32.self)))
  }

  func disconnectObject() { show("disconnected", 1) }
}

/// A counter that has COM marshal it, after it looked at the stream (MSH-26).
final class StandardTraveller: Counter, Marshaling {
  override class var interfaces: [any ComInterface.Type] { [ICounter.self, IMarshal.self] }

  func getUnmarshalClass(_ request: MarshalRequest) -> GUID { CLSID.stdMarshal }

  func getMarshalSizeMax(_ request: MarshalRequest) throws(HResult) -> UInt32 {
    show("asked for the size", 1)
    throw .E_UNEXPECTED
  }

  func marshalInterface(
    _ stream: MarshalStream, _ request: MarshalRequest
  ) throws(HResult) {
    show("in the stream", Int64(stream.bytes.count))
    try coGetStandardMarshal().marshalInterface(stream, request)
  }

  func unmarshalInterface(_ stream: MarshalStream, _ iid: GUID) throws(HResult) -> OwnedPointer {
    throw .E_UNEXPECTED
  }

  func releaseMarshalData(_ stream: MarshalStream) throws(HResult) { throw .E_UNEXPECTED }

  func disconnectObject() {}
}
