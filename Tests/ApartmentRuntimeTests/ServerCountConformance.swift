import ApartmentRuntime
import Testing
import ThreadKernel
import Trace

/// A server's count.
extension LocalServerConformance {
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
}
