import ThreadKernel
import Trace

/// References that a normal packet carries, as Windows' do.
let referencesOfPacket: UInt32 = 5

extension ComProcess {
  /// Marshals an object of the apartment: makes its stub manager and interface stub where they are
  /// not there yet, and a packet that names them.
  func export(
    _ object: Unknown, _ interface: RegisteredInterface, in apartment: Apartment,
    _ kind: MarshalKind, noPing: Bool
  ) -> (ObjectReference, PacketID) {
    kernel.point(.countChanged)
    let carried = Carried(object)
    let packet = kernel.numbers.packet()
    let made = tables.withLock { tables -> (ObjectReference, StubID, [StubManager.Effect]) in
      let id = ensureManager(of: carried.value, in: apartment, &tables)
      let stub = ensureInterface(interface, of: id, &tables)
      let standard = standardReference(to: stub, of: id, in: apartment, kind, noPing: noPing)
      let reference = ObjectReference(iid: interface.iid, body: .standard(standard, .none))
      kernel.tell(.packetMade(packet, of: stub, kind, kernel.blob(reference.bytes)))
      tables.lastPackets[stub] = packet
      let effects = count(kind, packet, stub, id, &tables)
      return (reference, id, effects)
    }
    perform(made.2, on: made.1)
    return (made.0, packet)
  }

  private func standardReference(
    to stub: InterfaceStubID, of id: StubID, in apartment: Apartment, _ kind: MarshalKind,
    noPing: Bool
  ) -> StandardReference {
    var flags: UInt32 = noPing ? StandardReference.noPing : 0
    if kind == .tableWeak { flags |= StandardReference.tableWeak }
    return StandardReference(
      flags: flags, publicReferences: kind == .normal ? referencesOfPacket : 0,
      oxid: UInt64(apartment.id.number), oid: UInt64(id.number),
      ipid: .ipid(stub, process: self.id, apartment: apartment.id))
  }

  func ensureManager(
    of object: Unknown, in apartment: Apartment, _ tables: inout Tables
  ) -> StubID {
    if let known = tables.exports.manager(of: object.id, in: apartment.id) { return known }
    let id = kernel.numbers.stub()
    kernel.tell(.stubManagerCreated(id, object: object.id, apartment: apartment.id))
    let reference = object.addRefHere(by: .stub(id)) ?? .none
    tables.exports.insert(StubManager(id, object, reference, in: apartment.id))
    return id
  }

  private func ensureInterface(
    _ interface: RegisteredInterface, of id: StubID, _ tables: inout Tables
  ) -> InterfaceStubID {
    let known = tables.exports.managers[id]?.interfaces.first { $0.iid == interface.iid }
    if let known { return known.id }
    let stub = StubManager.Interface(id: kernel.numbers.interfaceStub(), iid: interface.iid)
    tables.exports.insert(stub, into: id)
    kernel.tell(
      .interfaceStubCreated(stub.id, of: id, interface: kernel.name(interface.name)))
    return stub.id
  }

  /// Counts what a new packet holds.
  private func count(
    _ kind: MarshalKind, _ packet: PacketID, _ stub: InterfaceStubID, _ id: StubID,
    _ tables: inout Tables
  ) -> [StubManager.Effect] {
    let effects = change(id, &tables) { manager in
      switch kind {
      case .normal:
        manager.addNormalPacket()
        return manager.addStrong(referencesOfPacket)
      case .tableStrong: return manager.addStrong(1)
      case .tableWeak:
        manager.addWeak()
        return []
      }
    }
    if kind == .normal {
      kernel.tell(
        .publicReferences(stub, from: .stub, to: .packet(packet), count: referencesOfPacket))
    }
    return effects
  }

  /// Changes a manager's counts under the lock, and tells them.
  func change(
    _ id: StubID, _ tables: inout Tables, _ body: (inout StubManager) -> [StubManager.Effect]
  ) -> [StubManager.Effect] {
    let effects = tables.exports.change(id, body) ?? []
    if let manager = tables.exports.managers[id] {
      kernel.tell(
        .stubCounts(id, strong: manager.strong, weak: manager.weak, locks: manager.locks))
    }
    return effects
  }

  /// Does what a change asked for; not under the lock, because objects are called.
  func perform(_ effects: [StubManager.Effect], on id: StubID) {
    for effect in effects {
      switch effect {
      case .addConnection: _ = connecting(id)?.addConnection()
      case .releaseConnection(let closes):
        _ = connecting(id)?.releaseConnection(lastReleaseCloses: closes)
      case .end: end(id, disconnected: false)
      }
    }
  }

  private func connecting(_ id: StubID) -> (any ExternalConnecting)? {
    let object = tables.withLock { $0.exports.managers[id]?.object }
    return object?.value as? any ExternalConnecting
  }

  /// Ends a stub manager: the reference that COM held to the object is given back.
  func end(_ id: StubID, disconnected: Bool) {
    kernel.point(.countChanged)
    let manager = tables.withLock { tables in
      let manager = tables.exports.remove(id)
      if manager != nil { kernel.tell(.stubManagerEnded(id, disconnected: disconnected)) }
      return manager
    }
    guard let manager else { return }
    manager.object.value.release(manager.reference, by: .stub(id))
  }

  // MARK: What comes from outside

  /// The object behind an IPID and the interface that it names, for a call.
  func target(of ipid: GUID, in apartment: Apartment) -> (Unknown, RegisteredInterface)? {
    let found = tables.withLock { tables -> (Carried<Unknown>, GUID)? in
      guard let (manager, interface) = find(ipid, &tables), manager.apartment == apartment.id
      else { return nil }
      return (manager.object, interface.iid)
    }
    guard let (object, iid) = found, let interface = registered(iid) else { return nil }
    return (object.value, interface)
  }

  /// The manager and interface that an IPID names. All of its fields have to fit: it may come from
  /// a packet that anybody wrote.
  func find(_ ipid: GUID, _ tables: inout Tables) -> (StubManager, StubManager.Interface)? {
    let stub = ipid.interfaceStub
    guard let id = tables.exports.manager(of: stub), let manager = tables.exports.managers[id],
      let interface = manager.interfaces.first(where: { $0.id == stub }),
      ipid == .ipid(stub, process: self.id, apartment: manager.apartment)
    else { return nil }
    return (manager, interface)
  }

  /// Adds public references to an interface stub (RemAddRef).
  ///
  /// - Throws: `CO_E_OBJNOTREG` where the IPID is unknown.
  func addPublicReferences(_ ipid: GUID, _ count: UInt32) throws(HResult) {
    kernel.point(.countChanged)
    let added = tables.withLock { tables -> (StubID, [StubManager.Effect])? in
      guard let (manager, _) = find(ipid, &tables) else { return nil }
      return (manager.id, change(manager.id, &tables) { $0.addStrong(count) })
    }
    guard let (id, effects) = added else { throw .CO_E_OBJNOTREG }
    perform(effects, on: id)
  }

  /// Takes public references back (RemRelease). An unknown IPID is no error: its object is gone.
  func takeBack(_ ipid: GUID, _ count: UInt32) {
    kernel.point(.countChanged)
    let released = tables.withLock { tables -> (StubID, [StubManager.Effect])? in
      guard let (manager, _) = find(ipid, &tables) else { return nil }
      return (manager.id, change(manager.id, &tables) { $0.release(strong: count) })
    }
    if let (id, effects) = released { perform(effects, on: id) }
  }

  /// Adds an interface to a stub manager that is there already (RemQueryInterface), with references
  /// for the one who asks.
  func exportMore(_ interface: RegisteredInterface, beside ipid: GUID, _ references: UInt32)
    -> StandardReference?
  {
    tables.withLock { tables in
      guard let (manager, _) = find(ipid, &tables) else { return nil }
      let stub = ensureInterface(interface, of: manager.id, &tables)
      // The object is connected already: no effect can come of more references.
      _ = change(manager.id, &tables) { $0.addStrong(references) }
      return StandardReference(
        publicReferences: references, oxid: UInt64(manager.apartment.number),
        oid: UInt64(manager.id.number),
        ipid: .ipid(stub, process: self.id, apartment: manager.apartment))
    }
  }
}

extension StandardReference {
  /// A table-weak packet: a bit for local use, which others ignore (OBJREF.md, STDOBJREF).
  static let tableWeak: UInt32 = 0x1
}
