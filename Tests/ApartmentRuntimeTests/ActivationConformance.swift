import ApartmentRuntime
import Testing
import ThreadKernel
import Trace

/// Conformance: class objects and activation (CASES.md, group 4; IUNK-07 and PRX-14).
@Suite struct ActivationConformance {
  private static let clsid = TestClass.agent

  /// One thread of an apartment of that model.
  private func alone(
    _ model: Coinit = .apartmentThreaded, registry: ApartmentRuntime.Registry = .counters(),
    _ body: @escaping @Sendable (Program) throws -> Void
  ) -> ComRun {
    run(registry: registry) { program in
      program.thread("client", model) { try body(program) }
    }
  }

  /// A class object for registering.
  private static func factory() throws -> ComPtr<IClassFactory> {
    try ComPtr(ClassFactory("Factory", of: nil) { _ throws(HResult) in try Counter() })
  }

  // MARK: Registrations

  @Test("CLS-01 a registration keeps a reference")
  func registrationCounts() {
    let run = alone { program in
      let factory = try Self.factory()
      program.note("before", factory.count)
      let cookie = try coRegisterClassObject(Self.clsid, factory, .inprocServer)
      program.note("registered", factory.count)
      try coRevokeClassObject(cookie)
      program.note("revoked", factory.count)
      program.note("twice") { try coRevokeClassObject(cookie) }
    }
    #expect(run["before"] == "1")
    #expect(run["registered"] == "2")
    #expect(run["revoked"] == "1")
    #expect(run["twice"] == "E_INVALIDARG")
    #expect(run.world.registrationsInOrder.allSatisfy { $0.isRevoked })
  }

  @Test("CLS-02 every context with every use can be registered")
  func registrationKinds() {
    let run = alone { program in
      for context: ClassContext in [.inprocServer, .localServer] {
        for use in ClassUse.allCases {
          program.note("\(context.rawValue) \(use)") {
            _ = try coRegisterClassObject(Self.clsid, Self.factory(), context, use)
          }
        }
      }
      program.note("both") {
        let both: ClassContext = [.inprocServer, .localServer]
        _ = try coRegisterClassObject(Self.clsid, Self.factory(), both, .singleUse)
      }
    }
    #expect(run.notes.values.count == 7)
    #expect(run.notes.values.values.allSatisfy { $0 == "S_OK" })
    // The apartment's end revokes what is left.
    #expect(run.world.registrationsInOrder.allSatisfy { $0.isRevoked })
    #expect(run.world.objectsInOrder.allSatisfy { !$0.isAlive })
  }

  @Test("CLS-04 each apartment sees its own in-process registration", arguments: schedules)
  func apartmentsApart(_ schedule: Schedule) {
    let run = run(schedule, registry: .counters()) { program in
      let registered = (0..<2).map { _ in program.signal() }
      for index in 0..<2 {
        program.thread("STA \(index)", .apartmentThreaded) {
          let factory = try Self.factory()
          let cookie = try coRegisterClassObject(Self.clsid, factory, .inprocServer)
          registered[index].set()
          try coWaitForHandle(.signal(registered[1 - index]))
          let found = try coGetClassObject(Self.clsid)
          program.note("\(index)", found.object == factory.object)
          try coRevokeClassObject(cookie)
        }
      }
      program.thread("MTA", .multithreaded) {
        for signal in registered { try waitForSingleObject(.signal(signal)) }
        program.note("MTA") { _ = try coGetClassObject(Self.clsid) }
      }
    }
    #expect(run["0"] == "true")
    #expect(run["1"] == "true")
    #expect(run["MTA"] == "REGDB_E_CLASSNOTREG")
  }

  /// What the owner of a registration and others find, in-process and local.
  private func lookUp(
    _ context: ClassContext, _ use: ClassUse, _ schedule: Schedule = .lesson([])
  ) -> ComRun {
    run(schedule, registry: .counters()) { program in
      let (registered, done) = (program.signal(), program.signal())
      @Sendable func note(_ who: String) {
        for (name, asked) in [("INPROC", ClassContext.inprocServer), ("LOCAL", .localServer)] {
          program.note("\(who) \(name)") {
            let found = try coGetClassObject(Self.clsid, asked)
            program.note("\(who) \(name) path", found.isProxy ? "proxy" : "direct")
            try found.createInstance(ICounter.self).increment()
          }
        }
      }
      program.thread("A", .apartmentThreaded) {
        let cookie = try coRegisterClassObject(Self.clsid, Self.factory(), context, use)
        note("A")
        registered.set()
        try coWaitForHandle(.signal(done))
        try coRevokeClassObject(cookie)
      }
      program.thread("B", .apartmentThreaded) {
        try waitForSingleObject(.signal(registered))
        note("B")
        done.set()
      }
    }
  }

  @Test(
    "CLS-06 a local server's class object on its own thread: direct, and no deadlock",
    arguments: schedules)
  func localServer(_ schedule: Schedule) {
    for use in ClassUse.allCases {
      let run = lookUp(.localServer, use, schedule)
      #expect(run["A LOCAL"] == "S_OK")
      #expect(run["A LOCAL path"] == "direct")
      #expect(run["B LOCAL"] == "S_OK")
      #expect(run["B LOCAL path"] == "proxy")
      #expect(Set(run.threads(in: "CreateInstance")) == ["A"])
    }
  }

  @Test("CLS-09 two registrations of one class are two")
  func twice() {
    let run = alone { program in
      let first = try Self.factory()
      let second = try Self.factory()
      let cookies = [
        try coRegisterClassObject(Self.clsid, first, .inprocServer),
        try coRegisterClassObject(Self.clsid, second, .inprocServer),
      ]
      program.note("cookies", Set(cookies).count)
      try coRevokeClassObject(cookies[0])
      program.note("left", try coGetClassObject(Self.clsid).object == second.object)
      try coRevokeClassObject(cookies[1])
      program.note("none") { _ = try coGetClassObject(Self.clsid) }
    }
    #expect(run["cookies"] == "2")
    #expect(run["left"] == "true")
    #expect(run["none"] == "REGDB_E_CLASSNOTREG")
  }

  @Test(
    "CLS-10 a local server of multiple use is an in-process one too", arguments: ClassUse.allCases)
  func implicitInProcess(_ use: ClassUse) {
    let run = lookUp(.localServer, use)
    #expect(run["A INPROC"] == (use == .multipleUse ? "S_OK" : "REGDB_E_CLASSNOTREG"))
    #expect(run["A INPROC path"] == (use == .multipleUse ? "direct" : nil))
    #expect(run["B INPROC"] == "REGDB_E_CLASSNOTREG")
  }

  @Test("revoking in another apartment is refused")
  func revokedElsewhere() {
    let run = run { program in
      let (registered, done) = (program.signal(), program.signal())
      let cookie = Box<ClassRegistration>()
      program.thread("A", .apartmentThreaded) {
        cookie.value = try coRegisterClassObject(Self.clsid, Self.factory(), .inprocServer)
        registered.set()
        try waitForSingleObject(.signal(done))
      }
      program.thread("B", .multithreaded) {
        try waitForSingleObject(.signal(registered))
        program.note("code") { if let cookie = cookie.value { try coRevokeClassObject(cookie) } }
        done.set()
      }
    }
    #expect(run["code"] == "RPC_E_WRONG_THREAD")
  }

  // MARK: Looking for a server

  @Test("CLS-12 an in-process server is looked for before a local one")
  func contextOrder() {
    let run = run(registry: .counters()) { program in
      let (registered, done) = (program.signal(), program.signal())
      let clsid = TestClass.clsid(.both)
      program.thread("server", .apartmentThreaded) {
        let cookie = try coRegisterClassObject(clsid, Self.factory(), .localServer)
        registered.set()
        try coWaitForHandle(.signal(done))
        try coRevokeClassObject(cookie)
      }
      program.thread("client", .multithreaded) {
        try waitForSingleObject(.signal(registered))
        let contexts: [ClassContext] = [
          .inprocServer, .localServer, [.localServer, .inprocServer, .remoteServer],
        ]
        for context in contexts {
          let counter = try coCreateInstance(clsid, ICounter.self, context)
          program.note("\(context.rawValue)", counter.isProxy)
        }
        done.set()
      }
    }
    #expect(run["1"] == "false")
    #expect(run["4"] == "true")
    #expect(run["21"] == "false")
  }

  @Test("CLS-13 a class that is registered nowhere")
  func notRegistered() {
    let run = alone { program in
      let contexts: [ClassContext] = [
        .inprocServer, .inprocHandler, .localServer, .remoteServer,
        [.inprocServer, .inprocHandler, .localServer, .remoteServer],
      ]
      for context in contexts {
        program.note("create \(context.rawValue)") {
          _ = try coCreateInstance(Self.clsid, ICounter.self, context)
        }
        program.note("get \(context.rawValue)") { _ = try coGetClassObject(Self.clsid, context) }
      }
    }
    #expect(run.notes.values.count == 10)
    #expect(run.notes.values.values.allSatisfy { $0 == "REGDB_E_CLASSNOTREG" })
    #expect(run.world.refusals.allSatisfy { $0.refuser == .com })
    let results = run.world.activations.map(\.result)
    #expect(results == Array(repeating: .REGDB_E_CLASSNOTREG, count: 5))
  }

  @Test("a thread with no apartment cannot create anything")
  func noApartment() {
    let run = run(registry: .counters()) { program in
      program.thread("bare") {
        for model in ThreadingModel.allCases {
          program.note("\(model)") {
            _ = try coCreateInstance(TestClass.clsid(model), ICounter.self)
          }
        }
      }
    }
    #expect(run.notes.values.values.allSatisfy { $0 == "CO_E_NOTINITIALIZED" })
  }

  // MARK: What modules answer

  /// Creates an object of a module that is not as it should be.
  private func fail(
    _ file: ModuleFile?, clsid: GUID = TestClass.agent, model: String? = "Both",
    client: Coinit = .apartmentThreaded, iid: GUID = ICounter.iid
  ) -> ComRun {
    let registry = ApartmentRuntime.Registry()
    registry.add(ClassEntry(clsid, "Broken", module: "C:\\Servers\\Broken.DLL", model: model))
    if let file { registry.install(file) }
    return alone(client, registry: registry) { program in
      program.note("code") {
        if iid == IRegistry.iid {
          _ = try coCreateInstance(clsid, IRegistry.self)
        } else {
          _ = try coCreateInstance(clsid, ICounter.self)
        }
      }
    }
  }

  private func refusers(_ run: ComRun) -> [String] {
    run.world.refusals.map { refusal in
      switch refusal.refuser {
      case .com: "COM"
      case .proxy: "proxy"
      case .object(let id): run.world[run.world.objects[id]?.name ?? .none]
      case .named(let name): run.world[name]
      }
    }
  }

  @Test("a module's file that is not there, and one without the entry point")
  func brokenFiles() {
    let missing = fail(nil)
    #expect(missing["code"] == "CO_E_DLLNOTFOUND")
    #expect(refusers(missing) == ["COM"])
    let mute = fail(.counters("broken.dll", exports: .canUnloadNow))
    #expect(mute["code"] == "CO_E_ERRORINDLL")
    #expect(refusers(mute) == ["COM"])
    #expect(mute.world.modules.isEmpty)
  }

  @Test(
    "CLS-15 a module that does not know the class",
    arguments: [Coinit.apartmentThreaded, .multithreaded])
  func unknownToModule(_ client: Coinit) {
    for model in ["Both", "Apartment", "Free"] {
      let run = fail(
        .counters("broken.dll"), clsid: TestClass.unknown, model: model, client: client)
      #expect(run["code"] == "CLASS_E_CLASSNOTAVAILABLE")
      #expect(refusers(run) == ["broken.dll"])
      #expect(run.world.activations.map(\.result) == [.CLASS_E_CLASSNOTAVAILABLE])
    }
  }

  @Test("a class factory that fails says so itself", arguments: ["Both", "Free"])
  func failingFactory(_ model: String) {
    let file = ModuleFile("broken.dll") { module in
      TestServer(module) { _, _ throws(HResult) in throw .E_OUTOFMEMORY }
    }
    let run = fail(file, model: model)
    #expect(run["code"] == "E_OUTOFMEMORY")
    #expect(refusers(run) == ["Factory"])
    #expect(run.world.modulesInOrder.map(\.objects) == [0])
    #expect(run.world.objectsInOrder.allSatisfy { !$0.isAlive })
  }

  @Test(
    "CLS-17 the wrong interface: the object that was made for nothing goes",
    arguments: ["Both", "Free", "Neutral"])
  func wrongInterface(_ model: String) {
    let run = fail(.counters("broken.dll"), model: model, iid: IRegistry.iid)
    #expect(run["code"] == "E_NOINTERFACE")
    #expect(refusers(run) == ["Counter"])
    #expect(run.component()?.isAlive == false)
    #expect(run.world.modulesInOrder.map(\.objects) == [0])
    #expect(run.world.activations.map(\.object) == [.none])
  }

  @Test("an interface without marshalling code cannot be had from another apartment (I13)")
  func unmarshallable() {
    let run = alone(registry: .counters()) { program in
      program.note("own") {
        _ = try coCreateInstance(TestClass.clsid(.both), IUnregistered.self)
      }
      program.note("other") {
        _ = try coCreateInstance(TestClass.clsid(.free), IUnregistered.self)
      }
    }
    #expect(run["own"] == "S_OK")
    #expect(run["other"] == "E_NOINTERFACE")
    #expect(run.world.objectsInOrder.allSatisfy { !$0.isAlive })
  }

  // MARK: Aggregation and several interfaces

  @Test("CLS-18 nothing is aggregated across apartments")
  func aggregationAcross() {
    let run = alone { program in
      let outer = try Counter(name: "Outer")
      let keeper = ComPtr<ICounter>(outer)
      program.note(
        "Ex", coCreateInstanceEx(TestClass.clsid(.free), outer: outer, interfaces: [IUnknown.iid]).0
      )
      program.note("create") {
        _ = try coCreateInstance(TestClass.clsid(.free), IUnknown.self, outer: outer)
      }
      program.note("factory") {
        let factory = try coGetClassObject(TestClass.clsid(.free))
        _ = try factory.createInstance(outer, IUnknown.iid)
      }
      try keeper.increment()
    }
    for way in ["Ex", "create", "factory"] {
      #expect(run[way] == "CLASS_E_NOAGGREGATION", "\(way)")
    }
    #expect(run.threads(in: "CreateInstance").isEmpty)
  }

  @Test("IUNK-07 with an outer object only IUnknown can be asked for")
  func aggregationInterface() {
    let run = alone { program in
      let outer = try Counter(name: "Outer")
      let keeper = ComPtr<ICounter>(outer)
      program.note("create") {
        _ = try coCreateInstance(TestClass.clsid(.both), ICounter.self, outer: outer)
      }
      program.note("factory") {
        let factory = try coGetClassObject(TestClass.clsid(.both))
        _ = try factory.createInstance(outer, ICounter.iid)
      }
      try keeper.increment()
    }
    #expect(run["create"] == "CLASS_E_NOAGGREGATION")
    #expect(run["factory"] == "CLASS_E_NOAGGREGATION")
    #expect(refusers(run) == ["COM", "Factory"])
  }

  @Test(
    "CLS-19 several interfaces at once: some, none, zero", arguments: [ThreadingModel.both, .free])
  func severalInterfaces(_ model: ThreadingModel) {
    let run = alone { program in
      func note(_ key: String, _ iids: [GUID]) {
        let (summary, results) = coCreateInstanceEx(
          TestClass.clsid(model), interfaces: iids)
        let codes = results.map { result in code { try result.get().dispose() } }
        program.note(key, ([summary] + codes).map { "\($0)" }.joined(separator: " "))
      }
      note("all", [IUnknown.iid, ICounter.iid])
      note("some", [IRegistry.iid, ICounter.iid])
      note("none", [IRegistry.iid, IKeeper.iid])
      note("zero", [])
    }
    #expect(run["all"] == "S_OK S_OK S_OK")
    #expect(run["some"] == "CO_S_NOTALLINTERFACES E_NOINTERFACE S_OK")
    #expect(run["none"] == "E_NOINTERFACE E_NOINTERFACE E_NOINTERFACE")
    #expect(run["zero"] == "E_INVALIDARG")
    #expect(run.world.objectsInOrder.allSatisfy { !$0.isAlive })
  }

  // MARK: Class objects

  @Test("PRX-14 a class object's proxy answers LockServer itself", arguments: schedules)
  func lockThroughProxy(_ schedule: Schedule) {
    let run = run(schedule, registry: .counters()) { program in
      program.thread("client", .apartmentThreaded) {
        let factory = try coGetClassObject(TestClass.clsid(.free))
        program.note("isProxy", factory.isProxy)
        program.note("lock") { try factory.lockServer(true) }
        program.kernel.mark("locked")
        program.note("unlock") { try factory.lockServer(false) }
        try factory.createInstance(ICounter.self).increment()
      }
    }
    #expect(run["isProxy"] == "true")
    #expect(run["lock"] == "S_OK")
    #expect(run["unlock"] == "S_OK")
    #expect(run.threads(in: "LockServer").isEmpty)
    // What keeps the server meanwhile is its class object, which a client holds.
    #expect(run.world(at: "locked").modulesInOrder.map(\.objects) == [1])
  }

  @Test("DllGetClassObject is called for every activation, in the class's apartment")
  func everyActivation() {
    let run = run(registry: .counters()) { program in
      let ready = program.signal()
      program.thread("main", .apartmentThreaded) {
        ready.set()
        pump()
      }
      program.thread("client") {
        try waitForSingleObject(.signal(ready))
        try coInitializeEx(.apartmentThreaded)
        for _ in 0..<3 { _ = try coCreateInstance(TestClass.clsid(.absent), ICounter.self) }
        coUninitialize()
      }
    }
    let callers = run.events.filter { event in
      if case .entered(let name) = event.kind {
        run.world[name] == "absent.dll!DllGetClassObject"
      } else {
        false
      }
    }.map { run.world[run.world.threads[$0.thread]?.name ?? .none] }
    #expect(callers == ["main", "main", "main"])
    // One call each: what comes back is a packet.
    let activations = run.world.callsInOrder.filter { run.world[$0.method] == "CreateInstance" }
    #expect(activations.count == 3)
    #expect(activations.allSatisfy { $0.proxy.isNone })
  }
}
