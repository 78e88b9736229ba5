import Testing
import ThreadKernel
import Trace

@testable import ApartmentRuntime

/// Conformance: remoting errors and the death of processes (CASES.md, group 15).
@Suite struct RemotingConformance {
  @Test(
    "RPC-01 the server was killed: RPC_S_SERVER_UNAVAILABLE, again on every later call",
    arguments: Coinit.allCases, Coinit.allCases)
  func serverGone(_ client: Coinit, _ server: Coinit) {
    let run = run(kills: ["kill": "server"]) { program in
      let handed = program.handed(IKeeper.self)
      let kept = program.handed(IKeeper.self)
      program.start("server", server) { _ in
        try handed.put(ComPtr<IKeeper>(try Keeper()), .tableStrong)
        try kept.put(ComPtr<IKeeper>(try Keeper()))
        pump()
      }
      program.thread("client", client) {
        let keeper = try handed.open()
        program.kernel.deliver("kill")
        while program.kernel.isAlive(ProcessID(2)) { sleepThread(1_000) }
        for name in ["first", "second"] { program.note(name) { try keeper.drop() } }
        program.note("query") { _ = try keeper.query(ICounter.self) }
        // It does not go, and does not come to life again.
        program.note("proxy", keeper.isProxy)
        program.note("table packet") { _ = try handed.open() }
        // Nobody is asked about a normal packet: the call finds out.
        program.note("packet") { try kept.open().drop() }
      }
    }
    #expect(run["first"] == "RPC_S_SERVER_UNAVAILABLE")
    #expect(run["second"] == "RPC_S_SERVER_UNAVAILABLE")
    #expect(run["query"] == "RPC_S_SERVER_UNAVAILABLE")
    #expect(run["proxy"] == "true")
    #expect(run["table packet"] == "RPC_S_SERVER_UNAVAILABLE")
    // Of an apartment that was never resolved before nobody knows the way any more.
    #expect(["RPC_S_SERVER_UNAVAILABLE", "OR_INVALID_OXID"].contains(run["packet"]))
    let sent = run.calls(of: "Drop").map(\.target)
    #expect(sent.allSatisfy { $0 == .none }, "no call is told as sent")
  }

  @Test(
    "RPC-02 the server dies during the call: RPC_S_CALL_FAILED; an STA has pumped meanwhile",
    arguments: Coinit.allCases, Coinit.allCases)
  func serverDies(_ client: Coinit, _ server: Coinit) {
    let run = run(kills: ["kill": "server"]) { program in
      let (entered, never) = (program.signal(), program.signal())
      let handed = program.handed(ICounter.self)
      program.start("server", server) { _ in
        try handed.put(ComPtr<ICounter>(try Gate(open: entered, waitFor: never)))
        pump()
      }
      program.thread("client", client) {
        let counter = try handed.open()
        program.note("during") { try counter.increment() }
        program.note("after") { try counter.increment() }
      }
      program.thread("killer") {
        try waitForSingleObject(.signal(entered))
        program.kernel.deliver("kill")
      }
    }
    #expect(run["during"] == "RPC_S_CALL_FAILED")
    #expect(run["after"] == "RPC_S_SERVER_UNAVAILABLE")
    // The method had begun.
    #expect(run.threads(in: "Increment").count == 1)
    #expect(run.proxies.allSatisfy { !$0.isAlive })
  }

  @Test("RPC-02 lost as the call was sent: RPC_S_CALL_FAILED_DNE, and it did not run")
  func lostOnTheWay() {
    var found: Set<String> = []
    for point in UInt64(0)..<60 {
      let run = run(
        actions: [TimedAction("kill", at: point)], kills: ["kill": "server"], checkEvery: 16
      ) { program in
        let handed = program.handed(ICounter.self)
        program.start("server", .apartmentThreaded) { _ in
          try handed.put(ComPtr<ICounter>(try Counter()))
          pump()
        }
        program.thread("client", .multithreaded) {
          guard let counter = try? handed.open(patience: 1_000) else { return }
          program.note("call") { try counter.increment() }
        }
      }
      guard let code = run["call"] else { continue }
      found.insert(code)
      let call = run.calls(of: "Increment").first
      switch code {
      case "RPC_S_CALL_FAILED_DNE":
        #expect(call?.target != ApartmentID.none && run.threads(in: "Increment").isEmpty)
      case "RPC_S_SERVER_UNAVAILABLE": #expect(call?.target == ApartmentID.none)
      default: break
      }
    }
    #expect(
      found == [
        "S_OK", "RPC_S_SERVER_UNAVAILABLE", "RPC_S_CALL_FAILED", "RPC_S_CALL_FAILED_DNE",
      ])
  }

  /// A client that holds an object of the server's in several ways, and is killed.
  private func clientDies(
    _ schedule: Schedule, _ server: Coinit, reports: Bool
  ) -> ComRun {
    run(schedule, kills: ["kill": "client"]) { program in
      let handed = program.handed(IRegistry.self)
      let (connected, gone) = (program.signal(), program.signal())
      let settings = ComProcess.Settings(reportsDeaths: reports)
      program.start("server", server, settings: settings) { program in
        let object = ComPtr<IRegistry>(try Registry())
        try handed.put(object)
        try coWaitForHandle(.signal(connected))
        program.note("held", object.count)
        program.kernel.deliver("kill")
        let start = program.kernel.time
        while object.count > 1 { try? coWaitForHandle(.signal(gone), timeout: 1_000_000_000) }
        program.note("seconds", (program.kernel.time - start) / 1_000_000_000)
        program.note("left", object.count)
      }
      program.start("client", .apartmentThreaded) { _ in
        let registry = try handed.open()
        // Another interface, another object, a table packet.
        let counter = try registry.query(ICounter.self)
        let entry = try registry.find("entry")
        let stream = createStream()
        try coMarshalInterface(stream, IRegistry.iid, registry, .tableStrong)
        connected.set()
        try waitForSingleObject(.signal(gone))
        try counter.increment()
        entry.dispose()
      }
    }
  }

  @Test(
    "RPC-03 a client is killed, and the death is reported: what it held goes back at once",
    arguments: Coinit.allCases, schedules)
  func reported(_ server: Coinit, _ schedule: Schedule) {
    let run = clientDies(schedule, server, reports: true)
    #expect(run["held"] == "2")
    #expect(run["left"] == "1")
    #expect(run["seconds"].flatMap(Int.init).map { $0 <= 1 } == true)
    let reclaimed = run.events.compactMap { event -> UInt32? in
      guard case .referencesReclaimed(_, let process, let count) = event.kind else { return nil }
      #expect(process == ProcessID(3))
      return count
    }
    // Five with the packet, five with each interface that was asked for, five with the entry.
    #expect(reclaimed == [5, 5, 5])
    #expect(run.world.processes[ProcessID(3)]?.missedPings == 0)
    #expect(run.leftovers == [])
  }

  @Test(
    "STUB-19 RPC-03 nobody reports it: three pings of two minutes are missed, then it goes back",
    arguments: Coinit.allCases, schedules)
  func missedPings(_ server: Coinit, _ schedule: Schedule) {
    let run = clientDies(schedule, server, reports: false)
    #expect(run["left"] == "1")
    #expect(run["seconds"].flatMap(Int.init).map { (359...361).contains($0) } == true)
    let missed = run.events.compactMap { event -> (UInt64, UInt32)? in
      guard case .pingMissed(_, let count) = event.kind else { return nil }
      return (event.t / 1_000_000_000, count)
    }
    #expect(missed.map(\.1) == [1, 2, 3])
    #expect(zip(missed, missed.dropFirst()).allSatisfy { $1.0 - $0.0 == 120 })
    let rundown = run.world.threadsInOrder.filter { run.world[$0.name] == "rundown" }
    #expect(rundown.map(\.origin) == [.com])
    #expect(run.leftovers == [])
  }

  @Test("RPC-05 a higher minor version, or another major one, is RPC_E_VERSION_MISMATCH")
  func version() {
    func call(_ change: (inout [UInt8]) -> Void) -> HResult {
      var writer = WireWriter()
      RequestHead(ipid: .null, iid: IRemUnknown.iid, slot: 4, causality: .causality(1))
        .write(to: &writer)
      writer.number(UInt32(0))
      var bytes = writer.bytes
      change(&bytes)
      let packet = bytes
      let answer = Guarded<HResult>(.E_UNEXPECTED)
      run { program in
        let handed = program.handed(ICounter.self)
        program.start("server", .apartmentThreaded) { _ in
          try handed.put(ComPtr<ICounter>(try Counter()))
          pump()
        }
        program.thread("client", .multithreaded) {
          let counter = try handed.open()
          guard let proxy = counter.value.unknown as? Proxy else { return }
          let outgoing = Outgoing(
            to: .null, IRemUnknown.iid, slot: 4, method: "RemAddRef", proxy: .none,
            target: proxy.exporter, isAway: true)
          var writer = WireWriter()
          writer.append(packet)
          let code = ApartmentRuntimeTests.code {
            _ = try outgoing.send(writer)
            outgoing.finish()
          }
          answer.withLock { $0 = code }
        }
      }
      return answer.withLock { $0 }
    }
    #expect(call { _ in } == .S_OK)
    #expect(call { $0[38] = 6 } == .S_OK)
    #expect(call { $0[38] = 8 } == .RPC_E_VERSION_MISMATCH)
    #expect(call { $0[36] = 6 } == .RPC_E_VERSION_MISMATCH)
    #expect(call { $0[36] = 4 } == .RPC_E_VERSION_MISMATCH)
  }
}
