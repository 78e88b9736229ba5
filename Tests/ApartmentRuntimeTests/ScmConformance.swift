import ApartmentRuntime
import Testing
import ThreadKernel
import Trace

/// Conformance: the service control manager (CASES.md, group SCM), and servers that are not as they
/// should be.
@Suite struct ScmConformance {
  private static let models = [Coinit.apartmentThreaded, .multithreaded]

  // MARK: Finding and starting

  @Test("SCM-01 a class without LocalServer32")
  func noLocalServer() {
    let run = run(registry: .counters()) { program in
      program.thread("client", .multithreaded) {
        for clsid in [TestClass.clsid(.both), LocalClass.widget] {
          program.note("create \(clsid)") { _ = try program.widget(clsid) }
          program.note("get \(clsid)") { _ = try coGetClassObject(clsid, .localServer) }
        }
      }
    }
    #expect(run.notes.values.count == 4)
    #expect(run.notes.values.values.allSatisfy { $0 == "REGDB_E_CLASSNOTREG" })
    #expect(run.world.refusals.map(\.refuser) == [.com, .com, .com, .com])
    #expect(run.world.requestsInOrder.allSatisfy { $0.state == .answered })
  }

  @Test("a class that has a local server only is none in-process")
  func localOnly() {
    let run = run(registry: .widgets()) { program in
      program.thread("client", .multithreaded) {
        program.note("code") {
          _ = try coCreateInstance(LocalClass.widget, ICounter.self, .inprocServer)
        }
        program.note("both") {
          _ = try coCreateInstance(
            LocalClass.widget, ICounter.self, [.inprocServer, .localServer])
        }
      }
    }
    #expect(run["code"] == "REGDB_E_CLASSNOTREG")
    #expect(run["both"] == "S_OK")
  }

  @Test(
    "SCM-02 a server is started for a client, with -Embedding, and ends behind it",
    arguments: models, schedules)
  func life(_ model: Coinit, _ schedule: Schedule) {
    var server = WidgetServer(model: model)
    server.whenReady = { process in process.kernel.mark(process.commandLine) }
    let run = run(schedule, registry: .widgets(server)) { program in
      program.thread("client", .apartmentThreaded) {
        let widget = try program.widget()
        program.note("proxy", widget.isProxy)
        program.note("value", try widget.increment(5))
      }
    }
    #expect(run["proxy"] == "true")
    #expect(run["value"] == "5")
    #expect(run.servers.map { run.world[$0.name] } == ["server 1"])
    #expect(run.servers.allSatisfy { !$0.isAlive && $0.serverCount == 0 })
    #expect(run.world.passed("C:\\Servers\\widgets.exe -Embedding"))
    #expect(run.world.objectsInOrder.allSatisfy { !$0.isAlive })
    #expect(run.world.registrationsInOrder.map(\.scm) == [.removed])
    // The answer says where the server is: nobody has to ask for that.
    #expect(run.requests(.resolve) == 0)
  }

  @Test("SCM-05 a running server is found in the class table, and nothing is started")
  func running() {
    let run = run(registry: .widgets()) { program in
      program.thread("client", .multithreaded) {
        let first = try program.widget()
        for _ in 0..<3 { try program.widget().increment() }
        try first.increment()
      }
    }
    #expect(run.servers.count == 1)
    #expect(run.requests(.activate) == 4)
    let waits = run.places { if case .waits(.scm) = $0 { true } else { false } }
    #expect(waits.count == 1)
  }

  @Test("SCM-06 who may not start the server is refused; a running one serves all the same")
  func forbidden() {
    let registry = ApartmentRuntime.Registry()
    registry.addWidgets(allowsLaunch: false) { WidgetServer().main($0) }
    let run = run(registry: registry) { program in
      let (registered, done) = (program.signal(), program.signal())
      program.thread("client", .multithreaded) {
        program.note("not running") { _ = try program.widget() }
        program.start("server", .multithreaded) { program in
          try Self.offer(LocalClass.widget, in: program) {
            registered.set()
            try waitForSingleObject(.signal(done))
          }
        }
        try waitForSingleObject(.signal(registered))
        program.note("running") { try program.widget().increment() }
        done.set()
      }
    }
    #expect(run["not running"] == "E_ACCESSDENIED")
    #expect(run["running"] == "S_OK")
    #expect(run.servers.isEmpty)
  }

  /// A process offers a class for as long as `body` runs.
  private static func offer(
    _ clsid: GUID, in program: Program, _ body: () throws -> Void
  ) throws {
    let factory = try ClassFactory("Factory", of: nil) { _ throws(HResult) in try Counter() }
    let cookie = try coRegisterClassObject(clsid, ComPtr<IClassFactory>(factory), .localServer)
    try body()
    try coRevokeClassObject(cookie)
  }

  @Test(
    "SCM-08 a class that is registered at run time only: it works while it is", arguments: schedules
  )
  func withoutRegistry(_ schedule: Schedule) {
    let run = run(schedule) { program in
      let (registered, used, revoked) = (program.signal(), program.signal(), program.signal())
      program.start("server", .multithreaded) { program in
        try Self.offer(LocalClass.widget, in: program) {
          registered.set()
          try waitForSingleObject(.signal(used))
        }
        revoked.set()
      }
      program.thread("client", .multithreaded) {
        try waitForSingleObject(.signal(registered))
        program.note("while") { try program.widget().increment() }
        used.set()
        try waitForSingleObject(.signal(revoked))
        program.note("after") { _ = try program.widget() }
      }
    }
    #expect(run["while"] == "S_OK")
    #expect(run["after"] == "REGDB_E_CLASSNOTREG")
  }

  @Test("a process's own class object is found without the SCM, in another apartment too")
  func own() {
    let run = run { program in
      let (registered, done) = (program.signal(), program.signal())
      program.thread("STA", .apartmentThreaded) {
        try Self.offer(LocalClass.widget, in: program) {
          registered.set()
          try coWaitForHandle(.signal(done))
        }
      }
      program.thread("MTA", .multithreaded) {
        try waitForSingleObject(.signal(registered))
        try program.widget().increment()
        let factory = try coGetClassObject(LocalClass.widget, .localServer)
        try factory.createInstance(ICounter.self).increment()
        done.set()
      }
    }
    #expect(run.requests(.activate) == 0)
    // Nobody outside has it.
    #expect(run.places { if case .implicitLock = $0 { true } else { false } }.isEmpty)
  }

  @Test("REGCLS_AGILE: every apartment finds it; REGCLS_SURROGATE: nobody does in-process")
  func flags() {
    func find(_ flags: ClassFlags, _ context: ClassContext) -> (own: String?, other: String?) {
      let run = run { program in
        let (registered, done) = (program.signal(), program.signal())
        program.thread("STA", .apartmentThreaded) {
          let factory = try ClassFactory("Factory", of: nil) { _ throws(HResult) in
            try Counter()
          }
          let cookie = try coRegisterClassObject(
            LocalClass.widget, ComPtr<IClassFactory>(factory), context, flags: flags)
          program.note("own") { _ = try coGetClassObject(LocalClass.widget, .inprocServer) }
          registered.set()
          try coWaitForHandle(.signal(done))
          try coRevokeClassObject(cookie)
        }
        program.thread("MTA", .multithreaded) {
          try waitForSingleObject(.signal(registered))
          program.note("other") {
            try coGetClassObject(LocalClass.widget, .inprocServer)
              .createInstance(ICounter.self).increment()
          }
          done.set()
        }
      }
      return (run["own"], run["other"])
    }
    #expect(find([], .localServer) == ("S_OK", "REGDB_E_CLASSNOTREG"))
    #expect(find(.agile, .inprocServer) == ("S_OK", "S_OK"))
    let surrogate = find(.surrogate, .localServer)
    #expect(surrogate == ("REGDB_E_CLASSNOTREG", "REGDB_E_CLASSNOTREG"))
  }

  // MARK: Bad servers

  /// What a client gets whose server does that, when, and how many servers there were.
  private func activate(
    _ schedule: Schedule = .lesson([]), _ main: (@Sendable (ComProcess) -> Void)?
  ) -> ComRun {
    run(schedule, registry: .widgets(main)) { program in
      program.thread("client", .apartmentThreaded) {
        program.note("code") { try program.widget().increment() }
        program.note("seconds", program.kernel.time / 1_000_000_000)
        program.note("alive", "yes")
      }
    }
  }

  @Test("a program that is missing")
  func missing() {
    let run = activate(.lesson([]), nil)
    #expect(run["code"] == "CO_E_SERVER_EXEC_FAILURE")
    #expect(run["seconds"] == "0")
    #expect(run.servers.isEmpty)
  }

  @Test("a program that exits at once", arguments: schedules)
  func exits(_ schedule: Schedule) {
    let run = activate(schedule) { _ in }
    #expect(run["code"] == "CO_E_SERVER_EXEC_FAILURE")
    #expect(run["seconds"] == "0")
    #expect(run.servers.count == 1)
  }

  @Test("a program that never registers: after two minutes of the run's time")
  func neverRegisters() {
    let run = activate { process in
      // It is there all the time, and ends by itself some day.
      sleepThread(300_000_000_000)
    }
    #expect(run["code"] == "CO_E_SERVER_EXEC_FAILURE")
    #expect(run["seconds"] == "120")
    #expect(run.servers.count == 1)
    #expect(run.requests(.giveUp) == 1)
  }

  @Test("a program that registers another class")
  func anotherClass() {
    let run = activate { process in
      var server = WidgetServer(model: .multithreaded, classes: [LocalClass.gadget])
      server.whenReady = { _ in
        process.spawn("ends") {
          sleepThread(300_000_000_000)
          _ = try? coCreateInstance(LocalClass.gadget, ICounter.self, .localServer)
        }
      }
      server.main(process)
    }
    #expect(run["code"] == "CO_E_SERVER_EXEC_FAILURE")
    #expect(run["seconds"] == "120")
    #expect(run.servers.count == 1)
  }

  @Test("a program that registers and ends at once: COM asks once more", arguments: schedules)
  func registersAndEnds(_ schedule: Schedule) {
    let run = activate(schedule) { process in
      var server = WidgetServer()
      server.makeKeeper = { _, stop in
        stop()
        return OwnCounts { _ in }
      }
      server.main(process)
    }
    // A client that is quick is served in the last moment; one that is not hears why not.
    let codes: [String?] = [
      "S_OK", "RPC_S_SERVER_UNAVAILABLE", "OR_INVALID_OXID", "RPC_E_DISCONNECTED",
      "REGDB_E_CLASSNOTREG", "RPC_S_CALL_FAILED", "RPC_S_CALL_FAILED_DNE",
      "CO_E_SERVER_EXEC_FAILURE",
    ]
    #expect(codes.contains(run["code"]))
    #expect(run["alive"] == "yes")
    #expect(run.servers.allSatisfy { !$0.isAlive })
    #expect(run.servers.count <= 9)
  }

  @Test("a server whose class object cannot make objects says so itself")
  func failingClass() {
    let run = activate { process in
      var server = WidgetServer(model: .multithreaded)
      server.inConstructor = { () throws(HResult) in throw .RPC_E_DISCONNECTED }
      // Its constructor fails: nobody has counted anything, so that somebody else ends it.
      server.makeKeeper = { process, stop in
        process.spawn("stops") {
          sleepThread(2_000_000)
          stop()
        }
        return LocalServer {}
      }
      server.main(process)
    }
    // Though it is a code of the connection's: it is the class's word, and nobody tries again.
    #expect(run["code"] == "RPC_E_DISCONNECTED")
    #expect(run.servers.count == 1)
    #expect(run.requests(.activate) == 1)
  }

  @Test("no room for another process")
  func noRoom() {
    let run = run(registry: .widgets()) { program in
      let done = program.signal()
      for index in 0..<60 {
        program.thread("filler \(index)") { try waitForSingleObject(.signal(done)) }
      }
      program.thread("client", .multithreaded) {
        var fillers = 61
        while fillers < 64 {
          program.thread("filler") { try waitForSingleObject(.signal(done)) }
          fillers += 1
        }
        program.note("code") { _ = try program.widget() }
        done.set()
      }
    }
    #expect(run["code"] == "CO_E_SERVER_EXEC_FAILURE")
    #expect(run.servers.isEmpty)
  }

  @Test("without an SCM there are no local servers, and nothing else is amiss")
  func noManager() {
    let run = run(registry: .widgets()) { program in
      program.kernel.provide { _, _ in [] }
      program.thread("client", .multithreaded) {
        program.note("code") { _ = try program.widget() }
      }
    }
    #expect(run["code"] == "RPC_S_SERVER_UNAVAILABLE")
  }
}
