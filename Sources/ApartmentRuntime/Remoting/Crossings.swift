import ThreadKernel
import Trace

/// A packet that leaves for another process.
struct Departure: Sendable {
  enum Kind: Sendable {
    /// Of an object of this process: its references are the receiver's.
    case own(StandardReference)
    /// Of an object elsewhere; its exporter hears of it, unless it is the receiver.
    case foreign(RemotingTable.ForeignPacket, exporter: Whereabouts?)
    /// Made by an object itself.
    case custom(MarshalKind)
  }

  let id: PacketID
  let receiver: ProcessID
  let kind: Kind
}

/// Packets among bytes that leave for other processes, or come from them: whose they are.
extension ComProcess {
  /// The bytes as they cross, with what is known of their packets.
  func crossing(of parcel: Parcel) -> Crossing {
    guard !parcel.packets.isEmpty else { return Crossing(parcel.bytes) }
    let places = Dictionary(parcel.packets.map { ($0.value, $0.key) }, uniquingKeysWith: min)
    let references = parcel.references
    return tables.withLock { tables in
      let packets = references.compactMap { reference, id -> CrossingPacket? in
        guard let place = places[id] else { return nil }
        let (kind, name) = label(of: id, reference, &tables)
        return CrossingPacket(offset: place, id: id, kind: kind, name: name)
      }
      return Crossing(parcel.bytes, packets: packets)
    }
  }

  /// How a packet was marshalled, and the name of its object, as far as it is known.
  private func label(
    of packet: PacketID, _ reference: ObjectReference, _ tables: inout Tables
  ) -> (MarshalKind, String) {
    guard let standard = reference.standard else {
      return (tables.customPackets[packet] ?? .normal, "")
    }
    let name =
      tables.remoting.packets[packet]?.name
      ?? find(standard, &tables)?.0.object.value.name ?? ""
    return (standard.kind, String(name.prefix(64)))
  }

  // MARK: Leaving

  /// What leaves with a crossing. The exporters of packets that are handed on are looked for.
  func departures(of crossing: Crossing, to receiver: ProcessID) -> [Departure] {
    guard !crossing.packets.isEmpty else { return [] }
    var departures: [Departure] = []
    for (reference, id) in crossing.parcel.references {
      guard let packet = crossing.packets.first(where: { $0.id == id }),
        let kind = departure(of: packet, reference, to: receiver)
      else { continue }
      departures.append(Departure(id: id, receiver: receiver, kind: kind))
    }
    return departures
  }

  private func departure(
    of packet: CrossingPacket, _ reference: ObjectReference, to receiver: ProcessID
  ) -> Departure.Kind? {
    guard let standard = reference.standard else { return .custom(packet.kind) }
    // Table packets stay their exporter's, whoever has a copy.
    guard standard.kind == .normal else { return nil }
    if standard.ipid.owner == id { return .own(standard) }
    let foreign = RemotingTable.ForeignPacket(standard: standard, name: packet.name)
    guard standard.ipid.owner != receiver else { return .foreign(foreign, exporter: nil) }
    let exporter = ApartmentID(UInt32(truncatingIfNeeded: standard.oxid))
    return .foreign(foreign, exporter: try? whereabouts(of: exporter))
  }

  /// What leaves is the receiver's from here on. No scheduling point.
  ///
  /// - Returns: what exporters have to hear of it when it is sent, and only then: nobody could take
  ///   back what they have given to one that never got it.
  func leave(_ departures: [Departure]) -> [Enclosure] {
    var notices: [Enclosure] = []
    for departure in departures {
      switch departure.kind {
      case .own(let standard): send(departure.id, standard, to: departure.receiver)
      case .foreign(let packet, let exporter):
        tables.withLock { $0.remoting.packets[departure.id] = nil }
        guard let exporter else { continue }
        let moved = MovedReferences(
          ipid: packet.standard.ipid, count: packet.standard.publicReferences, from: id,
          to: departure.receiver)
        notices.append(Enclosure(Frame.moved(moved).bytes, to: exporter.mailThread))
      case .custom(let kind):
        if kind == .normal { tables.withLock { $0.customPackets[departure.id] = nil } }
      }
    }
    return notices
  }

  /// What could not be sent is this process's again.
  func comeBack(_ departures: [Departure]) {
    for departure in departures {
      switch departure.kind {
      case .own(let standard): receive(departure.id, standard, from: departure.receiver)
      case .foreign(let packet, _):
        tables.withLock { $0.remoting.packets[departure.id] = packet }
      case .custom(let kind): tables.withLock { $0.customPackets[departure.id] = kind }
      }
    }
  }

  // MARK: Coming

  /// What came from another process: its packets are this one's to use or give back.
  func arrive(_ crossing: Crossing, from sender: ProcessID) -> Parcel {
    let parcel = crossing.parcel
    for (reference, id) in parcel.references {
      guard let packet = crossing.packets.first(where: { $0.id == id }) else { continue }
      arrive(packet, reference, from: sender)
    }
    return parcel
  }

  private func arrive(
    _ packet: CrossingPacket, _ reference: ObjectReference, from sender: ProcessID
  ) {
    if let standard = reference.standard, standard.ipid.owner == id {
      if standard.kind == .normal { receive(packet.id, standard, from: sender) }
      return
    }
    tables.withLock { tables in
      tables.exports.note(packet.id)
      if let standard = reference.standard {
        guard standard.kind == .normal else { return }
        tables.remoting.packets[packet.id] = .init(standard: standard, name: packet.name)
      } else {
        tables.customPackets[packet.id] = packet.kind
      }
    }
  }
}
