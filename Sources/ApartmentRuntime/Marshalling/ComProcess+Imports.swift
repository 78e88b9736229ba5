import ThreadKernel
import Trace

/// A proxy's place in its process: one for each apartment and object.
struct ProxyKey: Hashable, Sendable {
  let apartment: ApartmentID
  let stub: StubID
}

extension ComProcess {
  /// Uses a packet in the calling thread's apartment: the object's own pointer where it lives here,
  /// a proxy where it does not.
  ///
  /// - Throws: `CO_E_OBJNOTCONNECTED` for a normal packet that was used before,
  ///   `CO_E_OBJNOTREG` for a table packet whose object is gone.
  func unmarshal(
    _ reference: ObjectReference, _ packet: PacketID, in apartment: Apartment
  ) throws(HResult) -> OwnedPointer {
    let standard: StandardReference
    switch reference.body {
    case .standard(let body, _), .handler(let body, _, _), .extended(let body, _, _):
      standard = body
    case .custom: throw .REGDB_E_CLASSNOTREG
    }
    return standard.oxid == UInt64(apartment.id.number)
      ? try openAtHome(standard, reference.iid, packet)
      : try openAway(standard, reference.iid, packet, apartment)
  }

  // MARK: In the object's own apartment

  private func openAtHome(
    _ standard: StandardReference, _ iid: GUID, _ packet: PacketID
  ) throws(HResult) -> OwnedPointer {
    typealias Opened = (Carried<Unknown>, ReferenceID, StubID, [StubManager.Effect])
    let isNormal = standard.publicReferences > 0
    let refusal: HResult = isNormal ? .CO_E_OBJNOTCONNECTED : .CO_E_OBJNOTREG
    kernel.point(.countChanged)
    let opened = tables.withLock { tables -> Opened? in
      guard let (manager, interface) = find(standard.ipid, &tables) else { return nil }
      if isNormal, !use(packet, of: manager.id, &tables) { return nil }
      let object = manager.object.value
      guard let owned = object.addRefIfAlive(by: .com) else { return nil }
      kernel.tell(.packetOpened(packet, as: object.id))
      var effects: [StubManager.Effect] = []
      if isNormal {
        kernel.tell(
          .publicReferences(
            interface.id, from: .packet(packet), to: .stub, count: standard.publicReferences))
        effects = change(manager.id, &tables) { $0.release(strong: standard.publicReferences) }
      }
      return (manager.object, owned, manager.id, effects)
    }
    guard let (object, owned, id, effects) = opened else { throw refuse(packet, refusal) }
    perform(effects, on: id)
    return OwnedPointer(object.value, iid, owned)
  }

  /// Takes one normal packet off the count of those that nobody has used.
  private func use(_ packet: PacketID, of id: StubID, _ tables: inout Tables) -> Bool {
    tables.exports.change(id) { $0.useNormalPacket() } ?? false
  }

  private func refuse(_ packet: PacketID, _ code: HResult) -> HResult {
    kernel.tell(.packetRefused(packet, code))
    return code
  }

  // MARK: In another apartment

  private func openAway(
    _ standard: StandardReference, _ iid: GUID, _ packet: PacketID, _ apartment: Apartment
  ) throws(HResult) -> OwnedPointer {
    if standard.publicReferences > 0 {
      let pointer = connect(standard, iid, packet, apartment, isTable: false)
      guard let pointer else { throw refuse(packet, .CO_E_OBJNOTCONNECTED) }
      return pointer
    }
    // A table packet brings no references along: they have to be asked for.
    var shared = standard
    shared.publicReferences = referencesOfPacket
    let exporter = RemoteUnknownClient(
      apartment: ApartmentID(UInt32(truncatingIfNeeded: standard.oxid)), process: self)
    do throws(HResult) {
      try exporter.addReferences(standard.ipid, referencesOfPacket)
    } catch {
      let isGone = error != .RPC_E_CALL_CANCELED
      throw refuse(packet, isGone ? .CO_E_OBJNOTREG : error)
    }
    let pointer = connect(shared, iid, packet, apartment, isTable: true)
    guard let pointer else { throw refuse(packet, .CO_E_OBJNOTREG) }
    return pointer
  }

  /// Hands the references of a packet to the apartment's proxy, which is made where there is none.
  /// No call is made: the exporter need not be pumping.
  private func connect(
    _ standard: StandardReference, _ iid: GUID, _ packet: PacketID, _ apartment: Apartment,
    isTable: Bool
  ) -> OwnedPointer? {
    kernel.point(.countChanged)
    let connected = tables.withLock { tables -> (Carried<Proxy>, ReferenceID)? in
      guard let (manager, interface) = find(standard.ipid, &tables),
        isTable || use(packet, of: manager.id, &tables)
      else { return nil }
      let (proxy, owned) = ensureProxy(of: manager, in: apartment, &tables)
      kernel.tell(.packetOpened(packet, as: proxy.id))
      proxy.add(
        interface: interface.iid, ipid: standard.ipid, standard.publicReferences,
        from: isTable ? .stub : .packet(packet))
      return (Carried(proxy), owned)
    }
    guard let (proxy, owned) = connected else { return nil }
    return OwnedPointer(proxy.value, iid, owned)
  }

  private func ensureProxy(
    of manager: StubManager, in apartment: Apartment, _ tables: inout Tables
  ) -> (Proxy, ReferenceID) {
    let key = ProxyKey(apartment: apartment.id, stub: manager.id)
    if let known = tables.proxies[key]?.value, let owned = known.addRefIfAlive(by: .com) {
      return (known, owned)
    }
    let proxy = Proxy(to: manager, in: apartment)
    kernel.tell(.proxyConnected(proxy.id, to: manager.id, apartment: apartment.id))
    tables.proxies[key] = Carried(proxy)
    return (proxy, proxy.addRefHere(by: .com) ?? .none)
  }

  /// The proxies of an apartment, in the order in which they were made.
  func proxies(in apartment: Apartment) -> [Carried<Proxy>] {
    tables.withLock { tables in
      tables.proxies.filter { $0.key.apartment == apartment.id }.map(\.value)
        .sorted { $0.value.id < $1.value.id }
    }
  }

  /// Strikes a proxy off the table, unless another one has taken its place.
  func forget(_ proxy: Proxy) {
    let carried = Carried(proxy)
    tables.withLock { tables in
      let key = ProxyKey(apartment: carried.value.home?.id ?? .none, stub: carried.value.stub)
      if tables.proxies[key]?.value === carried.value { tables.proxies[key] = nil }
    }
  }
}
