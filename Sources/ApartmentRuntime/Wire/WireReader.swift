import Trace

/// Unpacks what `WireWriter` packed. Whatever the bytes are, it answers an error and never traps.
public struct WireReader {
  private let bytes: [UInt8]
  private let packets: [Int: PacketID]
  public private(set) var position: Int
  /// What is thrown where the bytes end too early.
  private let shortfall: HResult
  /// False where no class may be made that a packet among the bytes names (`noCustomMarshal`).
  var allowsCustom = true

  public init(
    _ bytes: [UInt8], at position: Int = 0, shortfall: HResult = .RPC_E_INVALID_DATAPACKET
  ) {
    self.init(Parcel(bytes), at: position, shortfall: shortfall)
  }

  init(
    _ parcel: Parcel, at position: Int = 0, shortfall: HResult = .RPC_E_INVALID_DATAPACKET
  ) {
    bytes = parcel.bytes
    packets = parcel.packets
    self.position = position
    self.shortfall = shortfall
  }

  /// The packet that begins here, where that is known.
  var packet: PacketID { packets[position] ?? .none }

  /// All that was sent.
  var parcel: Parcel { Parcel(bytes, packets: packets) }

  public var remaining: Int { bytes.count - position }

  public mutating func byte() throws(HResult) -> UInt8 {
    guard remaining >= 1 else { throw shortfall }
    defer { position += 1 }
    return bytes[position]
  }

  public mutating func number<Value: FixedWidthInteger>(
    _ type: Value.Type = Value.self
  ) throws(HResult) -> Value {
    try align(to: MemoryLayout<Value>.size)
    return try packed(type)
  }

  /// A number with no alignment.
  public mutating func packed<Value: FixedWidthInteger>(
    _ type: Value.Type = Value.self
  ) throws(HResult) -> Value {
    let size = MemoryLayout<Value>.size
    guard remaining >= size else { throw shortfall }
    var value = Value.zero
    for index in (0..<size).reversed() {
      value = value << 8 | Value(truncatingIfNeeded: bytes[position + index])
    }
    position += size
    return value
  }

  /// A GUID with no alignment.
  public mutating func guid() throws(HResult) -> GUID {
    GUID(try packed(), try packed(), try packed(), try packed())
  }

  public mutating func take(_ count: Int) throws(HResult) -> [UInt8] {
    guard count >= 0, remaining >= count else { throw shortfall }
    defer { position += count }
    return Array(bytes[position..<position + count])
  }

  public mutating func align(to size: Int) throws(HResult) {
    let padded = (position + size - 1) / size * size
    guard padded <= bytes.count else { throw shortfall }
    position = padded
  }
}
