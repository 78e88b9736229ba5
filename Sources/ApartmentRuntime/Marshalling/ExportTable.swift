import ThreadKernel
import Trace

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
  /// Interface stubs that there were.
  private var former: Set<InterfaceStubID> = []
  /// Every packet that was made.
  private var packets: Set<PacketID> = []
  /// How many calls run in a manager's object.
  private var running: [StubID: Int] = [:]
  /// Managers that are gone but for the calls that run: they keep the object until the last ends.
  private var leaving: [StubID: StubManager] = [:]

  func manager(of object: ObjectID, in apartment: ApartmentID) -> StubID? {
    byObject[Key(apartment: apartment, object: object)]
  }

  /// The object of a manager that is there.
  func object(of id: StubID) -> Carried<Unknown>? { managers[id]?.object }

  /// Whether other processes hold an object.
  func isHeldOutside(_ object: ObjectID) -> Bool {
    managers.values.contains { $0.object.value.id == object && !$0.clients.isEmpty }
  }

  func manager(of interface: InterfaceStubID) -> StubID? { byInterface[interface] }

  /// Whether there was such an interface stub, and is no more.
  func wasThere(_ interface: InterfaceStubID) -> Bool { former.contains(interface) }

  /// A packet is made.
  mutating func note(_ packet: PacketID) { packets.insert(packet) }

  /// Whether there ever was a packet of that number: bytes can say anything.
  func wasMade(_ packet: PacketID) -> Bool { packets.contains(packet) }

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

  /// Changes a manager, and answers what the change asks for.
  mutating func change<Result>(
    _ id: StubID, _ body: (inout StubManager) -> Result
  ) -> Result? {
    guard var manager = managers[id] else { return nil }
    let result = body(&manager)
    managers[id] = manager
    return result
  }

  /// Takes a manager off the table.
  ///
  /// - Returns: it, for its reference to be given back; nil while calls run in its object.
  mutating func remove(_ id: StubID) -> StubManager? {
    guard let manager = managers.removeValue(forKey: id) else { return nil }
    byObject[Key(apartment: manager.apartment, object: manager.object.value.id)] = nil
    for interface in manager.interfaces {
      byInterface[interface.id] = nil
      former.insert(interface.id)
    }
    guard running[id] != nil else { return manager }
    leaving[id] = manager
    return nil
  }

  // MARK: Calls that run

  mutating func enter(_ id: StubID) { running[id, default: 0] += 1 }

  /// A call has ended.
  ///
  /// - Returns: the manager, where it has gone meanwhile and its reference is to be given back.
  mutating func leave(_ id: StubID) -> StubManager? {
    let left = (running[id] ?? 1) - 1
    running[id] = left == 0 ? nil : left
    return left == 0 ? leaving.removeValue(forKey: id) : nil
  }
}
