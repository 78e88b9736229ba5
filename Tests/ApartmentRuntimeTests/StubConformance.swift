import Testing
import ThreadKernel
import Trace

@testable import ApartmentRuntime

/// Conformance: stub managers, external references, lifetimes (CASES.md, group 8).
@Suite struct StubConformance {
  private func inOneApartment(
    _ body:
      @escaping @Sendable (Program, ConnectedCounter, consuming ComPtr<ICounter>) throws -> Void
  ) -> ComRun {
    run { program in
      program.thread("main", .apartmentThreaded) {
        let object = try ConnectedCounter(name: "Counter")
        try body(program, object, ComPtr<ICounter>(object))
      }
    }
  }

  @Test("STUB-02 two locks need two unlocks; the last one closes")
  func locks() {
    let run = inOneApartment { program, object, counter in
      try coLockObjectExternal(counter, lock: true)
      try coLockObjectExternal(counter, lock: true)
      let raw = counter.raw
      _ = consume counter
      try coLockObjectExternal(raw, lock: false, lastUnlockReleases: true)
      program.note("held", !object.isDead && object.connections == 1)
      try coLockObjectExternal(raw, lock: false, lastUnlockReleases: true)
      program.note("released", object.isDead)
      program.note("closes", object.closes)
    }
    #expect(run["held"] == "true")
    #expect(run["released"] == "true")
    #expect(run["closes"] == "[true]")
  }

  @Test("STUB-03 an unlock that is not to release releases all the same, and says FALSE")
  func unlockFalse() {
    let run = inOneApartment { program, object, counter in
      try coLockObjectExternal(counter, lock: true)
      let raw = counter.raw
      _ = consume counter
      try coLockObjectExternal(raw, lock: false, lastUnlockReleases: false)
      program.note("released", object.isDead)
      program.note("closes", object.closes)
    }
    #expect(run["released"] == "true")
    #expect(run["closes"] == "[false]")
  }

  @Test("STUB-05 unlocking or disconnecting what was never connected does nothing")
  func neverConnected() {
    let run = inOneApartment { program, object, counter in
      program.note("unlock") { try coLockObjectExternal(counter, lock: false) }
      program.note("disconnect") { try coDisconnectObject(counter) }
      program.note("count", object.count)
      program.note("closes", object.closes)
    }
    #expect(run["unlock"] == "S_OK")
    #expect(run["disconnect"] == "S_OK")
    #expect(run["count"] == "1")
    #expect(run["closes"] == "[]")
    #expect(run.world.stubs.isEmpty)
  }

  @Test("STUB-07 disconnecting drops all that COM holds, with no ReleaseConnection")
  func disconnect() {
    let run = inOneApartment { program, object, counter in
      let stream = createStream()
      try coMarshalInterface(stream, ICounter.iid, counter)
      try coLockObjectExternal(counter, lock: true)
      program.note("before", object.count)
      try coDisconnectObject(counter)
      program.note("after", object.count)
      program.note("connections", object.connections)
      program.note("closes", object.closes)
      try stream.seek(to: 0)
      program.note("packet") { _ = try coUnmarshalInterface(stream, ICounter.self) }
    }
    #expect(run["before"] == "2")
    #expect(run["after"] == "1")
    #expect(run["connections"] == "1")
    #expect(run["closes"] == "[]")
    #expect(run["packet"] == "CO_E_OBJNOTCONNECTED")
  }

  @Test("STUB-08 the first marshal adds one strong connection")
  func firstMarshal() {
    let run = inOneApartment { program, object, counter in
      let first = createStream()
      let second = createStream()
      try coMarshalInterface(first, ICounter.iid, counter)
      program.note("one", object.connections)
      try coMarshalInterface(second, ICounter.iid, counter)
      program.note("two", object.connections)
      for stream in [first.raw, second.raw] {
        try stream.seek(to: 0)
        try coReleaseMarshalData(stream)
      }
      program.note("none", object.connections)
    }
    #expect(run["one"] == "1")
    #expect(run["two"] == "1")
    #expect(run["none"] == "0")
  }

  @Test(
    "STUB-11 a client apartment that ends gives its references back",
    arguments: [Coinit.apartmentThreaded, .multithreaded])
  func clientEnds(_ model: Coinit) {
    let run = run { program in
      let handover = program.server(ICounter.self) { try ConnectedCounter(name: "Counter") }
      let field: ComField<ICounter> = program.field("client.field")
      program.thread("client") {
        try coInitializeEx(model)
        field.set(try handover.open())
        try field.pointer().increment()
        coUninitialize()
        program.kernel.mark("left")
        let dangling = try field.pointer()
        program.note("bare") { try dangling.increment() }
        try coInitializeEx(model)
        program.note("again") { try dangling.increment() }
        field.clear()
        program.note("count", dangling.count)
        coUninitialize()
      }
    }
    let counter = run.component()?.id ?? .none
    #expect(run.world(at: "left").objects[counter]?.isAlive == false)
    #expect(run.world(at: "left").value("connections", of: counter) == 0)
    #expect(run["bare"] == "CO_E_OBJNOTCONNECTED")
    #expect(run["again"] == "CO_E_OBJNOTCONNECTED")
    #expect(run["count"] == "0")
    #expect(run.world.misuses.isEmpty)
  }

  @Test("STUB-12 one manager and two interface stubs, STUB-13 the same OID by either interface")
  func twoInterfaces() {
    let run = run { program in
      program.thread("main", .apartmentThreaded) {
        let registry = ComPtr<IRegistry>(try Registry())
        let streams = try [
          (program.field("a", IStream.self), IRegistry.iid),
          (program.field("b", IStream.self), ICounter.iid),
        ].map { field, iid in
          field.set(createStream())
          try coMarshalInterface(field.pointer(), iid, registry)
          return field
        }
        program.kernel.mark("marshalled")
        var oids: [UInt64] = []
        var ipids: [GUID] = []
        for field in streams {
          var reader = WireReader(try field.pointer().bytes())
          if case .standard(let standard, _) = try ObjectReference.read(from: &reader).body {
            oids.append(standard.oid)
            ipids.append(standard.ipid)
          }
          try field.pointer().seek(to: 0)
          try coReleaseMarshalData(field.pointer())
          field.clear()
        }
        program.note("one OID", Set(oids).count == 1)
        program.note("two IPIDs", Set(ipids).count == 2)
      }
    }
    #expect(run["one OID"] == "true")
    #expect(run["two IPIDs"] == "true")
    let world = run.world(at: "marshalled")
    #expect(world.stubs.count == 1)
    #expect(world.stubsInOrder.first?.interfaces.count == 2)
    #expect(world.stubsInOrder.first?.strong == 10)
    #expect(run.world.stubsInOrder.map(\.state) == [.ended])
  }

  /// A request to an apartment's IRemUnknown, as bytes.
  private func queryRequest(_ ipid: GUID, for iid: GUID, in apartment: Apartment) throws -> [UInt8]
  {
    var writer = WireWriter()
    RequestHead(
      ipid: .ipid(.none, process: apartment.process.id, apartment: apartment.id),
      iid: IRemUnknown.iid, slot: IRemUnknown.remQueryInterface.slot, causality: .null
    ).write(to: &writer)
    try ipid.write(to: &writer)
    try UInt32(5).write(to: &writer)
    try [iid].write(to: &writer)
    return writer.bytes
  }

  @Test(
    "STUB-16 RemQueryInterface with a bad IPID: RPC_E_INVALID_OBJECT, STUB-18 asks the identity")
  func remoteQuery() {
    let run = run { program in
      program.thread("main", .apartmentThreaded) {
        let apartment = try currentApartment()
        let registry = ComPtr<IRegistry>(try Registry())
        let stream = createStream()
        try coMarshalInterface(stream, IRegistry.iid, registry)
        var reader = WireReader(try stream.bytes())
        let packet = try ObjectReference.read(from: &reader)
        let ipid = packet.standard?.ipid ?? .null
        let bad = try queryRequest(IRegistry.iid, for: ICounter.iid, in: apartment)
        program.note("bad", apartment.respond(to: Parcel(bad)).result)
        // ICounter is found from the IPID of IRegistry: the object is asked, not its interface.
        let good = try queryRequest(ipid, for: ICounter.iid, in: apartment)
        var answer = try Response.results(of: apartment.respond(to: Parcel(good)).parcel)
        let results = try [RemoteQueryResult].read(from: &answer)
        program.note("good", results.first?.result ?? .E_UNEXPECTED)
        program.note("same OID", results.first?.standard.oid == packet.standard?.oid)
        let lacked = try queryRequest(ipid, for: IKeeper.iid, in: apartment)
        answer = try Response.results(of: apartment.respond(to: Parcel(lacked)).parcel)
        let none = try [RemoteQueryResult].read(from: &answer)
        program.note("lacked", none.first?.result ?? .E_UNEXPECTED)
        try coDisconnectObject(registry)
      }
    }
    #expect(run["bad"] == "RPC_E_INVALID_OBJECT")
    #expect(run["good"] == "S_OK")
    #expect(run["same OID"] == "true")
    #expect(run["lacked"] == "E_NOINTERFACE")
  }
}
