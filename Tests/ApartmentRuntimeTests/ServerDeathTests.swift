import ApartmentRuntime
import Testing
import ThreadKernel
import Trace

/// `kill -9` of a server, or of a client, at every scheduling point of a server's life.
@Suite struct ServerDeathTests {
  /// What is killed, and how the two are written.
  struct Case: Sendable, CustomStringConvertible {
    let server: Coinit
    let client: Coinit
    let victim: String
    let schedule: Schedule

    var description: String { "\(server) server, \(client) client, kill \(victim)" }
  }

  static func cases(killing victim: String) -> [Case] {
    let kinds: [(Coinit, Coinit, Schedule)] = [
      (.apartmentThreaded, .apartmentThreaded, .random(seed: 7)),
      (.apartmentThreaded, .multithreaded, .lesson([])),
      (.multithreaded, .apartmentThreaded, .roundRobin),
      (.multithreaded, .multithreaded, .random(seed: 3)),
    ]
    return kinds.map { Case(server: $0, client: $1, victim: victim, schedule: $2) }
  }

  /// Activation, use of the class object, a call, release, and again when all of that is over.
  private static func use(_ program: Program) throws {
    program.note("first") {
      let factory = try coGetClassObject(LocalClass.widget, .localServer)
      let widget = try factory.createInstance(ICounter.self)
      try widget.increment()
      try program.widget().increment()
    }
    // Whatever became of the first: a server is there, or is started.
    program.note("second") { try program.widget().increment() }
    program.note("end", "reached")
  }

  private func run(_ test: Case, at choice: UInt64?) -> ComRun {
    let server = WidgetServer(model: test.server)
    return ApartmentRuntimeTests.run(
      test.schedule, actions: choice.map { [TimedAction("kill", at: $0)] } ?? [],
      kills: ["kill": test.victim], checkEvery: 8, registry: .widgets(server)
    ) { program in
      program.start("client", test.client, Self.use)
    }
  }

  /// Kills at each choice in turn, and hands what came of it to `check`.
  private func killEverywhere(_ test: Case, _ check: (ComRun, UInt64) -> Void) {
    let whole = run(test, at: nil)
    #expect(whole["first"] == "S_OK")
    #expect(whole["second"] == "S_OK")
    for choice in 0...whole.world.choices {
      let run = run(test, at: choice)
      check(run, choice)
      checkWhatIsLeft(run, choice)
    }
  }

  /// Nothing is left but the ruin.
  private func checkWhatIsLeft(_ run: ComRun, _ choice: UInt64) {
    let world = run.world
    let left = world.objectsInOrder.filter { $0.isAlive && !world.isKilled($0.process) }
    #expect(left.map { world[$0.name] } == [], "killed at \(choice)")
    let running = run.servers.filter(\.isAlive)
    #expect(running.map(\.id) == [], "killed at \(choice)")
    let listed = world.registrationsInOrder.filter { $0.scm == .open || $0.scm == .suspended }
    #expect(listed.map(\.id) == [], "killed at \(choice)")
  }

  /// What a client can be told whose server was killed: it was not there any more, it went during the
  /// call, or as the call was sent, or before it registered.
  private static let deaths: [String?] = [
    "S_OK", "RPC_S_SERVER_UNAVAILABLE", "RPC_S_CALL_FAILED", "RPC_S_CALL_FAILED_DNE",
    "CO_E_SERVER_EXEC_FAILURE",
  ]

  @Test("the server is killed, wherever it is", arguments: cases(killing: "server"))
  func server(_ test: Case) {
    var codes: Set<String> = []
    var unnoticed = 0
    killEverywhere(test) { run, choice in
      #expect(run["end"] == "reached", "killed at \(choice)")
      #expect(Self.deaths.contains(run["first"]), "killed at \(choice): \(run["first"] ?? "")")
      // The kill came once: by the second time at the latest there is a server.
      let second = run["first"] == "S_OK" ? Self.deaths : ["S_OK"]
      #expect(second.contains(run["second"]), "killed at \(choice): \(run["second"] ?? "")")
      codes.insert(run["first"] ?? "")
      let isRetried = run.servers.contains { $0.isKilled } && run.requests(.activate) > 3
      if isRetried, run["first"] == "S_OK", run["second"] == "S_OK" { unnoticed += 1 }
    }
    // Killed between the SCM's answer and the call: COM has asked again.
    #expect(unnoticed > 0)
    // All of them come.
    #expect(codes.contains("RPC_S_CALL_FAILED"))
    #expect(codes.contains("RPC_S_SERVER_UNAVAILABLE"))
    #expect(codes.contains("CO_E_SERVER_EXEC_FAILURE"))
  }

  @Test("a client is killed, wherever it is", arguments: cases(killing: "client"))
  func client(_ test: Case) {
    var reclaimed = 0
    killEverywhere(test) { run, _ in
      reclaimed += run.places { if case .referencesReclaimed = $0 { true } else { false } }.count
    }
    #expect(reclaimed > 0)
  }

  @Test(
    "one of two clients is killed; the other one does not notice",
    arguments: cases(killing: "victim"))
  func oneOfTwo(_ test: Case) {
    func run(at choice: UInt64?) -> ComRun {
      let server = WidgetServer(model: test.server)
      return ApartmentRuntimeTests.run(
        test.schedule, actions: choice.map { [TimedAction("kill", at: $0)] } ?? [],
        kills: ["kill": "victim"], checkEvery: 8, registry: .widgets(server)
      ) { program in
        program.start("victim", test.client) { program in
          let factory = try coGetClassObject(LocalClass.widget, .localServer)
          try factory.createInstance(ICounter.self).increment()
        }
        program.start("other", test.client) { program in
          let widget = try program.widget()
          for _ in 0..<3 { try widget.increment() }
          program.note("value", try program.widget().increment(5))
        }
      }
    }
    let whole = run(at: nil)
    for choice in 0...whole.world.choices {
      let run = run(at: choice)
      #expect(run["value"] == "5", "killed at \(choice)")
      checkWhatIsLeft(run, choice)
    }
  }

  @Test("a client is killed in free runs, and the server too", arguments: ["client", "server"])
  func free(_ victim: String) {
    for milliseconds in 0..<20 {
      // A server that nobody came to ends with the run's loops.
      let run = ApartmentRuntimeTests.run(
        free: true, kills: ["kill": victim], registry: .widgets()
      ) { program in
        program.start("client", .multithreaded) { program in
          for _ in 0..<20 { _ = code { try program.widget().increment() } }
        }
        program.thread("killer") {
          sleepThread(UInt64(milliseconds) * 250_000)
          program.kernel.deliver("kill")
        }
      }
      checkWhatIsLeft(run, UInt64(milliseconds))
    }
  }
}
