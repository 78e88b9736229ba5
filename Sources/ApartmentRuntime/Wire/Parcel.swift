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
      var reader = WireReader(bytes, at: place)
      return (try? ObjectReference.read(from: &reader)).map { ($0, packet) }
    }
  }
}
