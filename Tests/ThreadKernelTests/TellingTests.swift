import Synchronization
import Testing
import ThreadKernel
import Trace

@Suite struct TellingTests {
  /// Many more events than the rings hold, from several threads, read in small bites.
  @Test(arguments: [false, true])
  func nothingIsLostByASlowCollector(free: Bool) {
    let kernel = Kernel(.init(schedule: .roundRobin, startsFree: free))
    let collector = kernel.makeCollector()
    for number in 1...3 {
      kernel.spawn("t\(number)", in: process) {
        for value in 0..<20_000 {
          kernel.tell(.valueSet(ObjectID(UInt32(number)), .none, Int64(value)))
          if value % 5_000 == 0 { kernel.point(.wait) }
        }
      }
    }
    kernel.allow(picks: nil)
    var events: [Event] = []
    // Until it is over only a few at a time are read, so that the writers have to wait.
    while kernel.standing != .over { collector.drain(into: &events, limit: 100) }
    while collector.drain(into: &events) > 0 {}
    #expect(events.isDense)
    for number in 1...3 as ClosedRange<UInt32> {
      let values = events.compactMap {
        if case .valueSet(ObjectID(number), _, let value) = $0.kind { value } else { nil }
      }
      #expect(values == Array(0..<20_000))
    }
    #expect(kernel.abandon() == [])
  }

  /// Threads tell new texts, park and wake each other while everybody waits for the reader, and the
  /// controller delivers: whoever waits for room must hold no lock that the others need.
  @Test func aFullRingStopsNobodyWhoReads() {
    let run = HeldRun(.init(startsFree: true))
    let kernel = run.kernel
    for number in 1...4 {
      kernel.spawn("t\(number)", in: process) {
        for value in 0..<2_000 {
          _ = kernel.name("text \(value) of \(number) \(String(repeating: "x", count: 200))")
          _ = kernel.name("shared \(value)")
          kernel.unpark(KernelThread.current!)
          _ = kernel.park(.messageLoop)
        }
      }
    }
    for number in 0..<200 { kernel.deliver("action \(number)") }
    #expect(run.follow() == .over)
    #expect(run.events.isDense)
    #expect(kernel.abandon() == [])
  }

  @Test func textsAreToldOnceAndWhole() {
    let long = String(repeating: "Grüße, ", count: 50)
    let run = TestRun(.init(schedule: .roundRobin)) { kernel in
      for name in ["a", "b"] {
        kernel.spawn(name, in: process) {
          for text in ["", "x", long, "x"] {
            let first = kernel.name(text)
            #expect(first == kernel.name(text))
            kernel.tell(.narrated(first))
            kernel.point(.wait)
          }
        }
      }
    }
    let texts = run.events.texts
    let narrated = run.kinds.compactMap {
      if case .narrated(let name) = $0 { texts[name] } else { nil }
    }
    #expect(narrated == ["", "", "x", "x", long, long, "x", "x"])
    #expect(Set(texts.values).count == texts.count)
  }

  @Test func bytesCrossWhole() {
    let sizes = [0, 1, 63, 64, 65, 1_000]
    let run = TestRun { kernel in
      kernel.spawn("a", in: process) {
        for size in sizes {
          let blob = kernel.blob((0..<size).map { UInt8(truncatingIfNeeded: $0) })
          kernel.tell(.packetMade(PacketID(1), of: InterfaceStubID(1), .normal, blob))
        }
      }
    }
    let blobs = run.events.blobs
    let told = run.kinds.compactMap { kind -> [UInt8]? in
      if case .packetMade(_, _, _, let blob) = kind { blobs[blob] } else { nil }
    }
    #expect(told == sizes.map { size in (0..<size).map { UInt8(truncatingIfNeeded: $0) } })
  }

  @Test func anEventHasItsPlaceInTheSource() {
    let run = TestRun { kernel in
      kernel.spawn("a", in: process) {
        for line in 1...3 as ClosedRange<UInt32> {
          Kernel.at(SourceSite("Outer.swift", line)) {
            kernel.tell(.left(.S_OK))
            Kernel.at(SourceSite("Inner.swift", line + 10)) { kernel.tell(.left(.S_FALSE)) }
            kernel.tell(.left(.E_FAIL))
          }
        }
        kernel.tell(.left(.E_POINTER))
      }
    }
    let texts = run.events.texts
    let places = run.events.compactMap { event -> String? in
      guard case .left = event.kind else { return nil }
      return "\(texts[event.file] ?? "-"):\(event.line)"
    }
    let expected = (1...3).flatMap {
      ["Outer.swift:\($0)", "Inner.swift:\($0 + 10)", "Outer.swift:\($0)"]
    }
    #expect(places == expected + ["-:0"])
  }

  @Test func whereNobodyListensNothingIsTold() {
    let reached = Atomic(0)
    let run = TestRun(.init(schedule: .roundRobin, isTold: false)) { kernel in
      for name in ["a", "b"] {
        kernel.spawn(name, in: process) {
          kernel.point(.wait)
          #expect(kernel.name("x") == .none)
          #expect(kernel.blob([1]) == .none)
          reached.wrappingAdd(1, ordering: .relaxed)
        }
      }
    }
    #expect(run.standing == .over)
    #expect(run.events.isEmpty)
    #expect(reached.load(ordering: .relaxed) == 2)
  }
}
