import ApartmentRuntime
import Testing
import ThreadKernel
import Trace

/// Conformance: local servers (CASES.md, group OOP; PRX-14).
@Suite struct LocalServerConformance {
  private static let models = [Coinit.apartmentThreaded, .multithreaded]

  // MARK: Registering

  @Test(
    "OOP-02 suspended and resumed: the SCM is told once, and nobody comes before (O22, O23, O24)",
    arguments: models, schedules)
  func resumedOnce(_ model: Coinit, _ schedule: Schedule) {
    let server = WidgetServer(model: model, classes: LocalClass.all, resumes: true)
    let run = run(schedule, registry: .widgets(server)) { program in
      for clsid in LocalClass.all {
        program.thread(LocalClass.name(clsid), .multithreaded) {
          try program.widget(clsid).increment()
        }
      }
    }
    let servers = run.servers.count
    #expect(run.requests(.register) == 0)
    #expect(run.requests(.resume) == servers)
    let resumed = run.places {
      if case .scmRequested(_, .resume, _, _) = $0 { true } else { false }
    }
    let served = run.places {
      if case .scmAnswered(_, let process, .S_OK) = $0 { !process.isNone } else { false }
    }
    let open = run.places { if case .scmEntry(_, .open) = $0 { true } else { false } }
    #expect(resumed.first! < served.first!)
    #expect(resumed.first! < open.first!)
    #expect(run.servers.allSatisfy { !$0.isAlive })
  }

  @Test("O23 the number of classes and of calls to the SCM", arguments: [1, 5, 50])
  func calls(_ count: Int) {
    func calls(resumes: Bool) -> Int {
      let run = run { program in
        program.thread("server", .multithreaded) {
          var cookies: [ClassRegistration] = []
          for index in 0..<count {
            let factory = try ClassFactory("Factory", of: nil) { _ throws(HResult) in
              try Counter()
            }
            cookies.append(
              try coRegisterClassObject(
                GUID(0xB0, UInt16(index), 0, 0), ComPtr<IClassFactory>(factory), .localServer,
                flags: resumes ? .suspended : []))
          }
          if resumes { try coResumeClassObjects() }
          program.kernel.mark("ready")
          for cookie in cookies { try coRevokeClassObject(cookie) }
        }
      }
      return Int(run.world(at: "ready").scmCalls)
    }
    #expect(calls(resumes: false) == count)
    #expect(calls(resumes: true) == 1)
  }

  @Test(
    "OOP-03 a server of the MTA gets clients before its next class is registered (O20, O21)",
    arguments: schedules)
  func tooEarly(_ schedule: Schedule) {
    let run = run(schedule) { program in
      let (made, stopped) = (program.signal(), program.signal())
      var server = WidgetServer(model: .multithreaded, classes: LocalClass.all)
      server.beforeClass = { place in
        if place == 1 { try waitForSingleObject(.signal(stopped)) }
      }
      program.process.registry.addWidgets(server)
      program.thread("client", .multithreaded) {
        try program.widget().increment()
        made.set()
      }
      program.thread("watcher", .multithreaded) {
        try waitForSingleObject(.signal(made))
        stopped.set()
      }
    }
    let second = run.places { if case .classObjectRegistered = $0 { true } else { false } }
    let zero = run.places { if case .serverCount(0, .released, _) = $0 { true } else { false } }
    // The last release, which ends the server, comes before all of it is there.
    #expect(second.count == 2)
    #expect(zero.count == 1)
    #expect(zero[0] < second[1])
  }

  @Test("O19 a server with one thread serves nobody before its loop runs", arguments: schedules)
  func singleThreaded(_ schedule: Schedule) {
    let run = run(schedule) { program in
      let asked = program.signal()
      var server = WidgetServer()
      server.whenReady = { process in
        try waitForSingleObject(.signal(asked))
        process.kernel.mark("loop")
      }
      program.process.registry.addWidgets(server)
      program.thread("first", .multithreaded) { try program.widget().increment() }
      program.thread("second", .multithreaded) {
        // By then the first has been sent to the server.
        sleepThread(1_000_000)
        asked.set()
      }
    }
    let loop = run.places { $0.isMark("loop", in: run.world) }
    let served = run.places { if case .callServed = $0 { true } else { false } }
    #expect(loop.count == 1)
    #expect(loop[0] < served[0])
    #expect(run.world(at: "loop").apartments.values.contains { !$0.queue.isEmpty })
  }

  @Test("O20 in another apartment that pumps they come at once", arguments: schedules)
  func apartmentModel(_ schedule: Schedule) {
    let run = run(schedule) { program in
      let served = program.signal()
      program.process.registry.addWidgets { process in
        Self.runApartmentModelServer(process, waitingFor: served)
      }
      program.thread("client", .multithreaded) {
        try program.widget(LocalClass.gadget).increment()
        served.set()
      }
    }
    let loop = run.places { $0.isMark("main loop", in: run.world) }
    let made = run.places {
      if case .methodEntered(_, let name, _) = $0 {
        run.world[name] == "CreateInstance"
      } else {
        false
      }
    }
    #expect(made[0] < loop[0])
  }

  /// Two threads, each with a class in an STA of its own; the main one waits before it pumps.
  private static func runApartmentModelServer(
    _ process: ComProcess, waitingFor served: Signal
  ) {
    process.registerInterfaces()
    let second = process.spawn("second") {
      var server = WidgetServer(classes: [LocalClass.gadget])
      server.counting = []
      server.main(process)
    }
    var main = WidgetServer(classes: [LocalClass.widget])
    main.counting = []
    main.whenReady = { process in
      try waitForSingleObject(.signal(served))
      process.kernel.mark("main loop")
    }
    main.main(process)
    if let second { process.kernel.join(second) }
  }

  @Test(
    "OOP-06 multiple use: one process and one class object for all clients",
    arguments: models, schedules)
  func multipleUse(_ model: Coinit, _ schedule: Schedule) {
    let run = run(schedule, registry: .widgets(WidgetServer(model: model))) { program in
      let all = (0..<3).map { _ in program.signal() }
      for index in 0..<3 {
        program.start("client \(index)", .multithreaded) { program in
          let widget = try program.widget()
          try widget.increment()
          all[index].set()
          // All of them have one before the first lets go.
          for signal in all { try waitForSingleObject(.signal(signal)) }
        }
      }
    }
    #expect(run.servers.count == 1)
    #expect(run.world.objects(named: "Widget factory").count == 1)
    #expect(run.homes(of: "Widget").count == 3)
    #expect(run.world.objectsInOrder.allSatisfy { !$0.isAlive })
  }

  @Test("single use: each activation gets a process of its own", arguments: models, schedules)
  func singleUse(_ model: Coinit, _ schedule: Schedule) {
    let server = WidgetServer(model: model, use: .singleUse)
    let run = run(schedule, registry: .widgets(server)) { program in
      for index in 0..<3 {
        program.thread("client \(index)", .multithreaded) {
          let factory = try coGetClassObject(LocalClass.widget, .localServer)
          // Whoever has the class object can make as many as it likes.
          try factory.createInstance(ICounter.self).increment()
          try factory.createInstance(ICounter.self).increment()
        }
      }
    }
    #expect(run.servers.count == 3)
    #expect(Set(run.homes(of: "Widget")).count == 3)
    #expect(run.homes(of: "Widget").count == 6)
    #expect(run.servers.allSatisfy { !$0.isAlive })
  }

  // MARK: The count

  /// A process that registers two classes and counts by hand.
  private func counting(
    _ schedule: Schedule = .lesson([]), _ body: @escaping @Sendable (Program) throws -> Void
  ) -> ComRun {
    run(schedule) { program in
      program.thread("server", .multithreaded) {
        var cookies: [ClassRegistration] = []
        for clsid in LocalClass.all {
          let factory = try ClassFactory("Factory", of: nil) { _ throws(HResult) in try Counter() }
          cookies.append(
            try coRegisterClassObject(clsid, ComPtr<IClassFactory>(factory), .localServer))
        }
        try body(program)
        for cookie in cookies { try coRevokeClassObject(cookie) }
      }
    }
  }

  @Test("OOP-07 the last release suspends all class objects in the same step", arguments: schedules)
  func zero(_ schedule: Schedule) {
    let run = counting(schedule) { program in
      let added = (0..<3).map { _ in coAddRefServerProcess(as: "by hand") }
      let released = (0..<3).map { _ in coReleaseServerProcess(as: "by hand") }
      program.note("added", added.description)
      program.note("released", released.description)
      program.note("one more", coReleaseServerProcess(as: "by hand"))
      program.kernel.mark("zero")
    }
    #expect(run["added"] == "[1, 2, 3]")
    #expect(run["released"] == "[2, 1, 0]")
    #expect(run["one more"] == "0")
    let zero = run.places { if case .serverCount(0, .released, _) = $0 { true } else { false } }
    #expect(zero.count == 1)
    for place in zero[0] + 1...zero[0] + 2 {
      guard case .classObjectSuspended = run.events[place].kind else {
        Issue.record("\(run.events[place].kind) came between")
        continue
      }
    }
    let world = run.world(at: "zero")
    #expect(world.registrationsInOrder.map(\.isSuspended) == [true, true])
    #expect(world.registrationsInOrder.map(\.scm) == [.suspended, .suspended])
    #expect(run.requests(.suspend) == 1)
  }

  @Test("OOP-08 a process that stops answers so, however its class is asked for")
  func stopping() {
    let run = counting { program in
      @Sendable func note(_ when: String) {
        for context: ClassContext in [.inprocServer, .localServer, [.inprocServer, .localServer]] {
          program.note("\(when) \(context.rawValue)") {
            _ = try coGetClassObject(LocalClass.widget, context)
          }
        }
        program.note("\(when) create") { _ = try program.widget() }
      }
      note("before")
      coAddRefServerProcess(as: "by hand")
      coReleaseServerProcess(as: "by hand")
      note("stopping")
      try coResumeClassObjects()
      note("resumed")
      try coSuspendClassObjects()
      note("suspended")
    }
    for what in ["1", "4", "5", "create"] {
      #expect(run["before \(what)"] == "S_OK")
      #expect(run["stopping \(what)"] == "CO_E_SERVER_STOPPING")
      #expect(run["resumed \(what)"] == "S_OK")
      // By hand it is as if it were not there.
      #expect(run["suspended \(what)"] == "REGDB_E_CLASSNOTREG")
    }
  }

  @Test("OOP-09 a server whose count was 0 gets nobody: a new one is started", arguments: schedules)
  func newProcess(_ schedule: Schedule) {
    let run = run(schedule) { program in
      let (zero, done) = (program.signal(), program.signal())
      var server = WidgetServer(model: .multithreaded)
      // It lingers.
      server.whenStopped = {
        zero.set()
        try waitForSingleObject(.signal(done))
      }
      program.process.registry.addWidgets(server)
      program.thread("first", .multithreaded) { try program.widget().increment() }
      program.thread("second", .multithreaded) {
        try waitForSingleObject(.signal(zero))
        let widget = try program.widget()
        program.note("value", try widget.increment(7))
        done.set()
      }
    }
    #expect(run["value"] == "7")
    #expect(run.servers.count == 2)
    #expect(run.homes(of: "Widget") == run.servers.map(\.id))
  }

  @Test("OOP-11 who counts in one of the two places only ends too early (O13)")
  func half() {
    func use(_ places: LocalServer.Places, holding: String) -> String? {
      let server = WidgetServer(model: .multithreaded, counting: places)
      let run = run(registry: .widgets(server)) { program in
        program.thread("client", .multithreaded) {
          let factory = try coGetClassObject(LocalClass.widget, .localServer)
          if holding == "factory" {
            try factory.createInstance(ICounter.self).increment()
            // The object is gone; whoever did not count the lock ends.
            sleepThread(1_000_000)
            program.note("code") { _ = try factory.createInstance(ICounter.self) }
          } else {
            let widget = try factory.createInstance(ICounter.self)
            _ = consume factory
            sleepThread(1_000_000)
            program.note("code") { try widget.increment() }
          }
        }
      }
      return run["code"]
    }
    for holding in ["factory", "object"] { #expect(use(.all, holding: holding) == "S_OK") }
    #expect(use(.objects, holding: "factory") == "RPC_S_SERVER_UNAVAILABLE")
    #expect(use(.locks, holding: "object") == "RPC_S_SERVER_UNAVAILABLE")
  }

  /// A client is let in, and stands in the object's constructor while another one's last release ends
  /// the server. Then it gets its object, if it does, and uses it when the server has ended.
  private func meetEnd(
    _ makeKeeper: (
      @Sendable (ComProcess, @escaping @Sendable () -> Void) -> any ServerKeeping
    )?
  ) -> ComRun {
    run { program in
      let (first, inside, decided, made) = (
        program.signal(), program.signal(), program.signal(), program.signal()
      )
      let constructed = Guarded(0)
      var server = WidgetServer(model: .multithreaded)
      server.makeKeeper = makeKeeper
      server.inConstructor = { () throws(HResult) in
        let number = constructed.withLock { number in
          number += 1
          return number
        }
        guard number == 2 else { return }
        inside.set()
        try waitForSingleObject(.signal(decided))
      }
      server.whenStopped = {
        decided.set()
        try waitForSingleObject(.signal(made))
      }
      program.process.registry.addWidgets(server)
      program.thread("first", .multithreaded) {
        let widget = try program.widget()
        first.set()
        try waitForSingleObject(.signal(inside))
        _ = consume widget
      }
      program.thread("second", .multithreaded) {
        try waitForSingleObject(.signal(first))
        let widget = try program.widget()
        made.set()
        sleepThread(1_000_000)
        program.note("code") { try widget.increment() }
      }
    }
  }

  @Test("OOP-12 with a count of its own a server can end under a client that was let in (O6)")
  func ownCount() {
    let run = meetEnd { process, stop in
      OwnCounts { _ in
        try? coSuspendClassObjects()
        stop()
      }
    }
    #expect(run["code"] == "RPC_S_SERVER_UNAVAILABLE")
    #expect(run.servers.count == 1)
  }

  @Test("with COM's count the client gets an object of a new server (O8, O9, O10)")
  func comCount() {
    let run = meetEnd(nil)
    #expect(run["code"] == "S_OK")
    #expect(run.servers.count == 2)
    // The one that was made in the old server went at once, and nobody had it.
    let homes = run.homes(of: "Widget")
    #expect(homes == [run.servers[0].id, run.servers[0].id, run.servers[1].id])
    #expect(run.world.objectsInOrder.allSatisfy { !$0.isAlive })
  }

  @Test("O7 the cumbersome way: a server that looks again whether it has objects stays alive")
  func recheck() {
    let run = run { program in
      let (first, inside, decided, made) = (
        program.signal(), program.signal(), program.signal(), program.signal()
      )
      let constructed = Guarded(0)
      let keeper = Guarded<OwnCounts?>(nil)
      let empty = program.signal()
      var server = WidgetServer(model: .multithreaded)
      server.makeKeeper = { _, stop in
        let counts = OwnCounts { _ in
          if decided.isSet { empty.set() } else { stop() }
        }
        keeper.withLock { $0 = counts }
        return counts
      }
      server.inConstructor = { () throws(HResult) in
        let number = constructed.withLock { number in
          number += 1
          return number
        }
        guard number == 2 else { return }
        inside.set()
        try waitForSingleObject(.signal(decided))
      }
      server.whenStopped = {
        for cookie in keeper.withLock({ $0?.cookies.withLock { $0 } ?? [] }) {
          try coRevokeClassObject(cookie)
        }
        decided.set()
        try waitForSingleObject(.signal(made))
        // Somebody got one all the same: it is waited for.
        if keeper.withLock({ $0?.objects ?? 0 }) > 0 {
          try waitForSingleObject(.signal(empty))
        }
      }
      program.process.registry.addWidgets(server)
      program.thread("first", .multithreaded) {
        let widget = try program.widget()
        first.set()
        try waitForSingleObject(.signal(inside))
        _ = consume widget
      }
      program.thread("second", .multithreaded) {
        try waitForSingleObject(.signal(first))
        let widget = try program.widget()
        made.set()
        sleepThread(1_000_000)
        program.note("code") { try widget.increment() }
      }
    }
    #expect(run["code"] == "S_OK")
    #expect(run.servers.count == 1)
    #expect(run.servers.allSatisfy { !$0.isAlive })
  }

  /// A server with one thread takes its time at the end, and a client is sent to it just then.
  private func meetLastThread(
    _ schedule: Schedule, _ atZero: @escaping @Sendable ([ClassRegistration]) -> Void
  ) -> ComRun {
    run(schedule) { program in
      let made = program.signal()
      var server = WidgetServer()
      server.makeKeeper = { _, stop in
        OwnCounts { cookies in
          made.set()
          sleepThread(1_000_000)
          atZero(cookies)
          stop()
        }
      }
      program.process.registry.addWidgets(server)
      program.thread("first", .multithreaded) { try program.widget().increment() }
      program.thread("second", .multithreaded) {
        try waitForSingleObject(.signal(made))
        let widget = try program.widget()
        program.note("code") { program.note("value", try widget.increment(3)) }
      }
    }
  }

  @Test(
    "O4 O5 a server with one thread revokes before it takes the next request; that gets a new server",
    arguments: schedules)
  func revokedMeanwhile(_ schedule: Schedule) {
    let run = meetLastThread(schedule) { cookies in
      for cookie in cookies { try? coRevokeClassObject(cookie) }
    }
    #expect(run["value"] == "3")
    #expect(run.servers.count == 2)
    // The request came to the old server, and COM met a class object that was revoked.
    let refusals = run.world.refusals.filter { $0.result == .REGDB_E_CLASSNOTREG }
    #expect(refusals.map(\.refuser) == [.com])
    #expect(run.requests(.activate) == 3)
    #expect(run.homes(of: "Widget") == run.servers.map(\.id))
    #expect(run.servers.allSatisfy { !$0.isAlive })
  }

  @Test(
    "a server that does not revoke leaves a client of its last moment with nothing",
    arguments: schedules)
  func notRevoked(_ schedule: Schedule) {
    let run = meetLastThread(schedule) { _ in }
    // It is let in and gets an object; then the loop ends.
    #expect(run["code"] == "RPC_E_DISCONNECTED")
    #expect(run.servers.count == 1)
    #expect(run.homes(of: "Widget").count == 2)
  }

  // MARK: What suspension does not stop

  @Test("OOP-13 suspended: who is connected goes on, and is counted", arguments: models, schedules)
  func connected(_ model: Coinit, _ schedule: Schedule) {
    let run = run(schedule) { program in
      var server = WidgetServer(model: model)
      server.whenReady = { process in
        if process.name == "server 1" { coAddRefServerProcess(as: "main") }
      }
      program.process.registry.addWidgets(server)
      program.thread("client", .multithreaded) {
        let factory = try coGetClassObject(LocalClass.widget, .localServer)
        let first = try factory.createInstance(ICounter.self)
        try Self.suspend(first)
        program.kernel.mark("suspended")
        let second = try factory.createInstance(ICounter.self)
        program.note("value", try second.increment(2))
        program.kernel.mark("made")
        program.note("new server", try program.widget().increment(9))
        try Self.letGo(first)
      }
    }
    #expect(run["value"] == "2")
    #expect(run.world(at: "suspended").registrationsInOrder.map(\.scm) == [.suspended])
    let first = run.servers[0].id
    #expect(run.world(at: "suspended").processes[first]?.serverCount == 3)
    #expect(run.world(at: "made").processes[first]?.serverCount == 4)
    #expect(run.servers.count == 2)
    #expect(run["new server"] == "9")
  }

  /// Has the server of a widget suspend its class objects: what the widget does at that number.
  private static func suspend(_ widget: borrowing ComPtr<ICounter>) throws {
    try widget.increment(Widget.suspends)
  }

  /// Has it give the reference of its main thread up.
  private static func letGo(_ widget: borrowing ComPtr<ICounter>) throws {
    try widget.increment(Widget.letsGo)
  }

  @Test("OOP-14 an interface that the object lacks, or none", arguments: models)
  func lacking(_ model: Coinit) {
    let run = run(registry: .widgets(WidgetServer(model: model))) { program in
      program.thread("client", .multithreaded) {
        program.note("lacking") {
          _ = try coCreateInstance(LocalClass.widget, IKeeper.self, .localServer)
        }
        program.note("null") {
          _ = try coCreateInstance(LocalClass.widget, INull.self, .localServer)
        }
        let (summary, results) = coCreateInstanceEx(
          LocalClass.widget, .localServer, interfaces: [IKeeper.iid, ICounter.iid])
        program.note("Ex", summary)
        program.note("Ex lacking") { _ = try results[0].get() }
        program.note("Ex there") { _ = try results[1].get() }
      }
    }
    #expect(run["lacking"] == "E_NOINTERFACE")
    #expect(run["null"] == "E_NOINTERFACE")
    #expect(run["Ex"] == "CO_S_NOTALLINTERFACES")
    #expect(run["Ex lacking"] == "E_NOINTERFACE")
    #expect(run["Ex there"] == "S_OK")
    // What was made for nothing is gone, and has ended its server.
    #expect(run.world.objectsInOrder.allSatisfy { !$0.isAlive })
    #expect(run.servers.allSatisfy { !$0.isAlive })
  }

  @Test("nothing is aggregated into another process")
  func aggregation() {
    let run = run(registry: .widgets()) { program in
      program.thread("client", .multithreaded) {
        let outer = try Counter(name: "Outer")
        let keeper = ComPtr<ICounter>(outer)
        program.note("code") {
          _ = try coCreateInstance(
            LocalClass.widget, IUnknown.self, outer: outer, .localServer)
        }
        try keeper.increment()
      }
    }
    #expect(run["code"] == "CLASS_E_NOAGGREGATION")
    #expect(run.servers.isEmpty)
  }

  // MARK: Locks

  @Test("OOP-16 a locked server stays without objects, and goes when it is unlocked")
  func locked() {
    let run = run { program in
      var server = WidgetServer(model: .multithreaded)
      server.whenReady = { process in
        // Its own class object, directly.
        let factory = try coGetClassObject(LocalClass.widget, .inprocServer)
        try factory.lockServer(true)
        process.spawn("unlocks") {
          sleepThread(1_000_000)
          process.kernel.mark("idle")
          _ = try? coGetClassObject(LocalClass.widget, .inprocServer).lockServer(false)
        }
      }
      program.process.registry.addWidgets(server)
      program.thread("client", .multithreaded) { try program.widget().increment() }
    }
    let idle = run.world(at: "idle")
    #expect(idle.objects(named: "Widget").allSatisfy { !$0.isAlive })
    #expect(idle.processes[run.servers[0].id]?.serverCount == 1)
    #expect(idle.processes[run.servers[0].id]?.isAlive == true)
    #expect(run.servers.allSatisfy { !$0.isAlive })
  }

  @Test(
    "PRX-14 across processes: the proxy answers LockServer, and COM locks the server (O16, O17)",
    arguments: models, schedules)
  func implicitLock(_ model: Coinit, _ schedule: Schedule) {
    let run = run(schedule, registry: .widgets(WidgetServer(model: model))) { program in
      program.thread("client", .apartmentThreaded) {
        let factory = try coGetClassObject(LocalClass.widget, .localServer)
        program.kernel.mark("got")
        try factory.lockServer(true)
        program.kernel.mark("locked")
        try factory.createInstance(ICounter.self).increment()
        try factory.lockServer(false)
        program.kernel.mark("unlocked")
      }
    }
    for mark in ["got", "locked", "unlocked"] {
      let world = run.world(at: mark)
      let factory = world.objects(named: "Widget factory").first { $0.role == .component }
      #expect(factory?.implicitLocks == 1)
      let holders = world.processes[run.servers[0].id]?.serverHolders ?? []
      #expect(holders.map { world[$0.name] } == [LocalServer.lockHolder])
      #expect(holders.map(\.count) == [1])
    }
    // No call of a client's: those are COM's own.
    let calls = run.world.callsInOrder.map { run.world[$0.method] }
    #expect(!calls.contains("LockServer"))
    #expect(run.threads(in: "LockServer").count == 2)
    #expect(run.component("Widget factory")?.implicitLocks == 0)
    #expect(run.servers.map(\.isAlive) == [false])
  }

  /// A client has the class object; another one comes, gets an instance and releases it; then the
  /// first one uses what it has.
  private func secondClient(locksImplicitly: Bool) -> ComRun {
    run(
      registry: .widgets(WidgetServer(model: .multithreaded)),
      settings: ComProcess.Settings(locksImplicitly: locksImplicitly)
    ) { program in
      let (got, used) = (program.signal(), program.signal())
      program.thread("first", .multithreaded) {
        let factory = try coGetClassObject(LocalClass.widget, .localServer)
        got.set()
        try waitForSingleObject(.signal(used))
        sleepThread(1_000_000)
        program.note("lock") { try factory.lockServer(true) }
        program.note("code") { try factory.createInstance(ICounter.self).increment() }
        program.note("unlock") { try factory.lockServer(false) }
      }
      program.thread("second", .multithreaded) {
        try waitForSingleObject(.signal(got))
        try program.widget().increment()
        used.set()
      }
    }
  }

  @Test(
    "O15 without the implicit lock a client is left with a dead class object, with it not (O16)")
  func leftWithDeadFactory() {
    let off = secondClient(locksImplicitly: false)
    #expect(off["lock"] == "S_OK")
    #expect(off["code"] == "RPC_S_SERVER_UNAVAILABLE")
    #expect(off.places { if case .implicitLock = $0 { true } else { false } }.isEmpty)
    let on = secondClient(locksImplicitly: true)
    #expect(on["code"] == "S_OK")
    #expect(on.servers.map(\.isAlive) == [false])
  }

  @Test(
    "several clients have the class object: one lock, until the last lets go", arguments: schedules)
  func severalLocks(_ schedule: Schedule) {
    let run = run(schedule, registry: .widgets(WidgetServer(model: .multithreaded))) { program in
      let all = (0..<3).map { _ in program.signal() }
      for index in 0..<3 {
        program.start("client \(index)", .multithreaded) { program in
          let factory = try coGetClassObject(LocalClass.widget, .localServer)
          all[index].set()
          for signal in all { try waitForSingleObject(.signal(signal)) }
          program.kernel.mark("all")
          try factory.createInstance(ICounter.self).increment()
        }
      }
    }
    let all = run.world(at: "all")
    #expect(all.objects(named: "Widget factory").map(\.implicitLocks).max() == 1)
    #expect(run.servers.map(\.isAlive) == [false])
    #expect(run.component("Widget factory")?.implicitLocks == 0)
  }
}
