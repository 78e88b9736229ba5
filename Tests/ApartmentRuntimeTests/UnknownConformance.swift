import ApartmentRuntime
import Testing
import ThreadKernel
import Trace

/// Conformance: identity and reference counts (CASES.md, group 5).
@Suite struct UnknownConformance {
  @Test("IUNK-02 QueryInterface answers the same for ever, IUNK-05 a failure hands out nothing")
  func staticSet() {
    let run = run { program in
      program.thread("main", .apartmentThreaded) {
        let registry = ComPtr<IRegistry>(try Registry())
        for attempt in 1...2 {
          program.note("has \(attempt)") { _ = try registry.query(ICounter.self) }
          program.note("lacks \(attempt)") { _ = try registry.query(IKeeper.self) }
        }
        program.note("count", registry.count)
      }
    }
    for attempt in 1...2 {
      #expect(run["has \(attempt)"] == "S_OK")
      #expect(run["lacks \(attempt)"] == "E_NOINTERFACE")
    }
    #expect(run["count"] == "1")
  }

  @Test("IUNK-03 QueryInterface is reflexive, symmetric and transitive")
  func equivalence() {
    let run = run { program in
      program.thread("main", .apartmentThreaded) {
        let a = ComPtr<IRegistry>(try Registry())
        let b = try a.query(ICounter.self)
        let c = try b.query(IUnknown.self)
        program.note("reflexive") { _ = try a.query(IRegistry.self) }
        program.note("symmetric") { _ = try b.query(IRegistry.self) }
        program.note("transitive") { _ = try a.query(IUnknown.self) }
        program.note("back") { _ = try c.query(IRegistry.self) }
        program.note("one identity", a.object == b.object && b.object == c.object)
      }
    }
    for property in ["reflexive", "symmetric", "transitive", "back"] {
      #expect(run[property] == "S_OK", "\(property)")
    }
    #expect(run["one identity"] == "true")
  }

  @Test("IUNK-04 a pointer is safe only while its count is held")
  func countsAreDiagnostic() {
    let run = run { program in
      program.thread("main", .apartmentThreaded) {
        let counter = ComPtr<ICounter>(try Counter())
        let raw = counter.raw
        program.note("one", counter.count)
        do {
          let second = counter.copy()
          program.note("two", second.count)
        }
        program.note("back to one", counter.count)
        _ = consume counter
        program.note("use after release") { try raw.increment() }
      }
    }
    #expect(run["one"] == "1")
    #expect(run["two"] == "2")
    #expect(run["back to one"] == "1")
    #expect(run["use after release"] == "CO_E_RELEASED")
    #expect(run.world.misuses.map(\.use) == [.call])
  }

  @Test("IUNK-08 all interfaces of a proxy give one same IUnknown")
  func proxyIdentity() {
    let run = run { program in
      let handover = program.server(IRegistry.self) { try Registry() }
      program.thread("client", .multithreaded) {
        let registry = try handover.open()
        let counter = try registry.query(ICounter.self)
        let first = try registry.query(IUnknown.self)
        let second = try counter.query(IUnknown.self)
        program.note("same", first.object == second.object)
        program.note("proxy's", first.object == registry.object)
      }
    }
    #expect(run["same"] == "true")
    #expect(run["proxy's"] == "true")
    #expect(run.proxies.count == 1)
  }

  @Test(
    "IUNK-10 a proxy counts for itself, IUNK-11 its counting makes no call, IUNK-12 its end does")
  func proxyCounts() {
    let run = run { program in
      let handover = program.server(ICounter.self) { try Counter() }
      program.thread("client", .multithreaded) {
        let counter = try handover.open()
        program.note("fresh", counter.count)
        program.kernel.mark("fresh")
        do {
          let second = counter.copy()
          let third = counter.copy()
          program.note("three", second.count)
          _ = consume second
          _ = consume third
        }
        program.note("one", counter.count)
        program.kernel.mark("one")
        _ = consume counter
        program.kernel.mark("released")
      }
    }
    #expect(run["fresh"] == "1")
    #expect(run["three"] == "3")
    #expect(run["one"] == "1")
    #expect(run.world(at: "one").calls.isEmpty)
    let counter = run.component()?.id ?? .none
    // IUNK-12: before the last Release returns, the object has seen its stub's reference go.
    #expect(run.world(at: "one").objects[counter]?.isAlive == true)
    #expect(run.world(at: "released").objects[counter]?.isAlive == false)
    #expect(run.destroyer() == "server")
    #expect(run.world.callsInOrder.map { run.world[$0.method] } == ["RemRelease"])
  }
}
