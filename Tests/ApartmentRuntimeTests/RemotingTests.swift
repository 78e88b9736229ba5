import Testing
import ThreadKernel
import Trace

@testable import ApartmentRuntime

/// Calls between processes: the same as within one, but for who carries them.
@Suite struct RemotingTests {
  struct Models: CustomStringConvertible, Sendable {
    let client: Coinit
    let server: Coinit

    var description: String { "\(client) to \(server)" }

    static let all = [Coinit.apartmentThreaded, .multithreaded].flatMap { client in
      [Coinit.apartmentThreaded, .multithreaded].map { Models(client: client, server: $0) }
    }
  }

  /// A client that counts in another process, and what it looked like.
  private func count(_ schedule: Schedule, _ models: Models, split: Bool = true) -> ComRun {
    run(schedule, split: split) { program in
      let handover = program.server(ICounter.self, models.server) { try Counter() }
      program.thread("client", models.client) {
        let counter = try handover.open()
        try program.note("first", counter.increment())
        try program.note("second", counter.increment(2))
        program.note("proxy", counter.isProxy)
        program.note("failure") { _ = try counter.pass(HResult(0x8004_0200)) }
      }
    }
  }

  @Test("a call from every apartment to every other", arguments: Models.all, schedules)
  func call(_ models: Models, _ schedule: Schedule) {
    let run = count(schedule, models)
    #expect(run["first"] == "1")
    #expect(run["second"] == "3")
    #expect(run["proxy"] == "true")
    #expect(run["failure"] == HResult(0x8004_0200).name)
    let servers = run.threads(in: "Increment")
    #expect(
      models.server == .apartmentThreaded
        ? servers == ["main", "main"] : servers.allSatisfy { $0.hasPrefix("pool") })
    #expect(run.world.objectsInOrder.allSatisfy { !$0.isAlive })
    #expect(run.world.stubsInOrder.allSatisfy { $0.state == .ended && $0.strong == 0 })
    #expect(run.world.interfaceStubsInOrder.allSatisfy { $0.publicReferences.isEmpty })
    #expect(run.world.packetsInOrder.allSatisfy { $0.state != .sealed })
  }

  @Test(
    "the bytes that cross are those of a call within a process", arguments: Models.all.dropLast())
  func bytes(_ models: Models) {
    func blobs(_ run: ComRun) -> [[UInt8]] {
      run.calls(of: "Increment").flatMap { call in
        [call.arguments, call.answer].map { run.world.blobs[$0] ?? [] }
      }
    }
    let within = blobs(count(.lesson([]), models, split: false))
    let between = blobs(count(.lesson([]), models))
    #expect(within.count == 4 && between.count == 4)
    for (one, other) in zip(within, between) {
      // The IPID names the stub's process and apartment, which are other ones; the causality id is
      // the run's next.
      var one = one
      var other = other
      if one.count > RequestHead.size {
        one.removeSubrange(48..<64)
        other.removeSubrange(48..<64)
        one.removeFirst(16)
        other.removeFirst(16)
      }
      #expect(one == other)
    }
  }

  @Test("an OXID is resolved once in a process")
  func resolution() {
    let run = run(split: true) { program in
      let handover = program.server(ICounter.self, .apartmentThreaded, .tableStrong) {
        try Counter()
      }
      for name in ["one", "two"] {
        program.thread(name, .apartmentThreaded) {
          try handover.openCopy().increment()
          try handover.openCopy().increment()
        }
      }
    }
    let resolutions = run.events.filter { if case .oxidResolved = $0.kind { true } else { false } }
    #expect(resolutions.count == 1)
    #expect(run.world.requestsInOrder.map(\.kind) == [.resolve])
    #expect(run.world.requestsInOrder.allSatisfy { $0.state == .answered && $0.result == .S_OK })
  }

  @Test("an exporter that nobody knows is OR_INVALID_OXID")
  func unknownExporter() {
    let run = run { program in
      let handed = program.handed(ICounter.self)
      program.start("server", .apartmentThreaded) { _ in
        let counter = ComPtr<ICounter>(try Counter())
        let stream = createStream()
        // For the same process: nobody else hears of the apartment.
        try coMarshalInterface(stream, ICounter.iid, counter)
        try handed.put(stream.bytes())
        pump()
        try coDisconnectObject(counter)
      }
      program.thread("client", .multithreaded) {
        program.note("open") { _ = try handed.open() }
        program.note("release") { try coReleaseMarshalData(handed.stream()) }
      }
    }
    #expect(run["open"] == "OR_INVALID_OXID")
    #expect(run["release"] == "OR_INVALID_OXID")
    #expect(run.world.requestsInOrder.allSatisfy { $0.result == .OR_INVALID_OXID })
  }

  // MARK: Back and forth

  /// Two objects in processes of their own that know each other.
  private func partners(
    _ schedule: Schedule, _ models: Models, depth: Int32
  ) -> ComRun {
    run(schedule, split: true) { program in
      let handover = program.server(IPartner.self, models.server) { try Partner("B") }
      program.thread("A", models.client) {
        let other = try handover.open()
        let mine = ComPtr<IPartner>(try Partner("A"))
        try other.meet(mine.copy().detach())
        try mine.meet(other.copy().detach())
        try program.note("depth", mine.ping(depth))
        try mine.meet(ComPtr<IPartner>(try Partner("nobody")).detach())
      }
    }
  }

  @Test(
    "calls back nest, keep one causality id, and name the proxies", arguments: Models.all, schedules
  )
  func nested(_ models: Models, _ schedule: Schedule) {
    let run = partners(schedule, models, depth: 5)
    #expect(run["depth"] == "5")
    let threads = run.threads(in: "Ping")
    let mine = models.client == .apartmentThreaded ? "A" : "pool"
    let other = models.server == .apartmentThreaded ? "main" : "pool"
    #expect(threads.count == 6 && threads[0] == "A")
    for (index, thread) in threads.enumerated().dropFirst() {
      #expect(thread.hasPrefix(index % 2 == 0 ? mine : other))
    }
    let pings = run.calls(of: "Ping")
    #expect(Set(pings.map(\.causality)).count == 1)
    #expect(zip(pings, pings.dropFirst()).allSatisfy { $0.id == $1.parent })
    // The frame told the name of the object that the client sent; of the bytes by hand COM knows the
    // interface only.
    #expect(Set(run.proxies.map { run.world[$0.name] }) == ["IPartner", "A"])
    #expect(run.world.objectsInOrder.allSatisfy { !$0.isAlive })
  }

  @Test(
    "an unrelated call is served while an STA waits for one in another process",
    arguments: schedules)
  func unrelated(_ schedule: Schedule) {
    let run = run(schedule, split: true) { program in
      let (third, entered) = (program.signal(), program.signal())
      let b = program.server(ICounter.self) { try Gate(open: entered, waitFor: third) }
      let a = program.handed(ICounter.self)
      program.thread("A", .apartmentThreaded) {
        let gate = try b.open()
        let counter = ComPtr<ICounter>(try Counter())
        try a.put(counter)
        try program.note("A", gate.increment())
      }
      program.start("C", .apartmentThreaded) { program in
        try waitForSingleObject(.signal(entered))
        try program.note("C", a.open().increment())
        third.set()
      }
    }
    #expect(run["A"] == "1")
    #expect(run["C"] == "1")
    #expect(run.threads(in: "Increment") == ["main", "A"])
  }

  @Test("an STA pumps while it waits, a thread of the MTA is BLOCKED", arguments: Models.all)
  func waits(_ models: Models) {
    let run = count(.lesson([]), models)
    let waits = run.events.compactMap { event -> (ThreadID, Bool)? in
      guard event.thread.process == 1, case .waits(.reply(_, let server, let pumps)) = event.kind
      else { return nil }
      return (server, pumps)
    }
    #expect(!waits.isEmpty)
    #expect(waits.allSatisfy { $0.1 == (models.client == .apartmentThreaded) })
    // Of the MTA any thread may serve, until one does.
    #expect(waits.allSatisfy { $0.0.process == 2 })
    #expect(
      waits.contains { $0.0 == ThreadID(process: 2, number: 0) }
        == (models.server == .multithreaded)
    )
  }

  @Test(
    "a ring between processes is a deadlock", arguments: [Coinit.apartmentThreaded, .multithreaded])
  func deadlock(_ model: Coinit) {
    let run = run(expecting: nil, split: true) { program in
      let mutex = VisibleLock(in: program.kernel)
      let handover = program.server(ICounter.self, model) { try CallTests.Locking(mutex) }
      program.thread("client", .multithreaded) {
        let pointer = try handover.open()
        mutex.lock()
        try pointer.increment()
        mutex.unlock()
      }
    }
    guard case .deadlock(let ring, let threads) = run.standing else {
      Issue.record("no deadlock: \(run.standing)")
      return
    }
    #expect(ring && Set(threads.map(\.process)) == [1, 2])
  }

  // MARK: The neutral apartment

  @Test("an object of the neutral apartment is called from another process", arguments: schedules)
  func neutral(_ schedule: Schedule) {
    let run = run(schedule) { program in
      let handed = program.handed(ICounter.self)
      program.process.registry.addCounters()
      program.start("server", .apartmentThreaded) { _ in
        let counter = try coCreateInstance(TestClass.clsid(.neutral), ICounter.self)
        try handed.put(counter)
        pump()
      }
      program.thread("client", .multithreaded) {
        try program.note("value", handed.open().increment())
      }
    }
    #expect(run["value"] == "1")
    #expect(
      run.threads(in: "Increment").allSatisfy { $0.hasPrefix("host") || $0.hasPrefix("pool") })
    #expect(run.world.trespasses.isEmpty)
  }

  // MARK: Values

  @Test("values of every kind cross")
  func values() {
    let text = "Grundriss – 平面図 🏠"
    let run = run(split: true) { program in
      let handover = program.server(IEcho.self, .multithreaded) { try Echo() }
      program.thread("client", .apartmentThreaded) {
        let back = try handover.open().echo(text, [1, -2, .max], IEcho.iid, .min, true)
        program.note("back", back.joined(separator: "|"))
      }
    }
    #expect(run["back"] == "\(text)|1|-2|2147483647|\(IEcho.iid)|-9223372036854775808|true")
  }

  @Test("a request or a response beyond the limit does not cross; what it holds goes back")
  func limit() {
    let run = run(split: true) { program in
      let handover = program.server(IEcho.self) { try Echo() }
      program.thread("client", .apartmentThreaded) {
        let echo = try handover.open()
        let long = String(repeating: "x", count: 40_000)
        program.note("request") { _ = try echo.echo(long, [], .null, 0, false) }
        // The text comes back in an array, with what else was sent: too much for one frame.
        let half = String(repeating: "x", count: 32_600)
        let numbers = Array(repeating: Int32.min, count: 40)
        program.note("response") { _ = try echo.echo(half, numbers, .null, 0, false) }
        program.note("after") { _ = try echo.echo("", [], .null, 0, false) }
      }
    }
    #expect(run["request"] == "RPC_E_CLIENT_CANTMARSHAL_DATA")
    #expect(run["response"] == "RPC_E_SERVER_CANTMARSHAL_DATA")
    #expect(run["after"] == "S_OK")
    #expect(run.calls(of: "Echo").map(\.server.process) == [0, 2, 2])
    #expect(run.leftovers == [])
  }
}
