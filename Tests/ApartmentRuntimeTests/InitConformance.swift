import ApartmentRuntime
import Testing
import ThreadKernel
import Trace

/// Conformance: initialisation (CASES.md, group 1).
@Suite struct InitConformance {
  /// What the apartment of the calling thread is, in a word.
  static func apartment() -> String {
    do {
      let type = try coGetApartmentType()
      return "\(type.kind)/\(type.qualifier)"
    } catch {
      return error.name
    }
  }

  @Test("INIT-02 each success needs its own CoUninitialize")
  func balanced() {
    let run = run { program in
      program.thread("main") {
        try program.note("first", coInitializeEx(.apartmentThreaded))
        try program.note("second", coInitializeEx(.apartmentThreaded))
        coUninitialize()
        program.note("after one", Self.apartment())
        coUninitialize()
        program.note("after two", Self.apartment())
        coUninitialize()
        try program.note("again", coInitializeEx(.apartmentThreaded))
        coUninitialize()
        program.note("end", Self.apartment())
      }
    }
    #expect(run["first"] == "S_OK")
    #expect(run["second"] == "S_FALSE")
    #expect(run["after one"] == "mainSTA/none")
    #expect(run["after two"] == "CO_E_NOTINITIALIZED")
    #expect(run["again"] == "S_OK")
    #expect(run["end"] == "CO_E_NOTINITIALIZED")
  }

  @Test("INIT-04 an unbalanced CoUninitialize eats the host's count")
  func unbalanced() {
    let run = run { program in
      program.thread("host") {
        try coInitializeEx(.apartmentThreaded)
        program.note("library") { try coInitializeEx(.multithreaded) }
        program.note("before", Self.apartment())
        coUninitialize()
        program.note("after", Self.apartment())
      }
    }
    #expect(run["library"] == "RPC_E_CHANGED_MODE")
    #expect(run["before"] == "mainSTA/none")
    #expect(run["after"] == "CO_E_NOTINITIALIZED")
  }

  @Test("INIT-05 the default model is the MTA")
  func defaultModel() {
    let run = run { program in
      program.thread("main") {
        try coInitializeEx()
        program.note("type", Self.apartment())
        program.note("other") { try coInitializeEx(.apartmentThreaded) }
        coUninitialize()
      }
    }
    #expect(run["type"] == "mta/none")
    #expect(run["other"] == "RPC_E_CHANGED_MODE")
  }

  @Test("INIT-10 no COM and no MTA: CO_E_NOTINITIALIZED; APTTYPE_CURRENT is -1, NONE is 0")
  func noApartment() {
    let run = run { program in
      program.thread("bare") { program.note("type", Self.apartment()) }
    }
    #expect(run["type"] == "CO_E_NOTINITIALIZED")
    #expect(ApartmentType.none.kind == .current)
    #expect(ApartmentType.none.qualifier == .none)
    #expect(ApartmentType.Kind.current.rawValue == -1)
    #expect(ApartmentType.Qualifier.none.rawValue == 0)
  }

  /// A bare thread does something while another one holds the MTA.
  private func implicit(_ body: @escaping @Sendable (Program) throws -> Void) -> ComRun {
    run { program in
      let (entered, done) = (program.signal(), program.signal())
      program.thread("mta", .multithreaded) {
        entered.set()
        try waitForSingleObject(.signal(done))
      }
      program.thread("bare") {
        try waitForSingleObject(.signal(entered))
        defer { done.set() }
        try body(program)
      }
    }
  }

  @Test("INIT-13 a bare thread is in the MTA implicitly while there is one")
  func implicitMembership() {
    let run = implicit { $0.note("type", Self.apartment()) }
    #expect(run["type"] == "mta/implicitMTA")
    #expect(ApartmentType.Kind.mta.rawValue == 1)
    #expect(ApartmentType.Qualifier.implicitMTA.rawValue == 1)
  }

  @Test("INIT-14 implicit membership serves as an explicit one does")
  func implicitCalls() {
    let run = implicit { program in
      let counter = ComPtr<ICounter>(try Counter())
      program.note("lock") { try coLockObjectExternal(counter, lock: true) }
      program.note("unlock") { try coLockObjectExternal(counter, lock: false) }
      program.note("marshal") {
        let stream = try coMarshalInterThreadInterfaceInStream(ICounter.self, counter)
        _ = try coGetInterfaceAndReleaseStream(stream, ICounter.self)
      }
      program.note("disconnect") { try coDisconnectObject(counter) }
      program.note("class") { try coRegisterPSClsid(ICounter.iid, ICounter.iid) }
      program.process.registry.add(
        ClassEntry(TestClass.clsid(.both), "Counter", module: "both.dll", model: "Both"))
      program.process.registry.install(.counters("both.dll"))
      program.note("create") { _ = try coCreateInstance(TestClass.clsid(.both), ICounter.self) }
      program.note("get") { _ = try coGetClassObject(TestClass.clsid(.both)) }
      program.note("register") {
        let factory = try coGetClassObject(TestClass.clsid(.both))
        let cookie = try coRegisterClassObject(TestClass.agent, factory, .inprocServer)
        try coRevokeClassObject(cookie)
      }
    }
    for function in [
      "lock", "unlock", "marshal", "disconnect", "class", "create", "get", "register",
    ] {
      #expect(run[function] == "S_OK", "\(function)")
    }
  }

  @Test("INIT-16 nothing that an implicit thread did keeps the MTA", arguments: schedules)
  func implicitEnd(_ schedule: Schedule) {
    let run = run(schedule) { program in
      let (entered, seen, left) = (program.signal(), program.signal(), program.signal())
      program.thread("mta") {
        try coInitializeEx(.multithreaded)
        entered.set()
        try waitForSingleObject(.signal(seen))
        coUninitialize()
        left.set()
      }
      program.thread("bare") {
        try waitForSingleObject(.signal(entered))
        let counter = ComPtr<ICounter>(try Counter())
        program.note("before", Self.apartment())
        seen.set()
        try waitForSingleObject(.signal(left))
        program.note("after", Self.apartment())
        program.note("call") {
          _ = try coMarshalInterThreadInterfaceInStream(ICounter.self, counter)
        }
      }
    }
    #expect(run["before"] == "mta/implicitMTA")
    #expect(run["after"] == "CO_E_NOTINITIALIZED")
    #expect(run["call"] == "CO_E_NOTINITIALIZED")
  }

  @Test("INIT-18 the MTA lives until the last usage cookie is given back")
  func usage() {
    let run = run { program in
      program.thread("bare") {
        let cookies = (try coIncrementMTAUsage(), try coIncrementMTAUsage())
        program.note("held", Self.apartment())
        try coDecrementMTAUsage(cookies.0)
        program.note("after one", Self.apartment())
        try coDecrementMTAUsage(cookies.1)
        program.note("after two", Self.apartment())
        program.note("again") { try coDecrementMTAUsage(cookies.1) }
      }
    }
    #expect(run["held"] == "mta/implicitMTA")
    #expect(run["after one"] == "mta/implicitMTA")
    #expect(run["after two"] == "CO_E_NOTINITIALIZED")
    #expect(run["again"] == "E_INVALIDARG")
  }

  @Test("INIT-19 a usage cookie belongs to no thread")
  func usageAffinity() {
    let run = run { program in
      let taken = program.signal()
      let box = Box<MTAUsageCookie>()
      program.thread("A") {
        box.value = try coIncrementMTAUsage()
        taken.set()
      }
      program.thread("B") {
        try waitForSingleObject(.signal(taken))
        program.note("held", Self.apartment())
        program.note("decrement") { if let cookie = box.value { try coDecrementMTAUsage(cookie) } }
        program.note("after", Self.apartment())
      }
    }
    #expect(run["held"] == "mta/implicitMTA")
    #expect(run["decrement"] == "S_OK")
    #expect(run["after"] == "CO_E_NOTINITIALIZED")
  }

  @Test("INIT-22 a thread that ends without CoUninitialize is cleaned up", arguments: schedules)
  func noUninitialize(_ schedule: Schedule) {
    let run = run(schedule) { program in
      let handover = program.server(ICounter.self) { try Counter() }
      let leaked: ComField<ICounter> = program.field("leaked")
      program.thread("client") {
        try coInitializeEx(.apartmentThreaded)
        leaked.set(try handover.open())
      }
    }
    #expect(run.proxies.map(\.isDisconnected) == [true])
    #expect(run.destroyer() == "server")
  }

  @Test("INIT-23 CoUninitialize dispatches pending COM work and drops other messages")
  func pendingWork() {
    let run = run { program in
      let ready = program.signal()
      let go = program.signal()
      let (stream, apartment): (ComField<IStream>, Box<Apartment>) = (
        program.field("stream"), Box()
      )
      program.thread("server") {
        try coInitializeEx(.apartmentThreaded)
        apartment.value = try currentApartment()
        let counter = ComPtr<ICounter>(try Counter())
        stream.set(try coMarshalInterThreadInterfaceInStream(ICounter.self, counter))
        ready.set()
        try waitForSingleObject(.signal(go))
        program.kernel.mark("before")
        coUninitialize()
        program.kernel.mark("after")
      }
      program.thread("client", .multithreaded) {
        try waitForSingleObject(.signal(ready))
        let counter = try coGetInterfaceAndReleaseStream(stream, ICounter.self)
        stream.detach()
        if let home = apartment.value { postThreadMessage(.user(7), to: home) }
        try program.note("value", counter.increment())
      }
      // Started last, it runs only once the client's call is in the queue.
      program.thread("last") { go.set() }
    }
    let queue = run.world(at: "before").apartmentsInOrder.first?.queue.map(\.kind)
    #expect(queue == [.posted, .call])
    #expect(run["value"] == "1")
    #expect(run.world(at: "after").apartmentsInOrder.first?.isAlive == false)
    #expect(run.threads(in: "Increment") == ["server"])
  }

  @Test("INIT-26 a registered proxy/stub class lives as long as any apartment of the process")
  func proxyStubClass() {
    let run = run { program in
      let (entered, registered, left) = (program.signal(), program.signal(), program.signal())
      program.thread("A") {
        try coInitializeEx(.apartmentThreaded)
        try waitForSingleObject(.signal(entered))
        try coRegisterPSClsid(ICounter.iid, IRegistry.iid)
        registered.set()
        coUninitialize()
        left.set()
      }
      program.thread("B") {
        try coInitializeEx(.apartmentThreaded)
        entered.set()
        try waitForSingleObject(.signal(registered))
        try program.note("elsewhere", coGetPSClsid(ICounter.iid))
        try waitForSingleObject(.signal(left))
        try program.note("registrar gone", coGetPSClsid(ICounter.iid))
        coUninitialize()
        program.note("all gone") { _ = try coGetPSClsid(ICounter.iid) }
      }
    }
    #expect(run["elsewhere"] == IRegistry.iid.description)
    #expect(run["registrar gone"] == IRegistry.iid.description)
    #expect(run["all gone"] == "REGDB_E_IIDNOTREG")
  }
}
