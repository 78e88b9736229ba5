import Testing
import ThreadKernel
import Trace

@testable import ApartmentRuntime

/// What goes by mail between processes: it comes out as it went in, and nothing else does.
@Suite struct FrameTests {
  private static let standard = StandardReference(
    publicReferences: 5, oxid: 3, oid: 7,
    ipid: .ipid(InterfaceStubID(9), process: ProcessID(2), apartment: ApartmentID(3)))

  private static let crossing = Crossing(
    Array(0..<200),
    packets: [
      CrossingPacket(offset: 0, id: PacketID(4), kind: .normal, name: "Zähler 🏠"),
      CrossingPacket(offset: 199, id: PacketID(5), kind: .tableWeak, name: ""),
    ])

  private static let request = RequestFrame(
    identity: CallIdentity(id: CallID(11), causality: 3, parent: CallID(10)),
    target: ApartmentID(3), message: MessageID(8), caller: ThreadID(process: 1, number: 2),
    replyTo: ThreadID(process: 1, number: 3), callerPumps: true, isAsynchronous: false,
    isToComponent: true, packet: crossing)

  static let frames: [Frame] = [
    .request(request),
    .reply(CallID(11), crossing),
    .reply(CallID(12), Crossing([])),
    .refused(CallID(11), .rejected),
    .refused(CallID(11), .retryLater),
    .failed(CallID(11), .RPC_E_DISCONNECTED),
    .cancelled(CallID(11), isGivenUp: true),
    .cancelled(CallID(11), isGivenUp: false),
    .moved(
      MovedReferences(ipid: standard.ipid, count: 2, from: ProcessID(1), to: ProcessID(3))),
    .opened(OpenedPacket(standard: standard, proxy: ObjectID(17))),
    .watch(ProcessID(2)),
    .gone(ProcessID(2), isDue: false),
    .gone(ProcessID(2), isDue: true),
  ]

  @Test("every kind is read as it was written", arguments: frames.indices)
  func roundTrip(_ index: Int) throws {
    let frame = Self.frames[index]
    #expect(try Frame.read(frame.bytes) == frame)
  }

  @Test("the size is known before a frame is written")
  func size() {
    #expect(Self.request.size == Frame.request(Self.request).bytes.count)
    let reply = Frame.reply(CallID(1), Self.crossing)
    #expect(Frame.headSize + Self.crossing.size == reply.bytes.count)
  }

  @Test("a request in bytes")
  func layout() {
    var request = Self.request
    request.packet = Crossing([0xAB])
    #expect(
      Frame.request(request).bytes == [
        0x46, 0x4C, 0x50, 0x4E, 1, 0, 0, 0, 11, 0, 0, 0,
        3, 0, 0, 0, 10, 0, 0, 0, 3, 0, 0, 0, 8, 0, 0, 0, 1, 0, 2, 0, 1, 0, 3, 0, 5, 0, 0, 0,
        1, 0, 0, 0, 0xAB, 0, 0, 0, 0,
      ])
  }

  @Test("a frame that ends early or late is none", arguments: frames.indices)
  func lengths(_ index: Int) {
    let bytes = Self.frames[index].bytes
    for count in bytes.indices {
      #expect(code { _ = try Frame.read(Array(bytes.prefix(count))) } == .RPC_E_INVALID_DATAPACKET)
    }
    #expect(code { _ = try Frame.read(bytes + [0]) } == .RPC_E_INVALID_DATAPACKET)
  }

  @Test("what no frame says is refused")
  func nonsense() {
    func refuses(_ frame: Frame, _ place: Int, _ value: UInt8) {
      var bytes = frame.bytes
      bytes[place] = value
      #expect(code { _ = try Frame.read(bytes) } == .RPC_E_INVALID_DATAPACKET)
    }
    let reply = Frame.reply(CallID(11), Self.crossing)
    // The signature, the kind.
    refuses(reply, 0, 0)
    refuses(reply, 4, 0)
    refuses(reply, 4, 10)
    refuses(reply, 5, 1)
    // More bytes, more packets than there are; a packet outside the bytes, out of order.
    refuses(reply, 13, 0xFF)
    let table = 16 + 200
    refuses(reply, table, 0xFF)
    refuses(reply, table + 4, 200)
    // Packet none; a kind that there is not; a name that is no text.
    refuses(reply, table + 8, 0)
    refuses(reply, table + 12, 3)
    refuses(reply, table + 17, 0xFF)
    // A refusal that is none, a failure that is none, a flag that is neither.
    refuses(.refused(CallID(1), .rejected), 12, 0)
    refuses(.failed(CallID(1), .RPC_E_DISCONNECTED), 15, 0)
    refuses(.gone(ProcessID(1), isDue: true), 12, 2)
    refuses(.request(Self.request), 36, 8)
  }

  @Test("ten thousand damaged frames never trap, and are written as they are read")
  func damage() throws {
    var mutator = Mutator(seed: 9)
    let originals = Self.frames.map(\.bytes)
    for round in 0..<10_000 {
      let bytes = mutator.damage(originals[round % originals.count])
      if let frame = try? Frame.read(bytes) { #expect(frame.bytes == bytes) }
    }
  }

  // MARK: The resolver's bytes

  private static let here = Whereabouts(
    apartment: ApartmentID(3), kind: .multithreaded, process: ProcessID(2),
    mailThread: ThreadID(process: 2, number: 4))

  @Test("what the resolver is asked is read as it was written")
  func resolver() {
    for request in [OxidRequest.export(Self.here), .resolve(ApartmentID(3))] {
      #expect(OxidRequest(request.bytes) == request)
      for count in request.bytes.indices {
        #expect(OxidRequest(Array(request.bytes.prefix(count))) == nil)
      }
    }
    #expect(OxidRequest([1, 2, 3, 4, 5, 6, 7, 8]) == nil)
  }

  @Test("the resolver knows what processes said of themselves, until they are gone")
  func table() {
    let resolver = OxidResolver()
    let server = ThreadID(process: 2, number: 4)
    let client = ThreadID(process: 1, number: 1)
    func resolve() -> Whereabouts? {
      resolver.answer(client, OxidRequest.resolve(ApartmentID(3)).bytes)
        .flatMap(OxidRequest.answer)
    }
    #expect(resolve() == nil)
    // Nobody speaks for another process.
    _ = resolver.answer(client, OxidRequest.export(Self.here).bytes)
    #expect(resolve() == nil)
    _ = resolver.answer(server, OxidRequest.export(Self.here).bytes)
    #expect(resolve() == Self.here)
    #expect(Self.here.server == ThreadID(process: 2, number: 0))
    resolver.forget(ProcessID(2))
    #expect(resolve() == nil)
    #expect(resolver.answer(client, [1, 2, 3]) == nil)
  }
}
