import ApartmentRuntime
import Testing
import ThreadKernel
import Trace

/// Conformance: local servers (CASES.md, group OOP): registering, and what suspension does not stop.
/// The other parts stand in files of their own.
@Suite struct LocalServerConformance {
  static let models = [Coinit.apartmentThreaded, .multithreaded]

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
}
