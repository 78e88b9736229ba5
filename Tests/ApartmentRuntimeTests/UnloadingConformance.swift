import ApartmentRuntime
import Testing
import ThreadKernel
import Trace

/// Conformance: when modules are unloaded (CASES.md, group 4, CLS-20 to CLS-27; facts I6, I7, I19).
@Suite struct UnloadingConformance {
  private static let minute: UInt64 = 60_000_000_000

  private static func create(_ model: ThreadingModel) throws {
    try coCreateInstance(TestClass.clsid(model), ICounter.self).increment()
  }

  /// One thread of an STA.
  private func alone(
    _ registry: ApartmentRuntime.Registry = .counters(),
    _ body: @escaping @Sendable (Program) throws -> Void
  ) -> ComRun {
    run(registry: registry) { program in
      program.thread("main", .apartmentThreaded) { try body(program) }
    }
  }

  private func state(_ run: ComRun, at mark: String) -> [World.Module.State] {
    run.world(at: mark).modulesInOrder.map(\.state)
  }

  /// The threads that asked the module whether it can be unloaded.
  private func askers(_ run: ComRun, of module: String) -> [String] {
    run.events.filter { event in
      if case .entered(let name) = event.kind {
        run.world[name] == module + "!DllCanUnloadNow"
      } else {
        false
      }
    }.map { run.world[run.world.threads[$0.thread]?.name ?? .none] }
  }

  @Test("CLS-20 a module whose last object has gone stays until it is asked for or COM ends")
  func stays() {
    let run = alone { program in
      try Self.create(.apartment)
      program.kernel.mark("released")
      sleepThread(60 * Self.minute)
      program.kernel.mark("later")
    }
    #expect(run.world(at: "released").modulesInOrder.map(\.objects) == [0])
    #expect(state(run, at: "released") == [.loaded])
    #expect(state(run, at: "later") == [.loaded])
    #expect(run.world.modulesInOrder.map(\.state) == [.unloaded])
    #expect(askers(run, of: "apartment.dll") == ["main"])
  }

  @Test("CLS-21 on a thread with no apartment CoFreeUnusedLibraries does nothing")
  func noApartment() {
    let run = run(registry: .counters()) { program in
      let (created, done) = (program.signal(), program.signal())
      program.thread("main", .apartmentThreaded) {
        try Self.create(.apartment)
        created.set()
        try coWaitForHandle(.signal(done))
      }
      program.thread("bare") {
        try waitForSingleObject(.signal(created))
        coFreeUnusedLibraries()
        coFreeUnusedLibrariesEx(unloadDelay: 0)
        program.kernel.mark("asked")
        done.set()
      }
    }
    #expect(state(run, at: "asked") == [.loaded])
    #expect(run.world.callsInOrder.isEmpty)
  }

  @Test(
    "CLS-22 an unused module of an STA goes at once",
    arguments: [ThreadingModel.apartment, .absent])
  func atOnce(_ model: ThreadingModel) {
    let run = alone { program in
      try Self.create(model)
      coFreeUnusedLibraries()
      program.kernel.mark("asked")
      // It is loaded anew where it is needed: another load of the same file.
      try Self.create(model)
      program.kernel.mark("again")
    }
    #expect(state(run, at: "asked") == [.unloaded])
    #expect(state(run, at: "again") == [.unloaded, .loaded])
  }

  @Test(
    "CLS-23 a module that several threads may be in becomes a candidate, and goes ten minutes later",
    arguments: [ThreadingModel.both, .free, .neutral])
  func candidate(_ model: ThreadingModel) {
    let run = alone { program in
      try Self.create(model)
      program.note("due", program.kernel.time + 10 * Self.minute)
      coFreeUnusedLibraries()
      program.kernel.mark("first")
      sleepThread(9 * Self.minute)
      coFreeUnusedLibraries()
      program.kernel.mark("early")
      sleepThread(Self.minute)
      coFreeUnusedLibraries()
      program.kernel.mark("late")
    }
    let due = UInt64(run["due"] ?? "") ?? 0
    #expect(state(run, at: "first") == [.candidate(due: due)])
    #expect(state(run, at: "early") == [.candidate(due: due)])
    #expect(state(run, at: "late") == [.unloaded])
  }

  @Test("a delay of one's own holds for a module of an apartment model too")
  func ownDelay() {
    let run = alone { program in
      try Self.create(.apartment)
      coFreeUnusedLibrariesEx(unloadDelay: 20 * 60_000)
      program.kernel.mark("asked")
      sleepThread(19 * Self.minute)
      coFreeUnusedLibrariesEx(unloadDelay: 20 * 60_000)
      program.kernel.mark("early")
      sleepThread(Self.minute)
      coFreeUnusedLibrariesEx(unloadDelay: 20 * 60_000)
      program.kernel.mark("late")
    }
    guard case .candidate? = state(run, at: "asked").first,
      case .candidate? = state(run, at: "early").first
    else {
      Issue.record("it is no candidate: \(state(run, at: "asked"))")
      return
    }
    #expect(state(run, at: "late") == [.unloaded])
  }

  @Test("a candidate that is used again has to be found unused again")
  func usedMeanwhile() {
    let run = alone { program in
      try Self.create(.both)
      coFreeUnusedLibrariesEx(unloadDelay: 300)
      sleepThread(299_000_000)
      try Self.create(.both)
      sleepThread(1_000_000)
      coFreeUnusedLibrariesEx(unloadDelay: 300)
      program.kernel.mark("used")
      sleepThread(300_000_000)
      coFreeUnusedLibrariesEx(unloadDelay: 300)
      program.kernel.mark("unused")
      try Self.create(.both)
      coFreeUnusedLibrariesEx(unloadDelay: 0)
      program.kernel.mark("forced")
    }
    guard case .candidate? = run.world(at: "used").modulesInOrder.first?.state else {
      Issue.record("it was not found unused anew")
      return
    }
    #expect(state(run, at: "unused") == [.unloaded])
    #expect(state(run, at: "forced") == [.unloaded, .unloaded])
  }

  @Test("CLS-25 a module that is in use stays, and one that cannot be asked until COM ends")
  func inUse() {
    let used = alone { program in
      let counter = try coCreateInstance(TestClass.clsid(.apartment), ICounter.self)
      coFreeUnusedLibrariesEx(unloadDelay: 0)
      program.kernel.mark("asked")
      try counter.increment()
    }
    #expect(state(used, at: "asked") == [.loaded])
    #expect(used.world.unloadedRuns.isEmpty)
    let mute = alone(.counters(exports: .getClassObject)) { program in
      try Self.create(.apartment)
      coFreeUnusedLibrariesEx(unloadDelay: 0)
      program.kernel.mark("asked")
    }
    #expect(state(mute, at: "asked") == [.loaded])
    #expect(mute.world.modulesInOrder.map(\.state) == [.unloaded])
    #expect(askers(mute, of: "apartment.dll").isEmpty)
  }

  @Test("CLS-27 LockServer keeps a module that has no object")
  func locked() {
    let run = alone { program in
      do {
        let factory = try coGetClassObject(TestClass.clsid(.apartment))
        try factory.lockServer(true)
      }
      coFreeUnusedLibraries()
      program.kernel.mark("locked")
      try coGetClassObject(TestClass.clsid(.apartment)).lockServer(false)
      coFreeUnusedLibraries()
      program.kernel.mark("unlocked")
    }
    let locked = run.world(at: "locked").modulesInOrder
    #expect(locked.map(\.state) == [.loaded])
    #expect(locked.map(\.objects) == [0])
    #expect(locked.map(\.locks) == [1])
    #expect(state(run, at: "unlocked") == [.unloaded])
  }

  // MARK: The main apartment's thread

  @Test("whoever calls, the main apartment's thread asks (I7)", arguments: schedules)
  func mainAsks(_ schedule: Schedule) {
    for model in [Coinit.apartmentThreaded, .multithreaded] {
      let run = run(schedule, registry: .counters()) { program in
        let ready = program.signal()
        program.thread("main", .apartmentThreaded) {
          ready.set()
          pump()
        }
        program.thread("client") {
          try waitForSingleObject(.signal(ready))
          try coInitializeEx(model)
          try Self.create(.both)
          coFreeUnusedLibrariesEx(unloadDelay: 0)
          program.kernel.mark("asked")
          coUninitialize()
        }
      }
      #expect(askers(run, of: "both.dll") == ["main"])
      #expect(state(run, at: "asked") == [.unloaded])
      // A call like any other carried it there.
      let call = run.world.callsInOrder.first { run.world[$0.method] == "FreeUnusedLibraries" }
      #expect(call?.result == .S_OK)
    }
  }

  @Test("a host thread that is the main one asks, also at the end", arguments: schedules)
  func hostAsks(_ schedule: Schedule) {
    let run = run(schedule, registry: .counters()) { program in
      program.thread("client", .multithreaded) {
        try Self.create(.apartment)
        try Self.create(.both)
        coFreeUnusedLibraries()
        program.kernel.mark("asked")
      }
    }
    #expect(state(run, at: "asked").first == .unloaded)
    #expect(askers(run, of: "apartment.dll") == ["host"])
    #expect(askers(run, of: "both.dll") == ["host", "host"])
    #expect(run.world.modulesInOrder.allSatisfy { $0.state == .unloaded })
  }

  // MARK: Code that is gone

  @Test("a method that returns into unloaded code is caught, and every use after it")
  func returnsIntoNothing() {
    let registry = ApartmentRuntime.Registry()
    registry.add(ClassEntry(TestClass.agent, "Agent", module: "bad.dll", model: "Apartment"))
    registry.install(
      ModuleFile("bad.dll") { module in
        CarelessServer(module) { () throws(HResult) in coFreeUnusedLibraries() }
      })
    let run = alone(registry) { program in
      let agent = try coCreateInstance(TestClass.agent, ICounter.self)
      program.note("inside") { try agent.increment() }
      program.note("after") { try agent.increment() }
      program.note("query") { _ = try agent.query(IRegistry.self) }
    }
    for use in ["inside", "after", "query"] { #expect(run[use] == "RPC_E_SERVERFAULT", "\(use)") }
    let methods = run.world.unloadedRuns.map { run.world[$0.method] }
    #expect(methods == ["Increment", "Increment", "QueryInterface", "~Agent"])
    #expect(run.world.modulesInOrder.map(\.state) == [.unloaded])
  }

  @Test("unloaded code is caught through a proxy too")
  func throughProxy() {
    let registry = ApartmentRuntime.Registry()
    registry.add(ClassEntry(TestClass.agent, "Agent", module: "bad.dll", model: "Free"))
    registry.install(ModuleFile("bad.dll") { module in CarelessServer(module) {} })
    let run = alone(registry) { program in
      let agent = try coCreateInstance(TestClass.agent, ICounter.self)
      program.note("before") { try agent.increment() }
      coFreeUnusedLibrariesEx(unloadDelay: 0)
      program.note("after") { try agent.increment() }
    }
    #expect(run["before"] == "S_OK")
    #expect(run["after"] == "RPC_E_SERVERFAULT")
    #expect(run.world.unloadedRuns.map { run.world[$0.method] } == ["Increment", "~Agent"])
  }

  /// An object's last reference goes on one thread while another unloads its module.
  private func race(_ model: ThreadingModel, _ schedule: Schedule) -> ComRun {
    run(schedule, registry: .counters()) { program in
      let ready = program.signal()
      program.thread("main", .apartmentThreaded) {
        try waitForSingleObject(.signal(ready))
        for _ in 0..<8 { coFreeUnusedLibraries() }
      }
      program.thread("client", .apartmentThreaded) {
        // The first STA of the two is the main one: that is for the schedule to say.
        let counter = try coCreateInstance(TestClass.clsid(model), ICounter.self)
        ready.set()
        _ = consume counter
      }
    }
  }

  @Test("a thread may still be in a destructor's last lines: the delay is what saves it (I19)")
  func destructor() {
    var isCaught = false
    for seed in UInt64(0)..<60 {
      let unsafe = race(.apartment, .random(seed: seed))
      if unsafe.world.unloadedRuns.contains(where: { unsafe.world[$0.method] == "~Counter" }) {
        isCaught = true
      }
      #expect(race(.both, .random(seed: seed)).world.unloadedRuns.isEmpty, "seed \(seed)")
    }
    #expect(isCaught)
  }
}

/// A module that always says that it is unused.
private final class CarelessServer: InProcessServer {
  private let agents: TestServer

  init(_ module: Module, _ body: @escaping @Sendable () throws(HResult) -> Void) {
    agents = TestServer(module) { module, _ throws(HResult) in try Agent(of: module, body) }
  }

  func dllGetClassObject(_ clsid: GUID, _ iid: GUID) throws(HResult) -> OwnedPointer {
    try agents.dllGetClassObject(clsid, iid)
  }

  func dllCanUnloadNow() -> HResult { .S_OK }
}
