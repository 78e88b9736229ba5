import ThreadKernel
import Trace

/// What another apartment has of an object: an identity of its own, a count of its own, and public
/// references to the object's interface stubs. It may be used in its apartment only.
final class Proxy: Unknown {
  /// The stub manager at the other end: the number on the wire.
  let stub: StubID
  /// The apartment where the object lives, and its process.
  let exporter: ApartmentID
  let owner: ProcessID
  private let state = ShortLock(State())

  private struct State: Sendable {
    var shares: [Share] = []
    var isDisconnected = false
  }

  /// One interface of the object, and how many references to its stub the proxy has.
  private struct Share: Sendable {
    let iid: GUID
    let ipid: GUID
    var references: UInt32
  }

  init(
    to stub: StubID, named name: String, _ exporter: ApartmentID, of owner: ProcessID,
    in apartment: Apartment
  ) {
    self.stub = stub
    self.exporter = exporter
    self.owner = owner
    super.init(.proxy, name: name, process: apartment.process, home: apartment)
  }

  /// Whether the object is in another process.
  var isAway: Bool { owner != process.id }

  override var isProxy: Bool { true }

  // MARK: References

  /// Takes references to an interface stub over, from a packet or from the stub.
  func add(interface iid: GUID, ipid: GUID, _ count: UInt32, from holder: PublicHolder) {
    state.withLock { state in
      kernel.tell(
        .publicReferences(ipid.interfaceStub, from: holder, to: .proxy(id), count: count))
      if let index = state.shares.firstIndex(where: { $0.ipid == ipid }) {
        // Bytes can say any number.
        let (sum, overflow) = state.shares[index].references.addingReportingOverflow(count)
        state.shares[index].references = overflow ? .max : sum
      } else {
        kernel.tell(.proxyInterface(id, ipid.interfaceStub))
        state.shares.append(Share(iid: iid, ipid: ipid, references: count))
      }
    }
  }

  /// Takes one reference out for a packet, and keeps at least one; 0 where there is none to spare.
  private func spare(_ ipid: GUID) -> Bool {
    state.withLock { state in
      guard let index = state.shares.firstIndex(where: { $0.ipid == ipid }),
        state.shares[index].references > 1
      else { return false }
      state.shares[index].references -= 1
      return true
    }
  }

  private func share(of iid: GUID) -> Share? {
    state.withLock { state in state.shares.first { $0.iid == iid } }
  }

  /// Whether a pointer of that interface can be handed out with no call.
  func isConnected(by iid: GUID) -> Bool {
    state.withLock { state in
      !state.isDisconnected && (iid == IUnknown.iid || state.shares.contains { $0.iid == iid })
    }
  }

  private var remote: RemoteUnknownClient {
    RemoteUnknownClient(exporter, of: owner, in: process)
  }

  // MARK: The rules of use

  /// - Throws: `RPC_E_WRONG_THREAD` outside the proxy's apartment (PRX-02),
  ///   `CO_E_NOTINITIALIZED` for a call on a thread with none (PRX-01),
  ///   `RPC_E_CANTCALLOUT_ININPUTSYNCCALL` for a call while a sent message is dispatched (MSG-10),
  ///   `CO_E_OBJNOTCONNECTED` once its apartment ended (STUB-11).
  func requireUsable(forCall: Bool) throws(HResult) {
    if let refusal = refusal(forCall: forCall) {
      kernel.tell(.refused(by: .proxy(id), refusal))
      throw refusal
    }
  }

  private func refusal(forCall: Bool) -> HResult? {
    // One that was cut off says so wherever it is used, also on a thread without COM.
    if state.withLock({ $0.isDisconnected }) { return .CO_E_OBJNOTCONNECTED }
    let thread = ComThread.current
    guard let apartment = thread.apartment else {
      return forCall ? .CO_E_NOTINITIALIZED : .RPC_E_WRONG_THREAD
    }
    guard apartment === home else { return .RPC_E_WRONG_THREAD }
    // Who sent the message stands still: it could not answer.
    return forCall && thread.sentMessages > 0 ? .RPC_E_CANTCALLOUT_ININPUTSYNCCALL : nil
  }

  // MARK: Calls

  /// The head of a call to one of the object's methods.
  func begin(_ iid: GUID, slot: UInt16, method: StaticString) throws(HResult) -> Outgoing {
    try requireUsable(forCall: true)
    guard let share = share(of: iid) else { throw .E_NOINTERFACE }
    return Outgoing(
      to: share.ipid, iid, slot: slot, method: method, proxy: id, target: exporter,
      isAway: isAway)
  }

  /// IUnknown, and what every proxy has, are answered here; what was asked before is known; the rest
  /// is asked of the object (RemQueryInterface).
  override func hasInterface(_ iid: GUID) throws(HResult) -> Bool {
    try requireUsable(forCall: false)
    if ProxyInterfaces.all.contains(iid) || share(of: iid) != nil { return true }
    guard let first = state.withLock({ $0.shares.first }) else { return false }
    do throws(HResult) {
      let found = try remote.query(first.ipid, iid, referencesOfPacket)
      add(interface: iid, ipid: found.ipid, found.publicReferences, from: .stub)
      return true
    } catch {
      if error == .E_NOINTERFACE { return false }
      throw error
    }
  }

  // MARK: Marshalling a proxy

  /// A packet for the object itself: whoever opens it talks to the object, not to this proxy.
  func marshalAgain(
    _ iid: GUID, _ kind: MarshalKind
  ) throws(HResult) -> (ObjectReference, PacketID) {
    try requireUsable(forCall: false)
    let known = share(of: iid) ?? (iid == IUnknown.iid ? state.withLock { $0.shares.first } : nil)
    guard let share = known else { throw .E_NOINTERFACE }
    if kind == .normal {
      // Out of references to spare, it asks the object's side for more (MSH-22).
      while !spare(share.ipid) {
        try remote.addReferences(share.ipid, referencesOfPacket)
        add(interface: share.iid, ipid: share.ipid, referencesOfPacket, from: .stub)
      }
    } else if kind == .tableStrong, !isAway {
      try remote.addReferences(share.ipid, 1)
    }
    return isAway ? try sealAway(share, iid, kind) : seal(share, iid, kind)
  }

  /// The packet of an object in another process: a normal one is this process's until it leaves; of
  /// a table one the stub manager has to know.
  private func sealAway(
    _ share: Share, _ iid: GUID, _ kind: MarshalKind
  ) throws(HResult) -> (ObjectReference, PacketID) {
    let (packet, reference) = packet(share, iid, kind)
    guard let standard = reference.standard else { throw .E_UNEXPECTED }
    let name = name
    process.tables.withLock { tables in
      tell(packet, reference)
      tables.exports.note(packet.id)
      if kind == .normal {
        tables.remoting.packets[packet.id] = .init(standard: standard, name: name)
      }
    }
    guard kind != .normal else { return (reference, packet.id) }
    do throws(HResult) {
      try remote.seal(PacketToRelease(standard: standard, id: packet.id))
      return (reference, packet.id)
    } catch {
      kernel.tell(.packetReleased(packet.id))
      throw error
    }
  }

  private func packet(
    _ share: Share, _ iid: GUID, _ kind: MarshalKind
  ) -> (SealedPacket, ObjectReference) {
    let packet = SealedPacket(
      id: kernel.numbers.packet(), stub: share.ipid.interfaceStub, kind: kind,
      references: kind == .normal ? 1 : 0)
    let standard = StandardReference(packet, of: stub, ipid: share.ipid, exporter: exporter)
    return (packet, ObjectReference(iid: iid, body: .standard(standard, .none)))
  }

  /// Tells of a new packet, and where its references come from.
  private func tell(_ packet: SealedPacket, _ reference: ObjectReference) {
    kernel.tell(
      .packetMade(packet.id, of: packet.stub, packet.kind, kernel.blob(reference.bytes)))
    guard packet.kind == .normal else { return }
    kernel.tell(
      .publicReferences(packet.stub, from: .proxy(id), to: .packet(packet.id), count: 1))
  }

  /// Makes the packet, and has the stub manager know of it.
  private func seal(_ share: Share, _ iid: GUID, _ kind: MarshalKind) -> (
    ObjectReference, PacketID
  ) {
    let (packet, reference) = packet(share, iid, kind)
    process.tables.withLock { tables in
      tell(packet, reference)
      tables.exports.note(packet.id)
      // What it holds is counted already: it came from the proxy, or was asked for.
      _ = process.change(stub, &tables) { manager in
        manager.insert(packet)
        return .nothing
      }
    }
    return (reference, packet.id)
  }

  // MARK: The end

  override func finalRelease() {
    process.forget(self)
    giveBackReferences()
  }

  /// Cuts the proxy off: its references go back, and it answers with an error from now on. What
  /// COM does to the proxies of an apartment that ends.
  func disconnect() {
    let wasConnected = state.withLock { state in
      defer { state.isDisconnected = true }
      return !state.isDisconnected
    }
    guard wasConnected else { return }
    kernel.tell(.proxyDisconnected(id))
    process.forget(self)
    giveBackReferences()
  }

  private func giveBackReferences() {
    let shares = state.withLock { state in
      let shares = state.shares
      state.shares = []
      return shares
    }
    guard !shares.isEmpty else { return }
    for share in shares where share.references > 0 {
      kernel.tell(
        .publicReferences(
          share.ipid.interfaceStub, from: .proxy(id), to: .stub, count: share.references))
    }
    remote.release(shares.map { RemoteReference(ipid: $0.ipid, publicReferences: $0.references) })
  }
}
