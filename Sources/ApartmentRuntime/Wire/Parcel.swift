import Trace

/// Bytes on their way, and which packets begin where among them. Packets of one stub have the same
/// bytes: their numbers tell them apart, so that each is used once and told for what it is.
struct Parcel: Sendable {
  let bytes: [UInt8]
  let packets: [Int: PacketID]

  init(_ bytes: [UInt8], packets: [Int: PacketID] = [:]) {
    self.bytes = bytes
    self.packets = packets
  }

  /// The references among the bytes, in order.
  var references: [(ObjectReference, PacketID)] {
    packets.sorted { $0.key < $1.key }.compactMap { place, packet in
      // Its length stands before it: a custom reference has no other end.
      var reader = WireReader(bytes, at: max(0, place - 4))
      guard let size = try? reader.packed(UInt32.self), let packed = try? reader.take(Int(size))
      else { return nil }
      return (try? Marshalled(bytes: packed, packet: packet).reference()).map { ($0, packet) }
    }
  }
}
