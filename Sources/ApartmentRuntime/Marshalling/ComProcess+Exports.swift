import ThreadKernel
import Trace

/// References that a normal packet carries, as Windows' do.
let referencesOfPacket: UInt32 = 5

extension ComProcess {
  /// Marshals an object of the apartment: makes its stub manager and interface stub where they are
  /// not there yet, and a packet that names them.
  ///
  /// - Throws: `CO_E_RELEASED` where the object is a tombstone by now, `CO_E_NOTINITIALIZED` where
  ///   the apartment ends.
  func export(
    _ object: Unknown, _ interface: RegisteredInterface, in apartment: Apartment,
    _ kind: MarshalKind, noPing: Bool
  ) throws(HResult) -> (ObjectReference, PacketID) {
    typealias Made = (ObjectReference, PacketID, Aftermath?)
    kernel.point(.countChanged)
    let carried = Carried(object)
    let made = tables.withLock { tables -> Result<Made, HResult> in
      let id: StubID
      switch ensureManager(of: carried.value, in: apartment, &tables) {
      case .success(let manager): id = manager
      case .failure(let code): return .failure(code)
      }
      let stub = ensureInterface(interface, of: id, &tables)
      let packet = SealedPacket(
        id: kernel.numbers.packet(), stub: stub, kind: kind,
        references: kind == .normal ? referencesOfPacket : 0)
      let standard = StandardReference(
        packet, of: id, ipid: .ipid(stub, process: self.id, apartment: apartment.id),
        exporter: apartment.id, noPing: noPing)
      let reference = ObjectReference(iid: interface.iid, body: .standard(standard, .none))
      kernel.tell(.packetMade(packet.id, of: stub, kind, kernel.blob(reference.bytes)))
      tables.exports.note(packet.id)
      let aftermath = change(id, &tables) { $0.count(packet) }
      if kind == .normal {
        kernel.tell(
          .publicReferences(stub, from: .stub, to: .packet(packet.id), count: packet.references))
      }
      return .success((reference, packet.id, aftermath))
    }
    let (reference, packet, aftermath) = try made.get()
    perform(aftermath)
    return (reference, packet)
  }

  /// The object's manager in the apartment, which is made where there is none.
  func ensureManager(
    of object: Unknown, in apartment: Apartment, _ tables: inout Tables
  ) -> Result<StubID, HResult> {
    if let known = tables.exports.manager(of: object.id, in: apartment.id) {
      return .success(known)
    }
    // Nobody would cut it off any more.
    guard tables.isOpen(apartment) else { return .failure(.CO_E_NOTINITIALIZED) }
    guard let reference = object.addRefHere(by: .com) else { return .failure(.CO_E_RELEASED) }
    let id = kernel.numbers.stub()
    kernel.tell(.stubManagerCreated(id, object: object.id, apartment: apartment.id))
    object.move(reference, to: .stub(id))
    tables.exports.insert(StubManager(id, object, reference, in: apartment.id))
    return .success(id)
  }

  private func ensureInterface(
    _ interface: RegisteredInterface, of id: StubID, _ tables: inout Tables
  ) -> InterfaceStubID {
    let known = tables.exports.managers[id]?.interfaces.first { $0.iid == interface.iid }
    if let known { return known.id }
    let object = tables.exports.managers[id]?.object.value
    let serving = object.flatMap { interface.makeStub($0.part(with: interface.iid)) }
    let stub = StubManager.Interface(
      id: kernel.numbers.interfaceStub(), iid: interface.iid, stub: serving.map { Carried($0) })
    tables.exports.insert(stub, into: id)
    kernel.tell(
      .interfaceStubCreated(stub.id, of: id, interface: kernel.name(interface.name)))
    return stub.id
  }

  // MARK: What comes from outside

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

  /// The same for a reference as it stands in a packet: its exporter and object have to fit too.
  func find(
    _ standard: StandardReference, _ tables: inout Tables
  ) -> (StubManager, StubManager.Interface)? {
    guard let found = find(standard.ipid, &tables),
      standard.oxid == UInt64(found.0.apartment.number), standard.oid == UInt64(found.0.id.number)
    else { return nil }
    return found
  }

  /// Adds public references to an interface stub (RemAddRef).
  ///
  /// - Parameter client: the process that gets them, where it is another one.
  /// - Throws: `CO_E_OBJNOTREG` where the IPID is unknown, `E_INVALIDARG` for more than can be
  ///   counted.
  func addPublicReferences(
    _ ipid: GUID, _ count: UInt32, for client: ProcessID? = nil
  ) throws(HResult) {
    kernel.point(.countChanged)
    typealias Added = (Aftermath?, ApartmentID)
    let added = tables.withLock { tables -> Result<Added, HResult> in
      guard let (manager, interface) = find(ipid, &tables), !tables.remoting.isGone(client) else {
        return .failure(.CO_E_OBJNOTREG)
      }
      guard manager.canAdd(count) else { return .failure(.E_INVALIDARG) }
      let aftermath = change(manager.id, &tables) {
        $0.addStrong(count, of: interface.id, for: client)
      }
      return .success((aftermath, manager.apartment))
    }
    let (aftermath, apartment) = try added.get()
    if let client { watch(client, for: apartment) }
    perform(aftermath)
  }

  /// Takes public references back (RemRelease). An unknown IPID is no error: its object is gone.
  func takeBack(_ ipid: GUID, _ count: UInt32, from client: ProcessID?) {
    guard count > 0 else { return }
    kernel.point(.countChanged)
    let aftermath = tables.withLock { tables -> Aftermath? in
      guard let (manager, interface) = find(ipid, &tables) else { return nil }
      return change(manager.id, &tables) { manager in
        guard let client else { return manager.release(strong: count) }
        return manager.release(count, of: interface.id, from: client)
      }
    }
    perform(aftermath)
  }

  /// Adds an interface to a stub manager that is there already (RemQueryInterface), with references
  /// for the one who asks.
  ///
  /// - Parameter client: the process that gets them, where it is another one.
  func exportMore(
    _ interface: RegisteredInterface, beside ipid: GUID, _ references: UInt32,
    for client: ProcessID?
  ) -> StandardReference? {
    typealias Made = (StandardReference, Aftermath?)
    let made = tables.withLock { tables -> Made? in
      guard let (manager, _) = find(ipid, &tables), manager.canAdd(references),
        !tables.remoting.isGone(client)
      else { return nil }
      let stub = ensureInterface(interface, of: manager.id, &tables)
      let aftermath = change(manager.id, &tables) {
        $0.addStrong(references, of: stub, for: client)
      }
      let standard = StandardReference(
        publicReferences: references, oxid: UInt64(manager.apartment.number),
        oid: UInt64(manager.id.number),
        ipid: .ipid(stub, process: self.id, apartment: manager.apartment))
      return (standard, aftermath)
    }
    guard let (standard, aftermath) = made else { return nil }
    if let client { watch(client, for: standard) }
    perform(aftermath)
    return standard
  }

  /// Has the stub manager know of a table packet that another process made of its proxy.
  ///
  /// - Throws: `CO_E_OBJNOTREG` where the object is gone.
  func seal(
    _ standard: StandardReference, _ packet: PacketID, for client: ProcessID?
  ) throws(HResult) {
    kernel.point(.countChanged)
    let sealed = SealedPacket(
      id: packet, stub: standard.ipid.interfaceStub, kind: standard.kind, references: 0,
      client: client)
    let aftermath = tables.withLock { tables -> Aftermath? in
      guard standard.kind != .normal, let (manager, _) = find(standard, &tables),
        manager.canAdd(1), !tables.remoting.isGone(client)
      else { return nil }
      tables.exports.note(packet)
      return change(manager.id, &tables) { $0.count(sealed) }
    }
    guard let aftermath else { throw .CO_E_OBJNOTREG }
    if let client { watch(client, for: standard) }
    perform(aftermath)
  }

  /// Whether a packet was neither used nor released.
  func isOut(_ reference: ObjectReference, _ packet: PacketID) -> Bool {
    guard let standard = reference.standard else {
      return tables.withLock { $0.customPackets[packet] != nil }
    }
    guard standard.ipid.owner == id else {
      return tables.withLock { $0.remoting.packets[packet] != nil }
    }
    return tables.withLock { tables in
      find(standard, &tables)?.0.sealed(standard, packet) != nil
    }
  }

  /// Gives back what a packet of the calling thread's apartment holds.
  ///
  /// - Throws: `RPC_E_INVALID_OBJREF` for a packet that was used or released before: that is told.
  func releasePacket(_ standard: StandardReference, _ packet: PacketID) throws(HResult) {
    kernel.point(.countChanged)
    let released = tables.withLock { tables -> Aftermath? in
      guard let (manager, interface) = find(standard, &tables),
        let sealed = manager.sealed(standard, packet)
      else { return nil }
      if sealed.references > 0 {
        kernel.tell(
          .publicReferences(
            interface.id, from: .packet(sealed.id), to: .stub, count: sealed.references))
      }
      kernel.tell(.packetReleased(sealed.id))
      return change(manager.id, &tables) { $0.release(sealed) }
    }
    guard let released else { throw refuse(packet, .RPC_E_INVALID_OBJREF) }
    perform(released)
  }

  /// Tells that COM says no to a packet, and answers the code to throw.
  func refuse(_ packet: PacketID, _ code: HResult) -> HResult {
    let isKnown = tables.withLock { $0.exports.wasMade(packet) }
    kernel.tell(isKnown ? .packetRefused(packet, code) : .refused(by: .com, code))
    return code
  }
}

extension StubManager {
  /// Counts a new packet of the object with all that it holds.
  fileprivate mutating func count(_ packet: SealedPacket) -> Outcome {
    insert(packet)
    switch packet.kind {
    case .normal: return addStrong(packet.references)
    case .tableStrong: return addStrong(1)
    case .tableWeak: return .nothing
    }
  }
}

extension StandardReference {
  /// What a packet's bytes say.
  init(
    _ packet: SealedPacket, of manager: StubID, ipid: GUID, exporter: ApartmentID,
    noPing: Bool = false
  ) {
    var flags: UInt32 = noPing ? Self.noPing : 0
    if packet.kind == .tableWeak { flags |= Self.tableWeak }
    self.init(
      flags: flags, publicReferences: packet.references, oxid: UInt64(exporter.number),
      oid: UInt64(manager.number), ipid: ipid)
  }
}
