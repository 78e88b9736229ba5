import Trace

/// Packs values in little endian, as NDR lays them out: a number begins at a multiple of its size.
public struct WireWriter {
  public private(set) var bytes: [UInt8] = []
  /// Which packets begin where.
  private var packets: [Int: PacketID] = [:]
  /// How far away the receiver is, for the pointers among what is packed.
  var context = MarshalContext.inProcess

  public init(reserving capacity: Int = 128) { bytes.reserveCapacity(capacity) }

  public mutating func byte(_ value: UInt8) { bytes.append(value) }

  public mutating func number(_ value: some FixedWidthInteger) {
    align(to: MemoryLayout.size(ofValue: value))
    packed(value)
  }

  /// A number with no alignment: OBJREFs have none.
  public mutating func packed(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  /// A GUID with no alignment.
  public mutating func packed(_ guid: GUID) {
    packed(guid.data1)
    packed(guid.data2)
    packed(guid.data3)
    packed(guid.data4)
  }

  /// A packet's bytes, with its number.
  mutating func append(_ reference: [UInt8], of packet: PacketID) {
    packets[bytes.count] = packet
    append(reference)
  }

  /// What was packed, for sending.
  var parcel: Parcel { Parcel(bytes, packets: packets) }

  public mutating func append(_ more: some Collection<UInt8>) { bytes.append(contentsOf: more) }

  public mutating func align(to size: Int) {
    while bytes.count % size != 0 { bytes.append(0) }
  }
}
