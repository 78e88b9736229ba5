import ApartmentRuntime
import Testing
import ThreadKernel
import Trace

/// Whoever has a class object of a local server can use it until he lets it go, whoever else comes and
/// goes meanwhile (O15, O16).
@Suite struct ImplicitLockTests {
  /// Counts by COM's count; the first `LockServer(TRUE)` takes its time, so that whoever can go on does
  /// so before it returns.
  private final class SlowLock: ServerKeeping {
    private let server: LocalServer
    private let isSlow = Guarded(true)

    init(_ server: LocalServer) { self.server = server }

    func objectBegins(_ name: String) { server.objectBegins(name) }

    func objectEnds(_ name: String) { server.objectEnds(name) }

    func serverIsLocked(_ isLocked: Bool) {
      let isFirst = isSlow.withLock { isSlow in
        defer { isSlow = false }
        return isSlow
      }
      if isFirst { sleepThread(1_000_000) }
      server.serverIsLocked(isLocked)
    }
  }

  @Test("who comes while another client's lock is under way does not rely on it")
  func slowLock() {
    var server = WidgetServer(model: .multithreaded)
    server.makeKeeper = { _, stop in SlowLock(LocalServer(atZero: stop)) }
    for seed in 1...60 as ClosedRange<UInt64> {
      let run = run(.random(seed: seed), registry: .widgets(server)) { program in
        for index in 0..<3 {
          program.start("client \(index)", .multithreaded, ServerRaceTests.useClassAgain)
        }
      }
      #expect(run.notes.failures == [], "seed \(seed)")
      #expect(run.servers.allSatisfy { !$0.isAlive && $0.serverCount == 0 })
      #expect(run.world.objectsInOrder.allSatisfy { $0.implicitLocks == 0 && !$0.isAlive })
    }
  }

  /// A server whose first process revokes its class while a client gets the class object: `steps` later
  /// than the client asks for it.
  private static func revoking(
    _ asked: Signal, after steps: Int
  ) -> @Sendable (ComProcess) -> Void {
    { process in
      process.registerInterfaces()
      do {
        try coInitializeEx(.multithreaded)
        let stop = Signal(in: process.kernel)
        let server = LocalServer { stop.set() }
        let factory = try LocalClassFactory("Widget factory", of: server) { () throws(HResult) in
          try Widget("Widget", of: server)
        }
        let cookie = try coRegisterClassObject(
          LocalClass.widget, ComPtr<IClassFactory>(factory), .localServer)
        if process.name == "server 1" {
          try waitForSingleObject(.signal(asked))
          for _ in 0..<steps { process.kernel.mark("a step") }
          try coRevokeClassObject(cookie)
        }
        try coWaitForHandle(.signal(stop))
        coUninitialize()
      } catch {
        process.kernel.mark("server fails: \(error)")
      }
    }
  }

  @Test("a class object that is revoked while a client gets it keeps the server as well")
  func revoked() {
    var wereLate = 0
    for steps in 0..<40 {
      for schedule in [.roundRobin, .random(seed: 1), .random(seed: 2)] as [Schedule] {
        let run = run(schedule) { program in
          let asked = program.signal()
          program.process.registry.addWidgets(Self.revoking(asked, after: steps))
          program.start("client", .multithreaded) { program in
            let widget = try program.widget()
            asked.set()
            let factory = try coGetClassObject(LocalClass.widget, .localServer)
            _ = consume widget
            for _ in 0..<2 { try factory.createInstance(ICounter.self).increment() }
          }
        }
        #expect(run.notes.failures == [], "\(steps) steps, \(schedule.text)")
        #expect(run.servers.allSatisfy { !$0.isAlive })
        wereLate += run.isLockedOnceRevoked ? 1 : 0
      }
    }
    // Some have met it.
    #expect(wereLate > 0)
  }
}

extension ComRun {
  /// Whether COM has locked server 1, whose class object is the first, and had not yet when that was
  /// revoked.
  fileprivate var isLockedOnceRevoked: Bool {
    guard let factory = world.objects(named: "Widget factory").first?.id else { return false }
    let locked = events.firstIndex { $0.kind == .implicitLock(factory, isLocked: true) }
    let revoked = events.firstIndex {
      if case .classObjectRevoked = $0.kind { true } else { false }
    }
    guard let locked, let revoked else { return false }
    return revoked < locked
  }
}
