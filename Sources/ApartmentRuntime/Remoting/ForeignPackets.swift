import ThreadKernel
import Trace

/// Packets of objects in other processes, as they are used and given back here.
extension ComProcess {
  /// Uses a packet of another process's object.
  ///
  /// - Throws: `E_NOINTERFACE` where no proxy is registered for the interface, `OR_INVALID_OXID`
  ///   where nobody knows the exporter, `CO_E_OBJNOTCONNECTED` for a normal packet that was used
  ///   before in this process, `CO_E_OBJNOTREG` for a table packet whose object is gone.
  func openForeign(
    _ standard: StandardReference, _ iid: GUID, _ packet: PacketID, _ apartment: Apartment
  ) throws(HResult) -> OwnedPointer {
    do throws(HResult) {
      guard let interface = registered(iid) else { throw .E_NOINTERFACE }
      let exporter = ApartmentID(UInt32(truncatingIfNeeded: standard.oxid))
      let whereabouts = try whereabouts(of: exporter)
      guard
        standard.ipid
          == .ipid(
            standard.ipid.interfaceStub, process: whereabouts.process, apartment: exporter)
      else { throw .RPC_E_INVALID_OBJREF }
      let foreign = Foreign(
        standard: standard, interface: interface, packet: packet, whereabouts: whereabouts)
      return try standard.kind == .normal
        ? connect(foreign, apartment) : connectTable(foreign, apartment)
    } catch {
      throw refuse(packet, error)
    }
  }

  /// A packet that is being opened.
  private struct Foreign: Sendable {
    let standard: StandardReference
    let interface: RegisteredInterface
    let packet: PacketID
    let whereabouts: Whereabouts
  }

  /// A table packet brings no references along: they are asked for.
  private func connectTable(
    _ foreign: Foreign, _ apartment: Apartment
  ) throws(HResult) -> OwnedPointer {
    let exporter = RemoteUnknownClient(to: foreign.standard, in: self)
    let ipid = foreign.standard.ipid
    do throws(HResult) {
      try exporter.addReferences(ipid, referencesOfPacket)
    } catch {
      throw error == .RPC_E_DISCONNECTED ? .CO_E_OBJNOTREG : error
    }
    do throws(HResult) {
      return try connect(foreign, apartment)
    } catch {
      exporter.release([RemoteReference(ipid: ipid, publicReferences: referencesOfPacket)])
      throw error
    }
  }

  /// Hands references to the apartment's proxy with no call: whether a packet was used before in
  /// another process cannot be found out.
  private func connect(
    _ foreign: Foreign, _ apartment: Apartment
  ) throws(HResult) -> OwnedPointer {
    kernel.point(.countChanged)
    typealias Connected = (Carried<Proxy>, ReferenceID, isUnknown: Bool)
    let connected = tables.withLock { tables -> Result<Connected, HResult> in
      guard tables.isOpen(apartment) else { return .failure(.CO_E_NOTINITIALIZED) }
      let standard = foreign.standard
      let isNormal = standard.kind == .normal
      let known = tables.remoting.packets[foreign.packet]
      let wasHere = tables.exports.wasMade(foreign.packet)
      if isNormal, known == nil, wasHere { return .failure(.CO_E_OBJNOTCONNECTED) }
      tables.remoting.packets[foreign.packet] = nil
      let (proxy, owned) = ensureProxy(
        of: StubID(UInt32(truncatingIfNeeded: standard.oid)),
        named: known?.name ?? foreign.interface.name, foreign.whereabouts.apartment,
        of: foreign.whereabouts.process, in: apartment, &tables)
      if wasHere { kernel.tell(.packetOpened(foreign.packet, as: proxy.id)) }
      proxy.add(
        interface: foreign.interface.iid, ipid: standard.ipid,
        isNormal ? standard.publicReferences : referencesOfPacket,
        from: known == nil ? .stub : .packet(foreign.packet))
      return .success((Carried(proxy), owned, isNormal && known == nil))
    }
    let (proxy, owned, isUnknown) = try connected.get()
    if isUnknown { announceOpened(foreign, as: proxy.value.id) }
    return OwnedPointer(proxy.value, foreign.interface.iid, owned)
  }

  /// The exporter did not send the packet: it has to hear whose its references are.
  private func announceOpened(_ foreign: Foreign, as proxy: ObjectID) {
    let frame = Frame.opened(OpenedPacket(standard: foreign.standard, proxy: proxy))
    _ = kernel.mail(frame.bytes, to: foreign.whereabouts.mailThread)
  }

  /// Gives back what a packet of another process's object holds.
  ///
  /// - Throws: `RPC_E_INVALID_OBJREF` for one that was used or released before in this process; what
  ///   its exporter answers about others.
  func releaseForeign(_ standard: StandardReference, _ packet: PacketID) throws(HResult) {
    let exporter = RemoteUnknownClient(to: standard, in: self)
    guard standard.kind == .normal else {
      return try exporter.release(PacketToRelease(standard: standard, id: packet))
    }
    kernel.point(.countChanged)
    let kernel = kernel
    let (isHere, wasHere) = tables.withLock { tables in
      let wasHere = tables.exports.wasMade(packet)
      guard tables.remoting.packets.removeValue(forKey: packet) != nil else {
        return (false, wasHere)
      }
      let count = standard.publicReferences
      kernel.tell(
        .publicReferences(
          standard.ipid.interfaceStub, from: .packet(packet), to: .stub, count: count))
      kernel.tell(.packetReleased(packet))
      return (true, wasHere)
    }
    if isHere {
      exporter.release([
        RemoteReference(ipid: standard.ipid, publicReferences: standard.publicReferences)
      ])
    } else if wasHere {
      throw refuse(packet, .RPC_E_INVALID_OBJREF)
    } else {
      try exporter.release(PacketToRelease(standard: standard, id: packet))
    }
  }
}
