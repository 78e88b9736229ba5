import ThreadKernel
import Trace

/// `CoCreateFreeThreadedMarshaler`: a marshaller for an object to aggregate. Other apartments of
/// the process get direct pointers to it then (I24).
///
/// - Returns: the marshaller's own IUnknown, for `ComObject.aggregate`.
/// - Throws: `CO_E_NOTINITIALIZED`.
public func coCreateFreeThreadedMarshaler(
  _ outer: ComObject?, file: StaticString = #fileID, line: UInt32 = #line
) throws(HResult) -> ComPtr<IUnknown> {
  try api("CoCreateFreeThreadedMarshaler", file, line) { thread throws(HResult) in
    ComPtr(try FreeThreadedMarshaler(in: thread.process, outer: outer))
  }
}

extension ComObject {
  /// Makes the object's interfaces directly usable in every apartment of the process. Called while
  /// the object is being made.
  public func aggregateFreeThreadedMarshaler(
    file: StaticString = #fileID, line: UInt32 = #line
  ) throws(HResult) {
    try aggregate(
      coCreateFreeThreadedMarshaler(self, file: file, line: line), as: "\(name).m_pFTM")
  }
}

/// The free-threaded marshaller.
final class FreeThreadedMarshaler: ComObject, Marshaling {
  override class var interfaces: [any ComInterface.Type] { [IMarshal.self] }

  private let packets: FreeThreadedPackets

  init(in process: ComProcess, outer: ComObject?) throws(HResult) {
    packets = FreeThreadedPackets(in: process)
    try super.init(name: "FreeThreadedMarshaler", outer: outer)
    tellAgile()
  }

  override var hasDestructor: Bool { false }

  func getUnmarshalClass(_ request: MarshalRequest) -> GUID { packets.getUnmarshalClass(request) }

  func getMarshalSizeMax(_ request: MarshalRequest) -> UInt32 { packets.getMarshalSizeMax(request) }

  func marshalInterface(
    _ stream: MarshalStream, _ request: MarshalRequest
  ) throws(HResult) {
    try packets.marshalInterface(stream, request)
  }

  func unmarshalInterface(_ stream: MarshalStream, _ iid: GUID) throws(HResult) -> OwnedPointer {
    try packets.unmarshalInterface(stream, iid)
  }

  func releaseMarshalData(_ stream: MarshalStream) throws(HResult) {
    try packets.releaseMarshalData(stream)
  }

  func disconnectObject() { packets.disconnectObject() }
}
