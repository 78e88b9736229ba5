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
  /// - Throws: `CO_E_OBJNOTREG` where the IPID is unknown, `E_INVALIDARG` for more than can be
  ///   counted.
  func addPublicReferences(_ ipid: GUID, _ count: UInt32) throws(HResult) {
    kernel.point(.countChanged)
    let added = tables.withLock { tables -> Result<Aftermath?, HResult> in
      guard let (manager, _) = find(ipid, &tables) else { return .failure(.CO_E_OBJNOTREG) }
      guard manager.canAdd(count) else { return .failure(.E_INVALIDARG) }
      return .success(change(manager.id, &tables) { $0.addStrong(count) })
    }
    perform(try added.get())
  }

  /// Takes public references back (RemRelease). An unknown IPID is no error: its object is gone.
  func takeBack(_ ipid: GUID, _ count: UInt32) {
    guard count > 0 else { return }
    kernel.point(.countChanged)
    let aftermath = tables.withLock { tables -> Aftermath? in
      guard let (manager, _) = find(ipid, &tables) else { return nil }
      return change(manager.id, &tables) { $0.release(strong: count) }
    }
    perform(aftermath)
  }

  /// Adds an interface to a stub manager that is there already (RemQueryInterface), with references
  /// for the one who asks.
  func exportMore(_ interface: RegisteredInterface, beside ipid: GUID, _ references: UInt32)
    -> StandardReference?
  {
    tables.withLock { tables in
      guard let (manager, _) = find(ipid, &tables), manager.canAdd(references) else { return nil }
      let stub = ensureInterface(interface, of: manager.id, &tables)
      // The object is connected already: nothing is to be done for more references.
      _ = change(manager.id, &tables) { $0.addStrong(references) }
      return StandardReference(
        publicReferences: references, oxid: UInt64(manager.apartment.number),
        oid: UInt64(manager.id.number),
        ipid: .ipid(stub, process: self.id, apartment: manager.apartment))
    }
  }

  /// Whether a packet was neither used nor released.
  func isOut(_ reference: ObjectReference, _ packet: PacketID) -> Bool {
    guard let standard = reference.standard else {
      return tables.withLock { $0.customPackets[packet] != nil }
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
