import ApartmentRuntime
import Testing
import ThreadKernel
import Trace

/// Conformance: the neutral apartment (INIT-25, APT-13).
@Suite struct NeutralConformance {
  /// Threads that run `body` in the neutral apartment.
  private func neutral(
    _ schedule: Schedule = .lesson([]), on models: [Coinit],
    _ body: @escaping @Sendable (Notes) throws(HResult) -> Void
  ) -> ComRun {
    run(schedule) { program in
      let notes = program.notes
      program.process.registry.addCounters()
      program.process.registry.addAgent { () throws(HResult) in try body(notes) }
      for model in models { program.thread("\(model)", model) { try inNeutral() } }
    }
  }

  @Test(
    "INIT-25 code in the neutral apartment cannot initialise COM",
    arguments: [Coinit.apartmentThreaded, .multithreaded])
  func initialising(_ model: Coinit) {
    let run = neutral(on: [model]) { notes throws(HResult) in
      notes.note("STA", code { try coInitializeEx(.apartmentThreaded) })
      notes.note("MTA", code { try coInitializeEx(.multithreaded) })
    }
    #expect(run["STA"] == "RPC_E_CHANGED_MODE")
    #expect(run["MTA"] == "RPC_E_CHANGED_MODE")
  }

  @Test("APT-13 calls to the neutral apartment run on the caller's thread", arguments: schedules)
  func ownThread(_ schedule: Schedule) {
    let run = neutral(schedule, on: [.apartmentThreaded, .multithreaded]) { notes throws(HResult) in
      let type = try coGetApartmentType()
      notes.note("\(type.kind) \(type.qualifier)", "")
    }
    #expect(run.threads(in: "Increment").sorted() == ["apartmentThreaded", "multithreaded"])
    #expect(Set(run.notes.values.keys) == ["na naOnMainSTA", "na naOnMTA"])
    // Nobody else took part, and no message was posted.
    #expect(run.world.threadsInOrder.allSatisfy { $0.origin == .program })
    #expect(!run.events.contains { if case .messagePosted = $0.kind { true } else { false } })
    let neutral = run.world.apartmentsInOrder.filter { $0.kind == .neutral }
    #expect(!neutral.isEmpty)
    #expect(neutral.allSatisfy { !$0.isAlive })
    #expect(run.world.threadsInOrder.allSatisfy { $0.visits.isEmpty })
  }

  @Test("the qualifiers of every kind of thread in the neutral apartment")
  func qualifiers() {
    let run = run { program in
      let notes = program.notes
      program.process.registry.addAgent { () throws(HResult) in
        let type = try coGetApartmentType()
        notes.note(KernelThread.current?.name ?? "", "\(type.kind) \(type.qualifier)")
      }
      let entered = (0..<2).map { _ in program.signal() }
      let done = program.signal()
      program.thread("first", .apartmentThreaded) {
        entered[0].set()
        try inNeutral()
      }
      program.thread("mta", .multithreaded) {
        entered[1].set()
        try inNeutral()
        try waitForSingleObject(.signal(done))
      }
      program.thread("other") {
        for signal in entered { try waitForSingleObject(.signal(signal)) }
        try inNeutral()
        done.set()
        try coInitializeEx(.apartmentThreaded)
        try coCreateInstance(TestClass.agent, ICounter.self).increment()
        notes.note("second", notes.values["other"] ?? "")
        coUninitialize()
      }
    }
    #expect(run["first"] == "na naOnMainSTA")
    #expect(run["mta"] == "na naOnMTA")
    #expect(run["second"] == "na naOnSTA")
  }

  @Test("a thread in the neutral apartment is in the implicit MTA underneath")
  func implicit() {
    let run = run { program in
      let notes = program.notes
      program.process.registry.addAgent { () throws(HResult) in
        notes.note("type", "\(try coGetApartmentType().qualifier)")
      }
      let (entered, done) = (program.signal(), program.signal())
      program.thread("mta", .multithreaded) {
        entered.set()
        try waitForSingleObject(.signal(done))
      }
      program.thread("bare") {
        try waitForSingleObject(.signal(entered))
        try inNeutral()
        done.set()
      }
    }
    #expect(run["type"] == "naOnImplicitMTA")
  }

  @Test(
    "an STA that waits in the neutral apartment serves its own calls in its STA",
    arguments: schedules)
  func pumps(_ schedule: Schedule) {
    let run = run(schedule) { program in
      let notes = program.notes
      let (stream, ready) = (program.field("stream", IStream.self), program.signal())
      let back = program.signal()
      program.process.registry.addCounters()
      program.process.registry.addAgent { () throws(HResult) in
        let before = try coGetApartmentType().kind
        ready.set()
        try coWaitForHandle(.signal(back))
        notes.note("neutral", "\(before) \(try coGetApartmentType().kind)")
      }
      program.thread("sta", .apartmentThreaded) {
        let counter = ComPtr<ICounter>(try Counter(name: "Own"))
        stream.set(try coMarshalInterThreadInterfaceInStream(ICounter.self, counter))
        try inNeutral()
      }
      program.thread("client", .multithreaded) {
        try waitForSingleObject(.signal(ready))
        let stream = try stream.pointer().query(IStream.self)
        let counter = try coUnmarshalInterface(stream, ICounter.self)
        try counter.increment()
        back.set()
      }
      program.thread("cleaner") {
        try waitForSingleObject(.signal(back))
        stream.clear()
      }
    }
    #expect(run["neutral"] == "na na")
    #expect(run.threads(in: "Increment") == ["sta", "sta"])
    #expect(run.world.trespasses.isEmpty)
    // On its way: the neutral apartment, and in there the STA again.
    let depths = run.events.reduce(into: [0]) { depths, event in
      switch event.kind {
      case .contextEntered: depths.append((depths.last ?? 0) + 1)
      case .contextLeft: depths.append((depths.last ?? 0) - 1)
      default: break
      }
    }
    #expect(depths.max() == 2)
    #expect(depths.last == 0)
  }

  @Test("pointers made in the neutral apartment are right there, and proxies elsewhere")
  func pointers() {
    let run = run { program in
      let notes = program.notes
      program.process.registry.addCounters()
      program.process.registry.addAgent { () throws(HResult) in
        // The client's own STA is next door: a proxy, served on this same thread.
        let counter = try coCreateInstance(TestClass.clsid(.apartment), ICounter.self)
        notes.note("proxy", counter.isProxy)
        try counter.increment()
        let own = try coCreateInstance(TestClass.clsid(.both), ICounter.self)
        notes.note("own", own.isProxy)
        try own.increment()
      }
      program.thread("sta", .apartmentThreaded) { try inNeutral() }
    }
    #expect(run["proxy"] == "true")
    #expect(run["own"] == "false")
    #expect(Set(run.threads(in: "Increment")) == ["sta"])
    #expect(run.world.objectsInOrder.allSatisfy { !$0.isAlive })
  }

  @Test("objects left in the neutral apartment go with the program's last apartment")
  func left() {
    let run = run { program in
      let field: ComField<ICounter> = program.field("left")
      program.process.registry.addCounters()
      program.thread("sta", .apartmentThreaded) {
        field.set(try coCreateInstance(TestClass.clsid(.neutral), ICounter.self))
      }
    }
    #expect(run.component()?.isAlive == false)
    #expect(run.world.apartmentsInOrder.allSatisfy { !$0.isAlive })
    #expect(run.world.unloadedRuns.isEmpty)
  }
}
