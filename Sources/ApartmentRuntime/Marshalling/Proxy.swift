import ThreadKernel
import Trace

/// What another apartment has of an object: an identity of its own, a count of its own, and public
/// references to the object's interface stubs. It may be used in its apartment only.
final class Proxy: Unknown {
  /// The stub manager at the other end: the number on the wire.
  let stub: StubID
  /// The apartment where the object lives.
  let exporter: ApartmentID
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

  init(to manager: StubManager, in apartment: Apartment) {
    stub = manager.id
    exporter = manager.apartment
    super.init(
      .proxy, name: manager.object.value.name, process: apartment.process, home: apartment)
  }

  // MARK: References

  /// Takes references to an interface stub over, from a packet or from the stub.
  func add(interface iid: GUID, ipid: GUID, _ count: UInt32, from holder: PublicHolder) {
    state.withLock { state in
      kernel.tell(
        .publicReferences(ipid.interfaceStub, from: holder, to: .proxy(id), count: count))
      if let index = state.shares.firstIndex(where: { $0.ipid == ipid }) {
        state.shares[index].references += count
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

  private var remote: RemoteUnknownClient {
    RemoteUnknownClient(apartment: exporter, process: process)
  }

  // MARK: The rules of use

  /// - Throws: `RPC_E_WRONG_THREAD` outside the proxy's apartment (PRX-02),
  ///   `CO_E_NOTINITIALIZED` for a call on a thread with none (PRX-01),
  ///   `CO_E_OBJNOTCONNECTED` once its apartment ended (STUB-11).
  private func requireUsable(forCall: Bool) throws(HResult) {
    if let refusal = refusal(forCall: forCall) {
      kernel.tell(.refused(by: .proxy(id), refusal))
      throw refusal
    }
  }

  private func refusal(forCall: Bool) -> HResult? {
    guard let apartment = ComThread.current.apartment else {
      return forCall ? .CO_E_NOTINITIALIZED : .RPC_E_WRONG_THREAD
    }
    if state.withLock({ $0.isDisconnected }) { return .CO_E_OBJNOTCONNECTED }
    return apartment === home ? nil : .RPC_E_WRONG_THREAD
  }

  // MARK: Calls

  /// The head of a call to one of the object's methods.
  func begin(_ iid: GUID, slot: UInt16, method: StaticString) throws(HResult) -> Outgoing {
    try requireUsable(forCall: true)
    guard let share = share(of: iid) else { throw .E_NOINTERFACE }
    return Outgoing(
      to: share.ipid, iid, slot: slot, method: method, proxy: id, target: exporter)
  }

  /// IUnknown, and what every proxy has, are answered here; what was asked before is known; the rest
  /// is asked of the object (RemQueryInterface).
  override func hasInterface(_ iid: GUID) throws(HResult) -> Bool {
    try requireUsable(forCall: false)
    if ProxyInterfaces.all.contains(iid) || share(of: iid) != nil { return true }
    guard let first = state.withLock({ $0.shares.first }) else { return false }
    guard process.registered(iid) != nil else { return false }
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
    let packet = kernel.numbers.packet()
    var count: UInt32 = 0
    if kind == .normal {
      count = 1
      // Out of references to spare, it asks the object's side for more (MSH-22).
      if !spare(share.ipid) {
        try remote.addReferences(share.ipid, referencesOfPacket)
        add(interface: share.iid, ipid: share.ipid, referencesOfPacket, from: .stub)
        _ = spare(share.ipid)
      }
    } else if kind == .tableStrong {
      try remote.addReferences(share.ipid, 1)
    }
    let reference = makeReference(share, kind, count, packet)
    return (reference, packet)
  }

  private func makeReference(
    _ share: Share, _ kind: MarshalKind, _ count: UInt32, _ packet: PacketID
  ) -> ObjectReference {
    let standard = StandardReference(
      flags: kind == .tableWeak ? StandardReference.tableWeak : 0, publicReferences: count,
      oxid: UInt64(exporter.number), oid: UInt64(stub.number), ipid: share.ipid)
    let reference = ObjectReference(iid: share.iid, body: .standard(standard, .none))
    let stub = share.ipid.interfaceStub
    kernel.tell(.packetMade(packet, of: stub, kind, kernel.blob(reference.bytes)))
    process.tables.withLock { $0.lastPackets[stub] = packet }
    guard kind == .normal else { return reference }
    kernel.tell(.publicReferences(stub, from: .proxy(id), to: .packet(packet), count: count))
    process.tables.withLock { tables in
      _ = tables.exports.change(self.stub) { $0.addNormalPacket() }
    }
    return reference
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

/// The interfaces that every proxy has, whether or not its object does (PRX-06).
enum ProxyInterfaces {
  static let all: [GUID] = [
    IUnknown.iid, IMultiQI.iid, IClientSecurity.iid, IMarshal.iid,
  ]
}

/// `IMultiQI`: proxies have it, objects do not, which is how a client tells them apart (PRX-07).
public enum IMultiQI: ComInterface {
  public typealias Methods = Unknown
  public static let iid: GUID = "00000020-0000-0000-C000-000000000046"
  public static let name = "IMultiQI"
  public static func methods(of object: AnyObject) -> Unknown? { nil }
  public static var stubs: [StubMethod] { [] }
}

/// `IClientSecurity`, on proxies only.
public enum IClientSecurity: ComInterface {
  public typealias Methods = Unknown
  public static let iid: GUID = "0000013D-0000-0000-C000-000000000046"
  public static let name = "IClientSecurity"
  public static func methods(of object: AnyObject) -> Unknown? { nil }
  public static var stubs: [StubMethod] { [] }
}

/// `IMarshal`: how a proxy marshals itself.
public enum IMarshal: ComInterface {
  public typealias Methods = Unknown
  public static let iid: GUID = "00000003-0000-0000-C000-000000000046"
  public static let name = "IMarshal"
  public static func methods(of object: AnyObject) -> Unknown? { nil }
  public static var stubs: [StubMethod] { [] }
}
