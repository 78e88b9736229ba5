import Testing
import ThreadKernel
import Trace

@testable import ApartmentRuntime

/// Who of the other processes has how many references, as a stub manager has it.
@Suite struct ClientBooksTests {
  private static let (a, b) = (ProcessID(2), ProcessID(3))
  private static let (x, y) = (InterfaceStubID(1), InterfaceStubID(2))

  /// Runs `body` with a manager of a counter, in a process of its own.
  private func withManager(
    _ wantsConnections: Bool = false,
    _ body: @escaping @Sendable (inout StubManager) throws -> Void
  ) {
    run { program in
      program.thread("STA", .apartmentThreaded) {
        let object = try wantsConnections ? ConnectedCounter() : Counter()
        let apartment = try currentApartment()
        var manager = StubManager(StubID(1), object, .none, in: apartment.id)
        try body(&manager)
      }
    }
  }

  private static func packet(
    _ number: UInt32, _ kind: MarshalKind = .normal, client: ProcessID? = nil
  ) -> SealedPacket {
    SealedPacket(
      id: PacketID(number), stub: x, kind: kind, references: kind == .normal ? 5 : 0,
      client: client)
  }

  @Test("entries are found, added to, taken from and closed")
  func entries() {
    var books = ClientBooks()
    books.add(0, of: Self.x, to: Self.a)
    #expect(books.isEmpty)
    books.add(5, of: Self.x, to: Self.a)
    books.add(2, of: Self.y, to: Self.a)
    books.add(5, of: Self.x, to: Self.b)
    books.add(1, of: Self.x, to: Self.a)
    #expect(books.count(of: Self.x, with: Self.a) == 6)
    #expect(books.take(4, of: Self.x, from: Self.a) == 4)
    #expect(books.take(4, of: Self.x, from: Self.a) == 2)
    #expect(books.take(4, of: Self.x, from: Self.a) == 0)
    #expect(books.entries.map(\.process) == [Self.a, Self.b])
    #expect(books.close(Self.a).map(\.count) == [2])
    #expect(books.close(Self.b).map(\.count) == [5])
    #expect(books.isEmpty)
  }

  @Test("a process gives back what it has, and nothing of others'")
  func release() {
    withManager { manager in
      let first = manager.addStrong(5, of: Self.x, for: Self.a)
      #expect(first.outside == .begins)
      #expect(manager.addStrong(5, of: Self.x, for: Self.b).outside == nil)
      let others = manager.release(7, of: Self.x, from: Self.a)
      #expect(others.outside == nil && !others.isOver)
      #expect(manager.strong == 5)
      #expect(!manager.release(1, of: Self.x, from: Self.a).isOver)
      #expect(manager.strong == 5)
      let last = manager.release(5, of: Self.x, from: Self.b)
      #expect(last.outside == .ends && last.isOver)
    }
  }

  @Test("who gives back nothing ends nothing")
  func releaseNothing() {
    withManager { manager in
      manager.insert(Self.packet(1, .tableWeak))
      #expect(!manager.release(1, of: Self.x, from: Self.a).isOver)
    }
  }

  @Test("a packet that leaves takes its references along, and brings them back")
  func leaving() {
    withManager { manager in
      let packet = Self.packet(1)
      manager.insert(packet)
      _ = manager.addStrong(5)
      #expect(manager.send(packet, to: Self.a).outside == .begins)
      #expect(manager.packets.isEmpty)
      #expect(manager.clients.count(of: Self.x, with: Self.a) == 5)
      // Nobody brings more than he has, or one packet twice.
      #expect(manager.receive(packet, from: Self.b) == nil)
      #expect(manager.receive(packet, from: Self.a)?.outside == .ends)
      #expect(manager.receive(packet, from: Self.a) == nil)
      #expect(manager.packets.map(\.id) == [packet.id])
      #expect(manager.strong == 5)
      #expect(manager.release(packet).isOver)
    }
  }

  @Test("references change hands between others")
  func moving() {
    withManager { manager in
      _ = manager.addStrong(5, of: Self.x, for: Self.a)
      #expect(manager.move(2, of: Self.x, from: Self.a, to: Self.b).outside == nil)
      _ = manager.move(9, of: Self.x, from: Self.b, to: Self.a)
      _ = manager.move(1, of: Self.x, from: Self.a, to: Self.b)
      #expect(manager.clients.count(of: Self.x, with: Self.a) == 4)
      #expect(manager.clients.count(of: Self.x, with: Self.b) == 1)
      #expect(manager.strong == 5)
    }
  }

  @Test("all that a process held goes back at once, table packets too", arguments: [false, true])
  func reclaim(_ wantsConnections: Bool) {
    withManager(wantsConnections) { manager in
      _ = manager.addStrong(5, of: Self.x, for: Self.a)
      _ = manager.addStrong(2, of: Self.y, for: Self.a)
      _ = manager.addStrong(1, of: Self.x, for: Self.b)
      manager.insert(Self.packet(1, .tableStrong, client: Self.a))
      _ = manager.addStrong(1)
      manager.insert(Self.packet(2, .tableStrong))
      _ = manager.addStrong(1)
      #expect(manager.isHeld(by: Self.a) && manager.isHeld(by: Self.b))
      let (held, packets, outcome) = manager.reclaim(from: Self.a)
      #expect(held.map(\.count) == [5, 2])
      #expect(packets.map(\.id) == [PacketID(1)])
      #expect(!outcome.isOver && outcome.outside == nil && outcome.connection == nil)
      #expect(manager.strong == 2 && !manager.isHeld(by: Self.a))
      let last = manager.reclaim(from: Self.b).2
      #expect(last.outside == .ends && !last.isOver)
      let over = manager.release(Self.packet(2, .tableStrong))
      #expect(over.isOver && (over.connection != nil) == wantsConnections)
    }
  }
}
