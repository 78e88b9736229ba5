import ApartmentRuntime
import Synchronization
import Testing
import ThreadKernel
import Trace

/// The threads that COM starts for apartments of its own are threads like the program's.
@Suite struct HostThreadTests {
  /// A registry with a class that lives in a host STA for clients of the MTA, whose object runs
  /// `body` there.
  private static func registry(
    _ body: @escaping @Sendable () throws(HResult) -> Void
  ) -> ApartmentRuntime.Registry {
    let registry = ApartmentRuntime.Registry.counters()
    registry.add(
      ClassEntry(TestClass.agent, "Agent", module: "hosted.dll", model: "Apartment"))
    registry.install(
      ModuleFile("hosted.dll") { module in
        TestServer(module) { module, _ throws(HResult) in try Agent(of: module, body) }
      })
    return registry
  }

  @Test("a message that is sent to a host STA is dispatched")
  func sentMessage() {
    let home = Mutex<Apartment?>(nil)
    let registry = Self.registry { () throws(HResult) in
      let apartment = try currentApartment()
      home.withLock { $0 = apartment }
      setWindowProcedure { Int32($0) + 1 }
    }
    let run = run(registry: registry) { program in
      program.thread("web", .multithreaded) {
        let agent = try coCreateInstance(TestClass.agent, ICounter.self)
        try agent.increment()
        guard let host = home.withLock({ $0 }) else { return }
        program.note("answer", sendThreadMessage(41, to: host) ?? -1)
      }
    }
    #expect(run["answer"] == "42")
  }

  @Test("MSG-07 a host STA's message filter is asked at top level too")
  func filter() {
    let registry = Self.registry { () throws(HResult) in
      try TestFilter(incoming: { _ in .rejected }).register()
    }
    let run = run(registry: registry) { program in
      program.thread("web", .multithreaded) {
        let agent = try coCreateInstance(TestClass.agent, ICounter.self)
        program.note("before") { try agent.increment() }
        program.note("after") { try agent.increment() }
      }
    }
    #expect(run["before"] == "S_OK")
    #expect(run["after"] == "RPC_E_CALL_REJECTED")
  }

  /// The last one on its way out ends what COM has started, unless somebody begins anew meanwhile.
  @Test("a newcomer keeps what COM starts for it", arguments: UInt64(0)..<60)
  func newcomer(_ seed: UInt64) {
    let run = run(.random(seed: seed), registry: .counters()) { program in
      for name in ["A", "B"] {
        program.thread(name) {
          for _ in 0..<3 {
            try coInitializeEx(.apartmentThreaded)
            defer { coUninitialize() }
            try coCreateInstance(TestClass.clsid(.free), ICounter.self).increment()
          }
        }
      }
    }
    #expect(run.world.refusals.isEmpty)
  }
}
