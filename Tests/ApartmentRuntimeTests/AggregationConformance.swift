import ApartmentRuntime
import Testing
import ThreadKernel
import Trace

/// Conformance: aggregation.
@Suite struct AggregationConformance {
  @Test("IUNK-07 at aggregation only IUnknown may be asked")
  func onlyUnknown() {
    let run = run { program in
      program.thread("main", .apartmentThreaded) {
        let outer = try Counter(name: "Outer")
        let kept = ComPtr<IUnknown>(outer)
        program.note("interface") { try ComObject.requireUnknown(ICounter.iid, for: outer) }
        program.note("IUnknown") { try ComObject.requireUnknown(IUnknown.iid, for: outer) }
        program.note("alone") { try ComObject.requireUnknown(ICounter.iid, for: nil) }
        _ = consume kept
      }
    }
    #expect(run["interface"] == "CLASS_E_NOAGGREGATION")
    #expect(run["IUnknown"] == "S_OK")
    #expect(run["alone"] == "S_OK")
  }

  @Test("a part has the whole's identity and count, and each interface leads to every other")
  func identity() {
    let run = run { program in
      program.thread("main", .apartmentThreaded) {
        let whole = ComPtr<IRegistry>(try Whole())
        let counter = try whole.query(ICounter.self)
        try program.note("value", counter.increment(5))
        try program.note("same unknown", counter.query(IUnknown.self).object == whole.object)
        let back = try counter.query(IRegistry.self)
        program.note("same identity", back.object == whole.object)
        let handed = try back.find("any").take(ICounter.self)
        try program.note("handed out", handed.increment())
        program.note("count", whole.count)
        program.note("lacked") { _ = try counter.query(IKeeper.self) }
        program.kernel.mark("held")
        _ = consume whole
        _ = consume back
        _ = consume handed
        program.kernel.mark("by the part alone")
        try program.note("alive", counter.increment())
      }
    }
    #expect(run["value"] == "5")
    #expect(run["same unknown"] == "true")
    #expect(run["same identity"] == "true")
    #expect(run["handed out"] == "6")
    #expect(run["count"] == "4")
    #expect(run["lacked"] == "E_NOINTERFACE")
    #expect(run["alive"] == "7")
    let (whole, part) = (run.component("Whole"), run.component("Part"))
    #expect(part?.outer == whole?.id)
    #expect(run.world(at: "held").objects[part?.id ?? .none]?.count == 1)
    #expect(run.world(at: "by the part alone").objects[whole?.id ?? .none]?.count == 1)
  }

  @Test("the whole gives its parts back at the end of its destructor; their methods are their own")
  func end() {
    let run = run { program in
      program.thread("main", .apartmentThreaded) {
        try ComPtr<IRegistry>(try Whole()).query(ICounter.self).increment()
      }
    }
    let (whole, part) = (run.component("Whole")?.id ?? .none, run.component("Part")?.id ?? .none)
    let told = run.events.compactMap { event -> String? in
      switch event.kind {
      case .objectDestroyed(whole): "whole destroyed"
      case .objectDestroyed(part): "part destroyed"
      case .methodEntered(let object, let name, _):
        "\(run.world[name]) of \(object == part ? "part" : "whole")"
      default: nil
      }
    }
    #expect(
      told == [
        "Increment of part", "~Whole of whole", "~Part of part", "part destroyed",
        "whole destroyed",
      ])
  }

  @Test("another apartment has one proxy for the whole, and its parts serve", arguments: schedules)
  func remote(_ schedule: Schedule) {
    let run = run(schedule) { program in
      let handover = program.server(IRegistry.self) { try Whole() }
      program.thread("client", .multithreaded) {
        let whole = try handover.open()
        let counter = try whole.query(ICounter.self)
        try program.note("value", counter.increment(3))
        program.note("same", counter.object == whole.object)
        try program.note("back", counter.query(IRegistry.self).object == whole.object)
        let found = try whole.find("any").take(ICounter.self)
        program.note("found", found.object == whole.object)
      }
    }
    #expect(run["value"] == "3")
    for note in ["same", "back", "found"] { #expect(run[note] == "true", "\(note)") }
    #expect(run.world.stubsInOrder.count == 1)
    #expect(run.threads(in: "Increment") == ["server"])
    #expect(run.destroyer(of: "Part") == "server")
  }

  @Test("what is no part of the object cannot be aggregated, nor made for one of another apartment")
  func refused() {
    let run = run { program in
      let outer = Box<Carried<Counter>>()
      let ready = program.signal()
      program.thread("main", .apartmentThreaded) {
        let counter = try Counter(name: "Outer")
        let kept = ComPtr<ICounter>(counter)
        program.note("stranger") {
          try counter.aggregate(ComPtr(try Counter(name: "Stranger")), as: "Outer.part")
        }
        program.note("lost") { _ = try kept.query(IRegistry.self) }
        outer.value = Carried(counter)
        ready.set()
        pump()
        _ = consume kept
      }
      program.thread("other", .multithreaded) {
        try waitForSingleObject(.signal(ready))
        program.note("apartment") { _ = try Counter(name: "Far", outer: outer.value?.value) }
        outer.value = nil
      }
    }
    #expect(run["stranger"] == "CLASS_E_NOAGGREGATION")
    #expect(run["apartment"] == "CLASS_E_NOAGGREGATION")
    #expect(run.component("Far") == nil)
    #expect(run.component("Stranger")?.isAlive == false)
  }
}
