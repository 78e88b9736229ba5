import ApartmentRuntime
import Testing
import ThreadKernel
import Trace

/// Conformance: proxies (CASES.md, group 9).
@Suite struct ProxyConformance {
  /// An STA holds a proxy; another thread does something with it, then the STA lets it go.
  private func misuse(
    _ schedule: Schedule = .lesson([]), holder: Coinit = .apartmentThreaded,
    user: Coinit?, _ use: @escaping @Sendable (Program, ComField<IRegistry>) throws -> Void
  ) -> ComRun {
    run(schedule) { program in
      let handover = program.server(IRegistry.self) { try Registry() }
      let (opened, done) = (program.signal(), program.signal())
      let field: ComField<IRegistry> = program.field("holder.proxy")
      program.thread("holder", holder) {
        field.set(try handover.open())
        opened.set()
        try waitForSingleObject(.signal(done))
        field.clear()
      }
      program.thread("user", user) {
        try waitForSingleObject(.signal(opened))
        defer { done.set() }
        try use(program, field)
      }
    }
  }

  @Test("PRX-01 a proxy of an STA on a thread with no COM")
  func noCOM() {
    let run = misuse(user: nil) { program, field in
      let proxy = try field.pointer()
      program.note("call") { _ = try proxy.find("entry") }
      program.note("query") { _ = try proxy.query(ICounter.self) }
      program.note("IMultiQI") { _ = try proxy.query(IMultiQI.self) }
    }
    #expect(run["call"] == "CO_E_NOTINITIALIZED")
    #expect(run["query"] == "RPC_E_WRONG_THREAD")
    #expect(run["IMultiQI"] == "RPC_E_WRONG_THREAD")
    #expect(run.world.callsInOrder.map { run.world[$0.method] } == ["RemRelease"])
  }

  @Test("PRX-02 a proxy of an STA on an MTA thread: RPC_E_WRONG_THREAD", arguments: schedules)
  func wrongThread(_ schedule: Schedule) {
    let run = misuse(schedule, user: .multithreaded) { program, field in
      let proxy = try field.pointer()
      program.note("call") { _ = try proxy.find("entry") }
      program.note("query") { _ = try proxy.query(ICounter.self) }
      program.note("marshal") {
        _ = try coMarshalInterThreadInterfaceInStream(IRegistry.self, proxy)
      }
    }
    for use in ["call", "query", "marshal"] { #expect(run[use] == "RPC_E_WRONG_THREAD", "\(use)") }
    let proxy = run.proxies.first?.id ?? .none
    #expect(run.world.refusals.map(\.refuser) == Array(repeating: .proxy(proxy), count: 3))
  }

  @Test("PRX-03 a proxy may be released in the wrong apartment", arguments: schedules)
  func releasedElsewhere(_ schedule: Schedule) {
    let run = misuse(schedule, user: .multithreaded) { program, field in
      field.clear()
      program.kernel.mark("released")
    }
    let registry = run.component("Registry")?.id ?? .none
    #expect(run.world(at: "released").objects[registry]?.isAlive == false)
    #expect(run.destroyer(of: "Registry") == "server")
    #expect(run.world.misuses.isEmpty)
  }

  @Test(
    "PRX-04 a proxy of the MTA serves every MTA thread",
    arguments: [Coinit?.some(.multithreaded), nil])
  func multithreadedProxy(_ user: Coinit?) {
    let run = misuse(holder: .multithreaded, user: user) { program, field in
      program.note("call") { _ = try field.pointer().find("entry") }
    }
    #expect(run["call"] == "S_OK")
  }

  @Test("PRX-05 a proxy of the MTA on a thread that enters and leaves an STA")
  func throughSTA() {
    let run = misuse(holder: .multithreaded, user: nil) { program, field in
      let proxy = try field.pointer()
      program.note("bare") { _ = try proxy.find("entry") }
      try coInitializeEx(.apartmentThreaded)
      program.note("in an STA") { _ = try proxy.find("entry") }
      coUninitialize()
      program.note("left") { _ = try proxy.find("entry") }
      field.clear()
      program.kernel.mark("released")
    }
    #expect(run["bare"] == "S_OK")
    #expect(run["in an STA"] == "RPC_E_WRONG_THREAD")
    #expect(run["left"] == "S_OK")
    let registry = run.component("Registry")?.id ?? .none
    #expect(run.world(at: "released").objects[registry]?.isAlive == false)
  }

  @Test("PRX-06 what every proxy has costs no call, PRX-07 an object does not have it")
  func proxyInterfaces() {
    let run = run { program in
      let handover = program.server(IRegistry.self) { try Registry() }
      program.thread("client", .apartmentThreaded) {
        let proxy = try handover.open()
        program.note("IUnknown") { _ = try proxy.query(IUnknown.self) }
        program.note("IMultiQI") { _ = try proxy.query(IMultiQI.self) }
        program.note("IClientSecurity") { _ = try proxy.query(IClientSecurity.self) }
        program.note("IMarshal") { _ = try proxy.query(IMarshal.self) }
        program.kernel.mark("asked")
        let object = ComPtr<IRegistry>(try Registry())
        program.note("object IMultiQI") { _ = try object.query(IMultiQI.self) }
        program.note("object IClientSecurity") { _ = try object.query(IClientSecurity.self) }
      }
    }
    for name in ["IUnknown", "IMultiQI", "IClientSecurity", "IMarshal"] {
      #expect(run[name] == "S_OK", "\(name)")
    }
    #expect(run.world(at: "asked").calls.isEmpty)
    #expect(run["object IMultiQI"] == "E_NOINTERFACE")
    #expect(run["object IClientSecurity"] == "E_NOINTERFACE")
  }

  @Test("PRX-10 an interface that the object lacks costs a round trip")
  func lackedInterface() {
    let run = run { program in
      let handover = program.server(IRegistry.self) { try Registry() }
      program.thread("client", .multithreaded) {
        let proxy = try handover.open()
        program.note("lacked") { _ = try proxy.query(IKeeper.self) }
        program.note("unregistered") { _ = try proxy.query(IUnregistered.self) }
        program.kernel.mark("lacked")
        program.note("had") { _ = try proxy.query(ICounter.self) }
        program.note("had again") { _ = try proxy.query(ICounter.self) }
        program.kernel.mark("had")
      }
    }
    #expect(run["lacked"] == "E_NOINTERFACE")
    #expect(run["unregistered"] == "E_NOINTERFACE")
    #expect(run.world(at: "lacked").calls.count == 2)
    #expect(run["had"] == "S_OK")
    #expect(run["had again"] == "S_OK")
    #expect(run.world(at: "had").calls.count == 3)
  }

  /// Disconnects itself in the middle of a call.
  final class Leaving: ComObject, Counting {
    override class var interfaces: [any ComInterface.Type] { [ICounter.self] }

    init() throws(HResult) { try super.init(name: "Leaving") }

    func increment(_ amount: Int32) throws(HResult) -> Int32 {
      try coDisconnectObject(ComPtr<ICounter>(self))
      return amount
    }

    func pass(_ code: HResult) throws(HResult) -> HResult { code }
  }

  @Test(
    "PRX-11 calls to a disconnected object fail, PRX-13 the one that runs finishes",
    arguments: [Coinit.apartmentThreaded, .multithreaded])
  func disconnected(_ model: Coinit) {
    let run = run { program in
      let handover = program.server(ICounter.self, model) { try Leaving() }
      program.thread("client", .apartmentThreaded) {
        let proxy = try handover.open()
        try program.note("running", proxy.increment(3))
        program.note("next") { try proxy.increment() }
      }
    }
    #expect(run["running"] == "3")
    #expect(run["next"] == "RPC_E_DISCONNECTED")
    // The call held the object: it was destroyed after the method, not in it.
    let leaving = run.component("Leaving")?.id ?? .none
    let left = run.events.firstIndex { $0.kind == .methodLeft(leaving, .S_OK) }
    let destroyed = run.events.firstIndex { $0.kind == .objectDestroyed(leaving) }
    #expect(left.flatMap { left in destroyed.map { left < $0 } } == true)
    #expect(run.world.misuses.isEmpty)
  }
}
