import ApartmentRuntime
import Testing
import ThreadKernel
import Trace

/// Servers that end while clients come.
extension LocalServerConformance {
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
}
