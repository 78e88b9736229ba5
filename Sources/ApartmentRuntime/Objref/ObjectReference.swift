import Trace

/// A marshalled interface pointer: an OBJREF in its real layout (MS-DCOM 2.2.18,
/// conformance/OBJREF.md). Byte-packed, little endian, with no padding anywhere.
public struct ObjectReference: Hashable, Sendable {
  /// The interface that was marshalled.
  public var iid: GUID
  public var body: Body

  public enum Body: Hashable, Sendable {
    case standard(StandardReference, DualStringArray)
    case handler(StandardReference, clsid: GUID, DualStringArray)
    /// Made by the object itself: the class that reads it, and its data to the end of the packet.
    case custom(clsid: GUID, reserved: UInt32, data: [UInt8])
    case extended(StandardReference, DualStringArray, [DataElement])
  }

  /// `MEOW`.
  public static let signature: UInt32 = 0x574F_454D
  /// Both signatures inside an extended reference.
  static let extendedSignature: UInt32 = 0x4E53_5956

  public init(iid: GUID, body: Body) {
    self.iid = iid
    self.body = body
  }

  /// The bytes of it.
  public var bytes: [UInt8] {
    var writer = WireWriter()
    writer.packed(Self.signature)
    switch body {
    case .standard(let standard, let strings):
      header(1, &writer)
      standard.write(to: &writer)
      strings.write(to: &writer)
    case .handler(let standard, let clsid, let strings):
      header(2, &writer)
      standard.write(to: &writer)
      writer.packed(clsid)
      strings.write(to: &writer)
    case .custom(let clsid, let reserved, let data):
      header(4, &writer)
      writer.packed(clsid)
      writer.packed(UInt32(0))
      writer.packed(reserved)
      writer.append(data)
    case .extended(let standard, let strings, let elements):
      header(8, &writer)
      standard.write(to: &writer)
      writer.packed(Self.extendedSignature)
      strings.write(to: &writer)
      writer.packed(UInt32(elements.count))
      writer.packed(Self.extendedSignature)
      for element in elements { element.write(to: &writer) }
    }
    return writer.bytes
  }

  private func header(_ flags: UInt32, _ writer: inout WireWriter) {
    writer.packed(flags)
    writer.packed(iid)
  }

  /// Reads one from where the reader stands.
  ///
  /// - Throws: the reader's shortfall where the bytes end early; `RPC_E_INVALID_OBJREF` for a wrong
  ///   signature, flags of which not exactly one is set, or lengths that contradict each other.
  public static func read(from reader: inout WireReader) throws(HResult) -> ObjectReference {
    guard try reader.packed(UInt32.self) == signature else { throw .RPC_E_INVALID_OBJREF }
    let flags: UInt32 = try reader.packed()
    let iid = try reader.guid()
    let body: Body =
      switch flags {
      case 1: .standard(try .read(from: &reader), try .read(from: &reader))
      case 2: .handler(try .read(from: &reader), clsid: try reader.guid(), try .read(from: &reader))
      case 4: try readCustom(&reader)
      case 8: try readExtended(&reader)
      default: throw .RPC_E_INVALID_OBJREF
      }
    return ObjectReference(iid: iid, body: body)
  }

  private static func readCustom(_ reader: inout WireReader) throws(HResult) -> Body {
    let clsid = try reader.guid()
    _ = try reader.packed(UInt32.self)
    let reserved: UInt32 = try reader.packed()
    return .custom(clsid: clsid, reserved: reserved, data: try reader.take(reader.remaining))
  }

  private static func readExtended(_ reader: inout WireReader) throws(HResult) -> Body {
    let standard = try StandardReference.read(from: &reader)
    guard try reader.packed(UInt32.self) == extendedSignature else { throw .RPC_E_INVALID_OBJREF }
    let strings = try DualStringArray.read(from: &reader)
    // One element is all that the specification has ever defined.
    guard try reader.packed(UInt32.self) == 1,
      try reader.packed(UInt32.self) == extendedSignature
    else { throw .RPC_E_INVALID_OBJREF }
    return .extended(standard, strings, [try DataElement.read(from: &reader)])
  }
}

/// STDOBJREF: 40 bytes that say where an object is and how many references come along.
public struct StandardReference: Hashable, Sendable {
  /// Only `noPing` has a meaning for others.
  public var flags: UInt32
  /// References handed over with the packet; 0 in table packets.
  public var publicReferences: UInt32
  /// The exporter: an apartment.
  public var oxid: UInt64
  /// The object's identity: a stub manager.
  public var oid: UInt64
  /// The interface stub.
  public var ipid: GUID

  /// SORF_NOPING: the object is not pinged.
  public static let noPing: UInt32 = 0x1000

  public init(
    flags: UInt32 = 0, publicReferences: UInt32, oxid: UInt64, oid: UInt64, ipid: GUID
  ) {
    self.flags = flags
    self.publicReferences = publicReferences
    self.oxid = oxid
    self.oid = oid
    self.ipid = ipid
  }

  func write(to writer: inout WireWriter) {
    writer.packed(flags)
    writer.packed(publicReferences)
    writer.packed(oxid)
    writer.packed(oid)
    writer.packed(ipid)
  }

  static func read(from reader: inout WireReader) throws(HResult) -> Self {
    StandardReference(
      flags: try reader.packed(), publicReferences: try reader.packed(),
      oxid: try reader.packed(), oid: try reader.packed(), ipid: try reader.guid())
  }
}

/// DUALSTRINGARRAY: where the exporter can be reached, in units of 16 bits. Packets for the same
/// process have none at all.
public struct DualStringArray: Hashable, Sendable {
  public var units: [UInt16]
  /// Where among the units the security bindings begin.
  public var securityOffset: UInt16

  public static let none = DualStringArray(units: [], securityOffset: 0)

  public init(units: [UInt16], securityOffset: UInt16) {
    self.units = units
    self.securityOffset = securityOffset
  }

  func write(to writer: inout WireWriter) {
    writer.packed(UInt16(units.count))
    writer.packed(securityOffset)
    for unit in units { writer.packed(unit) }
  }

  static func read(from reader: inout WireReader) throws(HResult) -> Self {
    let count = Int(try reader.packed(UInt16.self))
    let offset: UInt16 = try reader.packed()
    guard Int(offset) <= count else { throw .RPC_E_INVALID_OBJREF }
    var units: [UInt16] = []
    for _ in 0..<count { units.append(try reader.packed()) }
    return DualStringArray(units: units, securityOffset: offset)
  }
}

/// DATAELEMENT of an extended reference: data padded with zeros to a multiple of 8.
public struct DataElement: Hashable, Sendable {
  public var id: GUID
  public var data: [UInt8]

  public init(id: GUID, data: [UInt8]) {
    self.id = id
    self.data = data
  }

  func write(to writer: inout WireWriter) {
    let rounded = (data.count + 7) / 8 * 8
    writer.packed(id)
    writer.packed(UInt32(data.count))
    writer.packed(UInt32(rounded))
    writer.append(data)
    writer.append(Array(repeating: 0, count: rounded - data.count))
  }

  static func read(from reader: inout WireReader) throws(HResult) -> Self {
    let id = try reader.guid()
    let size = Int(try reader.packed(UInt32.self))
    let rounded = Int(try reader.packed(UInt32.self))
    guard rounded == (size + 7) / 8 * 8 else { throw .RPC_E_INVALID_OBJREF }
    return DataElement(id: id, data: Array(try reader.take(rounded).prefix(size)))
  }
}
