import Testing
import ThreadKernel
import Trace

@testable import ApartmentRuntime

/// Arguments and results cross as bytes, in chains that keep their id.
@Suite struct CallTests {
  @Test(
    "values of every kind cross as bytes", arguments: [Coinit.apartmentThreaded, .multithreaded])
  func values(_ model: Coinit) {
    let text = "Grundriss – 平面図 🏠"
    let run = run { program in
      let handover = program.server(IEcho.self, model) { try Echo() }
      program.thread("client", .apartmentThreaded) {
        let echo = try handover.open()
        let back = try echo.echo(text, [1, -2, .max], IEcho.iid, .min, true)
        program.note("back", back.joined(separator: "|"))
        try program.note("empty", echo.echo("", [], .null, 0, false).joined(separator: "|"))
      }
    }
    #expect(run["back"] == "\(text)|1|-2|2147483647|\(IEcho.iid)|-9223372036854775808|true")
    #expect(run["empty"] == "|{00000000-0000-0000-0000-000000000000}|0|false")
    let call = run.world.callsInOrder.first { run.world[$0.method] == "Echo" }
    let bytes = call.flatMap { run.world.blobs[$0.arguments] } ?? []
    #expect(bytes.count > RequestHead.size)
  }

  @Test("a method's own codes pass through unchanged")
  func codes() {
    let run = run { program in
      let handover = program.server(ICounter.self) { try Counter() }
      program.thread("client", .multithreaded) {
        let counter = try handover.open()
        try program.note("success", counter.pass(.S_FALSE))
        program.note("failure") { _ = try counter.pass(HResult(0x8004_0200)) }
      }
    }
    #expect(run["success"] == "S_FALSE")
    #expect(run["failure"] == HResult(0x8004_0200).name)
  }

  @Test("a pointer that came with a call and was not kept is given back", arguments: schedules)
  func borrowedArgument(_ schedule: Schedule) {
    let run = run(schedule) { program in
      let handover = program.server(IKeeper.self) { try Keeper() }
      program.thread("client", .apartmentThreaded) {
        let keeper = try handover.open()
        let counter = ComPtr<ICounter>(try Counter())
        try program.note("used", keeper.use(counter.copy().detach(), 3))
        program.note("count", counter.count)
        program.kernel.mark("used")
        try keeper.keep(counter.copy().detach())
        try program.note("kept", keeper.useKept(4))
        program.note("count kept", counter.count)
        try keeper.drop()
        program.note("count dropped", counter.count)
      }
    }
    #expect(run["used"] == "3")
    #expect(run["count"] == "1")
    #expect(run.world(at: "used").stubsInOrder.last?.state == .ended)
    #expect(run["kept"] == "7")
    #expect(run["count kept"] == "2")
    #expect(run["count dropped"] == "1")
    #expect(Set(run.threads(in: "Increment")) == ["client"])
  }

  @Test("a pointer goes in and another comes out; each arrives where it lives as itself")
  func exchange() {
    let run = run { program in
      let handover = program.server(IKeeper.self) { try Keeper() }
      program.thread("client", .apartmentThreaded) {
        let keeper = try handover.open()
        let first = ComPtr<ICounter>(try Counter(name: "First"))
        let second = ComPtr<ICounter>(try Counter(name: "Second"))
        try keeper.keep(first.copy().detach())
        let back = try keeper.exchange(second.copy().detach()).take(ICounter.self)
        program.note("same", back.object == first.object && !back.isProxy)
        try program.note("second", keeper.useKept(5))
      }
    }
    #expect(run["same"] == "true")
    #expect(run["second"] == "5")
    #expect(run.world.objectsInOrder.allSatisfy { !$0.isAlive })
  }

  @Test("an interface that a remote method hands out is the same proxy every time")
  func handedOut() {
    let run = run { program in
      let handover = program.server(IRegistry.self) { try Registry() }
      program.thread("client", .multithreaded) {
        let registry = try handover.open()
        let first = try registry.find("entry").take(ICounter.self)
        let second = try registry.find("entry").take(ICounter.self)
        program.note("same", first.object == second.object && first.isProxy)
        program.note("unknown") { _ = try registry.find("nobody") }
      }
    }
    #expect(run["same"] == "true")
    #expect(run["unknown"] == "E_INVALIDARG")
    #expect(run.proxies.count == 2)
    #expect(run.world.objectsInOrder.allSatisfy { !$0.isAlive })
  }

  @Test("a packet in a stream is still its own after a call carried another of the same object")
  func packetsAreToldApart() {
    let run = run { program in
      let handover = program.server(IKeeper.self) { try Keeper() }
      program.thread("client", .apartmentThreaded) {
        let keeper = try handover.open()
        let counter = ComPtr<ICounter>(try Counter())
        let stream = try coMarshalInterThreadInterfaceInStream(ICounter.self, counter)
        try keeper.keep(counter.copy().detach())
        program.note("stream") { try coReleaseMarshalData(stream) }
        try program.note("kept", keeper.useKept(1))
        try keeper.drop()
      }
    }
    #expect(run["stream"] == "S_OK")
    #expect(run["kept"] == "1")
    #expect(run.world.packetsInOrder.filter { $0.state == .released }.count == 1)
  }

  @Test("a call that does not arrive gives back what its arguments hold", arguments: schedules)
  func undelivered(_ schedule: Schedule) {
    let run = run(schedule) { program in
      let (ready, opened, left) = (program.signal(), program.signal(), program.signal())
      let stream: ComField<IStream> = program.field("stream")
      program.thread("server") {
        try coInitializeEx(.apartmentThreaded)
        let keeper = ComPtr<IKeeper>(try Keeper())
        stream.set(try coMarshalInterThreadInterfaceInStream(IKeeper.self, keeper))
        ready.set()
        try coWaitForHandle(.signal(opened))
        try coDisconnectObject(keeper)
        left.set()
        pump()
        coUninitialize()
      }
      program.thread("client", .apartmentThreaded) {
        try waitForSingleObject(.signal(ready))
        let keeper = try coGetInterfaceAndReleaseStream(stream, IKeeper.self)
        stream.detach()
        opened.set()
        try waitForSingleObject(.signal(left))
        let counter = ComPtr<ICounter>(try Counter())
        program.note("call") { try keeper.keep(counter.copy().detach()) }
        program.note("count", counter.count)
      }
    }
    #expect(run["call"] == "RPC_E_DISCONNECTED")
    #expect(run["count"] == "1")
    #expect(run.component()?.isAlive == false)
  }

  /// Two objects in apartments of their own that know each other.
  private func partners(
    _ schedule: Schedule, _ models: (Coinit, Coinit), depth: Int32
  ) -> ComRun {
    run(schedule) { program in
      let handover = program.server(IPartner.self, models.0) { try Partner("B") }
      program.thread("A", models.1) {
        let other = try handover.open()
        let mine = ComPtr<IPartner>(try Partner("A"))
        try other.meet(mine.copy().detach())
        try mine.meet(other.copy().detach())
        try program.note("depth", mine.ping(depth))
        // Two objects that hold each other would never end.
        try mine.meet(ComPtr<IPartner>(try Partner("nobody")).detach())
      }
    }
  }

  @Test("calls back and forth nest, and keep one causality id", arguments: schedules)
  func nested(_ schedule: Schedule) {
    let run = partners(schedule, (.apartmentThreaded, .apartmentThreaded), depth: 5)
    #expect(run["depth"] == "5")
    #expect(run.threads(in: "Ping") == ["A", "server", "A", "server", "A", "server"])
    let pings = run.world.callsInOrder.filter { run.world[$0.method] == "Ping" }
    #expect(pings.count == 5)
    #expect(Set(pings.map(\.causality)).count == 1)
    #expect(zip(pings, pings.dropFirst()).allSatisfy { $0.id == $1.parent })
    // Other top-level calls have ids of their own.
    let meets = run.world.callsInOrder.filter { run.world[$0.method] == "Meet" }
    #expect(!meets.contains { $0.causality == pings.first?.causality })
  }

  @Test(
    "MTA and STA call each other back; the MTA's part is served by its pool", arguments: schedules)
  func nestedInMTA(_ schedule: Schedule) {
    let run = partners(schedule, (.multithreaded, .apartmentThreaded), depth: 4)
    #expect(run["depth"] == "4")
    let threads = run.threads(in: "Ping")
    #expect(
      threads.enumerated().allSatisfy { $0.element.hasPrefix($0.offset % 2 == 0 ? "A" : "pool") })
    // While the first pool thread waits for A, another one serves the call back.
    #expect(Set(threads.filter { $0.hasPrefix("pool") }).count == 2)
  }

  @Test("an unrelated call is served while an STA waits for another", arguments: schedules)
  func unrelated(_ schedule: Schedule) {
    let run = run(schedule) { program in
      let (third, entered) = (program.signal(), program.signal())
      // B's method lets C go and waits until C has called A: only A's modal loop can serve it.
      let b = program.server(ICounter.self) { try Gate(open: entered, waitFor: third) }
      let a: Handover<ICounter> = Handover(stream: program.field("a"), ready: program.signal())
      program.thread("A", .apartmentThreaded) {
        let gate = try b.open()
        let counter = ComPtr<ICounter>(try Counter())
        a.stream.set(try coMarshalInterThreadInterfaceInStream(ICounter.self, counter))
        a.ready.set()
        try program.note("A", gate.increment())
      }
      program.thread("C", .apartmentThreaded) {
        try waitForSingleObject(.signal(entered))
        try program.note("C", a.open().increment())
        third.set()
        a.stream.clear()
      }
    }
    #expect(run["A"] == "1")
    #expect(run["C"] == "1")
  }

  /// Takes a lock in its method.
  final class Locking: ComObject, Counting {
    override class var interfaces: [any ComInterface.Type] { [ICounter.self] }
    private let mutex: VisibleLock

    init(_ mutex: VisibleLock) throws(HResult) {
      self.mutex = mutex
      try super.init(name: "Locking")
    }

    func increment(_ amount: Int32) throws(HResult) -> Int32 {
      mutex.lock()
      mutex.unlock()
      return amount
    }

    func pass(_ code: HResult) throws(HResult) -> HResult { code }
  }

  @Test("a ring through the pool of the MTA is a deadlock", arguments: schedules)
  func deadlockThroughPool(_ schedule: Schedule) {
    let run = run(schedule, expecting: nil) { program in
      let mutex = VisibleLock(in: program.kernel)
      let handover = program.server(ICounter.self, .multithreaded) { try Locking(mutex) }
      program.thread("client", .apartmentThreaded) {
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
    let names = threads.compactMap { run.world.threads[$0] }.map { run.world[$0.name] }
    #expect(ring)
    #expect(Set(names) == ["client", "pool 1"])
  }
}
