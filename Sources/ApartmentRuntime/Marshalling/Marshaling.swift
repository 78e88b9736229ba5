import ThreadKernel
import Trace

/// How far away the receiver of a packet is (`MSHCTX`).
public enum MarshalContext: Sendable {
  /// Another apartment of the process.
  case inProcess
  /// Another process of the machine.
  case local
  case differentMachine
}

/// What is to be marshalled, and for whom.
public struct MarshalRequest {
  public let iid: GUID
  /// The object that is marshalled: for a marshaller that is a part, the outer one.
  public let pointer: RawPointer<IUnknown>
  public let context: MarshalContext
  public let flags: MarshalFlags
}

/// `IMarshal`, as an object implements it that marshals itself.
///
/// COM writes the header with the class that will unmarshal; the data behind it are the object's.
public protocol Marshaling: AnyObject {
  /// The class that COM makes where the packet is opened. `CLSID.stdMarshal`: there is no header,
  /// and `marshalInterface` writes all of a standard packet.
  func getUnmarshalClass(_ request: MarshalRequest) throws(HResult) -> GUID
  /// How many bytes `marshalInterface` writes at most.
  func getMarshalSizeMax(_ request: MarshalRequest) throws(HResult) -> UInt32
  func marshalInterface(
    _ stream: MarshalStream, _ request: MarshalRequest) throws(HResult)
  /// Reads the data, and answers a pointer to the interface.
  func unmarshalInterface(_ stream: MarshalStream, _ iid: GUID) throws(HResult) -> OwnedPointer
  /// Gives back what a packet's data hold.
  func releaseMarshalData(_ stream: MarshalStream) throws(HResult)
  /// Cuts off whoever was connected by the object's packets.
  func disconnectObject() throws(HResult)
}

/// `IMarshal`. Every proxy has it too, and marshals itself the standard way.
public enum IMarshal: ComInterface {
  public typealias Methods = any Marshaling
  public static let iid: GUID = "00000003-0000-0000-C000-000000000046"
  public static let name = "IMarshal"
  public static func methods(of object: AnyObject) -> (any Marshaling)? {
    object as? any Marshaling
  }
  public static var stubs: [StubMethod<Methods>] { [] }
}

/// The stream as a marshaller sees it: it writes behind the header, or reads what is behind it.
public final class MarshalStream {
  public private(set) var bytes: [UInt8]
  /// Where the next read or write begins.
  public private(set) var position: Int
  /// The packet's number, where it is known: bytes can have come any way.
  private(set) var packet: PacketID
  /// The reference that the packet carries, for telling who holds it.
  var held: ReferenceID = .none

  init(_ bytes: [UInt8] = [], at position: Int = 0, of packet: PacketID = .none) {
    self.bytes = bytes
    self.position = position
    self.packet = packet
  }

  public func write(_ new: [UInt8]) {
    let end = min(position + new.count, bytes.count)
    bytes.replaceSubrange(position..<end, with: new)
    position += new.count
  }

  public func write(_ number: some FixedWidthInteger) {
    write(withUnsafeBytes(of: number.littleEndian) { Array($0) })
  }

  public func write(_ guid: GUID) {
    var writer = WireWriter(reserving: 16)
    writer.packed(guid)
    write(writer.bytes)
  }

  /// Writes a standard packet.
  func write(_ marshalled: Marshalled) {
    if position == 0 { packet = marshalled.packet }
    write(marshalled.bytes)
  }

  /// - Throws: `STG_E_READFAULT` where the stream ends before.
  public func read(_ count: Int) throws(HResult) -> [UInt8] {
    try reading { reader throws(HResult) in try reader.take(count) }
  }

  public func number<Number: FixedWidthInteger>(
    _ type: Number.Type = Number.self
  ) throws(HResult) -> Number {
    try reading { reader throws(HResult) in try reader.packed(type) }
  }

  public func guid() throws(HResult) -> GUID {
    try reading { reader throws(HResult) in try reader.guid() }
  }

  private func reading<Value>(
    _ body: (inout WireReader) throws(HResult) -> Value
  ) throws(HResult) -> Value {
    var reader = WireReader(bytes, at: position, shortfall: .STG_E_READFAULT)
    let value = try body(&reader)
    position = reader.position
    return value
  }
}

/// A packet's bytes, with its number.
struct Marshalled: Sendable {
  let bytes: [UInt8]
  let packet: PacketID

  /// - Throws: `RPC_E_INVALID_OBJREF` where an object's own marshaller wrote something else.
  func reference() throws(HResult) -> ObjectReference {
    var reader = WireReader(bytes, shortfall: .RPC_E_INVALID_OBJREF)
    return try ObjectReference.read(from: &reader)
  }
}

/// `CoGetStandardMarshal`: COM's own marshaller, for objects that use it for a part of what they do.
public func coGetStandardMarshal() -> any Marshaling { StandardMarshaler() }

/// Marshals by stub manager and proxy, whatever the object's own marshaller is.
final class StandardMarshaler: Marshaling {
  func getUnmarshalClass(_ request: MarshalRequest) -> GUID { CLSID.stdMarshal }

  func getMarshalSizeMax(_ request: MarshalRequest) -> UInt32 {
    UInt32(ObjectReference.standardSize)
  }

  func marshalInterface(
    _ stream: MarshalStream, _ request: MarshalRequest
  ) throws(HResult) {
    let object = request.pointer.value.unknown
    stream.write(
      try ComThread.current.marshalStandard(
        object, request.iid, request.flags, for: request.context))
  }

  func unmarshalInterface(_ stream: MarshalStream, _ iid: GUID) throws(HResult) -> OwnedPointer {
    let thread = ComThread.current
    let reference = try read(stream)
    return try thread.process.unmarshal(reference, .none, in: try thread.requireApartment())
  }

  func releaseMarshalData(_ stream: MarshalStream) throws(HResult) {
    try ComThread.current.release(try read(stream), .none)
  }

  func disconnectObject() {}

  /// The standard packet that the stream stands at.
  private func read(_ stream: MarshalStream) throws(HResult) -> ObjectReference {
    let bytes = try stream.read(ObjectReference.standardSize)
    let reference = try Marshalled(bytes: bytes, packet: .none).reference()
    guard reference.standard != nil else { throw .RPC_E_INVALID_OBJREF }
    return reference
  }
}

extension ObjectReference {
  /// The bytes of a standard packet for the same process: it has no string bindings.
  static let standardSize = 68
  /// Where the data of a custom packet begin.
  static let customHeader = 48
}
