import ApartmentRuntime
import Testing
import ThreadKernel
import Trace

/// What keeps a server by its class object (PRX-14).
extension LocalServerConformance {
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
