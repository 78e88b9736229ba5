import Testing
import ThreadKernel
import Trace

@testable import ApartmentRuntime

/// Damages bytes, the same way every time.
struct Mutator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// SplitMix64 (Steele, Lea, Flood 2014).
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(max(1, bound))) }

  /// One to four flipped, extreme, cut, doubled or foreign bytes.
  mutating func damage(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for _ in 0...below(4) where !bytes.isEmpty {
      let place = below(bytes.count)
      switch below(6) {
      case 0: bytes[place] ^= 1 << UInt8(below(8))
      case 1: bytes[place] = [0, 1, 0x7F, 0x80, 0xFF][below(5)]
      case 2: bytes.removeLast(below(bytes.count) + 1)
      case 3: bytes.insert(contentsOf: bytes[place...].prefix(below(16)), at: place)
      case 4: for index in bytes[place...].prefix(4).indices { bytes[index] = 0xFF }
      default: bytes.append(UInt8(truncatingIfNeeded: next()))
      }
    }
    return bytes
  }
}

/// Nothing traps, whatever the bytes are, and the World stays sound.
@Suite struct DamageTests {
  /// A packet of every kind, and the dumps of OBJREF.md.
  private static func originals(_ registry: borrowing ComPtr<IRegistry>) throws -> [[UInt8]] {
    var packets: [[UInt8]] = []
    for (flags, iid) in [
      (MarshalFlags.normal, IRegistry.iid), (.tableStrong, ICounter.iid),
      (.tableWeak, IRegistry.iid),
      (MarshalFlags(.normal, noPing: true), IUnknown.iid),
    ] {
      let stream = createStream()
      try coMarshalInterface(stream, iid, registry, flags)
      packets.append(try stream.bytes())
    }
    return packets + WireConformance.dumps.map(\.bytes)
  }

  @Test("ten thousand damaged references never trap a reader")
  func references() {
    var mutator = Mutator(seed: 1)
    let originals = WireConformance.dumps.map(\.bytes)
    for round in 0..<10_000 {
      let bytes = mutator.damage(originals[round % originals.count])
      var reader = WireReader(bytes, shortfall: .STG_E_READFAULT)
      let reference = try? ObjectReference.read(from: &reader)
      // What can be read is written as it was, but for what a reader ignores.
      if let reference { #expect(!reference.bytes.isEmpty) }
    }
  }

  /// Looked at while somebody listens, the World has to stay sound; the rest is quicker untold.
  @Test(
    "ten thousand damaged streams never trap CoUnmarshalInterface or CoReleaseMarshalData",
    arguments: [(true, 500), (false, 4500)])
  func streams(_ isTold: Bool, _ rounds: Int) {
    run(isTold: isTold) { program in
      // Away from home the references are opened by another apartment while the home serves.
      let box = Box<[[UInt8]]>()
      let ready = program.signal()
      program.thread("home", .apartmentThreaded) {
        let registry = ComPtr<IRegistry>(try Registry())
        let originals = try Self.originals(registry)
        box.value = originals
        ready.set()
        Self.feed(originals, seed: 2, rounds: rounds)
        pump()
        try coDisconnectObject(registry)
      }
      program.thread("away", .multithreaded) {
        try waitForSingleObject(.signal(ready))
        Self.feed(box.value ?? [], seed: 3, rounds: rounds)
      }
    }
  }

  private static func feed(_ originals: [[UInt8]], seed: UInt64, rounds: Int) {
    var mutator = Mutator(seed: seed)
    for round in 0..<rounds {
      let bytes = mutator.damage(originals[round % originals.count])
      _ = try? {
        let stream = createStream()
        try stream.write(bytes)
        try stream.seek(to: 0)
        if round % 2 == 0 {
          _ = try coUnmarshalInterface(stream, round % 4 == 0 ? .null : ICounter.iid)
        } else {
          try coReleaseMarshalData(stream)
        }
      }()
    }
  }

  /// Requests to every method of a stub and of an apartment's IRemUnknown.
  private static func requests(_ ipids: [GUID: GUID], in apartment: Apartment) throws -> [[UInt8]] {
    func request(
      _ ipid: GUID, _ iid: GUID, _ slot: UInt16, _ arguments: (inout WireWriter) throws -> Void
    ) throws -> [UInt8] {
      var writer = WireWriter()
      RequestHead(ipid: ipid, iid: iid, slot: slot, causality: .causality(1)).write(to: &writer)
      try arguments(&writer)
      return writer.bytes
    }
    let registry = ipids[IRegistry.iid] ?? .null
    let counter = ipids[ICounter.iid] ?? .null
    let echo = ipids[IEcho.iid] ?? .null
    let keeper = ipids[IKeeper.iid] ?? .null
    let remote = GUID.ipid(.none, process: apartment.process.id, apartment: apartment.id)
    return try [
      request(registry, IRegistry.iid, 3) { try "entry".write(to: &$0) },
      request(counter, ICounter.iid, 3) { try Int32(3).write(to: &$0) },
      request(counter, ICounter.iid, 4) { try HResult.S_FALSE.write(to: &$0) },
      request(echo, IEcho.iid, 3) {
        try "text".write(to: &$0)
        try [Int32(1), 2].write(to: &$0)
        try IEcho.iid.write(to: &$0)
        try Int64(9).write(to: &$0)
        try true.write(to: &$0)
      },
      request(keeper, IKeeper.iid, 3) {
        try OwnedPointer(try Counter(), ICounter.iid).write(to: &$0)
      },
      request(keeper, IKeeper.iid, 7) { _ in },
      request(remote, IRemUnknown.iid, 3) {
        try registry.write(to: &$0)
        try UInt32(5).write(to: &$0)
        try [ICounter.iid, IKeeper.iid].write(to: &$0)
      },
      request(remote, IRemUnknown.iid, 4) {
        try [RemoteReference(ipid: counter, publicReferences: 5)].write(to: &$0)
      },
      request(remote, IRemUnknown.iid, 5) {
        try [RemoteReference(ipid: counter, publicReferences: 1)].write(to: &$0)
      },
      request(remote, ILocalExporter.iid, 3) {
        try PacketToRelease(standard: WireConformance.standard, id: PacketID(1)).write(to: &$0)
      },
    ]
  }

  /// Marshals an object so that it stays connected, and answers the IPID of the interface.
  private static func connect<I: ComInterface>(
    _ interface: I.Type, _ object: ComObject, _ ipids: inout [GUID: GUID]
  ) throws {
    let stream = createStream()
    try coMarshalInterface(stream, I.iid, ComPtr<I>(object), .tableStrong)
    var reader = WireReader(try stream.bytes())
    ipids[I.iid] = try ObjectReference.read(from: &reader).standard?.ipid
  }

  @Test("ten thousand damaged requests never trap a stub or an IRemUnknown")
  func requests() {
    run { program in
      program.thread("home", .apartmentThreaded) {
        var ipids: [GUID: GUID] = [:]
        let registry = try Registry()
        try Self.connect(IRegistry.self, registry, &ipids)
        try Self.connect(ICounter.self, registry, &ipids)
        try Self.connect(IEcho.self, try Echo(), &ipids)
        try Self.connect(IKeeper.self, try Keeper(), &ipids)
        let apartment = try currentApartment()
        let originals = try Self.requests(ipids, in: apartment)
        for original in originals {
          program.note("original", apartment.respond(to: Parcel(original)).result)
        }
        var mutator = Mutator(seed: 4)
        for round in 0..<10_000 {
          let bytes = mutator.damage(originals[round % originals.count])
          let (parcel, result) = apartment.respond(to: Parcel(bytes))
          let answered = code { _ = try Response.results(of: parcel) }
          if answered != (result.isFailure ? result : .S_OK) {
            program.notes.fail("round \(round)")
          }
        }
      }
    }
  }
}
