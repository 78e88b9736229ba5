import ApartmentRuntime
import Testing
import ThreadKernel
import Trace

/// Conformance: what comes to an STA while it waits for a call (CASES.md, group 12).
@Suite struct ReentrancyConformance {
  /// A thread of an STA that calls a gate, and waits there until `go` is set.
  private struct Caller: Sendable {
    let home = Box<Apartment>()
    let entered, go, left: Signal
    let own: Handover<ICounter>

    init(in program: Program) {
      entered = program.signal()
      go = program.signal()
      left = program.signal()
      own = Handover(stream: program.field("own"), ready: program.signal())
    }

    /// Starts the gate and the thread.
    func start(
      in program: Program, _ filter: @escaping @Sendable () throws -> TestFilter?,
      before: @escaping @Sendable (RawPointer<ICounter>) throws -> Void = { _ in },
      after: @escaping @Sendable () throws -> Void = {}
    ) {
      let gate = program.server(ICounter.self) { try Gate(open: entered, waitFor: go) }
      program.thread("A", .apartmentThreaded) {
        home.value = try currentApartment()
        try filter()?.register()
        let own = ComPtr<ICounter>(try Counter(name: "Own"))
        self.own.stream.set(try coMarshalInterThreadInterfaceInStream(ICounter.self, own))
        self.own.ready.set()
        let counter = try gate.open()
        try before(counter.raw)
        program.note("call") { try counter.increment() }
        left.set()
        try after()
      }
    }
  }

  @Test("MSG-08 idle and in one chain: top level, then nested", arguments: schedules)
  func nested(_ schedule: Schedule) {
    let (logA, logB) = (Log(), Log())
    let run = run(schedule) { program in
      let handover = program.server(IPartner.self) {
        try TestFilter(logB).register()
        return try Partner("B")
      }
      program.thread("A", .apartmentThreaded) {
        try TestFilter(logA).register()
        let other = try handover.open()
        let mine = ComPtr<IPartner>(try Partner("A"))
        try other.meet(mine.copy().detach())
        try mine.meet(other.copy().detach())
        try program.note("depth", mine.ping(4))
        try mine.meet(ComPtr<IPartner>(try Partner("nobody")).detach())
      }
    }
    #expect(run["depth"] == "4")
    #expect(logB.lines == ["topLevel", "topLevel", "nested"])
    #expect(logA.lines == ["nested", "nested"])
    #expect(run.leftovers == [])
  }

  @Test(
    "MSG-08 a stranger's call while another is out; asynchronous ones are let in anyway",
    arguments: [false, true], schedules)
  func stranger(_ isAsynchronous: Bool, _ schedule: Schedule) {
    let log = Log()
    let run = run(schedule) { program in
      let caller = Caller(in: program)
      caller.start(in: program) {
        try TestFilter(log, incoming: { _ in isAsynchronous ? .rejected : .isHandled })
      }
      program.thread("C", .multithreaded) {
        try waitForSingleObject(.signal(caller.entered))
        let counter = try caller.own.open()
        if isAsynchronous {
          let call = try counter.createCall(ICounter.increment)
          try call.begin(1)
          try program.note("C", call.finish())
        } else {
          try program.note("C", counter.increment())
        }
        caller.go.set()
        caller.own.stream.clear()
      }
    }
    #expect(run["call"] == "S_OK")
    #expect(run["C"] == "1")
    #expect(log.lines == [isAsynchronous ? "asyncCallPending" : "topLevelCallPending"])
    #expect(run.leftovers == [])
  }

  @Test("MSG-08 an asynchronous call to an idle thread")
  func idleAsynchronous() {
    let log = Log()
    let run = run { program in
      let handover = program.server(ICounter.self) {
        try TestFilter(log, incoming: { _ in .retryLater }).register()
        return try Counter()
      }
      program.thread("client", .multithreaded) {
        let call = try handover.open().createCall(ICounter.increment)
        try call.begin(3)
        try program.note("value", call.finish())
      }
    }
    #expect(run["value"] == "3")
    #expect(log.lines == ["async"])
  }

  @Test(
    "MSG-09 a message of the program's own comes during a call",
    arguments: [PendingMessage.cancelCall, .waitNoProcess, .waitDefaultProcess], schedules)
  func pending(_ answer: PendingMessage, _ schedule: Schedule) {
    let log = Log()
    let run = run(schedule) { program in
      let caller = Caller(in: program)
      let asked = program.signal()
      caller.start(in: program) {
        try TestFilter(
          log,
          pending: { _ in
            asked.set()
            return answer
          })
      } before: { _ in
        // What was there before the call is no news.
        if let home = caller.home.value { postThreadMessage(.user(6), to: home) }
      } after: {
        for _ in 0..<2 {
          if case .posted(let number) = getMessage()?.content { program.note("\(number)", "got") }
        }
        caller.own.stream.clear()
      }
      program.thread("C", .multithreaded) {
        try waitForSingleObject(.signal(caller.entered))
        if let home = caller.home.value { postThreadMessage(.user(7), to: home) }
        try waitForSingleObject(.signal(asked))
        if answer == .cancelCall { try waitForSingleObject(.signal(caller.left)) }
        caller.go.set()
      }
    }
    #expect(run["call"] == (answer == .cancelCall ? "RPC_E_CALL_CANCELED" : "S_OK"))
    #expect(log.lines == ["message, topLevel"])
    #expect(run["6"] == "got")
    #expect(run["7"] == "got")
    let call = run.calls(of: "Increment").first
    #expect(call?.isCancelled == (answer == .cancelCall))
    // The server was not stopped: it answered, after the caller had gone on.
    let order = run.events.compactMap { event -> String? in
      switch event.kind {
      case .callAnswered(call?.id ?? .none, _, _): "answered"
      case .callReturned(call?.id ?? .none, _): "returned"
      default: nil
      }
    }
    #expect(
      order == (answer == .cancelCall ? ["returned", "answered"] : ["answered", "returned"]))
  }

  @Test("MSG-09 a message during a call that is made inside another")
  func pendingNested() {
    let log = Log()
    let run = run { program in
      let (entered, go) = (program.signal(), program.signal())
      let home = Box<Apartment>()
      let gate = program.server(ICounter.self) { try Gate(open: entered, waitFor: go) }
      let middle = program.server(IPartner.self) {
        home.value = try currentApartment()
        try TestFilter(
          log,
          pending: { _ in
            go.set()
            return .waitNoProcess
          }
        ).register()
        return try Partner("Middle") { _, _ throws(HResult) in
          do { try gate.open().increment() } catch { throw error as? HResult ?? .E_FAIL }
        }
      }
      program.thread("client", .multithreaded) {
        try program.note("call", middle.open().ping(0))
      }
      program.thread("poster", .multithreaded) {
        try waitForSingleObject(.signal(entered))
        if let home = home.value { postThreadMessage(.user(7), to: home) }
      }
    }
    #expect(run["call"] == "0")
    #expect(log.lines == ["topLevel", "message, nested"])
  }

  @Test(
    "MSG-10 a message is dispatched during a call; its handler cannot call out",
    arguments: schedules)
  func sent(_ schedule: Schedule) {
    let run = run(schedule) { program in
      let caller = Caller(in: program)
      caller.start(in: program) {
        nil
      } before: { counter in
        setWindowProcedure { number in
          program.note("call out") { try counter.increment() }
          return Int32(number) + 1
        }
      }
      program.thread("C", .multithreaded) {
        try waitForSingleObject(.signal(caller.entered))
        guard let home = caller.home.value else { return }
        program.note("answer", sendThreadMessage(41, to: home) ?? -1)
        caller.go.set()
        caller.own.stream.clear()
      }
    }
    #expect(run["call"] == "S_OK")
    #expect(run["answer"] == "42")
    #expect(run["call out"] == "RPC_E_CANTCALLOUT_ININPUTSYNCCALL")
    #expect(run.calls(of: "Increment").count == 1)
  }

  @Test("MSG-11 WM_QUIT waits for the thread's own loop")
  func quit() {
    let run = run { program in
      let handover = program.server(ICounter.self) { try Counter() }
      program.thread("A", .apartmentThreaded) {
        let counter = try handover.open()
        postThreadMessage(.quit, to: try currentApartment())
        try program.note("call", counter.increment())
        program.kernel.mark("called")
        program.note("loop", getMessage() == nil)
        program.kernel.mark("looped")
      }
    }
    func queue(at mark: String) -> [MessageKind] {
      run.world(at: mark).apartmentsInOrder.flatMap { $0.queue.map(\.kind) }
    }
    #expect(run["call"] == "1")
    #expect(queue(at: "called") == [.quit])
    #expect(run["loop"] == "true")
    #expect(queue(at: "looped") == [])
  }

  @Test("MSG-14 state may change across an outgoing call", arguments: schedules)
  func reentrant(_ schedule: Schedule) {
    let run = run(schedule) { program in
      let caller = Caller(in: program)
      caller.start(in: program, { nil }, before: { _ in program.kernel.mark("before") })
      program.thread("C", .multithreaded) {
        try waitForSingleObject(.signal(caller.entered))
        try program.note("C", caller.own.open().increment(5))
        caller.go.set()
        caller.own.stream.clear()
      }
    }
    #expect(run["C"] == "5")
    #expect(run["call"] == "S_OK")
    // A's own object was called on A's thread, between A's call and its return.
    #expect(run.threads(in: "Increment") == ["server", "A"])
  }
}
