import ThreadKernel
import Trace

/// What the packets of the free-threaded marshaller point at. Their pointer is a place in this
/// table, for an address would not be the same in every run.
///
/// An entry is never taken away while the process has an apartment: as with an address, a packet
/// that was used or released before still leads somewhere (FTM-05).
struct FreeThreadedTable: Sendable {
  private struct Key: Hashable, Sendable {
    let object: ObjectID
    let iid: GUID
  }

  struct Entry: Sendable {
    let object: Carried<Unknown>
    let iid: GUID
    /// The references that packets carry and nobody has taken, oldest first.
    var carried: [Load] = []
  }

  struct Load: Sendable {
    let packet: PacketID
    let kind: MarshalKind
    let reference: ReferenceID
  }

  private var places: [Key: UInt64] = [:]
  private var entries: [UInt64: Entry] = [:]
  private var last: UInt64 = 0

  subscript(_ place: UInt64) -> Entry? { entries[place] }

  /// The place of an interface of an object.
  mutating func place(of object: Carried<Unknown>, _ iid: GUID) -> UInt64 {
    let key = Key(object: object.value.id, iid: iid)
    if let known = places[key] { return known }
    last += 1
    places[key] = last
    entries[last] = Entry(object: object, iid: iid)
    return last
  }

  /// A packet carries a reference.
  mutating func carry(_ load: Load, at place: UInt64) { entries[place]?.carried.append(load) }

  /// Takes the reference of a packet; nil where it was taken before.
  ///
  /// - Parameter packet: none for bytes that came some other way: any packet's of that kind will do.
  mutating func take(
    _ kind: MarshalKind, of packet: PacketID, at place: UInt64
  ) -> ReferenceID? {
    let index = entries[place]?.carried.firstIndex { load in
      load.kind == kind && (packet.isNone || load.packet == packet)
    }
    return index.flatMap { entries[place]?.carried.remove(at: $0).reference }
  }

  /// The process has no apartment any more.
  mutating func clear() {
    places = [:]
    entries = [:]
  }
}
