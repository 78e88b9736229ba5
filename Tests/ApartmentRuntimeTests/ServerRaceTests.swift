import ApartmentRuntime
import Testing
import ThreadKernel
import Trace

/// Servers that start and stop while clients come and go, under every kind of schedule.
@Suite struct ServerRaceTests {
  /// How the server is written, and what its clients do.
  struct Case: Sendable, CustomStringConvertible {
    let description: String
    let server: WidgetServer
    let clients: Int
    let use: @Sendable (Program) throws -> Void
  }

  /// Two objects of a server's, one after the other.
  private static let create: @Sendable (Program) throws -> Void = { program in
    for _ in 0..<2 {
      let widget = try program.widget()
      try widget.increment()
    }
  }

  /// A class object, and an object by it.
  private static let getClass: @Sendable (Program) throws -> Void = { program in
    let factory = try coGetClassObject(LocalClass.widget, .localServer)
    try factory.lockServer(true)
    try factory.createInstance(ICounter.self).increment()
    try factory.lockServer(false)
  }

  /// A class object that is used, is all that the client has for a while, and is used again (O15).
  static let useClassAgain: @Sendable (Program) throws -> Void = { program in
    let factory = try coGetClassObject(LocalClass.widget, .localServer)
    for _ in 0..<2 { try factory.createInstance(ICounter.self).increment() }
  }

  static let cases: [Case] = [
    Case(description: "STA", server: WidgetServer(), clients: 1, use: create),
    Case(description: "STA, two", server: WidgetServer(), clients: 2, use: create),
    Case(
      description: "MTA, three", server: WidgetServer(model: .multithreaded), clients: 3,
      use: create),
    Case(
      description: "MTA, three, class objects", server: WidgetServer(model: .multithreaded),
      clients: 3, use: getClass),
    Case(
      description: "MTA, three, class objects, used again",
      server: WidgetServer(model: .multithreaded), clients: 3, use: useClassAgain),
    Case(
      description: "STA, two, class objects, resumed", server: WidgetServer(resumes: true),
      clients: 2, use: getClass),
    Case(
      description: "single use",
      server: WidgetServer(model: .multithreaded, use: .singleUse), clients: 2, use: create),
  ]

  static let schedules: [Schedule] =
    [.lesson([]), .roundRobin] + (1...60).map { .random(seed: UInt64($0)) }

  @discardableResult
  private func run(_ test: Case, _ schedule: Schedule, free: Bool = false) -> ComRun {
    ApartmentRuntimeTests.run(schedule, free: free, registry: .widgets(test.server)) { program in
      for index in 0..<test.clients {
        program.start(
          "client \(index)", index == 1 ? .apartmentThreaded : .multithreaded, test.use)
      }
    }
  }

  private func check(_ run: ComRun, _ test: Case) {
    // No client was turned away, and nothing is left.
    #expect(run.notes.failures == [], "\(test)")
    #expect(run.world.activations.allSatisfy { $0.result == .S_OK })
    #expect(run.world.objectsInOrder.allSatisfy { !$0.isAlive })
    #expect(run.world.processes.values.allSatisfy { !$0.isAlive || $0.launchedFor.isNone })
    #expect(run.servers.allSatisfy { !$0.isAlive })
    #expect(run.world.requestsInOrder.allSatisfy { $0.state == .answered })
    #expect(run.world.registrationsInOrder.allSatisfy { $0.isRevoked && $0.scm == .removed })
    #expect(run.world.proxies.isEmpty)
  }

  @Test("every client gets what it wants, whatever the order", arguments: cases)
  func everyOrder(_ test: Case) {
    for schedule in Self.schedules {
      let run = run(test, schedule)
      check(run, test)
      // Not in free runs: a client can come as the server's last thread ends. It is sent elsewhere, but
      // the class object that COM locked for it may be gone before COM unlocks it.
      #expect(run.servers.allSatisfy { $0.serverCount == 0 }, "\(test), \(schedule.text)")
    }
  }

  @Test("the same schedule gives the same events", arguments: cases)
  func same(_ test: Case) {
    for schedule in Self.schedules.prefix(6) {
      let (first, second) = (run(test, schedule), run(test, schedule))
      #expect(first.events == second.events, "\(test), \(schedule.text)")
    }
  }

  @Test("in free runs too", arguments: cases)
  func free(_ test: Case) {
    for _ in 0..<20 { check(run(test, .roundRobin, free: true), test) }
  }

  @Test("with nobody listening", arguments: cases)
  func untold(_ test: Case) {
    for seed in 1...5 as ClosedRange<UInt64> {
      let run = ApartmentRuntimeTests.run(
        .random(seed: seed), isTold: false, registry: .widgets(test.server)
      ) { program in
        for index in 0..<test.clients {
          program.start("client \(index)", .multithreaded, test.use)
        }
      }
      #expect(run.notes.failures == [])
    }
  }

  @Test("abandoned anywhere it leaves nothing", arguments: cases)
  func abandoned(_ test: Case) {
    let whole = run(test, .random(seed: 1))
    let choices = Int(whole.world.choices)
    for budget in stride(from: 1, to: choices, by: max(1, choices / 60)) {
      ApartmentRuntimeTests.run(
        .random(seed: 1), budget: budget, expecting: nil, registry: .widgets(test.server)
      ) { program in
        for index in 0..<test.clients {
          program.start("client \(index)", .multithreaded, test.use)
        }
      }
    }
  }

  @Test("multiple use: never two servers for one class because of two requests at once")
  func oneServer() {
    // All clients ask before the first server can have registered.
    for schedule in Self.schedules {
      let run = ApartmentRuntimeTests.run(schedule) { program in
        let (asked, all) = (Guarded(0), program.signal())
        var server = WidgetServer(model: .multithreaded)
        server.beforeClass = { _ in try waitForSingleObject(.signal(all)) }
        program.process.registry.addWidgets(server)
        program.start("watcher") { program in
          // Two minutes are far away.
          while asked.withLock({ $0 }) < 3 { sleepThread(1_000_000) }
          sleepThread(1_000_000)
          all.set()
        }
        let done = (0..<3).map { _ in program.signal() }
        for index in 0..<3 {
          program.start("client \(index)", .multithreaded) { program in
            asked.withLock { $0 += 1 }
            let widget = try program.widget()
            try widget.increment()
            done[index].set()
            for signal in done { try waitForSingleObject(.signal(signal)) }
          }
        }
      }
      #expect(run.servers.count == 1, "\(schedule.text)")
    }
  }
}

extension World {
  /// Proxies that are still there.
  fileprivate var proxies: [Object] {
    objectsInOrder.filter { $0.role == .proxy && $0.isAlive }
  }
}
