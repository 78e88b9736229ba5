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
  /// Packets that are out. A normal packet that comes and is not among them was used before.
  private(set) var packets: [SealedPacket] = []
  /// What other processes hold; it is among the strong ones.
  private(set) var clients = ClientBooks()

  struct Interface: Sendable {
    let id: InterfaceStubID
    let iid: GUID
    /// What serves its calls; nil where the object says that it has the interface, and has not.
    let stub: Carried<InterfaceStub>?
  }

  /// What a change of the counts asks for.
  struct Outcome: Sendable {
    enum Connection: Sendable {
      case added
      case released(lastReleaseCloses: Bool)
    }
    /// Whether other processes hold the object from here on, or do not any more.
    enum Outside: Sendable { case begins, ends }

    /// What an object is told that counts its connections.
    var connection: Connection?
    /// The first client in another process came, or the last one went.
    var outside: Outside?
    /// Nothing from outside keeps the object alive: the manager goes.
    var isOver = false

    static let nothing = Outcome()

    /// What two changes in a row ask for.
    func merged(with later: Outcome) -> Outcome {
      Outcome(
        connection: later.connection ?? connection, outside: later.outside ?? outside,
        isOver: isOver || later.isOver)
    }
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

  /// Whether so many more references can be counted: who asks may have written any number.
  func canAdd(_ count: UInt32) -> Bool { !strong.addingReportingOverflow(count).overflow }

  mutating func addStrong(_ count: UInt32) -> Outcome {
    let isFirst = count > 0 && strong == 0
    strong += count
    return Outcome(connection: isFirst && wantsConnections ? .added : nil)
  }

  /// Gives strong references back.
  ///
  /// - Parameter lastUnlockReleases: whether weak packets alone keep nothing alive (they do for an
  ///   object that counts its connections, MSH-17).
  mutating func release(strong count: UInt32, lastUnlockReleases: Bool = true) -> Outcome {
    let count = min(count, strong)
    strong -= count
    var outcome = Outcome()
    if count > 0, strong == 0, wantsConnections {
      outcome.connection = .released(lastReleaseCloses: lastUnlockReleases)
    }
    let areWeakOnesEnough = wantsConnections || !lastUnlockReleases
    outcome.isOver = strong == 0 && (weak == 0 || !areWeakOnesEnough)
    return outcome
  }

  mutating func lock() -> Outcome {
    locks += 1
    return addStrong(1)
  }

  mutating func unlock(lastUnlockReleases: Bool) -> Outcome {
    guard locks > 0 else { return .nothing }
    locks -= 1
    return release(strong: 1, lastUnlockReleases: lastUnlockReleases)
  }

  // MARK: Other processes

  /// The same for a client, where it is another process.
  mutating func addStrong(
    _ count: UInt32, of stub: InterfaceStubID, for client: ProcessID?
  ) -> Outcome {
    let outcome = addStrong(count)
    guard let client else { return outcome }
    return outcome.merged(with: book(count, of: stub, to: client))
  }

  /// References that are counted are a process's from here on.
  mutating func book(
    _ count: UInt32, of stub: InterfaceStubID, to process: ProcessID
  ) -> Outcome {
    changeClients { $0.add(count, of: stub, to: process) }
  }

  /// A process gives references back; what it does not have, it cannot.
  mutating func release(
    _ count: UInt32, of stub: InterfaceStubID, from process: ProcessID
  ) -> Outcome {
    var taken: UInt32 = 0
    let outcome = changeClients { taken = $0.take(count, of: stub, from: process) }
    return taken == 0 ? .nothing : outcome.merged(with: release(strong: taken))
  }

  /// A normal packet goes to a process, and its references with it.
  mutating func send(_ packet: SealedPacket, to process: ProcessID) -> Outcome {
    use(packet)
    return book(packet.references, of: packet.stub, to: process)
  }

  /// A normal packet that a process made of its references, or did not use, comes home.
  ///
  /// - Returns: nil where the process had not so many.
  mutating func receive(_ packet: SealedPacket, from process: ProcessID) -> Outcome? {
    guard clients.count(of: packet.stub, with: process) >= packet.references,
      !packets.contains(where: { $0.id == packet.id })
    else { return nil }
    insert(packet)
    return changeClients { _ = $0.take(packet.references, of: packet.stub, from: process) }
  }

  /// A process hands references on to another.
  mutating func move(
    _ count: UInt32, of stub: InterfaceStubID, from: ProcessID, to: ProcessID
  ) -> Outcome {
    changeClients { $0.add($0.take(count, of: stub, from: from), of: stub, to: to) }
  }

  /// Takes back all that a process holds which is gone: references, and table packets.
  mutating func reclaim(
    from process: ProcessID
  ) -> (held: [ClientBooks.Entry], packets: [SealedPacket], Outcome) {
    var held: [ClientBooks.Entry] = []
    var outcome = changeClients { held = $0.close(process) }
    let left = packets.filter { $0.client == process }
    for entry in held { outcome = outcome.merged(with: release(strong: entry.count)) }
    for packet in left { outcome = outcome.merged(with: release(packet)) }
    return (held, left, outcome)
  }

  /// Whether `reclaim` would find anything.
  func isHeld(by process: ProcessID) -> Bool {
    clients.entries.contains { $0.process == process }
      || packets.contains { $0.client == process }
  }

  private mutating func changeClients(_ body: (inout ClientBooks) -> Void) -> Outcome {
    let wereNone = clients.isEmpty
    body(&clients)
    guard wereNone != clients.isEmpty else { return .nothing }
    return Outcome(outside: wereNone ? .begins : .ends)
  }

  // MARK: Packets

  /// Counts a packet whose references, if it brings any, are counted already.
  mutating func insert(_ packet: SealedPacket) {
    packets.append(packet)
    if packet.kind == .tableWeak { weak += 1 }
  }

  /// The packet that the bytes are of, where it is out.
  ///
  /// - Parameter id: its number, where the bytes came the way that they were sent; a copy's bytes
  ///   could be of any packet of the same stub.
  func sealed(_ standard: StandardReference, _ id: PacketID) -> SealedPacket? {
    packets.first { $0.fits(standard) && (id.isNone || $0.id == id) }
  }

  /// Uses a normal packet up: its references are somebody else's now.
  mutating func use(_ packet: SealedPacket) { packets.removeAll { $0.id == packet.id } }

  /// Gives back what a packet holds.
  mutating func release(_ packet: SealedPacket) -> Outcome {
    use(packet)
    switch packet.kind {
    case .normal: return release(strong: packet.references)
    case .tableStrong: return release(strong: 1)
    case .tableWeak:
      weak -= 1
      return release(strong: 0, lastUnlockReleases: false)
    }
  }
}

/// A packet that is out: a normal one that nobody has used, a table one that nobody has released.
struct SealedPacket: Sendable {
  let id: PacketID
  let stub: InterfaceStubID
  let kind: MarshalKind
  /// The public references that it brings along.
  let references: UInt32
  /// The other process that made it of its proxy; nil for one that the exporter's made.
  var client: ProcessID?

  /// Whether the bytes say what this packet's do.
  func fits(_ standard: StandardReference) -> Bool {
    stub == standard.ipid.interfaceStub && kind == standard.kind
      && references == standard.publicReferences
  }
}

extension StandardReference {
  /// A table-weak packet: a bit for local use, which others ignore (OBJREF.md, STDOBJREF).
  static let tableWeak: UInt32 = 0x1

  /// How it was marshalled.
  var kind: MarshalKind {
    if publicReferences > 0 { return .normal }
    return flags & Self.tableWeak != 0 ? .tableWeak : .tableStrong
  }
}
