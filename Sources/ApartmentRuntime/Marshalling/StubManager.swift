import ThreadKernel
import Trace

/// What keeps an object reachable from other apartments: one for each object (one OID), with a stub
/// for each interface that was marshalled (one IPID each).
///
/// A pure state machine: each operation changes the counts and says what has to be done; the
/// process does it once its lock is released.
struct StubManager: Sendable {
  let id: StubID
  let apartment: ApartmentID
  let object: Carried<Unknown>
  /// The one reference that it holds to the object.
  let reference: ReferenceID
  /// Whether the object counts its connections (`IExternalConnection`).
  let wantsConnections: Bool
  private(set) var interfaces: [Interface] = []
  /// What keeps the object alive from outside: public references, table-strong packets, locks.
  private(set) var strong: UInt32 = 0
  /// Table-weak packets.
  private(set) var weak: UInt32 = 0
  /// `CoLockObjectExternal`; they are among the strong ones.
  private(set) var locks: UInt32 = 0
  /// Normal packets that nobody has used yet. At 0 a packet that comes was used before.
  private(set) var normalPackets: UInt32 = 0

  struct Interface: Sendable {
    let id: InterfaceStubID
    let iid: GUID
  }

  enum Effect {
    case addConnection
    case releaseConnection(lastReleaseCloses: Bool)
    /// Nothing from outside keeps the object alive: the manager goes.
    case end
  }

  init(
    _ id: StubID, _ object: Unknown, _ reference: ReferenceID, in apartment: ApartmentID
  ) {
    self.id = id
    self.apartment = apartment
    self.object = Carried(object)
    self.reference = reference
    wantsConnections = object is any ExternalConnecting
  }

  mutating func add(_ interface: Interface) { interfaces.append(interface) }

  mutating func addStrong(_ count: UInt32) -> [Effect] {
    let isFirst = count > 0 && strong == 0
    strong += count
    return isFirst && wantsConnections ? [.addConnection] : []
  }

  /// Gives strong references back.
  ///
  /// - Parameter lastUnlockReleases: whether weak packets alone keep nothing alive (they do for an
  ///   object that counts its connections, MSH-17).
  mutating func release(strong count: UInt32, lastUnlockReleases: Bool = true) -> [Effect] {
    let count = min(count, strong)
    strong -= count
    var effects: [Effect] = []
    if count > 0, strong == 0, wantsConnections {
      effects.append(.releaseConnection(lastReleaseCloses: lastUnlockReleases))
    }
    let kept = strong + (lastUnlockReleases ? 0 : weak)
    if kept == 0, !(wantsConnections && lastUnlockReleases && weak > 0) { effects.append(.end) }
    return effects
  }

  /// A weak packet is given back.
  mutating func releaseWeak() -> [Effect] {
    weak -= min(1, weak)
    return release(strong: 0, lastUnlockReleases: false)
  }

  mutating func addWeak() { weak += 1 }

  mutating func addNormalPacket() { normalPackets += 1 }

  /// Uses a normal packet up; false where none is out, so that it was used before.
  mutating func useNormalPacket() -> Bool {
    guard normalPackets > 0 else { return false }
    normalPackets -= 1
    return true
  }

  mutating func lock() -> [Effect] {
    locks += 1
    return addStrong(1)
  }

  mutating func unlock(lastUnlockReleases: Bool) -> [Effect] {
    guard locks > 0 else { return [] }
    locks -= 1
    return release(strong: 1, lastUnlockReleases: lastUnlockReleases)
  }
}

/// The stub managers of a process.
struct ExportTable: Sendable {
  /// An object can be marshalled in one apartment only, its home; by mistake in others too.
  struct Key: Hashable, Sendable {
    let apartment: ApartmentID
    let object: ObjectID
  }

  private(set) var managers: [StubID: StubManager] = [:]
  private var byObject: [Key: StubID] = [:]
  private var byInterface: [InterfaceStubID: StubID] = [:]

  func manager(of object: ObjectID, in apartment: ApartmentID) -> StubID? {
    byObject[Key(apartment: apartment, object: object)]
  }

  func manager(of interface: InterfaceStubID) -> StubID? { byInterface[interface] }

  /// The managers of an apartment, oldest first.
  func managers(in apartment: ApartmentID) -> [StubID] {
    managers.values.filter { $0.apartment == apartment }.map(\.id).sorted()
  }

  mutating func insert(_ manager: StubManager) {
    managers[manager.id] = manager
    byObject[Key(apartment: manager.apartment, object: manager.object.value.id)] = manager.id
  }

  mutating func insert(_ interface: StubManager.Interface, into id: StubID) {
    managers[id]?.add(interface)
    byInterface[interface.id] = id
  }

  mutating func remove(_ id: StubID) -> StubManager? {
    guard let manager = managers.removeValue(forKey: id) else { return nil }
    byObject[Key(apartment: manager.apartment, object: manager.object.value.id)] = nil
    for interface in manager.interfaces { byInterface[interface.id] = nil }
    return manager
  }

  /// Changes a manager, and answers what the change asks for.
  mutating func change<Result>(
    _ id: StubID, _ body: (inout StubManager) -> Result
  ) -> Result? {
    guard var manager = managers[id] else { return nil }
    let result = body(&manager)
    managers[id] = manager
    return result
  }
}
