import ThreadKernel
import Trace

/// What a packet of the free-threaded marshaller says: 28 bytes (FTM-01).
private struct FreeThreadedData {
  var kind: MarshalKind
  /// A place in the process's table, where Windows has the pointer.
  var place: UInt64
  var process: GUID

  static let size: UInt32 = 28

  func write(to stream: MarshalStream) {
    let flags: UInt32 =
      switch kind {
      case .normal: 0
      case .tableStrong: 1
      case .tableWeak: 2
      }
    stream.write(flags)
    stream.write(place)
    stream.write(process)
  }

  static func read(from stream: MarshalStream) throws(HResult) -> FreeThreadedData {
    let kind: MarshalKind
    switch try stream.number(UInt32.self) {
    case 0: kind = .normal
    case 1: kind = .tableStrong
    case 2: kind = .tableWeak
    default: throw .RPC_E_INVALID_OBJREF
    }
    return FreeThreadedData(kind: kind, place: try stream.number(), process: try stream.guid())
  }
}

/// How the free-threaded marshaller writes and reads: a pointer as it is for the same process,
/// the standard way for any other (I24, I25).
final class FreeThreadedPackets: Marshaling {
  private let process: ComProcess
  private var kernel: Kernel { process.kernel }

  init(in process: ComProcess) { self.process = process }

  /// What tells the process's packets from those of others.
  private var mark: GUID { GUID(process.id.number, 0xF100, 0x4000, 0) }

  func getUnmarshalClass(_ request: MarshalRequest) -> GUID {
    request.context == .inProcess ? CLSID.inProcFreeMarshaler : CLSID.stdMarshal
  }

  func getMarshalSizeMax(_ request: MarshalRequest) -> UInt32 {
    request.context == .inProcess
      ? FreeThreadedData.size : StandardMarshaler().getMarshalSizeMax(request)
  }

  func marshalInterface(
    _ stream: MarshalStream, _ request: MarshalRequest
  ) throws(HResult) {
    guard request.context == .inProcess else {
      return try StandardMarshaler().marshalInterface(stream, request)
    }
    let object = request.pointer.value.unknown
    guard try object.hasInterface(request.iid) else { throw .E_NOINTERFACE }
    kernel.point(.countChanged)
    let kind = request.flags.kind
    let packet = stream.packet
    let carried = Carried(object)
    let packed = process.tables.withLock { tables -> (UInt64, ReferenceID)? in
      let place = tables.freeThreaded.place(of: carried, request.iid)
      guard kind != .tableWeak else { return (place, .none) }
      guard let reference = carried.value.addRefHere(by: .com) else { return nil }
      tables.freeThreaded.carry(.init(packet: packet, kind: kind, reference: reference), at: place)
      return (place, reference)
    }
    guard let (place, reference) = packed else { throw .CO_E_RELEASED }
    stream.held = reference
    FreeThreadedData(kind: kind, place: place, process: mark).write(to: stream)
  }

  /// Nobody checks whether the packet was used or released before (FTM-05): its reference is gone
  /// then, and giving it back once more is told.
  func unmarshalInterface(_ stream: MarshalStream, _ iid: GUID) throws(HResult) -> OwnedPointer {
    let data = try read(stream)
    let packet = stream.packet
    kernel.point(.countChanged)
    typealias Found = (Carried<Unknown>, ReferenceID, isMoved: Bool)
    let found = process.tables.withLock { tables -> Found? in
      guard let entry = tables.freeThreaded[data.place], entry.iid == iid else { return nil }
      guard data.kind == .normal else {
        return (entry.object, entry.object.value.addRefHere(by: .com) ?? .none, false)
      }
      return (
        entry.object, tables.freeThreaded.take(.normal, of: packet, at: data.place) ?? .none, true
      )
    }
    guard let (object, reference, isMoved) = found else { throw .RPC_E_INVALID_OBJREF }
    if isMoved { object.value.move(reference, to: .com) }
    return OwnedPointer(object.value, iid, reference)
  }

  func releaseMarshalData(_ stream: MarshalStream) throws(HResult) {
    let data = try read(stream)
    let packet = stream.packet
    kernel.point(.countChanged)
    let found = process.tables.withLock { tables -> (Carried<Unknown>, ReferenceID)? in
      guard let entry = tables.freeThreaded[data.place] else { return nil }
      return (
        entry.object, tables.freeThreaded.take(data.kind, of: packet, at: data.place) ?? .none
      )
    }
    guard let (object, reference) = found else { throw .RPC_E_INVALID_OBJREF }
    if data.kind != .tableWeak { object.value.release(reference, by: .com) }
  }

  /// Pointers that are out cannot be taken back (FTM-06).
  func disconnectObject() {}

  private func read(_ stream: MarshalStream) throws(HResult) -> FreeThreadedData {
    let data = try FreeThreadedData.read(from: stream)
    guard data.process == mark else { throw .RPC_E_INVALID_OBJREF }
    return data
  }
}
