import ApartmentRuntime
import Synchronization
import Testing
import ThreadKernel
import Trace

/// Conformance: apartments and the main STA (CASES.md, group 2).
@Suite struct ApartmentConformance {
  @Test("APT-01 any number of STAs, one MTA")
  func kinds() {
    let run = run(.roundRobin) { program in
      let entered = (0..<4).map { _ in program.signal() }
      for index in 0..<4 {
        program.thread("thread \(index)", index < 2 ? .apartmentThreaded : .multithreaded) {
          try program.note("\(index)", currentApartment().id)
          entered[index].set()
          for signal in entered { try waitForSingleObject(.signal(signal)) }
        }
      }
    }
    #expect(Set(["0", "1", "2"].compactMap { run[$0] }).count == 3)
    #expect(run["2"] == run["3"])
    #expect(run.world.apartmentsInOrder.filter { $0.kind == .multithreaded }.count == 1)
  }

  @Test("APT-02 the first STA is the main one", arguments: schedules)
  func mainSTA(_ schedule: Schedule) {
    let run = run(schedule) { program in
      let entered = program.signal()
      program.thread("A", .apartmentThreaded) {
        program.note("A", InitConformance.apartment())
        entered.set()
      }
      program.thread("B") {
        try waitForSingleObject(.signal(entered))
        try coInitializeEx(.apartmentThreaded)
        program.note("B", InitConformance.apartment())
        coUninitialize()
      }
    }
    #expect(run["A"] == "mainSTA/none")
    #expect(run["B"] == "sta/none")
    #expect(ApartmentType.Kind.mainSTA.rawValue == 3)
    #expect(ApartmentType.Kind.sta.rawValue == 0)
  }

  @Test("APT-05 objects of a main STA that ended first are out of reach")
  func mainEndsFirst() {
    let run = run { program in
      let (ready, opened, left) = (program.signal(), program.signal(), program.signal())
      let stream: ComField<IStream> = program.field("stream")
      program.thread("main") {
        try coInitializeEx(.apartmentThreaded)
        let counter = ComPtr<ICounter>(try Counter())
        stream.set(try coMarshalInterThreadInterfaceInStream(ICounter.self, counter))
        ready.set()
        try coWaitForHandle(.signal(opened))
        coUninitialize()
        left.set()
      }
      program.thread("worker", .multithreaded) {
        try waitForSingleObject(.signal(ready))
        let counter = try coGetInterfaceAndReleaseStream(stream, ICounter.self)
        stream.detach()
        try program.note("before", counter.increment())
        opened.set()
        try waitForSingleObject(.signal(left))
        program.note("after") { try counter.increment() }
      }
    }
    #expect(run["before"] == "1")
    #expect(["RPC_E_DISCONNECTED", "CO_E_OBJNOTCONNECTED"].contains(run["after"]))
  }

  @Test("APT-07 calls to an STA run one after another on its thread", arguments: schedules)
  func serialised(_ schedule: Schedule) {
    let run = run(schedule) { program in
      let handover = program.server(ICounter.self, .apartmentThreaded, .tableStrong) {
        try Counter()
      }
      for name in ["one", "two"] {
        program.thread(name, .multithreaded) {
          let counter = try handover.openCopy()
          for _ in 0..<3 { try counter.increment() }
        }
      }
    }
    #expect(run.threads(in: "Increment") == Array(repeating: "server", count: 6))
    var depth = 0
    for event in run.events {
      switch event.kind {
      case .methodEntered(_, let name, .stub) where run.world[name] == "Increment": depth += 1
      case .methodLeft where depth > 0: depth -= 1
      default: break
      }
      #expect(depth <= 1)
    }
  }

  /// Lets nobody out before two are in.
  final class Meeting: ComObject, Counting {
    override class var interfaces: [any ComInterface.Type] { [ICounter.self] }
    private let arrived = Atomic<Int32>(0)
    private let all: Signal

    init(_ all: Signal) throws(HResult) {
      self.all = all
      try super.init(name: "Meeting")
    }

    func increment(_ amount: Int32) throws(HResult) -> Int32 {
      let count = arrived.wrappingAdd(1, ordering: .relaxed).newValue
      if count == 2 { all.set() }
      try waitForSingleObject(.signal(all))
      return count
    }

    func pass(_ code: HResult) throws(HResult) -> HResult { code }
  }

  @Test("APT-08 calls to an MTA object run concurrently on pool threads", arguments: schedules)
  func concurrent(_ schedule: Schedule) {
    let run = run(schedule) { program in
      let all = program.signal()
      let handover = program.server(ICounter.self, .multithreaded, .tableStrong) {
        try Meeting(all)
      }
      for name in ["one", "two"] {
        program.thread(name, .apartmentThreaded) {
          try program.note(name, handover.openCopy().increment())
        }
      }
    }
    #expect(Set([run["one"], run["two"]]) == ["1", "2"])
    let servers = run.threads(in: "Increment")
    #expect(Set(servers).count == 2)
    #expect(servers.allSatisfy { $0.hasPrefix("pool") })
  }

  @Test("APT-09 an MTA thread that waits is not the one that serves", arguments: schedules)
  func waitingCaller(_ schedule: Schedule) {
    let run = run(schedule) { program in
      let handover = program.server(IPartner.self) { try Partner("B") }
      program.thread("mta", .multithreaded) {
        let other = try handover.open()
        let mine = ComPtr<IPartner>(try Partner("A"))
        try other.meet(mine.copy().detach())
        try program.note("depth", other.ping(1))
      }
    }
    #expect(run["depth"] == "1")
    let threads = run.threads(in: "Ping")
    #expect(threads == ["server", "pool 1"])
    // The caller is blocked meanwhile: it takes nothing while it waits.
    let waits = run.events.compactMap { event -> Bool? in
      guard case .waits(.reply(_, _, let pumps)) = event.kind else { return nil }
      return run.world.threads[event.thread].map { run.world[$0.name] } == "mta" ? pumps : nil
    }
    #expect(!waits.isEmpty && !waits.contains(true))
    let outer = run.world.callsInOrder.first { run.world[$0.method] == "Ping" }
    #expect(outer.flatMap { run.world.threads[$0.caller] }.map { run.world[$0.name] } == "mta")
  }

  /// Initialises COM in a method, as a careless component does.
  final class Initialiser: ComObject, Counting {
    override class var interfaces: [any ComInterface.Type] { [ICounter.self] }

    init() throws(HResult) { try super.init(name: "Initialiser") }

    func increment(_ amount: Int32) throws(HResult) -> Int32 {
      guard try coInitializeEx(.multithreaded) == .S_FALSE else { return -1 }
      if amount == 1 { coUninitialize() }
      guard try coGetApartmentType().qualifier == .none else { return -2 }
      return amount
    }

    func pass(_ code: HResult) throws(HResult) -> HResult {
      try coGetApartmentType().kind == .mta ? code : .E_FAIL
    }
  }

  @Test("APT-10 a pool thread has joined the MTA already", arguments: [Int32(1), 2])
  func poolThread(_ amount: Int32) {
    let run = run { program in
      let handover = program.server(ICounter.self, .multithreaded) { try Initialiser() }
      program.thread("client", .apartmentThreaded) {
        let pointer = try handover.open()
        try program.note("value", pointer.increment(amount))
        try program.note("still", pointer.pass(.S_FALSE))
      }
    }
    #expect(run["value"] == "\(amount)")
    #expect(run["still"] == "S_FALSE")
  }

  @Test("APT-11 COM does not check a direct pointer in another apartment")
  func directPointer() {
    let run = run { program in
      let ready = program.signal()
      let done = program.signal()
      let box = Box<RawPointer<ICounter>>()
      program.thread("one", .apartmentThreaded) {
        let counter = ComPtr<ICounter>(try Counter())
        box.value = counter.raw
        ready.set()
        try coWaitForHandle(.signal(done))
      }
      program.thread("two", .apartmentThreaded) {
        try waitForSingleObject(.signal(ready))
        try program.note("value", box.value?.increment() ?? 0)
        done.set()
      }
    }
    #expect(run["value"] == "1")
    #expect(run.world.trespasses.count == 1)
    #expect(run.world.trespasses.first?.object == run.component()?.id)
    #expect(run.threads(in: "Increment") == ["two"])
    #expect(run.world.refusals.isEmpty)
  }

  @Test("APT-12 inside the MTA a raw pointer may be handed on", arguments: schedules)
  func rawPointerInMTA(_ schedule: Schedule) {
    let run = run(schedule) { program in
      let (ready, done) = (program.signal(), program.signal())
      let box = Box<RawPointer<ICounter>>()
      program.thread("one", .multithreaded) {
        let counter = ComPtr<ICounter>(try Counter())
        box.value = counter.raw
        ready.set()
        try waitForSingleObject(.signal(done))
      }
      program.thread("two", .multithreaded) {
        try waitForSingleObject(.signal(ready))
        try program.note("value", box.value?.increment() ?? 0)
        done.set()
      }
    }
    #expect(run["value"] == "1")
    #expect(run.threads(in: "Increment") == ["two"])
    #expect(run.world.trespasses.isEmpty)
  }
}
