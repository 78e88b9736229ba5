import ApartmentRuntime
import Testing
import ThreadKernel
import Trace

/// Conformance: agile objects and agile references.
@Suite struct AgileConformance {
  @Test("FTM-09 IAgileObject does not alter ordinary marshalling", arguments: schedules)
  func ordinary(_ schedule: Schedule) {
    let run = run(schedule) { program in
      let handover = program.server(ICounter.self) { try AgileCounter() }
      program.thread("client", .multithreaded) {
        let counter = try handover.open()
        program.note("proxy", counter.isProxy)
        _ = try counter.increment()
      }
    }
    #expect(run["proxy"] == "true")
    #expect(run.threads(in: "Increment") == ["server"])
  }

  @Test("FTM-10 no COM, a bad option, an interface that is lacked, MSH-29 INoMarshal")
  func refusals() {
    let run = run { program in
      let (counters, ready, done) = (
        Box<RawPointer<ICounter>>(), program.signal(), program.signal()
      )
      program.thread("main", .apartmentThreaded) {
        let counter = ComPtr<ICounter>(try Counter())
        let staying = ComPtr<ICounter>(try StayingCounter(name: "Staying"))
        program.note("option") {
          _ = try roGetAgileReference(AgileOptions(rawValue: 2), ICounter.iid, counter)
        }
        program.note("interface") { _ = try roGetAgileReference(.default, IKeeper.iid, counter) }
        program.note("staying") { _ = try roGetAgileReference(.default, ICounter.iid, staying) }
        program.note("delayed") {
          _ = try roGetAgileReference(.delayedMarshal, ICounter.iid, staying)
        }
        program.note("marshalled") {
          try coMarshalInterface(createStream(), ICounter.iid, staying)
        }
        counters.value = counter.raw
        ready.set()
        try waitForSingleObject(.signal(done))
        program.note("counts", counter.count + staying.count)
      }
      program.thread("no COM") {
        try waitForSingleObject(.signal(ready))
        defer { done.set() }
        guard let counter = counters.value else { return }
        program.note("no COM") { _ = try roGetAgileReference(.default, ICounter.iid, counter) }
        counters.value = nil
      }
    }
    #expect(run["option"] == "E_INVALIDARG")
    #expect(run["interface"] == "E_NOINTERFACE")
    #expect(run["staying"] == "CO_E_NOT_SUPPORTED")
    #expect(run["delayed"] == "CO_E_NOT_SUPPORTED")
    #expect(run["marshalled"] == "CO_E_NOT_SUPPORTED")
    #expect(run["no COM"] == "CO_E_NOTINITIALIZED")
    #expect(run["counts"] == "2")
  }

  /// An STA makes a reference; an MTA thread and the STA itself resolve it.
  private func resolve(
    _ schedule: Schedule, _ options: AgileOptions,
    _ make: @escaping @Sendable () throws -> Counter
  ) -> ComRun {
    run(schedule) { program in
      let reference = program.field("reference", IAgileReference.self)
      let ready = program.signal()
      program.thread("server", .apartmentThreaded) {
        let counter = ComPtr<ICounter>(try make())
        reference.set(try roGetAgileReference(options, ICounter.iid, counter))
        program.kernel.mark("made")
        let own = try reference.pointer().resolve(ICounter.self)
        program.note("own", own.object == counter.object)
        ready.set()
        pump()
      }
      program.thread("client", .multithreaded) {
        try waitForSingleObject(.signal(ready))
        let one = try reference.pointer().resolve(ICounter.self)
        let two = try reference.pointer().resolve(ICounter.self)
        program.note("proxy", one.isProxy)
        program.note("same", one.object == two.object)
        try program.note("value", one.increment() + two.increment())
        program.note("lacked") { _ = try reference.pointer().resolve(IKeeper.self) }
        reference.clear()
      }
    }
  }

  @Test("a reference resolves in every apartment", arguments: schedules)
  func resolving(_ schedule: Schedule) {
    for options in [AgileOptions.default, .delayedMarshal] {
      let run = resolve(schedule, options) { try Counter() }
      for note in ["own", "proxy", "same"] { #expect(run[note] == "true", "\(note)") }
      #expect(run["value"] == "3")
      #expect(run["lacked"] == "E_NOINTERFACE")
      #expect(run.component()?.isAlive == false)
      let early = run.world(at: "made").packetsInOrder.count
      #expect(early == (options == .default ? 1 : 0))
      #expect(run.world.packetsInOrder.map(\.state) == [.released])
      #expect(run.world.misuses.isEmpty)
    }
  }

  @Test("of an agile object it resolves to the object itself", arguments: [true, false])
  func agile(_ isFree: Bool) {
    let run = resolve(.lesson([]), .default) {
      isFree ? try FreeCounter() : try AgileCounter()
    }
    #expect(run["own"] == "true")
    #expect(run["proxy"] == "false")
    #expect(run["value"] == "3")
    #expect(run.threads(in: "Increment") == ["client", "client"])
    #expect(run.world.trespasses.isEmpty)
    #expect(run.component()?.isAlive == false)
  }

  @Test("a delayed one whose apartment has ended: CO_E_OBJNOTCONNECTED")
  func tooLate() {
    let run = run { program in
      let reference = program.field("reference", IAgileReference.self)
      let server = program.thread("server", .apartmentThreaded) {
        let counter = ComPtr<ICounter>(try Counter())
        reference.set(try roGetAgileReference(.delayedMarshal, ICounter.iid, counter))
      }
      program.thread("client", .multithreaded) {
        if let server { try waitForSingleObject(.thread(server)) }
        program.note("late") { _ = try reference.pointer().resolve(ICounter.self) }
        reference.clear()
      }
    }
    #expect(run["late"] == "CO_E_OBJNOTCONNECTED")
    #expect(run.component()?.isAlive == false)
  }
}
