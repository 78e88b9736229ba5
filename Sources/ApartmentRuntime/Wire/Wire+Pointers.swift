import Trace

/// An interface pointer in a call: a unique pointer to an MInterfacePointer, whose bytes are an
/// OBJREF (MS-DCOM 2.2.14). The receiver gets a pointer that is right for its apartment.
extension OwnedPointer: Wire {
  /// What stands for a pointer that is not null.
  private static let referent: UInt32 = 0x0002_0000

  public static func read(from reader: inout WireReader) throws(HResult) -> OwnedPointer {
    guard try reader.number(UInt32.self) != 0 else { throw .E_POINTER }
    let size = Int(try reader.number(UInt32.self))
    guard Int(try reader.number(UInt32.self)) == size else { throw .RPC_E_INVALID_DATAPACKET }
    let packet = reader.packet
    var inner = WireReader(try reader.take(size), shortfall: .RPC_E_INVALID_OBJREF)
    let reference = try ObjectReference.read(from: &inner)
    let thread = ComThread.current
    return try thread.process.unmarshal(
      reference, packet, in: try thread.requireApartment(), allowsCustom: reader.allowsCustom)
  }

  public func write(to writer: inout WireWriter) throws(HResult) {
    Self.write(
      try ComThread.current.marshal(unknown, iid, .normal, for: writer.context), to: &writer)
    // The packet holds what the receiver needs: the sender's reference is done with.
    dispose()
  }

  /// The same for one that is packed already.
  static func write(_ made: Marshalled, to writer: inout WireWriter) {
    let bytes = made.bytes
    writer.number(Self.referent)
    writer.number(UInt32(bytes.count))
    writer.number(UInt32(bytes.count))
    writer.append(bytes, of: made.packet)
  }
}
