import ApartmentRuntime
import Testing
import ThreadKernel
import Trace

/// Conformance: marshalling and the kinds of packets (CASES.md, group 6).
@Suite struct MarshallingConformance {
  /// One STA thread with an object; the body does what it likes with it.
  private func inOneApartment(
    _ body: @escaping @Sendable (Program, borrowing ComPtr<ICounter>) throws -> Void
  ) -> ComRun {
    run { program in
      program.thread("main", .apartmentThreaded) {
        try body(program, ComPtr<ICounter>(try ConnectedCounter(name: "Counter")))
      }
    }
  }

  private func connections(_ run: ComRun, at mark: String) -> Int64? {
    let world = run.world(at: mark)
    return world.value("connections", of: run.component()?.id ?? .none)
  }

  private func isAlive(_ run: ComRun, at mark: String) -> Bool? {
    run.world(at: mark).objects[run.component()?.id ?? .none]?.isAlive
  }

  @Test("MSH-02 no proxy and stub registered: E_NOINTERFACE, MSH-03 IUnknown needs none")
  func unregistered() {
    let run = inOneApartment { program, counter in
      let stream = createStream()
      program.note("unregistered") { try coMarshalInterface(stream, IUnregistered.iid, counter) }
      program.note("lacked") { try coMarshalInterface(stream, IKeeper.iid, counter) }
      try program.note("written", stream.bytes().count)
      program.note("IUnknown") { try coMarshalInterface(stream, IUnknown.iid, counter) }
      try stream.seek(to: 0)
      program.note("back") { _ = try coUnmarshalInterface(stream, IUnknown.self) }
    }
    #expect(run["unregistered"] == "E_NOINTERFACE")
    #expect(run["lacked"] == "E_NOINTERFACE")
    #expect(run["written"] == "0")
    #expect(run["IUnknown"] == "S_OK")
    #expect(run["back"] == "S_OK")
  }

  @Test("MSH-04 a normal packet connects the object before anyone opens it")
  func normalPacketConnects() {
    let run = inOneApartment { program, counter in
      let stream = createStream()
      try coMarshalInterface(stream, ICounter.iid, counter)
      program.kernel.mark("marshalled")
      try stream.seek(to: 0)
      try coReleaseMarshalData(stream)
      program.kernel.mark("released")
    }
    let counter = run.component()?.id ?? .none
    #expect(connections(run, at: "marshalled") == 1)
    #expect(run.world(at: "marshalled").objects[counter]?.count == 2)
    #expect(connections(run, at: "released") == 0)
    #expect(run.world(at: "released").objects[counter]?.count == 1)
  }

  @Test("MSH-08 an opened packet has nothing left to release", arguments: schedules)
  func releaseAfterOpen(_ schedule: Schedule) {
    let run = run(schedule) { program in
      let handover = program.server(ICounter.self) { try Counter() }
      program.thread("client", .multithreaded) {
        let counter = try handover.open()
        program.note("release") { try handover.release() }
        try program.note("still", counter.increment())
      }
    }
    #expect(run["release"] == "RPC_E_INVALID_OBJREF")
    #expect(run["still"] == "1")
  }

  @Test(
    "MSH-09 a table-strong packet keeps the object, MSH-10 and is opened often, MSH-11 until released",
    arguments: [ApartmentRuntime.Coinit.apartmentThreaded, .multithreaded])
  func tableStrong(_ model: Coinit) {
    let run = run { program in
      let handover = program.server(ICounter.self, .apartmentThreaded, .tableStrong) {
        try ConnectedCounter(name: "Counter")
      }
      program.thread("client", model) {
        try waitForSingleObject(.signal(handover.ready))
        program.kernel.mark("marshalled")
        do {
          let one = try handover.open()
          let two = try handover.open()
          program.note("same", one.object == two.object)
          try program.note("value", one.increment() + two.increment())
        }
        program.kernel.mark("proxies released")
        try handover.release()
        program.kernel.mark("packet released")
      }
    }
    #expect(connections(run, at: "marshalled") == 1)
    #expect(isAlive(run, at: "marshalled") == true)
    #expect(run["same"] == "true")
    #expect(run["value"] == "3")
    #expect(isAlive(run, at: "proxies released") == true)
    #expect(connections(run, at: "packet released") == 0)
    #expect(isAlive(run, at: "packet released") == false)
    #expect(run.destroyer() == "server")
  }

  @Test("MSH-12 a table-weak packet connects nothing, MSH-13 the last proxy's release frees")
  func tableWeak() {
    let run = run { program in
      let handover = program.server(ICounter.self, .apartmentThreaded, .tableWeak) { try Counter() }
      program.thread("one", .apartmentThreaded) {
        let one = try handover.open()
        let two = try handover.open()
        try program.note("value", one.increment() + two.increment())
        _ = consume one
        program.kernel.mark("one released")
        _ = consume two
        program.kernel.mark("both released")
      }
    }
    #expect(run["value"] == "3")
    #expect(isAlive(run, at: "one released") == true)
    #expect(isAlive(run, at: "both released") == false)
  }

  @Test("MSH-12 with IExternalConnection: none after a table-weak marshal")
  func tableWeakConnections() {
    let run = inOneApartment { program, counter in
      let stream = createStream()
      try coMarshalInterface(stream, ICounter.iid, counter, .tableWeak)
      program.kernel.mark("marshalled")
      try stream.seek(to: 0)
      try coReleaseMarshalData(stream)
    }
    #expect(connections(run, at: "marshalled") == nil)
    #expect(run.world(at: "marshalled").objects[run.component()?.id ?? .none]?.count == 2)
  }

  @Test("MSH-15 a released table-weak packet still opens while a proxy lives, MSH-16 not after")
  func tableWeakReleased() {
    let run = run { program in
      let handover = program.server(ICounter.self, .apartmentThreaded, .tableWeak) { try Counter() }
      program.thread("client", .multithreaded) {
        let one = try handover.open()
        try handover.release()
        do {
          let two = try handover.open()
          try program.note("value", two.increment())
        }
        _ = consume one
        program.kernel.mark("released")
        program.note("after") { _ = try handover.open() }
      }
    }
    #expect(run["value"] == "1")
    #expect(isAlive(run, at: "released") == false)
    #expect(run["after"] == "CO_E_OBJNOTREG")
  }

  @Test("MSH-16 a released table-weak packet without a proxy frees the object")
  func tableWeakUnused() {
    let run = run { program in
      let handover = program.server(ICounter.self, .apartmentThreaded, .tableWeak) { try Counter() }
      program.thread("client", .multithreaded) {
        try handover.release()
        program.kernel.mark("released")
        program.note("after") { _ = try handover.open() }
      }
    }
    #expect(isAlive(run, at: "released") == false)
    #expect(run["after"] == "CO_E_OBJNOTREG")
  }

  @Test(
    "MSH-17 a weak packet keeps no plain object when the normal one is released",
    arguments: [false, true])
  func weakAndNormal(_ isConnecting: Bool) {
    let run = run { program in
      program.thread("main", .apartmentThreaded) {
        let own = ComPtr<ICounter>(
          try isConnecting ? ConnectedCounter(name: "Counter") : Counter())
        let weak = createStream()
        let normal = createStream()
        try coMarshalInterface(weak, ICounter.iid, own, .tableWeak)
        try coMarshalInterface(normal, ICounter.iid, own)
        _ = consume own
        try normal.seek(to: 0)
        try coReleaseMarshalData(normal)
        program.kernel.mark("normal released")
        try weak.seek(to: 0)
        program.note("weak") { try coReleaseMarshalData(weak) }
        program.kernel.mark("weak released")
      }
    }
    #expect(isAlive(run, at: "normal released") == isConnecting)
    #expect(isAlive(run, at: "weak released") == false)
  }

  @Test("MSH-18 of two weak packets the last one to be released frees the object")
  func twoWeak() {
    let run = run { program in
      program.thread("main", .apartmentThreaded) {
        let own = ComPtr<ICounter>(try Counter())
        let first = createStream()
        let second = createStream()
        for stream in [first.raw, second.raw] {
          try coMarshalInterface(stream, ICounter.iid, own, .tableWeak)
          try stream.seek(to: 0)
        }
        _ = consume own
        try coReleaseMarshalData(first)
        program.kernel.mark("first")
        try coReleaseMarshalData(second)
        program.kernel.mark("second")
      }
    }
    #expect(isAlive(run, at: "first") == true)
    #expect(isAlive(run, at: "second") == false)
  }

  @Test("MSH-19 a proxy's table-weak packet keeps nothing")
  func weakOfProxy() {
    let run = run { program in
      let handover = program.server(ICounter.self) { try Counter() }
      program.thread("client", .multithreaded) {
        let stream = createStream()
        do { try coMarshalInterface(stream, ICounter.iid, handover.open(), .tableWeak) }
        program.kernel.mark("released")
        try stream.seek(to: 0)
        program.note("after") { _ = try coUnmarshalInterface(stream, ICounter.self) }
      }
    }
    #expect(isAlive(run, at: "released") == false)
    #expect(run["after"] == "CO_E_OBJNOTREG")
  }

  @Test("MSH-22 a proxy that runs out of references asks for more", arguments: schedules)
  func manyPacketsOfProxy(_ schedule: Schedule) {
    let run = run(schedule) { program in
      let handover = program.server(ICounter.self) { try Counter() }
      program.thread("client", .apartmentThreaded) {
        var streams: [RawPointer<IStream>] = []
        let fields = (0..<6).map { program.field("stream \($0)", IStream.self) }
        do {
          let counter = try handover.open()
          for field in fields {
            field.set(try coMarshalInterThreadInterfaceInStream(ICounter.self, counter))
            streams.append(try field.pointer())
          }
        }
        for stream in streams {
          try coUnmarshalInterface(stream, ICounter.self).increment()
        }
        for field in fields { field.clear() }
      }
    }
    #expect(run.threads(in: "Increment").count == 6)
    #expect(run.destroyer() == "server")
    let asked = run.world.callsInOrder.map { run.world[$0.method] }.filter { $0 == "RemAddRef" }
    #expect(asked.count == 1)
  }

  @Test("MSH-23 NOPING stands in the packet of the object itself, not in a proxy's")
  func noPing() {
    let flags: @Sendable ([UInt8]) throws -> UInt32 = { bytes in
      var reader = WireReader(bytes)
      guard case .standard(let standard, _) = try ObjectReference.read(from: &reader).body else {
        return 0
      }
      return standard.flags
    }
    let run = run { program in
      let noPing = MarshalFlags(.normal, noPing: true)
      let handover = program.server(ICounter.self, .apartmentThreaded, noPing) { try Counter() }
      program.thread("client", .multithreaded) {
        let counter = try handover.open()
        try program.note("object's", flags(handover.stream.pointer().bytes()))
        let stream = createStream()
        try coMarshalInterface(stream, ICounter.iid, counter, noPing)
        try program.note("proxy's", flags(stream.bytes()))
        try stream.seek(to: 0)
        try coReleaseMarshalData(stream)
      }
    }
    #expect(run["object's"] == "\(StandardReference.noPing)")
    #expect(StandardReference.noPing == 0x1000)
    #expect(run["proxy's"] == "0")
  }
}
