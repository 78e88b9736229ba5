import ApartmentRuntime
import Testing
import ThreadKernel
import Trace

/// Conformance: objects that marshal themselves.
@Suite struct CustomMarshallingConformance {
  private func alone(
    _ make: @autoclosure @escaping @Sendable () throws -> Counter,
    _ body: @escaping @Sendable (Program, borrowing ComPtr<ICounter>) throws -> Void
  ) -> ComRun {
    run(registry: Self.registry()) { program in
      program.thread("main", .apartmentThreaded) {
        try body(program, ComPtr<ICounter>(try make()))
      }
    }
  }

  /// A registry with a class for what travellers write.
  private static func registry(
    model: String? = "Both",
    _ make: @escaping @Sendable (Module) throws(HResult) -> ComObject = { module throws(HResult) in
      try Traveller(name: "Copy", of: module)
    }
  ) -> ApartmentRuntime.Registry {
    let registry = ApartmentRuntime.Registry()
    registry.add(ClassEntry(Traveller.clsid, "Copy", module: "copies.dll", model: model))
    registry.install(
      ModuleFile("copies.dll") { module in
        TestServer(module) { module, _ throws(HResult) in try make(module) }
      })
    return registry
  }

  @Test("MSH-26 CLSID_StdMarshal: no header, no size is asked for", arguments: schedules)
  func standard(_ schedule: Schedule) {
    let run = run(schedule) { program in
      let handover = program.server(ICounter.self) { try StandardTraveller() }
      program.thread("client", .multithreaded) {
        let counter = try handover.open()
        program.note("proxy", counter.isProxy)
        try program.note("value", counter.increment())
      }
    }
    let id = run.component()?.id ?? .none
    #expect(run.world.value("in the stream", of: id) == 0)
    #expect(run.world.value("asked for the size", of: id) == nil)
    #expect(run["proxy"] == "true")
    #expect(run["value"] == "1")
    #expect(run.world.packetsInOrder.map(\.marshaller) == [.none])
  }

  @Test(
    "UNM-17 the class named is made where the packet is opened, and reads behind the header",
    arguments: schedules)
  func custom(_ schedule: Schedule) {
    let run = run(schedule, registry: Self.registry()) { program in
      let handover = program.server(ICounter.self) {
        let counter = try Traveller(name: "Original")
        _ = try counter.increment(41)
        return counter
      }
      program.thread("client", .multithreaded) {
        let copy = try handover.open()
        program.note("proxy", copy.isProxy)
        try program.note("value", copy.increment())
      }
    }
    #expect(run["proxy"] == "false")
    #expect(run["value"] == "42")
    let (original, copy) = (run.component("Original"), run.component("Copy"))
    #expect(run.world.value("behind the header", of: original?.id ?? .none) == 48)
    #expect(run.world.value("read from", of: copy?.id ?? .none) == 48)
    #expect(run.threads(in: "UnmarshalInterface") == ["client"])
    #expect(run.world.callsInOrder.isEmpty)
    #expect(copy?.isAlive == false)
    #expect(run.world.packetsInOrder.map { run.world[$0.marshaller] } == ["Original"])
  }

  @Test(
    "UNM-17 no such class: REGDB_E_CLASSNOTREG; one that cannot read it: E_NOINTERFACE",
    arguments: ["none", "no marshaller", "of another apartment"])
  func noClass(_ kind: String) {
    let registry =
      switch kind {
      case "none": ApartmentRuntime.Registry()
      case "no marshaller":
        Self.registry { module throws(HResult) in try Counter(name: "Wrong", of: module) }
      default: Self.registry(model: "Free")
      }
    let run = run(registry: registry) { program in
      program.thread("main", .apartmentThreaded) {
        let counter = ComPtr<ICounter>(try Traveller())
        let stream = createStream()
        try coMarshalInterface(stream, ICounter.iid, counter)
        try stream.seek(to: 0)
        program.note("open") { _ = try coUnmarshalInterface(stream, ICounter.self) }
        try stream.seek(to: 0)
        program.note("release") { try coReleaseMarshalData(stream) }
      }
    }
    let expected = kind == "none" ? "REGDB_E_CLASSNOTREG" : "E_NOINTERFACE"
    #expect(run["open"] == expected)
    #expect(run["release"] == expected)
    #expect(run.component("Wrong")?.isAlive != true)
    #expect(run.component("Copy")?.isAlive != true)
    #expect(run.world.misuses.isEmpty)
  }

  @Test("UNM-18 a client that wants no custom marshalling refuses the answer", arguments: schedules)
  func noCustomMarshal(_ schedule: Schedule) {
    for isFree in [true, false] {
      let registry = Self.registry(model: nil) { module throws(HResult) in
        isFree ? try FreeCounter(of: module) : try Counter(of: module)
      }
      let run = run(schedule, registry: registry) { program in
        let ready = program.signal()
        program.thread("main", .apartmentThreaded) {
          ready.set()
          pump()
        }
        program.thread("client", .multithreaded) {
          try waitForSingleObject(.signal(ready))
          program.note("created") {
            _ = try coCreateInstance(
              Traveller.clsid, ICounter.self, [.inprocServer, .noCustomMarshal])
          }
        }
      }
      #expect(run["created"] == (isFree ? "E_ACCESSDENIED" : "S_OK"))
      #expect(run.component()?.isAlive == false)
      #expect(run.world.misuses.isEmpty)
    }
  }

  @Test("MTRX-21 the free-threaded marshaller wins over placement", arguments: schedules)
  func freeThreadedElsewhere(_ schedule: Schedule) {
    let registry = Self.registry(model: "Apartment") { module throws(HResult) in
      try FreeCounter(of: module)
    }
    let run = run(schedule, registry: registry) { program in
      program.thread("client", .multithreaded) {
        let counter = try coCreateInstance(Traveller.clsid, ICounter.self)
        program.note("proxy", counter.isProxy)
        _ = try counter.increment()
      }
    }
    let home = run.component().flatMap { run.world.apartments[$0.apartment] }
    #expect(home?.kind == .singleThreaded)
    #expect(home?.startedBy == .com)
    #expect(run["proxy"] == "false")
    #expect(run.threads(in: "Increment") == ["client"])
    #expect(run.world.activations.map(\.path) == [.direct])
    #expect(run.world.trespasses.isEmpty)
  }

  @Test("an interface with no proxy and stub is marshalled by the object's own code (I13)")
  func unregistered() {
    let run = run(registry: Self.registry()) { program in
      program.thread("main", .apartmentThreaded) {
        let bare = ComPtr<ICounter>(try Counter(name: "Bare"))
        let own = ComPtr<ICounter>(try Traveller(name: "Original"))
        let stream = createStream()
        program.note("bare") { try coMarshalInterface(stream, IUnregistered.iid, bare) }
        program.note("own") { try coMarshalInterface(stream, IUnregistered.iid, own) }
        try stream.seek(to: 0)
        program.note("open") { _ = try coUnmarshalInterface(stream, IUnregistered.self) }
      }
    }
    #expect(run["bare"] == "E_NOINTERFACE")
    #expect(run["own"] == "S_OK")
    #expect(run["open"] == "S_OK")
  }

  @Test("packets one behind the other: each class reads its own data")
  func twoPackets() {
    let run = alone(try Traveller(name: "Original")) { program, counter in
      let stream = createStream()
      _ = try counter.increment(7)
      try coMarshalInterface(stream, ICounter.iid, counter)
      _ = try counter.increment(1)
      try coMarshalInterface(stream, ICounter.iid, counter)
      try coMarshalInterface(stream, ICounter.iid, counter)
      try stream.seek(to: 0)
      let one = try coUnmarshalInterface(stream, ICounter.self)
      try coReleaseMarshalData(stream)
      let three = try coUnmarshalInterface(stream, ICounter.self)
      try program.note("values", [one.increment(0), three.increment(0)].description)
    }
    #expect(run["values"] == "[7, 8]")
    #expect(run.world.packetsInOrder.map(\.state).contains(.released))
  }

  @Test("in calls too: the server gets a copy", arguments: schedules)
  func inCalls(_ schedule: Schedule) {
    let run = run(schedule, registry: Self.registry()) { program in
      let handover = program.server(IKeeper.self) { try Keeper() }
      program.thread("client", .multithreaded) {
        let keeper = try handover.open()
        let counter = ComPtr<ICounter>(try Traveller(name: "Original"))
        _ = try counter.increment(3)
        try program.note("there", keeper.use(counter.copy().detach(), 4))
        try program.note("here", counter.increment())
      }
    }
    #expect(run["there"] == "7")
    #expect(run["here"] == "4")
    #expect(run.threads(in: "UnmarshalInterface") == ["server"])
    #expect(run.destroyer(of: "Copy") == "server")
  }

  @Test("in a call with no class to open it: the caller is told, and nothing is left")
  func inCallsUnknown() {
    let run = run { program in
      let handover = program.server(IKeeper.self) { try Keeper() }
      program.thread("client", .multithreaded) {
        let keeper = try handover.open()
        let counter = ComPtr<ICounter>(try Traveller(name: "Original"))
        program.note("use") { _ = try keeper.use(counter.copy().detach(), 4) }
        program.note("count", counter.count)
      }
    }
    #expect(run["use"] == "REGDB_E_CLASSNOTREG")
    #expect(run["count"] == "1")
  }

  @Test("disconnecting is the object's own affair")
  func disconnect() {
    let run = alone(try Traveller(name: "Original")) { program, counter in
      try coDisconnectObject(counter)
    }
    #expect(run.world.value("disconnected", of: run.component("Original")?.id ?? .none) == 1)
  }

  @Test(
    "data that end early: STG_E_READFAULT, and the stream stands behind what was read",
    arguments: [48, 50, 51])
  func short(_ count: Int) {
    let run = alone(try Traveller(name: "Original")) { program, counter in
      let stream = createStream()
      try coMarshalInterface(stream, ICounter.iid, counter)
      let damaged = createStream()
      try damaged.write(Array(stream.bytes().prefix(count)))
      try damaged.seek(to: 0)
      program.note("open") { _ = try coUnmarshalInterface(damaged, ICounter.self) }
    }
    #expect(run["open"] == "STG_E_READFAULT")
    #expect(run.component("Copy")?.isAlive == false)
  }
}
