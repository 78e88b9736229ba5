import ApartmentRuntime
import Testing
import ThreadKernel
import Trace

/// Conformance: who cancels a call, and what becomes of it (CASES.md, group 17).
@Suite struct CancellationConformance {
  @Test("ASY-07 nothing to cancel, or not allowed")
  func refused() {
    let run = run { program in
      let (ready, done) = (program.signal(), program.signal())
      let other = program.thread("other", .apartmentThreaded) {
        program.note("too often") { try coDisableCallCancellation() }
        coEnableCallCancellation()
        coEnableCallCancellation()
        try coDisableCallCancellation()
        ready.set()
        try coWaitForHandle(.signal(done))
        try coDisableCallCancellation()
        program.note("after", "disabled")
      }
      program.thread("canceller", .multithreaded) {
        guard let other else { return }
        try waitForSingleObject(.signal(ready))
        program.note("no call") { try coCancelCall(other) }
        done.set()
        try waitForSingleObject(.thread(other))
        program.note("ended") { try coCancelCall(other) }
      }
    }
    #expect(run["too often"] == "CO_E_CANCEL_DISABLED")
    #expect(run["no call"] == "E_NOINTERFACE")
    #expect(run["after"] == "disabled")
    #expect(run["ended"] == "CO_E_CANCEL_DISABLED")
  }

  /// A client in a call to a gate, and what another thread does meanwhile; the gate opens then.
  private func cancelling(
    _ schedule: Schedule, enables: Bool = true, opensAfter nanoseconds: UInt64? = nil,
    _ model: Coinit = .apartmentThreaded,
    _ cancel: @escaping @Sendable (Program, KernelThread) -> Void
  ) -> ComRun {
    run(schedule) { program in
      let (entered, go) = (program.signal(), program.signal())
      let handover = program.server(IRegistry.self, model) {
        try Gate(open: entered, waitFor: go) {
          program.note("test", coTestCancel())
        }
      }
      let client = program.thread("client", .apartmentThreaded) {
        let gate = try handover.open()
        if enables { coEnableCallCancellation() }
        program.note("call") { _ = try gate.find("") }
        program.note("outside", coTestCancel())
      }
      program.thread("canceller", .multithreaded) {
        try waitForSingleObject(.signal(entered))
        if let client { cancel(program, client) }
        if nanoseconds == nil { go.set() }
      }
      guard let nanoseconds else { return }
      program.thread("opener", .multithreaded) {
        try waitForSingleObject(.signal(entered))
        sleepThread(nanoseconds)
        go.set()
      }
    }
  }

  @Test("ASY-07 cancellation is off unless a thread enables it", arguments: schedules)
  func disabled(_ schedule: Schedule) {
    let run = cancelling(schedule, enables: false) { program, client in
      program.note("cancel") { try coCancelCall(client) }
    }
    #expect(run["cancel"] == "CO_E_CANCEL_DISABLED")
    #expect(run["call"] == "S_OK")
    #expect(run["test"] == HResult.RPC_S_CALLPENDING.name)
    #expect(run["outside"] == "RPC_E_CALL_COMPLETE")
    #expect(run.leftovers == [])
  }

  @Test(
    "ASY-09 the server finds out; its late answer goes back",
    arguments: [Coinit.apartmentThreaded, .multithreaded], schedules)
  func late(_ model: Coinit, _ schedule: Schedule) {
    let run = cancelling(schedule, model) { program, client in
      program.note("cancel") { try coCancelCall(client) }
      program.note("again") { try coCancelCall(client) }
    }
    #expect(run["cancel"] == "S_OK")
    // The client's call is over, or about to be, or the client is gone.
    let answers = ["RPC_E_CALL_CANCELED", "E_NOINTERFACE", "CO_E_CANCEL_DISABLED"]
    #expect(answers.contains(run["again"] ?? ""))
    #expect(run["call"] == "RPC_E_CALL_CANCELED")
    #expect(run["test"] == "RPC_E_CALL_CANCELED")
    #expect(run.component("Found")?.isAlive == false)
    #expect(run.leftovers == [])
    let call = run.calls(of: "Find").first
    #expect(call?.isCancelled == true)
    #expect(call?.state == .returned)
    #expect(call?.result == .RPC_E_CALL_CANCELED)
  }

  @Test("ASY-07 a call that is done in time is not cancelled", arguments: schedules)
  func inTime(_ schedule: Schedule) {
    let run = cancelling(schedule, opensAfter: 500) { program, client in
      program.note("cancel") { try coCancelCall(client, timeout: 1_000) }
      program.note("time", program.kernel.time)
    }
    #expect(run["cancel"] == "RPC_E_CALL_COMPLETE")
    #expect(run["time"] == "500")
    #expect(run["call"] == "S_OK")
    #expect(run["test"] == "RPC_E_CALL_CANCELED")
    #expect(run.leftovers == [])
  }

  @Test("a call that is not done in time ends then", arguments: schedules)
  func tooLate(_ schedule: Schedule) {
    let run = cancelling(schedule, opensAfter: 5_000) { program, client in
      program.note("cancel") { try coCancelCall(client, timeout: 1_000) }
      program.note("time", program.kernel.time)
    }
    #expect(run["cancel"] == "S_OK")
    #expect(run["time"] == "1000")
    #expect(run["call"] == "RPC_E_CALL_CANCELED")
    #expect(run.leftovers == [])
  }

  @Test("ASY-08 of nested calls the innermost ends, and the outer goes on", arguments: schedules)
  func innermost(_ schedule: Schedule) {
    let run = run(schedule) { program in
      let (entered, go) = (program.signal(), program.signal())
      let gate = program.server(ICounter.self) { try Gate(open: entered, waitFor: go) }
      let b = program.server(IPartner.self) { try Partner("B") }
      let a = program.thread("A", .apartmentThreaded) {
        let inner: ComField<ICounter> = program.field("A.gate")
        inner.set(try gate.open())
        // A calls B, B calls A back, and A calls the gate.
        let mine = ComPtr<IPartner>(
          try Partner("A") { _, _ throws(HResult) in
            program.note("inner") { try inner.pointer().increment() }
          })
        let other = try b.open()
        try other.meet(mine.copy().detach())
        coEnableCallCancellation()
        try program.note("outer", other.ping(1))
        try other.meet(ComPtr<IPartner>(try Partner("nobody")).detach())
        inner.clear()
      }
      program.thread("canceller", .multithreaded) {
        try waitForSingleObject(.signal(entered))
        if let a { program.note("cancel") { try coCancelCall(a) } }
        go.set()
      }
    }
    #expect(run["cancel"] == "S_OK")
    #expect(run["inner"] == "RPC_E_CALL_CANCELED")
    #expect(run["outer"] == "1")
    #expect(run.calls(of: "Ping").allSatisfy { !$0.isCancelled && $0.result == .S_OK })
    #expect(run.calls(of: "Increment").map(\.isCancelled) == [true])
    #expect(run.leftovers == [])
  }

  @Test("a cancelled call that lies in the queue is never served", arguments: schedules)
  func neverServed(_ schedule: Schedule) {
    let run = run(schedule) { program in
      let (entered, go) = (program.signal(), program.signal())
      let (opened, left) = (program.signal(), program.signal())
      let server = program.server(IKeeper.self, .apartmentThreaded, .tableStrong) {
        try Gate(open: entered, waitFor: go)
      }
      program.thread("first", .multithreaded) {
        let gate = try server.openCopy()
        try waitForSingleObject(.signal(opened))
        _ = try gate.exchange(ComPtr<ICounter>(try Counter(name: "One")).detach())
      }
      let second = program.thread("second", .apartmentThreaded) {
        let gate = try server.openCopy()
        opened.set()
        try waitForSingleObject(.signal(entered))
        coEnableCallCancellation()
        program.note("call") {
          _ = try gate.exchange(ComPtr<ICounter>(try Counter(name: "Two")).detach())
        }
        left.set()
      }
      program.thread("canceller", .multithreaded) {
        try waitForSingleObject(.signal(entered))
        // Until nothing else can happen: the call is in the queue then.
        sleepThread(1_000)
        if let second { program.note("cancel") { try coCancelCall(second) } }
        try waitForSingleObject(.signal(left))
        go.set()
      }
    }
    #expect(run["cancel"] == "S_OK")
    #expect(run["call"] == "RPC_E_CALL_CANCELED")
    #expect(run.threads(in: "Exchange") == ["server"])
    #expect(run.leftovers == [])
  }

  @Test("a call that waits to be sent again can be cancelled", arguments: schedules)
  func betweenTries(_ schedule: Schedule) {
    let run = run(schedule) { program in
      let refused = program.signal()
      let handover = program.server(ICounter.self) {
        try TestFilter(incoming: { _ in .retryLater }).register()
        return try Counter()
      }
      let client = program.thread("client", .apartmentThreaded) {
        try TestFilter(retry: { _ in
          refused.set()
          return .after(milliseconds: 1_000)
        }).register()
        coEnableCallCancellation()
        let counter = try handover.open()
        program.note("call") { try counter.increment() }
        program.note("time", program.kernel.time)
      }
      program.thread("canceller", .multithreaded) {
        try waitForSingleObject(.signal(refused))
        sleepThread(300)
        if let client { program.note("cancel") { try coCancelCall(client) } }
      }
    }
    #expect(run["cancel"] == "S_OK")
    #expect(run["call"] == "RPC_E_CALL_CANCELED")
    #expect(run["time"] == "300")
    #expect(run.threads(in: "Increment") == [])
  }
}
