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
  /// - Parameters:
  ///   - packet: its number, where the bytes came the way that they were sent.
  ///   - allowsCustom: false where the client wants no class made that a packet names
  ///     (`ClassContext.noCustomMarshal`): such a packet is `E_ACCESSDENIED`.
  /// - Throws: `CO_E_OBJNOTCONNECTED` for a normal packet that was used before,
  ///   `CO_E_OBJNOTREG` for a table packet whose object is gone.
  func unmarshal(
    _ reference: ObjectReference, _ packet: PacketID, in apartment: Apartment,
    allowsCustom: Bool = true
  ) throws(HResult) -> OwnedPointer {
    guard let standard = reference.standard else {
      guard allowsCustom else { throw refuse(packet, .E_ACCESSDENIED) }
      return try openCustom(reference, packet).0
    }
    guard standard.ipid.owner == id else {
      return try openForeign(standard, reference.iid, packet, apartment)
    }
    return standard.oxid == UInt64(apartment.id.number)
      ? try openAtHome(standard, reference.iid, packet)
      : try openAway(standard, reference.iid, packet, apartment)
  }

  /// What the bytes name, and which packet they are of.
  private struct Found: Sendable {
    let manager: StubManager
    let interface: StubManager.Interface
    /// Nil where a table packet was released: its stub may still answer (MSH-15).
    let packet: SealedPacket?
  }

  private func look(
    for standard: StandardReference, _ iid: GUID, _ packet: PacketID, _ tables: inout Tables
  ) -> Result<Found, HResult> {
    guard let (manager, interface) = find(standard, &tables) else {
      return .failure(absence(of: standard, tables))
    }
    // The header names the interface that was marshalled; IUnknown is any proxy's.
    guard iid == interface.iid || iid == IUnknown.iid else {
      return .failure(.RPC_E_INVALID_OBJREF)
    }
    let sealed = manager.sealed(standard, packet)
    if standard.kind == .normal, sealed == nil { return .failure(.CO_E_OBJNOTCONNECTED) }
    return .success(Found(manager: manager, interface: interface, packet: sealed))
  }

  /// Why there is nothing behind a reference: it was there and is gone, or never was (UNM-20).
  private func absence(of standard: StandardReference, _ tables: Tables) -> HResult {
    guard tables.exports.wasThere(standard.ipid.interfaceStub) else { return .E_NOINTERFACE }
    return standard.kind == .normal ? .CO_E_OBJNOTCONNECTED : .CO_E_OBJNOTREG
  }

  // MARK: In the object's own apartment

  private func openAtHome(
    _ standard: StandardReference, _ iid: GUID, _ packet: PacketID
  ) throws(HResult) -> OwnedPointer {
    typealias Opened = (Carried<Unknown>, ReferenceID, Aftermath?)
    kernel.point(.countChanged)
    let opened = tables.withLock { tables -> Result<Opened, HResult> in
      look(for: standard, iid, packet, &tables).flatMap { found in
        let manager = found.manager
        guard let owned = manager.object.value.addRefIfAlive(by: .com) else {
          return .failure(.CO_E_OBJNOTCONNECTED)
        }
        guard let sealed = found.packet else { return .success((manager.object, owned, nil)) }
        kernel.tell(.packetOpened(sealed.id, as: manager.object.value.id))
        guard sealed.kind == .normal else { return .success((manager.object, owned, nil)) }
        kernel.tell(
          .publicReferences(
            sealed.stub, from: .packet(sealed.id), to: .stub, count: sealed.references))
        let aftermath = change(manager.id, &tables) { $0.release(sealed) }
        return .success((manager.object, owned, aftermath))
      }
    }
    do throws(HResult) {
      let (object, owned, aftermath) = try opened.get()
      perform(aftermath)
      return OwnedPointer(object.value, iid, owned)
    } catch {
      throw refuse(packet, error)
    }
  }

  // MARK: In another apartment

  private func openAway(
    _ standard: StandardReference, _ iid: GUID, _ packet: PacketID, _ apartment: Apartment
  ) throws(HResult) -> OwnedPointer {
    do throws(HResult) {
      guard standard.kind != .normal else {
        return try connect(standard, iid, packet, apartment)
      }
      // A table packet brings no references along: they have to be asked for.
      let exporter = RemoteUnknownClient(to: standard, in: self)
      do throws(HResult) {
        try exporter.addReferences(standard.ipid, referencesOfPacket)
      } catch {
        throw error == .RPC_E_CALL_CANCELED ? error : .CO_E_OBJNOTREG
      }
      do throws(HResult) {
        return try connect(standard, iid, packet, apartment)
      } catch {
        // Where the stub is still there, what was asked for goes back.
        exporter.release([
          RemoteReference(ipid: standard.ipid, publicReferences: referencesOfPacket)
        ])
        throw error
      }
    } catch {
      throw refuse(packet, error)
    }
  }

  /// Hands the references of a packet to the apartment's proxy, which is made where there is none.
  /// No call is made: the exporter need not be pumping.
  private func connect(
    _ standard: StandardReference, _ iid: GUID, _ packet: PacketID, _ apartment: Apartment
  ) throws(HResult) -> OwnedPointer {
    kernel.point(.countChanged)
    let connected = tables.withLock { tables -> Result<(Carried<Proxy>, ReferenceID), HResult> in
      look(for: standard, iid, packet, &tables).flatMap { found in
        // The MTA of a thread that never entered it may be ending just now (INIT-16).
        guard tables.isOpen(apartment) else { return .failure(.CO_E_NOTINITIALIZED) }
        let (proxy, owned) = ensureProxy(
          of: found.manager.id, named: found.manager.object.value.name, found.manager.apartment,
          of: id, in: apartment, &tables)
        var source = PublicHolder.stub
        var count = referencesOfPacket
        if let sealed = found.packet {
          kernel.tell(.packetOpened(sealed.id, as: proxy.id))
          if sealed.kind == .normal {
            _ = tables.exports.change(found.manager.id) { $0.use(sealed) }
            (source, count) = (.packet(sealed.id), sealed.references)
          }
        }
        proxy.add(interface: found.interface.iid, ipid: standard.ipid, count, from: source)
        return .success((Carried(proxy), owned))
      }
    }
    let (proxy, owned) = try connected.get()
    return OwnedPointer(proxy.value, iid, owned)
  }

  /// The apartment's proxy of a stub manager, with a new reference.
  func ensureProxy(
    of stub: StubID, named name: @autoclosure () -> String, _ exporter: ApartmentID,
    of owner: ProcessID, in apartment: Apartment, _ tables: inout Tables
  ) -> (Proxy, ReferenceID) {
    let key = ProxyKey(apartment: apartment.id, stub: stub)
    if let known = tables.proxies[key]?.value, let owned = known.addRefIfAlive(by: .com) {
      return (known, owned)
    }
    let proxy = Proxy(to: stub, named: name(), exporter, of: owner, in: apartment)
    kernel.tell(.proxyConnected(proxy.id, to: stub, apartment: apartment.id))
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

extension ObjectReference {
  var isCustom: Bool { standard == nil }

  /// Where the object is; nil for a reference that the object made itself.
  var standard: StandardReference? {
    switch body {
    case .standard(let standard, _), .handler(let standard, _, _), .extended(let standard, _, _):
      standard
    case .custom: nil
    }
  }
}
