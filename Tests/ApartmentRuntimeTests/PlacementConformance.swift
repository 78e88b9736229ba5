import ApartmentRuntime
import Synchronization
import Testing
import ThreadKernel
import Trace

/// Where a client's code stands, and what else the process has: a row of the matrix.
enum Client: CaseIterable {
  case mainSTA, otherSTA, mtaWithMainSTA, mtaAlone, implicitMTA, neutralOnSTA, neutralOnMTA

  var isNeutral: Bool { self == .neutralOnSTA || self == .neutralOnMTA }

  var room: World.ClientRoom {
    switch self {
    case .mainSTA: .mainSTA
    case .otherSTA: .otherSTA
    case .mtaWithMainSTA, .mtaAlone: .multithreaded
    case .implicitMTA: .implicitMultithreaded
    case .neutralOnSTA: .neutralOnSTA
    case .neutralOnMTA: .neutralOnMTA
    }
  }
}

/// What is to come of an activation.
struct Cell: Equatable {
  /// The apartment in which the object lives, by the name of its thread where it has one.
  var home: String
  /// The thread that constructs it and runs its methods.
  var thread: String
  var path: World.PointerPath

  init(_ home: String, _ thread: String, _ path: World.PointerPath) {
    self.home = home
    self.thread = thread
    self.path = path
  }

  /// The whole matrix (documents 003 and 004; the pages that CASES.md names for group 3).
  static func expected(_ client: Client, _ model: ThreadingModel) -> Cell? {
    let hostSTA = Cell("STA of host", "host", .proxy)
    let hostMTA = Cell("MTA", "host", .proxy)
    let light = Cell("NA", "client", .lightProxy)
    switch (client, model) {
    case (_, .invalid): return nil
    case (.mainSTA, .absent), (.mainSTA, .apartment), (.mainSTA, .both), (.otherSTA, .apartment),
      (.otherSTA, .both):
      return Cell("STA of client", "client", .direct)
    case (.otherSTA, .absent), (.mtaWithMainSTA, .absent):
      return Cell("STA of main", "main", .proxy)
    case (.mainSTA, .free), (.otherSTA, .free), (.neutralOnSTA, .free): return hostMTA
    case (.mtaAlone, .absent), (.implicitMTA, .absent), (.neutralOnMTA, .absent): return hostSTA
    case (.mtaWithMainSTA, .apartment), (.mtaAlone, .apartment), (.implicitMTA, .apartment),
      (.neutralOnMTA, .apartment):
      return hostSTA
    case (.mtaWithMainSTA, .both), (.mtaAlone, .both), (.implicitMTA, .both),
      (.mtaWithMainSTA, .free), (.mtaAlone, .free), (.implicitMTA, .free):
      return Cell("MTA", "client", .direct)
    case (.neutralOnSTA, .absent), (.neutralOnSTA, .apartment):
      return Cell("STA of client", "client", .proxy)
    case (.neutralOnMTA, .free): return Cell("MTA", "client", .proxy)
    case (.neutralOnSTA, .both), (.neutralOnMTA, .both), (.neutralOnSTA, .neutral),
      (.neutralOnMTA, .neutral):
      return Cell("NA", "client", .direct)
    case (_, .neutral): return light
    }
  }
}

/// Conformance: placement (CASES.md, group 3).
@Suite struct PlacementConformance {
  /// A client creates a counter of that model, calls it and lets it go.
  static func activate(
    _ client: Client, _ model: ThreadingModel, _ schedule: Schedule = .lesson([])
  ) -> ComRun {
    let registry = ApartmentRuntime.Registry.counters()
    return ApartmentRuntimeTests.run(schedule, registry: registry) { program in
      // The registry keeps it: it must not keep the process.
      let notes = program.notes
      let use: @Sendable () throws(HResult) -> Void = { () throws(HResult) in
        do throws(HResult) {
          let counter = try coCreateInstance(TestClass.clsid(model), ICounter.self)
          notes.note("isProxy", counter.isProxy)
          try counter.increment()
          notes.note("code", HResult.S_OK)
        } catch {
          notes.note("code", error)
        }
      }
      registry.addAgent(use)
      start(client, in: program) { try client.isNeutral ? inNeutral() : use() }
    }
  }

  /// Starts the threads of a row.
  private static func start(
    _ client: Client, in program: Program, _ body: @escaping @Sendable () throws -> Void
  ) {
    let (entered, done) = (program.signal(), program.signal())
    func other(_ name: String, _ model: Coinit, _ wait: @escaping @Sendable () throws -> Void) {
      program.thread(name, model) {
        entered.set()
        try wait()
      }
    }
    switch client {
    case .mainSTA, .neutralOnSTA: program.thread("client", .apartmentThreaded, body)
    case .mtaAlone, .neutralOnMTA: program.thread("client", .multithreaded, body)
    case .otherSTA, .mtaWithMainSTA:
      other("main", .apartmentThreaded) { pump() }
      program.thread("client") {
        try waitForSingleObject(.signal(entered))
        try coInitializeEx(client == .otherSTA ? .apartmentThreaded : .multithreaded)
        defer { coUninitialize() }
        try body()
      }
    case .implicitMTA:
      other("keeper", .multithreaded) { try waitForSingleObject(.signal(done)) }
      program.thread("client") {
        try waitForSingleObject(.signal(entered))
        defer { done.set() }
        try body()
      }
    }
  }

  /// What came of it, as the World has it.
  static func cell(_ run: ComRun) -> Cell? {
    let world = run.world
    guard
      let activation = world.activations.first(where: {
        world[world.classes[$0.ofClass]?.name ?? .none] == "Counter"
      }), activation.result == .S_OK, let home = world.apartments[activation.home]
    else { return nil }
    let creator = run.events.first { event in
      guard case .objectCreated(_, .component, let name, _) = event.kind else { return false }
      return world[name] == "Counter"
    }?.thread
    let thread = creator.flatMap { world.threads[$0] }.map { world[$0.name] } ?? ""
    // In the MTA any thread of the pool will do, and the host is the first of them.
    let servers = home.kind == .multithreaded && thread == "host" ? ["host", "pool 1"] : [thread]
    #expect(servers.contains(run.threads(in: "Increment").last ?? ""))
    return Cell(name(of: home, run), thread, activation.path)
  }

  private static func name(of apartment: World.Apartment, _ run: ComRun) -> String {
    switch apartment.kind {
    case .multithreaded: return "MTA"
    case .neutral: return "NA"
    case .singleThreaded:
      let entry = run.events.first {
        if case .apartmentEntered(apartment.id, _, _) = $0.kind { true } else { false }
      }
      let thread = entry.flatMap { run.world.threads[$0.thread] }
      return "STA of " + (thread.map { run.world[$0.name] } ?? "nobody")
    }
  }

  /// What the cases of the group say, each for itself.
  static let cases: [(client: Client, model: ThreadingModel, Cell)] = [
    (.mainSTA, .absent, Cell("STA of client", "client", .direct)),
    (.otherSTA, .absent, Cell("STA of main", "main", .proxy)),
    (.mtaWithMainSTA, .absent, Cell("STA of main", "main", .proxy)),
    (.neutralOnMTA, .absent, Cell("STA of host", "host", .proxy)),
    (.otherSTA, .apartment, Cell("STA of client", "client", .direct)),
    (.implicitMTA, .apartment, Cell("STA of host", "host", .proxy)),
    (.neutralOnSTA, .apartment, Cell("STA of client", "client", .proxy)),
    (.neutralOnMTA, .apartment, Cell("STA of host", "host", .proxy)),
    (.neutralOnSTA, .free, Cell("MTA", "host", .proxy)),
    (.otherSTA, .both, Cell("STA of client", "client", .direct)),
    (.implicitMTA, .both, Cell("MTA", "client", .direct)),
    (.neutralOnSTA, .both, Cell("NA", "client", .direct)),
    (.otherSTA, .neutral, Cell("NA", "client", .lightProxy)),
    (.neutralOnMTA, .neutral, Cell("NA", "client", .direct)),
  ]

  @Test(
    "MTRX-01 MTRX-02 MTRX-03 MTRX-05 MTRX-07 MTRX-09 MTRX-10 MTRX-11 MTRX-14 MTRX-15 MTRX-16",
    arguments: cases)
  func documented(_ client: Client, _ model: ThreadingModel, _ expected: Cell) {
    #expect(Cell.expected(client, model) == expected)
    #expect(Self.cell(Self.activate(client, model, .random(seed: 77))) == expected)
  }

  @Test(
    "MTRX-17 MTRX-18 MTRX-19 every cell of the matrix, under several schedules",
    arguments: Client.allCases, ThreadingModel.allCases)
  func matrix(_ client: Client, _ model: ThreadingModel) {
    for schedule in schedules.prefix(5) {
      let run = Self.activate(client, model, schedule)
      let expected = Cell.expected(client, model)
      #expect(Self.cell(run) == expected)
      #expect(run["code"] == (expected == nil ? "REGDB_E_BADTHREADINGMODEL" : "S_OK"))
      if let expected { #expect(run["isProxy"] == "\(expected.path != .direct)") }
      let rooms = run.world.activations.filter { $0.result == .S_OK || expected == nil }.map(\.room)
      #expect(rooms.contains(client.room))
      let hosts = run.world.threadsInOrder.filter { run.world[$0.name] == "host" }
      #expect(hosts.map(\.origin) == (expected?.thread == "host" ? [.com] : []))
      #expect(run.world.trespasses.isEmpty)
      #expect(run.world.unloadedRuns.isEmpty)
      #expect(run.world.objectsInOrder.allSatisfy { !$0.isAlive })
    }
  }

  @Test("MTRX-21 the free-threaded marshaller wins over the model", arguments: schedules)
  func freeThreadedMarshaler(_ schedule: Schedule) {
    let run = run(schedule) { program in
      let registry = program.process.registry
      registry.add(ClassEntry(TestClass.agent, "Counter", module: "ftm.dll", model: "Apartment"))
      registry.install(
        ModuleFile("ftm.dll") { module in
          TestServer(module) { module, _ throws(HResult) in try DirectCounter(of: module) }
        })
      program.thread("client", .multithreaded) {
        let counter = try coCreateInstance(TestClass.agent, ICounter.self)
        program.note("isProxy", counter.isProxy)
        try counter.increment()
      }
    }
    #expect(run["isProxy"] == "false")
    let home = run.component().flatMap { run.world.apartments[$0.apartment] }
    #expect(home?.startedBy == .com)
    #expect(home?.kind == .singleThreaded)
    #expect(run.threads(in: "Increment") == ["client"])
    #expect(run.world.activations.map(\.path) == [.direct])
  }

  @Test("MTRX-24 two STAs are in one DllGetClassObject at once", arguments: schedules)
  func concurrently(_ schedule: Schedule) {
    let run = run(schedule) { program in
      let inside = [program.signal(), program.signal()]
      let registry = program.process.registry
      registry.add(ClassEntry(TestClass.agent, "Met", module: "met.dll", model: "Apartment"))
      registry.install(
        ModuleFile("met.dll") { module in
          MeetingServer(module, inside)
        })
      for name in ["one", "two"] {
        program.thread(name, .apartmentThreaded) {
          try coCreateInstance(TestClass.agent, ICounter.self).increment()
        }
      }
    }
    // Neither would have come out, had it been alone in there.
    #expect(Set(run.threads(in: "Increment")) == ["one", "two"])
  }

  @Test(
    "APT-04 a host STA is the main one: a later STA of the program's is not", arguments: schedules)
  func hostIsMain(_ schedule: Schedule) {
    let run = run(schedule, registry: .counters()) { program in
      let (created, entered) = (program.signal(), program.signal())
      program.thread("client", .multithreaded) {
        let counter = try coCreateInstance(TestClass.clsid(.apartment), ICounter.self)
        created.set()
        try waitForSingleObject(.signal(entered))
        // Both kinds share the host.
        let other = try coCreateInstance(TestClass.clsid(.absent), ICounter.self)
        try counter.increment()
        try other.increment()
      }
      program.thread("later") {
        try waitForSingleObject(.signal(created))
        try coInitializeEx(.apartmentThreaded)
        program.note("later", InitConformance.apartment())
        entered.set()
        pump()
        coUninitialize()
      }
    }
    #expect(run["later"] == "sta/none")
    let main = run.world.apartmentsInOrder.filter(\.isMain)
    #expect(main.map(\.startedBy) == [.com])
    #expect(run.threads(in: "Increment") == ["host", "host"])
  }

  @Test("host threads end with the program's last apartment", arguments: schedules)
  func hostsEnd(_ schedule: Schedule) {
    let run = run(schedule, registry: .counters()) { program in
      let done = (0..<2).map { _ in program.signal() }
      for (index, model) in [Coinit.apartmentThreaded, .multithreaded].enumerated() {
        program.thread("client \(index)", model) {
          let counter = try coCreateInstance(
            TestClass.clsid(index == 0 ? .free : .apartment), ICounter.self)
          try counter.increment()
          done[index].set()
          try coWaitForHandle(.signal(done[1 - index]))
        }
      }
    }
    let last = run.events.last { event in
      if case .entered(let name) = event.kind { run.world[name] == "CoUninitialize" } else { false }
    }
    let ends = run.events.filter {
      $0.kind == .threadEnded && run.world[run.world.threads[$0.thread]?.name ?? .none] == "host"
    }
    #expect(!ends.isEmpty)
    #expect(ends.allSatisfy { $0.n > last?.n ?? .max })
    #expect(run.world.apartmentsInOrder.allSatisfy { !$0.isAlive })
    #expect(run.world.modulesInOrder.allSatisfy { $0.state == .unloaded })
  }
}

/// A counter that every apartment may call directly.
private final class DirectCounter: Counter {
  init(of module: Module) throws(HResult) {
    try super.init(name: "Counter", of: module)
    try aggregateFreeThreadedMarshaler()
  }
}

/// A module whose `DllGetClassObject` waits for a second thread to be in it.
private final class MeetingServer: InProcessServer {
  private let counters: TestServer
  private let inside: [Signal]
  private let visits = Mutex(0)

  init(_ module: Module, _ inside: [Signal]) {
    counters = TestServer(module) { module, _ throws(HResult) in try Counter(of: module) }
    self.inside = inside
  }

  func dllGetClassObject(_ clsid: GUID, _ iid: GUID) throws(HResult) -> OwnedPointer {
    let isFirst = visits.withLock { visits in
      visits += 1
      return visits == 1
    }
    inside[isFirst ? 0 : 1].set()
    try waitForSingleObject(.signal(inside[isFirst ? 1 : 0]))
    return try counters.dllGetClassObject(clsid, iid)
  }

  func dllCanUnloadNow() -> HResult { counters.dllCanUnloadNow() }
}
