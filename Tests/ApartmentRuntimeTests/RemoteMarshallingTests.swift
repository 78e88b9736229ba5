import Testing
import ThreadKernel
import Trace

@testable import ApartmentRuntime

/// Packets and references that go from process to process: each is where it is, and all go back.
@Suite struct RemoteMarshallingTests {
  @Test("pointers in arguments and results, kept and exchanged", arguments: schedules)
  func exchange(_ schedule: Schedule) {
    let run = run(schedule, split: true) { program in
      let handover = program.server(IKeeper.self) { try Keeper() }
      program.thread("client", .apartmentThreaded) {
        let keeper = try handover.open()
        let first = ComPtr<ICounter>(try Counter(name: "First"))
        let second = ComPtr<ICounter>(try Counter(name: "Second"))
        try program.note("used", keeper.use(first.copy().detach(), 3))
        program.note("count", first.count)
        try keeper.keep(first.copy().detach())
        program.note("kept", first.count)
        let back = try keeper.exchange(second.copy().detach()).take(ICounter.self)
        // It comes home as itself.
        program.note("same", back.object == first.object && !back.isProxy)
        try program.note("second", keeper.useKept(5))
        try keeper.drop()
        program.note("dropped", second.count)
      }
    }
    #expect(run["used"] == "3")
    #expect(run["count"] == "1")
    #expect(run["kept"] == "2")
    #expect(run["same"] == "true")
    #expect(run["second"] == "5")
    #expect(run["dropped"] == "1")
    #expect(Set(run.threads(in: "Increment")) == ["client"])
    run.expectNothingLeft()
  }

  @Test("an interface that a remote method hands out is the same proxy every time")
  func handedOut() {
    let run = run(split: true) { program in
      let handover = program.server(IRegistry.self, .multithreaded) { try Registry() }
      program.thread("client", .multithreaded) {
        let registry = try handover.open()
        let first = try registry.find("entry").take(ICounter.self)
        let second = try registry.find("entry").take(ICounter.self)
        program.note("same", first.object == second.object && first.isProxy)
        program.note("unknown") { _ = try registry.find("nobody") }
        // The registry counts itself too.
        try program.note("asked", registry.query(ICounter.self).isProxy)
        program.note("not there") { _ = try registry.query(IKeeper.self) }
      }
    }
    #expect(run["same"] == "true")
    #expect(run["unknown"] == "E_INVALIDARG")
    #expect(run["asked"] == "true")
    #expect(run["not there"] == "E_NOINTERFACE")
    #expect(run.proxies.map { run.world[$0.name] } == ["IRegistry", "Entry"])
    run.expectNothingLeft()
  }

  @Test("a proxy goes to another apartment of its process with no call", arguments: schedules)
  func marshalledAgain(_ schedule: Schedule) {
    let run = run(schedule, split: true) { program in
      let handover = program.server(ICounter.self) { try Counter() }
      let (ready, done) = (program.signal(), program.signal())
      let stream: ComField<IStream> = program.field("stream")
      program.thread("one", .apartmentThreaded) {
        let counter = try handover.open()
        stream.set(try coMarshalInterThreadInterfaceInStream(ICounter.self, counter))
        ready.set()
        try coWaitForHandle(.signal(done))
        try counter.increment()
      }
      program.thread("two", .apartmentThreaded) {
        try waitForSingleObject(.signal(ready))
        let counter = try coGetInterfaceAndReleaseStream(stream, ICounter.self)
        stream.detach()
        try program.note("value", counter.increment())
        done.set()
      }
    }
    #expect(run["value"] == "1")
    #expect(run.proxies.count == 2)
    #expect(run.calls(of: "RemAddRef").isEmpty)
    run.expectNothingLeft()
  }

  @Test("out of references to spare, a proxy asks for more across processes")
  func moreReferences() {
    let run = run(split: true) { program in
      let handover = program.server(ICounter.self, .multithreaded) { try Counter() }
      program.thread("one", .apartmentThreaded) {
        let counter = try handover.open()
        for _ in 0..<6 {
          let stream = createStream()
          try coMarshalInterface(stream, ICounter.iid, counter)
          try stream.seek(to: 0)
          try coReleaseMarshalData(stream)
        }
        let streams = try (0..<6).map { _ in
          let stream = createStream()
          try coMarshalInterface(stream, ICounter.iid, counter)
          try stream.seek(to: 0)
          return stream.detach()
        }
        for stream in streams { try coReleaseMarshalData(stream.take(IStream.self)) }
      }
    }
    #expect(run.calls(of: "RemAddRef").count == 2)
    run.expectNothingLeft()
  }

  @Test("a normal packet is used once in a process; whether in another, nobody can know")
  func usedTwice() {
    let run = run(split: true) { program in
      let handover = program.server(IKeeper.self) { try Keeper() }
      program.thread("client", .apartmentThreaded) {
        let keeper = try handover.open()
        let stream = createStream()
        try coMarshalInterface(stream, IKeeper.iid, keeper)
        try stream.seek(to: 0)
        _ = try coUnmarshalInterface(stream, IKeeper.self)
        try stream.seek(to: 0)
        program.note("again") { _ = try coUnmarshalInterface(stream, IKeeper.self) }
        try stream.seek(to: 0)
        program.note("release") { try coReleaseMarshalData(stream) }
      }
    }
    #expect(run["again"] == "CO_E_OBJNOTCONNECTED")
    #expect(run["release"] == "RPC_E_INVALID_OBJREF")
    run.expectNothingLeft()
  }

  @Test("an interface with no proxy registered cannot be unmarshalled; the packet can be released")
  func unregistered() {
    let run = run { program in
      let handed = program.handed(IOther.self)
      program.start("server", .apartmentThreaded) { server in
        server.process.register(IOther.self)
        try handed.put(ComPtr<IOther>(try Other()))
        pump()
      }
      program.thread("client", .apartmentThreaded) {
        program.note("open") { _ = try handed.open() }
        program.note("release") { try coReleaseMarshalData(handed.stream()) }
        program.note("release again") { try coReleaseMarshalData(handed.stream()) }
      }
    }
    #expect(run["open"] == "E_NOINTERFACE")
    #expect(run["release"] == "S_OK")
    #expect(run["release again"] == "RPC_E_INVALID_OBJREF")
    run.expectNothingLeft()
  }

  // MARK: Tables

  @Test("table packets are opened by several processes", arguments: [false, true], schedules)
  func tables(_ isWeak: Bool, _ schedule: Schedule) {
    let run = run(schedule) { program in
      let handed = program.handed(ICounter.self)
      let done = (0..<2).map { _ in program.signal() }
      program.start("server", .apartmentThreaded) { _ in
        // A weak packet keeps its stub only where the object counts its connections (MSH-17).
        let counter = ComPtr<ICounter>(try ConnectedCounter())
        try handed.put(counter, isWeak ? .tableWeak : .tableStrong)
        for signal in done { try coWaitForHandle(.signal(signal)) }
        try coReleaseMarshalData(handed.stream())
      }
      for (index, signal) in done.enumerated() {
        program.start("client \(index)", .multithreaded) { program in
          try handed.open().increment()
          try handed.open().increment()
          signal.set()
        }
      }
    }
    #expect(run.threads(in: "Increment") == Array(repeating: "main", count: 4))
    #expect(run.proxies.count >= 2)
    run.expectNothingLeft()
  }

  @Test(
    "a table packet of a proxy keeps the object, until it is released anywhere",
    arguments: [false, true])
  func tableOfProxy(_ isWeak: Bool) {
    let run = run(split: true) { program in
      let handover = program.server(ICounter.self) { try Counter() }
      let table = program.handed(ICounter.self)
      let (released, done) = (program.signal(), program.signal())
      program.thread("client", .apartmentThreaded) {
        let counter = try handover.open()
        try table.put(counter, isWeak ? .tableWeak : .tableStrong)
        try coWaitForHandle(.signal(released))
      }
      program.start("other", .multithreaded) { program in
        try program.note("value", table.open().increment())
        released.set()
        try waitForSingleObject(.signal(done))
        program.note("later") { _ = try table.open().increment() }
        program.note("release") { try coReleaseMarshalData(table.stream()) }
      }
      program.thread("waiter") {
        try waitForSingleObject(.signal(released))
        sleepThread(1_000)
        done.set()
      }
    }
    #expect(run["value"] == "1")
    // MSH-19: with the last proxy the object of a weak packet goes.
    #expect(run["later"] == (isWeak ? "CO_E_OBJNOTREG" : "S_OK"))
    #expect(run["release"] == (isWeak ? "RPC_E_INVALID_OBJREF" : "S_OK"))
    #expect(run.leftovers == [])
  }

  @Test("the global interface table holds a proxy of another process", arguments: schedules)
  func globalTable(_ schedule: Schedule) {
    let run = run(schedule, split: true) { program in
      let handover = program.server(ICounter.self) { try Counter() }
      let cookie = Box<UInt32>()
      let (registered, done) = (program.signal(), program.signal())
      program.thread("one", .apartmentThreaded) {
        let table = try coCreateInstance(
          CLSID.stdGlobalInterfaceTable, IGlobalInterfaceTable.self)
        cookie.value = try table.registerInterfaceInGlobal(handover.open())
        registered.set()
        try coWaitForHandle(.signal(done))
        try table.revokeInterfaceFromGlobal(cookie.value ?? 0)
      }
      program.thread("two", .multithreaded) {
        try waitForSingleObject(.signal(registered))
        let table = try coCreateInstance(
          CLSID.stdGlobalInterfaceTable, IGlobalInterfaceTable.self)
        for _ in 0..<2 {
          try table.getInterfaceFromGlobal(cookie.value ?? 0, ICounter.self).increment()
        }
        done.set()
      }
    }
    #expect(run.threads(in: "Increment") == ["main", "main"])
    run.expectNothingLeft()
  }
}

extension ComRun {
  /// Nothing is left of what went between processes: what has to be so at the end of many runs.
  func expectNothingLeft(location: SourceLocation = #_sourceLocation) {
    #expect(leftovers.filter { $0 != "GlobalInterfaceTable" } == [], sourceLocation: location)
    #expect(proxies.allSatisfy { !$0.isAlive }, sourceLocation: location)
    #expect(world.stubsInOrder.allSatisfy { $0.state != .connected }, sourceLocation: location)
    #expect(
      world.interfaceStubsInOrder.allSatisfy { $0.publicReferences.isEmpty },
      sourceLocation: location)
    #expect(world.packetsInOrder.allSatisfy { $0.state != .sealed }, sourceLocation: location)
    #expect(world.misuses.isEmpty, sourceLocation: location)
  }
}

extension Coinit {
  static var allCases: [Coinit] { [.apartmentThreaded, .multithreaded] }
}

/// An interface that not every process has registered.
enum IOther: ComInterface {
  typealias Methods = Unknown
  static let iid: GUID = "A1F000C9-0000-4000-8000-F100F1A00001"
  static let name = "IOther"
  static func methods(of object: AnyObject) -> Unknown? { object as? Unknown }
  static var stubs: [StubMethod<Methods>] { [] }
}

final class Other: ComObject {
  override class var interfaces: [any ComInterface.Type] { [IOther.self] }
  init() throws(HResult) { try super.init(name: "Other") }
}
