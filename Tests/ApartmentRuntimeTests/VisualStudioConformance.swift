import ApartmentRuntime
import Testing
import ThreadKernel
import Trace

/// Conformance: a service from a background thread (CASES.md, group 18).
@Suite struct VisualStudioConformance {
  /// The shell's provider and its service: both refuse on a thread that is not their own.
  final class Shell: ComObject, Registering, Counting {
    override class var interfaces: [any ComInterface.Type] { [IRegistry.self, ICounter.self] }

    init() throws(HResult) { try super.init(name: "Shell") }

    func find(_ name: String) throws(HResult) -> OwnedPointer {
      guard isOnHomeThread else { throw refuses(.RPC_E_WRONG_THREAD) }
      return try OwnedPointer(try Service(), ICounter.iid)
    }

    func increment(_ amount: Int32) throws(HResult) -> Int32 { throw .E_NOTIMPL }
    func pass(_ code: HResult) throws(HResult) -> HResult { throw .E_NOTIMPL }
  }

  final class Service: ComObject, Counting {
    override class var interfaces: [any ComInterface.Type] { [ICounter.self] }

    init() throws(HResult) { try super.init(name: "Service") }

    func increment(_ amount: Int32) throws(HResult) -> Int32 {
      guard isOnHomeThread else { throw refuses(.RPC_E_WRONG_THREAD) }
      return amount
    }

    func pass(_ code: HResult) throws(HResult) -> HResult { code }
  }

  @Test("VS-01 VS-02 the main thread's raw pointers are refused on a background thread")
  func rawPointers() {
    let run = run { program in
      let (ready, done) = (program.signal(), program.signal())
      let provider = Box<RawPointer<IRegistry>>()
      let service: ComField<ICounter> = program.field("Package.service")
      program.thread("main", .apartmentThreaded) {
        let shell = ComPtr<IRegistry>(try Shell())
        provider.value = shell.raw
        service.set(try shell.find("service").take(ICounter.self))
        ready.set()
        try coWaitForHandle(.signal(done))
        service.clear()
      }
      program.thread("background", .multithreaded) {
        try waitForSingleObject(.signal(ready))
        program.note("provider") { _ = try provider.value?.find("service") }
        program.note("service") { try service.pointer().increment() }
        done.set()
      }
    }
    #expect(run["provider"] == "RPC_E_WRONG_THREAD")
    #expect(run["service"] == "RPC_E_WRONG_THREAD")
    // COM let both through; the components refused.
    #expect(run.world.trespasses.count == 2)
    let shell = run.component("Shell")?.id ?? .none
    let refusers = run.world.refusals.map(\.refuser)
    #expect(refusers == [.object(shell), .object(run.component("Service")?.id ?? .none)])
  }

  @Test(
    "VS-03 marshalled, the provider and its service work, on the main thread", arguments: schedules)
  func rightWay(_ schedule: Schedule) {
    let run = run(schedule) { program in
      let handover = program.server(IRegistry.self, keeps: true) { try Shell() }
      program.thread("background", .multithreaded) {
        try waitForSingleObject(.signal(handover.ready))
        try handover.stream.pointer().seek(to: 0)
        let provider = try coGetInterfaceAndReleaseStream(handover.stream, IRegistry.self)
        handover.stream.detach()
        let service = try provider.find("service").take(ICounter.self)
        program.note("proxies", provider.isProxy && service.isProxy)
        try program.note("value", service.increment(4))
      }
    }
    #expect(run["proxies"] == "true")
    #expect(run["value"] == "4")
    #expect(run.threads(in: "Find") == ["server"])
    #expect(run.threads(in: "Increment") == ["server"])
    #expect(run.world.trespasses.isEmpty && run.world.refusals.isEmpty)
    #expect(run.world.objectsInOrder.allSatisfy { !$0.isAlive })
  }

  @Test("VS-04 the stream opens once")
  func onlyOnce() {
    let run = run { program in
      let handover = program.server(IRegistry.self) { try Shell() }
      program.thread("background", .multithreaded) {
        let provider = try handover.open()
        program.note("again") { _ = try handover.open() }
        program.note("cached") { _ = try provider.find("service") }
      }
    }
    #expect(run["again"] == "CO_E_OBJNOTCONNECTED")
    #expect(run["cached"] == "S_OK")
  }

  @Test(
    "VS-05 a raw wait for a thread that calls back is a deadlock, a pumping one is not",
    arguments: [false, true])
  func deadlock(_ pumps: Bool) {
    let started: [ThreadID] = [ThreadID(process: 1, number: 1), ThreadID(process: 1, number: 2)]
    let run = run(expecting: pumps ? .over : .deadlock(ring: true, started)) { program in
      let ready = program.signal()
      let stream: ComField<IStream> = program.field("stream")
      let background = Box<KernelThread>()
      program.thread("main", .apartmentThreaded) {
        let shell = ComPtr<IRegistry>(try Shell())
        stream.set(try coMarshalInterThreadInterfaceInStream(IRegistry.self, shell))
        ready.set()
        guard let thread = background.value else { return }
        if pumps {
          try coWaitForHandle(.thread(thread))
        } else {
          try waitForSingleObject(.thread(thread))
        }
      }
      background.value = program.thread("background", .multithreaded) {
        try waitForSingleObject(.signal(ready))
        let provider = try coGetInterfaceAndReleaseStream(stream, IRegistry.self)
        stream.detach()
        _ = try provider.find("service")
        program.note("found", true)
      }
    }
    #expect(run["found"] == (pumps ? "true" : nil))
  }

  @Test("VS-06 one background STA's proxy is refused in another", arguments: schedules)
  func twoBackgroundThreads(_ schedule: Schedule) {
    let run = run(schedule) { program in
      let handover = program.server(IRegistry.self) { try Shell() }
      let (cached, done) = (program.signal(), program.signal())
      let cache: ComField<IRegistry> = program.field("Package.cache")
      program.thread("B1", .apartmentThreaded) {
        cache.set(try handover.open())
        cached.set()
        try coWaitForHandle(.signal(done))
        cache.clear()
      }
      program.thread("B2", .apartmentThreaded) {
        try waitForSingleObject(.signal(cached))
        program.note("B2") { _ = try cache.pointer().find("service") }
        done.set()
      }
    }
    #expect(run["B2"] == "RPC_E_WRONG_THREAD")
    #expect(run.world.refusals.map(\.refuser) == [.proxy(run.proxies.first?.id ?? .none)])
  }
}
