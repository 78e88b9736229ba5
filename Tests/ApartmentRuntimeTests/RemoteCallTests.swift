import Testing
import ThreadKernel
import Trace

@testable import ApartmentRuntime

/// Message filters, calls that nobody waits for, and cancelled ones, between processes.
@Suite struct RemoteCallTests {
  // MARK: Filters

  @Test(
    "a filter of another process refuses; a call with a pointer is sent again, whole",
    arguments: schedules)
  func refused(_ schedule: Schedule) {
    let log = Log()
    let run = run(schedule, split: true) { program in
      let refusals = SharedCell("refusals", in: program.kernel)
      let handover = program.server(IKeeper.self) {
        try TestFilter(incoming: { _ in
          let count = refusals.read()
          refusals.write(count + 1)
          return count < 2 ? .retryLater : .isHandled
        }).register()
        return try Keeper()
      }
      program.thread("patient", .apartmentThreaded) {
        try TestFilter(log, retry: { _ in .after(milliseconds: 200) }).register()
        let counter = ComPtr<ICounter>(try Counter())
        try program.note("used", handover.open().use(counter.copy().detach(), 3))
        program.note("count", counter.count)
      }
    }
    #expect(run["used"] == "3")
    #expect(run["count"] == "1")
    let use = run.calls(of: "Use").first
    #expect(use?.rejections == 2 && use?.state == .returned)
    #expect(log.lines.filter { $0.hasPrefix("retryLater") }.count == 2)
    let retried = run.times { if case .callRetried = $0 { true } else { false } }
    #expect(retried.count == 2 && retried[1] - retried[0] == 200_000_000)
    // The packet was never opened before the call was let in, and is the same.
    #expect(run.calls(of: "RemRelease").filter { $0.caller.process == 2 }.count == 1)
    run.expectNothingLeft()
  }

  @Test("a caller without a filter gets the refusal; what it sent is its own again")
  func rejected() {
    let run = run(split: true) { program in
      let handover = program.server(IKeeper.self) {
        try TestFilter(incoming: { _ in .rejected }).register()
        return try Keeper()
      }
      program.thread("hasty", .multithreaded) {
        let counter = ComPtr<ICounter>(try Counter())
        let keeper = try handover.open()
        program.note("call") { try keeper.keep(counter.copy().detach()) }
        program.note("count", counter.count)
      }
    }
    #expect(run["call"] == "RPC_E_CALL_REJECTED")
    #expect(run["count"] == "1")
    run.expectNothingLeft()
  }

  @Test("the server dies while a refused call waits to be sent again")
  func diesBeforeRetry() {
    let run = run(kills: ["kill": "server"]) { program in
      let handed = program.handed(IKeeper.self)
      program.start("server", .apartmentThreaded) { _ in
        try TestFilter(incoming: { _ in .retryLater }).register()
        try handed.put(ComPtr<IKeeper>(try Keeper()))
        pump()
      }
      program.thread("client", .apartmentThreaded) {
        let kernel = program.kernel
        try TestFilter(retry: { _ in
          kernel.deliver("kill")
          return .after(milliseconds: 60_000)
        }).register()
        let keeper = try handed.open()
        program.note("call") { try keeper.drop() }
        program.note("time", kernel.time / 1_000_000_000)
      }
    }
    #expect(run["call"] == "RPC_S_SERVER_UNAVAILABLE")
    // It did not wait for a minute.
    #expect(run["time"] == "0")
  }

  // MARK: Calls that nobody waits for

  @Test(
    "an asynchronous call is answered meanwhile, and can be finished by another thread of the MTA",
    arguments: Coinit.allCases, schedules)
  func asynchronous(_ server: Coinit, _ schedule: Schedule) {
    let run = run(schedule, split: true) { program in
      let handover = program.server(IKeeper.self, server) { try Keeper() }
      let (begun, done) = (program.signal(), program.signal())
      let call = Guarded<Carried<AsyncCall<IKeeper, Int32, OwnedPointer, Int32>>?>(nil)
      program.thread("begins", .multithreaded) {
        let counter = ComPtr<ICounter>(try Counter())
        let made = try handover.open().createCall(IKeeper.use)
        try made.begin(counter.copy().detach(), 4)
        let carried = Carried(made)
        call.withLock { $0 = carried }
        begun.set()
        // It does not look at its mail any more.
        try waitForSingleObject(.signal(done))
      }
      program.thread("finishes", .multithreaded) {
        try waitForSingleObject(.signal(begun))
        guard let made = call.withLock({ $0 })?.value else { return }
        try made.wait()
        try program.note("value", made.finish())
        call.withLock { $0 = nil }
        done.set()
      }
    }
    #expect(run["value"] == "4")
    #expect(run.calls(of: "Use").first?.isAsynchronous == true)
    run.expectNothingLeft()
  }

  @Test("the server of an asynchronous call dies", arguments: Coinit.allCases, Coinit.allCases)
  func asynchronousDeath(_ client: Coinit, _ server: Coinit) {
    let run = run(kills: ["kill": "server"]) { program in
      let (entered, never) = (program.signal(), program.signal())
      let handed = program.handed(ICounter.self)
      program.start("server", server) { _ in
        try handed.put(ComPtr<ICounter>(try Gate(open: entered, waitFor: never)))
        pump()
      }
      program.thread("client", client) {
        let call = try handed.open().createCall(ICounter.increment)
        try call.begin(1)
        try waitForSingleObject(.signal(entered))
        program.kernel.deliver("kill")
        program.note("finish") { _ = try call.finish() }
      }
    }
    #expect(run["finish"] == "RPC_S_CALL_FAILED")
  }

  // MARK: Cancelling

  @Test(
    "a cancelled caller goes on; the server finds out, and what it answers late goes back",
    arguments: Coinit.allCases, Coinit.allCases)
  func cancelled(_ client: Coinit, _ server: Coinit) {
    let run = run(split: true) { program in
      let (entered, go) = (program.signal(), program.signal())
      let handover = program.server(IKeeper.self, server) {
        try Gate(open: entered, waitFor: go) {
          program.note("seen", coTestCancel().name)
        }
      }
      let caller = program.thread("client", client) {
        let gate = try handover.open()
        coEnableCallCancellation()
        program.note("call") {
          _ = try gate.exchange(ComPtr<ICounter>(try Counter(name: "Mine")).detach())
        }
        go.set()
        // The server takes the pointer back where it lives.
        if client == .apartmentThreaded { pump() }
        try? coDisableCallCancellation()
      }
      program.thread("canceller", .multithreaded) {
        try waitForSingleObject(.signal(entered))
        guard let caller else { return }
        program.note("cancel") { try coCancelCall(caller) }
        program.note("again") { try coCancelCall(caller) }
      }
    }
    #expect(run["call"] == "RPC_E_CALL_CANCELED")
    #expect(run["cancel"] == "S_OK")
    #expect(run["seen"] == "RPC_E_CALL_CANCELED")
    run.expectNothingLeft()
  }

  @Test("a call that is cancelled in the queue of another process is not served")
  func cancelledInQueue() {
    let run = run(split: true) { program in
      let (ready, done) = (program.signal(), program.signal())
      let handover = program.server(ICounter.self) { try Counter() }
      let busy = program.handed(ICounter.self)
      program.start("busy", .apartmentThreaded) { _ in
        try busy.put(ComPtr<ICounter>(try Counter(name: "Busy")))
        // It does not pump until the call was cancelled.
        try waitForSingleObject(.signal(done))
        pump()
      }
      let caller = program.thread("client", .multithreaded) {
        _ = try handover.open().increment()
        let counter = try busy.open()
        coEnableCallCancellation()
        ready.set()
        program.note("call") { try counter.increment() }
        done.set()
      }
      program.thread("canceller", .multithreaded) {
        try waitForSingleObject(.signal(ready))
        sleepThread(1_000_000)
        guard let caller else { return }
        program.note("cancel") { try coCancelCall(caller) }
      }
    }
    #expect(run["call"] == "RPC_E_CALL_CANCELED")
    #expect(run["cancel"] == "S_OK")
    #expect(run.threads(in: "Increment").count == 1)
    #expect(run.calls(of: "Increment").last?.server == ThreadID.none)
    run.expectNothingLeft()
  }

  @Test("a server that is in time answers a cancelled call", arguments: Coinit.allCases)
  func inTime(_ server: Coinit) {
    let run = run(split: true) { program in
      let (entered, go) = (program.signal(), program.signal())
      let handover = program.server(ICounter.self, server) { try Gate(open: entered, waitFor: go) }
      let caller = program.thread("client", .multithreaded) {
        let gate = try handover.open()
        coEnableCallCancellation()
        try program.note("value", gate.increment(6))
      }
      program.thread("canceller", .multithreaded) {
        try waitForSingleObject(.signal(entered))
        go.set()
        guard let caller else { return }
        program.note("cancel") { try coCancelCall(caller, timeout: 1_000_000_000) }
      }
    }
    #expect(run["value"] == "6")
    #expect(run["cancel"] == "RPC_E_CALL_COMPLETE")
    run.expectNothingLeft()
  }
}
