import ApartmentRuntime
import Testing
import ThreadKernel
import Trace

/// Conformance: the global interface table (CASES.md, group 12).
@Suite struct GlobalTableConformance {
  private static func table() throws -> ComPtr<IGlobalInterfaceTable> {
    try coCreateInstance(CLSID.stdGlobalInterfaceTable, IGlobalInterfaceTable.self)
  }

  /// An STA registers what it makes and serves calls; a client of the MTA does something with the
  /// cookie.
  private func run(
    _ schedule: Schedule = .lesson([]), keeps: Bool = false,
    _ make: @escaping @Sendable () throws -> Counter = { try Counter() },
    client: Coinit = .multithreaded,
    _ use:
      @escaping @Sendable (Program, borrowing ComPtr<IGlobalInterfaceTable>, UInt32) throws ->
      Void
  ) -> ComRun {
    ApartmentRuntimeTests.run(schedule) { program in
      let (cookie, ready) = (Box<UInt32>(), program.signal())
      let own = program.field("server.own", ICounter.self)
      program.thread("server", .apartmentThreaded) {
        own.set(ComPtr<ICounter>(try make()))
        cookie.value = try Self.table().registerInterfaceInGlobal(own.pointer())
        let back = try Self.table().getInterfaceFromGlobal(cookie.value ?? 0, ICounter.self)
        program.note("own", try back.object == own.pointer().object)
        _ = consume back
        if !keeps { own.clear() }
        program.kernel.mark("registered")
        ready.set()
        pump()
        own.clear()
      }
      program.thread("client", client) {
        try waitForSingleObject(.signal(ready))
        try use(program, try Self.table(), cookie.value ?? 0)
      }
    }
  }

  @Test("GIT-01 one table for the process, which nobody counts", arguments: schedules)
  func singleton(_ schedule: Schedule) {
    let run = run(schedule) { program, table, cookie in
      let other = table.copy()
      program.note("copies", [table.count, other.count].description)
      try program.note("same", Self.table().object == table.object)
      let factory = try coGetClassObject(CLSID.stdGlobalInterfaceTable)
      program.note("class") { _ = try factory.query(IGlobalInterfaceTable.self) }
      let made = try factory.createInstance(IGlobalInterfaceTable.self)
      program.note("made", made.object == table.object)
      let unknown = try other.query(IUnknown.self)
      program.note("unknown", unknown.object == table.object)
      _ = consume other
      program.note("count", table.count)
      try table.revokeInterfaceFromGlobal(cookie)
    }
    #expect(run["copies"] == "[1, 1]")
    #expect(run["same"] == "true")
    #expect(run["unknown"] == "true")
    #expect(run["class"] == "E_NOINTERFACE")
    #expect(run["made"] == "true")
    #expect(run["count"] == "1")
    #expect(run.world.objects(named: "GlobalInterfaceTable").count == 1)
  }

  @Test("GIT-04 in the registering apartment: the direct pointer", arguments: schedules)
  func own(_ schedule: Schedule) {
    let run = run(schedule) { program, table, cookie in
      try table.revokeInterfaceFromGlobal(cookie)
    }
    #expect(run["own"] == "true")
    #expect(run.proxies.isEmpty)
  }

  @Test("elsewhere a proxy; once it is there no call is made for it", arguments: schedules)
  func proxies(_ schedule: Schedule) {
    let run = run(schedule) { program, table, cookie in
      let one = try table.getInterfaceFromGlobal(cookie, ICounter.self)
      program.kernel.mark("one")
      let two = try table.getInterfaceFromGlobal(cookie, ICounter.self)
      program.kernel.mark("two")
      let unknown = try table.getInterfaceFromGlobal(cookie, IUnknown.self)
      program.note("lacked") { _ = try table.getInterfaceFromGlobal(cookie, IKeeper.self) }
      program.note("proxy", one.isProxy)
      program.note("same", one.object == two.object && two.object == unknown.object)
      try program.note("value", one.increment() + two.increment())
      try table.revokeInterfaceFromGlobal(cookie)
    }
    #expect(run["proxy"] == "true")
    #expect(run["same"] == "true")
    #expect(run["lacked"] == "E_NOINTERFACE")
    #expect(run["value"] == "3")
    let (one, two) = (run.world(at: "one"), run.world(at: "two"))
    #expect(one.callsInOrder.count == two.callsInOrder.count)
    #expect(one.packetsInOrder.count == two.packetsInOrder.count)
    #expect(run.threads(in: "Increment") == ["server", "server"])
    #expect(run.destroyer() == "server")
  }

  @Test("GIT-07 a cookie that nobody has: E_INVALIDARG", arguments: schedules)
  func unknown(_ schedule: Schedule) {
    let run = run(schedule) { program, table, cookie in
      for (name, wrong) in [("zero", 0), ("wild", cookie + 77)] {
        program.note("get \(name)") {
          _ = try table.getInterfaceFromGlobal(wrong, ICounter.self)
        }
        program.note("revoke \(name)") { try table.revokeInterfaceFromGlobal(wrong) }
      }
      program.note("revoke") { try table.revokeInterfaceFromGlobal(cookie) }
      program.note("again") { try table.revokeInterfaceFromGlobal(cookie) }
      program.note("get") { _ = try table.getInterfaceFromGlobal(cookie, ICounter.self) }
    }
    #expect(run["revoke"] == "S_OK")
    for note in ["get zero", "get wild", "revoke zero", "revoke wild", "again", "get"] {
      #expect(run[note] == "E_INVALIDARG", "\(note)")
    }
    #expect(run.world.globalsInOrder.map(\.isRevoked) == [true])
  }

  @Test(
    "GIT-08 any apartment may revoke: the object is released on its own thread",
    arguments: schedules)
  func revoke(_ schedule: Schedule) {
    let run = run(schedule) { program, table, cookie in
      try table.revokeInterfaceFromGlobal(cookie)
      program.kernel.mark("revoked")
    }
    #expect(run.world(at: "registered").objects[run.component()?.id ?? .none]?.isAlive == true)
    #expect(run.world(at: "revoked").objects[run.component()?.id ?? .none]?.isAlive == false)
    #expect(run.destroyer() == "server")
  }

  @Test("proxies that are there stay good after the revocation", arguments: schedules)
  func staying(_ schedule: Schedule) {
    let run = run(schedule) { program, table, cookie in
      let counter = try table.getInterfaceFromGlobal(cookie, ICounter.self)
      try table.revokeInterfaceFromGlobal(cookie)
      try program.note("value", counter.increment())
    }
    #expect(run["value"] == "1")
    #expect(run.destroyer() == "server")
  }

  @Test("GIT-09 the registering apartment has to outlive its cookies")
  func ended() {
    let run = ApartmentRuntimeTests.run { program in
      let (cookie, isThere) = (Box<UInt32>(), program.signal())
      let server = program.thread("server", .apartmentThreaded) {
        try waitForSingleObject(.signal(isThere))
        let counter = ComPtr<ICounter>(try Counter())
        cookie.value = try Self.table().registerInterfaceInGlobal(counter)
        _ = consume counter
      }
      program.thread("client", .multithreaded) {
        isThere.set()
        if let server { try waitForSingleObject(.thread(server)) }
        let table = try Self.table()
        let cookie = cookie.value ?? 0
        program.note("get") { _ = try table.getInterfaceFromGlobal(cookie, ICounter.self) }
        program.note("revoke") { try table.revokeInterfaceFromGlobal(cookie) }
        program.note("again") { try table.revokeInterfaceFromGlobal(cookie) }
      }
    }
    #expect(run["get"] == "CO_E_OBJNOTREG")
    #expect(run["revoke"] == "S_OK")
    #expect(run["again"] == "E_INVALIDARG")
    #expect(run.component()?.isAlive == false)
    #expect(run.proxies.isEmpty)
  }

  @Test("GIT-09 while another apartment still has a proxy", arguments: schedules)
  func endedWithProxy(_ schedule: Schedule) {
    let run = ApartmentRuntimeTests.run(schedule) { program in
      let cookie = Box<UInt32>()
      let (ready, opened) = (program.signal(), program.signal())
      let server = program.thread("server", .apartmentThreaded) {
        let counter = ComPtr<ICounter>(try Counter())
        cookie.value = try Self.table().registerInterfaceInGlobal(counter)
        _ = consume counter
        ready.set()
        try coWaitForHandle(.signal(opened))
      }
      program.thread("client", .multithreaded) {
        try waitForSingleObject(.signal(ready))
        let table = try Self.table()
        let number = cookie.value ?? 0
        let counter = try table.getInterfaceFromGlobal(number, ICounter.self)
        opened.set()
        if let server { try waitForSingleObject(.thread(server)) }
        program.note("get") { _ = try table.getInterfaceFromGlobal(number, ICounter.self) }
        program.note("call") { _ = try counter.increment() }
        program.note("revoke") { try table.revokeInterfaceFromGlobal(number) }
      }
    }
    #expect(run["get"] == "CO_E_OBJNOTREG")
    #expect(run["call"] == "RPC_E_DISCONNECTED")
    #expect(run["revoke"] == "S_OK")
  }

  @Test("GIT-10 a proxy may be registered: others reach the object", arguments: schedules)
  func proxyRegistered(_ schedule: Schedule) {
    let run = run(schedule, client: .apartmentThreaded) { program, table, cookie in
      let counter = try table.getInterfaceFromGlobal(cookie, ICounter.self)
      let second = try table.registerInterfaceInGlobal(counter)
      let done = program.signal()
      program.thread("third", .multithreaded) {
        defer { done.set() }
        let mine = try Self.table().getInterfaceFromGlobal(second, ICounter.self)
        try program.note("value", mine.increment())
        program.note("proxy", mine.isProxy)
      }
      try coWaitForHandle(.signal(done))
      _ = consume counter
      try table.revokeInterfaceFromGlobal(cookie)
      try table.revokeInterfaceFromGlobal(second)
    }
    #expect(run["value"] == "1")
    #expect(run["proxy"] == "true")
    #expect(run.threads(in: "Increment") == ["server"])
    #expect(run.destroyer() == "server")
  }

  @Test("GIT-11 of an agile object every apartment gets the object", arguments: schedules)
  func agile(_ schedule: Schedule) {
    for isFree in [true, false] {
      let run = run(schedule) {
        isFree ? try FreeCounter() : try AgileCounter()
      } _: { program, table, cookie in
        let counter = try table.getInterfaceFromGlobal(cookie, ICounter.self)
        program.note("proxy", counter.isProxy)
        try program.note("value", counter.increment())
        _ = consume counter
        try table.revokeInterfaceFromGlobal(cookie)
      }
      #expect(run["own"] == "true")
      #expect(run["proxy"] == "false")
      #expect(run["value"] == "1")
      #expect(run.threads(in: "Increment") == ["client"])
      #expect(run.world.callsInOrder.isEmpty)
      #expect(run.world.trespasses.isEmpty)
      #expect(run.component()?.isAlive == false)
      #expect(run.world.misuses.isEmpty)
    }
  }

  @Test("what cannot be marshalled gets no cookie")
  func refused() {
    let run = ApartmentRuntimeTests.run { program in
      program.thread("main", .apartmentThreaded) {
        let table = try Self.table()
        let staying = ComPtr<ICounter>(try StayingCounter())
        let bare = ComPtr<IUnregistered>(try Counter(name: "Bare"))
        program.note("staying") { _ = try table.registerInterfaceInGlobal(staying) }
        program.note("bare") { _ = try table.registerInterfaceInGlobal(bare) }
        program.note("counts", staying.count + bare.count)
      }
    }
    #expect(run["staying"] == "CO_E_NOT_SUPPORTED")
    #expect(run["bare"] == "E_NOINTERFACE")
    #expect(run["counts"] == "2")
    #expect(run.world.globals.isEmpty)
  }

  @Test("on a thread with no COM: CO_E_NOTINITIALIZED")
  func noCOM() {
    let run = ApartmentRuntimeTests.run { program in
      let (field, ready) = (program.field("table", IGlobalInterfaceTable.self), program.signal())
      let done = program.signal()
      program.thread("main", .apartmentThreaded) {
        field.set(try Self.table())
        ready.set()
        try waitForSingleObject(.signal(done))
        field.clear()
      }
      program.thread("none") {
        try waitForSingleObject(.signal(ready))
        defer { done.set() }
        let table = try field.pointer()
        program.note("get") { _ = try table.getInterfaceFromGlobal(1, ICounter.self) }
        program.note("create") { _ = try Self.table() }
      }
    }
    #expect(run["get"] == "CO_E_NOTINITIALIZED")
    #expect(run["create"] == "CO_E_NOTINITIALIZED")
  }
}
