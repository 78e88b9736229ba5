import ApartmentRuntime
import Testing
import ThreadKernel
import Trace

/// Conformance: unmarshalling and what goes wrong with streams (CASES.md, group 7).
@Suite struct UnmarshallingConformance {
  @Test("UNM-02 a thread without COM and without an MTA cannot unmarshal")
  func notInitialised() {
    let run = run { program in
      let handover = program.server(ICounter.self) { try Counter() }
      program.thread("bare") {
        program.note("open") { _ = try handover.open() }
        program.note("release") { try handover.release() }
      }
    }
    #expect(run["open"] == "CO_E_NOTINITIALIZED")
    #expect(run["release"] == "CO_E_NOTINITIALIZED")
  }

  /// What unmarshalling and releasing answer for a stream with these bytes.
  private func answers(_ bytes: [UInt8], at position: Int = 0) -> (String?, String?) {
    let run = run { program in
      program.thread("main", .apartmentThreaded) {
        let stream = createStream()
        try stream.write(bytes)
        try stream.seek(to: position)
        program.note("open") { _ = try coUnmarshalInterface(stream, ICounter.self) }
        try stream.seek(to: position)
        program.note("release") { try coReleaseMarshalData(stream) }
      }
    }
    return (run["open"], run["release"])
  }

  private static let bytes = ObjectReference(
    iid: ICounter.iid,
    body: .standard(
      StandardReference(publicReferences: 5, oxid: 1, oid: 1, ipid: ICounter.iid), .none)
  ).bytes

  @Test("UNM-03 UNM-04 a stream that ends early: STG_E_READFAULT", arguments: [0, 3, 24, 67])
  func readFault(_ count: Int) {
    let answers = answers(Array(Self.bytes.prefix(count)))
    #expect(answers.0 == "STG_E_READFAULT")
    #expect(answers.1 == "STG_E_READFAULT")
  }

  @Test("UNM-03 UNM-04 a stream that was not rewound: STG_E_READFAULT")
  func notRewound() {
    let run = run { program in
      program.thread("main", .apartmentThreaded) {
        let counter = ComPtr<ICounter>(try Counter())
        let stream = createStream()
        try coMarshalInterface(stream, ICounter.iid, counter)
        program.note("open") { _ = try coUnmarshalInterface(stream, ICounter.self) }
        program.note("release") { try coReleaseMarshalData(stream) }
        try stream.seek(to: 0)
        try coReleaseMarshalData(stream)
      }
    }
    #expect(run["open"] == "STG_E_READFAULT")
    #expect(run["release"] == "STG_E_READFAULT")
  }

  @Test("UNM-05 no MEOW: RPC_E_INVALID_OBJREF")
  func signature() {
    var bytes = Self.bytes
    bytes[0] ^= 1
    #expect(answers(bytes).0 == "RPC_E_INVALID_OBJREF")
    #expect(answers(bytes).1 == "RPC_E_INVALID_OBJREF")
  }

  @Test(
    "UNM-06 not exactly one flag: RPC_E_INVALID_OBJREF", arguments: [0, 3, 5, 6, 9, 16] as [UInt8])
  func flags(_ flags: UInt8) {
    var bytes = Self.bytes
    bytes[4] = flags
    #expect(answers(bytes).0 == "RPC_E_INVALID_OBJREF")
  }

  @Test("UNM-07 a normal packet opens once in its own apartment")
  func twiceAtHome() {
    let run = run { program in
      program.thread("main", .apartmentThreaded) {
        let counter = ComPtr<ICounter>(try Counter())
        let stream = createStream()
        try coMarshalInterface(stream, ICounter.iid, counter)
        try stream.seek(to: 0)
        let opened = try coUnmarshalInterface(stream, ICounter.self)
        program.note("direct", !opened.isProxy && opened.object == counter.object)
        try stream.seek(to: 0)
        program.note("again") { _ = try coUnmarshalInterface(stream, ICounter.self) }
      }
    }
    #expect(run["direct"] == "true")
    #expect(run["again"] == "CO_E_OBJNOTCONNECTED")
    #expect(run.world.refusals.map(\.result) == [.CO_E_OBJNOTCONNECTED])
  }

  @Test("UNM-08 a copy of an opened normal packet does not open", arguments: schedules)
  func copy(_ schedule: Schedule) {
    let run = run(schedule) { program in
      let handover = program.server(ICounter.self) { try Counter() }
      program.thread("client", .multithreaded) {
        let copy: ComField<IStream> = program.field("copy")
        copy.set(try handover.copy())
        let counter = try handover.open()
        program.note("copy") { _ = try coUnmarshalInterface(copy.pointer(), ICounter.self) }
        copy.clear()
        program.note("itself") { _ = try handover.open() }
        try program.note("proxy", counter.increment())
      }
    }
    #expect(run["copy"] == "CO_E_OBJNOTCONNECTED")
    #expect(run["itself"] == "CO_E_OBJNOTCONNECTED")
    #expect(run["proxy"] == "1")
  }

  @Test("UNM-08 each packet is used once, also while others of the object are out")
  func severalPackets() {
    let run = run { program in
      program.thread("main", .apartmentThreaded) {
        let counter = ComPtr<ICounter>(try Counter())
        let first = createStream()
        let second = createStream()
        try coMarshalInterface(first, ICounter.iid, counter)
        try coMarshalInterface(second, ICounter.iid, counter)
        for (key, stream) in [("1", first.raw), ("1 again", first.raw), ("2", second.raw)] {
          try stream.seek(to: 0)
          program.note(key) { _ = try coUnmarshalInterface(stream, ICounter.self) }
        }
      }
    }
    #expect(run["1"] == "S_OK")
    #expect(run["1 again"] == "CO_E_OBJNOTCONNECTED")
    #expect(run["2"] == "S_OK")
  }

  @Test("UNM-08 a copy opens in place of its packet, and then the packet does not")
  func copyFirst() {
    let run = run { program in
      let handover = program.server(ICounter.self) { try Counter() }
      program.thread("client", .multithreaded) {
        let counter = try coGetInterfaceAndReleaseStream(handover.copy(), ICounter.self)
        program.note("packet") { _ = try handover.open() }
        try program.note("proxy", counter.increment())
      }
    }
    #expect(run["packet"] == "CO_E_OBJNOTCONNECTED")
    #expect(run["proxy"] == "1")
    #expect(run.world.packetsInOrder.count == 1)
  }

  @Test("UNM-11 IID_NULL gives the interface that was marshalled")
  func nullInterface() {
    let run = run { program in
      let handover = program.server(IRegistry.self) { try Registry() }
      program.thread("client", .multithreaded) {
        try waitForSingleObject(.signal(handover.ready))
        try handover.stream.pointer().seek(to: 0)
        let opened = try coUnmarshalInterface(handover.stream.pointer(), .null)
        program.note("iid", opened.iid)
        let registry = try opened.take(IRegistry.self)
        program.note("call") { _ = try registry.find("entry") }
      }
    }
    #expect(run["iid"] == IRegistry.iid.description)
    #expect(run["call"] == "S_OK")
  }

  @Test("another interface than the packet's is asked for once it is open")
  func otherInterface() {
    let run = run { program in
      let handover = program.server(IRegistry.self, .apartmentThreaded, .tableStrong) {
        try Registry()
      }
      program.thread("client", .multithreaded) {
        try waitForSingleObject(.signal(handover.ready))
        let stream = try handover.stream.pointer()
        try stream.seek(to: 0)
        program.note("has") { _ = try coUnmarshalInterface(stream, ICounter.self) }
        try stream.seek(to: 0)
        program.note("lacks") { _ = try coUnmarshalInterface(stream, IKeeper.self) }
        try handover.release()
      }
    }
    #expect(run["has"] == "S_OK")
    #expect(run["lacks"] == "E_NOINTERFACE")
    #expect(run.destroyer(of: "Registry") == "server")
  }

  @Test("UNM-16 a packet may be released in another apartment", arguments: schedules)
  func releaseElsewhere(_ schedule: Schedule) {
    let run = run(schedule) { program in
      let handover = program.server(ICounter.self) { try Counter() }
      program.thread("B", .apartmentThreaded) {
        program.note("release") { try handover.release() }
        program.kernel.mark("released")
      }
    }
    #expect(run["release"] == "S_OK")
    let counter = run.component()?.id ?? .none
    #expect(run.world(at: "released").objects[counter]?.isAlive == false)
    #expect(run.destroyer() == "server")
  }

  @Test("UNM-20 an IPID of one's own apartment that never was: E_NOINTERFACE")
  func unknownIPID() {
    let run = run { program in
      program.thread("main", .apartmentThreaded) {
        let counter = ComPtr<ICounter>(try Counter())
        let stream = createStream()
        try coMarshalInterface(stream, ICounter.iid, counter)
        var bytes = try stream.bytes()
        bytes[48] = 99
        let forged = createStream()
        try forged.write(bytes)
        try forged.seek(to: 0)
        program.note("open") { _ = try coUnmarshalInterface(forged, ICounter.self) }
        try stream.seek(to: 0)
        try coReleaseMarshalData(stream)
      }
    }
    #expect(run["open"] == "E_NOINTERFACE")
  }
}
