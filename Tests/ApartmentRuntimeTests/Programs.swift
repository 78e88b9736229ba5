import ApartmentRuntime
import ThreadKernel
import Trace

/// A program of several threads that uses much of the runtime, for runs of every kind.
struct SampleProgram: Sendable, CustomStringConvertible {
  let description: String
  let start: @Sendable (Program) -> Void

  static let all =
    [
      calls, pools, tables, handingOut, dyingClients, managed, activation, filters, asynchronous,
      cancelled,
    ] + split

  /// Programs whose servers are processes of their own.
  static let split = [
    calls, pools, tables, handingOut, dyingClients, filters, asynchronous, cancelled,
  ].map { program in
    SampleProgram(description: "\(program.description), between processes") { making in
      var making = making
      making.isSplit = true
      program.start(making)
    }
  }

  /// Two clients of different kinds call one STA object.
  static let calls = SampleProgram(description: "calls into an STA") { program in
    let handover = program.server(ICounter.self, .apartmentThreaded, .tableStrong) { try Counter() }
    for (name, model) in [("sta", Coinit.apartmentThreaded), ("mta", .multithreaded)] {
      program.thread(name, model) {
        let counter = try handover.openCopy()
        for _ in 0..<3 { try counter.increment() }
      }
    }
  }

  /// Objects in the MTA and in an STA that call each other back.
  static let pools = SampleProgram(description: "calls back through the pool") { program in
    let handover = program.server(IPartner.self, .multithreaded) { try Partner("B") }
    program.thread("A", .apartmentThreaded) {
      let other = try handover.open()
      let mine = ComPtr<IPartner>(try Partner("A"))
      try other.meet(mine.copy().detach())
      try mine.meet(other.copy().detach())
      _ = try mine.ping(4)
      try mine.meet(ComPtr<IPartner>(try Partner("nobody")).detach())
    }
  }

  /// Packets of every kind, used, released and left.
  static let tables = SampleProgram(description: "table packets") { program in
    for flags in [MarshalFlags.normal, .tableStrong, .tableWeak] {
      let handover = program.server(ICounter.self, .apartmentThreaded, flags, keeps: true) {
        try ConnectedCounter(name: "\(flags.kind)")
      }
      program.thread("client of \(flags.kind)", .multithreaded) {
        _ = try? handover.open().increment()
        _ = try? handover.open().increment()
        _ = try? handover.release()
      }
    }
  }

  /// Pointers in arguments and results, and interfaces asked for through proxies.
  static let handingOut = SampleProgram(description: "pointers in calls") { program in
    let registry = program.server(IRegistry.self) { try Registry() }
    let keeper = program.server(IKeeper.self, .multithreaded, .tableStrong) { try Keeper() }
    for name in ["one", "two"] {
      program.thread(name, .apartmentThreaded) {
        let keeper = try keeper.openCopy()
        if name == "one" {
          let registry = try registry.open()
          try keeper.keep(registry.find("entry"))
          _ = try registry.query(ICounter.self)
        } else {
          try keeper.keep(ComPtr<ICounter>(try Counter()).detach())
        }
        _ = try? keeper.useKept(1)
        try keeper.drop()
      }
    }
  }

  /// Clients that end without giving anything back, and a server that leaves first.
  static let dyingClients = SampleProgram(description: "threads that leave everything") { program in
    let handover = program.server(ICounter.self, .apartmentThreaded, .tableStrong) { try Counter() }
    let quitter = program.server(ICounter.self) { try Counter() }
    let left: ComField<ICounter> = program.field("left behind")
    for (name, model) in [("sta", Coinit.apartmentThreaded), ("mta", .multithreaded)] {
      program.thread(name) {
        try coInitializeEx(model)
        try handover.openCopy().increment()
        if name == "sta" {
          left.set(try quitter.open())
        } else {
          let copy = try handover.copy()
          _ = try? coUnmarshalInterface(copy, ICounter.self).increment()
        }
      }
    }
  }

  /// Clients of every kind create objects of every model, and somebody unloads modules meanwhile.
  static let activation = SampleProgram(description: "activation everywhere") { program in
    program.process.registry.addCounters()
    program.process.registry.addAgent { () throws(HResult) in
      try coCreateInstance(TestClass.clsid(.absent), ICounter.self).increment()
    }
    let clients: [(String, Coinit?, [ThreadingModel])] = [
      ("sta", .apartmentThreaded, [.free, .neutral]), ("mta", .multithreaded, [.apartment, .both]),
      ("bare", nil, [.absent]),
    ]
    for (name, model, created) in clients {
      program.thread(name, model) {
        for model in created {
          _ = try? coCreateInstance(TestClass.clsid(model), ICounter.self).increment()
          coFreeUnusedLibrariesEx(unloadDelay: 0)
        }
        if name == "sta" {
          _ = try? inNeutral()
          pump()
        }
      }
    }
  }

  /// One managed reference for threads of every kind.
  static let managed = SampleProgram(description: "a managed reference") { program in
    let ready = program.signal()
    let box = Box<ManagedReference<ICounter>>()
    program.thread("main", .apartmentThreaded) {
      box.value = try ManagedReference(ComPtr<ICounter>(try Counter()), name: "managed")
      ready.set()
      pump()
      box.value?.dispose()
    }
    for (name, model) in [
      ("sta", Coinit?.some(.apartmentThreaded)), ("mta", .multithreaded), ("bare", nil),
    ] {
      program.thread(name, model) {
        try waitForSingleObject(.signal(ready))
        for _ in 0..<2 { try box.value?.pointer().increment() }
      }
    }
  }

  /// A busy server, clients that retry or do not, messages that come in between.
  static let filters = SampleProgram(description: "message filters") { program in
    let refusals = SharedCell("refusals", in: program.kernel)
    let handover = program.server(IKeeper.self, .apartmentThreaded, .tableStrong) {
      let filter = try TestFilter(incoming: { _ in
        let count = refusals.read()
        refusals.write(count + 1)
        return count % 3 == 2 ? .isHandled : count % 3 == 1 ? .retryLater : .rejected
      })
      try filter.register()
      return try Keeper()
    }
    let home = Box<Apartment>()
    program.thread("patient", .apartmentThreaded) {
      home.value = try currentApartment()
      try TestFilter(
        retry: { $0.reason == .rejected ? .after(milliseconds: 50) : .after(milliseconds: 200) },
        pending: { _ in .waitNoProcess }
      ).register()
      let keeper = try handover.openCopy()
      for _ in 0..<2 { _ = try keeper.use(ComPtr<ICounter>(try Counter()).detach(), 1) }
      _ = getMessage()
    }
    program.thread("hasty", .multithreaded) {
      let keeper = try handover.openCopy()
      _ = try? keeper.use(ComPtr<ICounter>(try Counter()).detach(), 1)
      guard let home = home.value else { return }
      postThreadMessage(.user(1), to: home)
      sendThreadMessage(2, to: home)
    }
  }

  /// Calls that nobody waits for, finished, cancelled and given up.
  static let asynchronous = SampleProgram(description: "asynchronous calls") { program in
    for (name, model, other) in [
      ("sta", Coinit.apartmentThreaded, Coinit.multithreaded),
      ("mta", .multithreaded, .apartmentThreaded),
    ] {
      let handover = program.server(IKeeper.self, other) { try Keeper() }
      program.thread(name, model) {
        let keeper = try handover.open()
        let counter = ComPtr<ICounter>(try Counter())
        let calls = try (0..<3).map { _ in
          let call = try keeper.createCall(IKeeper.use)
          try call.begin(counter.copy().detach(), 1)
          return call
        }
        _ = try calls[0].finish()
        _ = try? calls[1].cancel(timeout: 10)
        _ = try? calls[1].finish()
        try? calls[2].wait(timeout: 0)
      }
    }
  }

  /// A call that is cancelled wherever it is, with pointers in its request and its answer.
  static let cancelled = SampleProgram(description: "cancelled calls") { program in
    let (entered, go) = (program.signal(), program.signal())
    let handover = program.server(IKeeper.self) { try Gate(open: entered, waitFor: go) }
    let client = program.thread("client", .apartmentThreaded) {
      let gate = try handover.open()
      coEnableCallCancellation()
      go.set()
      _ = try? gate.exchange(ComPtr<ICounter>(try Counter()).detach())
    }
    program.thread("canceller", .multithreaded) {
      try waitForSingleObject(.signal(go))
      if let client { try? coCancelCall(client) }
    }
  }
}
