import Testing
import ThreadKernel
import Trace

@testable import ApartmentRuntime

/// Conformance: message filters (CASES.md, group 12).
@Suite struct MessageFilterConformance {
  @Test("MSG-01 no filter on a thread without COM or of the MTA", arguments: [false, true])
  func onlyInSTA(_ isInMTA: Bool) {
    let run = run { program in
      program.thread("thread") {
        if isInMTA { try coInitializeEx(.multithreaded) }
        program.note("none") { try coRegisterMessageFilter(nil) }
        guard isInMTA else { return }
        let filter = ComPtr<IMessageFilter>(try TestFilter())
        program.note("some") { try coRegisterMessageFilter(filter.copy()) }
        // What was handed over is given back.
        program.note("count", filter.count)
      }
    }
    #expect(run["none"] == "CO_E_NOT_SUPPORTED")
    #expect(run["some"] == (isInMTA ? "CO_E_NOT_SUPPORTED" : nil))
    #expect(run["count"] == (isInMTA ? "1" : nil))
    #expect(run.world.apartmentsInOrder.allSatisfy { $0.filter == .none })
    #expect(run.leftovers == [])
  }

  @Test("INIT-15 no filter in the implicit MTA")
  func implicitMTA() {
    let run = run { program in
      let (ready, done) = (program.signal(), program.signal())
      program.thread("MTA", .multithreaded) {
        ready.set()
        try waitForSingleObject(.signal(done))
      }
      program.thread("implicit") {
        try waitForSingleObject(.signal(ready))
        try program.note("type", "\(coGetApartmentType().qualifier)")
        program.note("filter") { try coRegisterMessageFilter(nil) }
        done.set()
      }
    }
    #expect(run["type"] == "implicitMTA")
    #expect(run["filter"] == "CO_E_NOT_SUPPORTED")
  }

  @Test("MSG-02 the filter that was there comes back, and its caller owns it")
  func previous() {
    let run = run { program in
      program.thread("STA", .apartmentThreaded) {
        try program.note("none", coRegisterMessageFilter(nil) == nil)
        let mine = ComPtr<IMessageFilter>(try TestFilter())
        try program.note("first", coRegisterMessageFilter(mine.copy()) == nil)
        program.note("held", mine.count)
        program.kernel.mark("set")
        if let back = try coRegisterMessageFilter(nil) {
          program.note("same", back.object == mine.object)
          program.note("owned", back.count)
        }
        program.note("given back", mine.count)
        program.kernel.mark("unset")
        try program.note("none again", coRegisterMessageFilter(mine.copy()) == nil)
      }
    }
    #expect(run["none"] == "true")
    #expect(run["first"] == "true")
    #expect(run["held"] == "2")
    #expect(run["same"] == "true")
    #expect(run["owned"] == "2")
    #expect(run["given back"] == "1")
    #expect(run["none again"] == "true")
    let filter = run.component("Filter")?.id
    #expect(run.world(at: "set").apartmentsInOrder.first?.filter == filter)
    #expect(run.world(at: "unset").apartmentsInOrder.first?.filter == ObjectID.none)
    // The apartment ended with a filter: COM gave its reference back.
    #expect(run.leftovers == [])
  }

  @Test("MSG-03 a filter is used though QueryInterface would not find it")
  func asItIs() {
    let run = run { program in
      let handover = program.server(ICounter.self) {
        try coRegisterMessageFilter(ComPtr<IMessageFilter>(try HiddenFilter()))
        return try Counter()
      }
      program.thread("client", .multithreaded) {
        let counter = try handover.open()
        program.note("call") { try counter.increment() }
      }
    }
    #expect(run["call"] == "RPC_E_CALL_REJECTED")
    #expect(run.threads(in: "Increment") == [])
    #expect(run.leftovers == [])
  }

  @Test(
    "MSG-06 MSG-07 refused in the same process: a caller without a filter gets the code",
    arguments: [ServerCall.rejected, .retryLater], schedules)
  func refused(_ answer: ServerCall, _ schedule: Schedule) {
    let log = Log()
    let run = run(schedule) { program in
      let handover = program.server(ICounter.self, .apartmentThreaded, .tableStrong) {
        try TestFilter(log, incoming: { _ in answer }).register()
        return try Counter()
      }
      for (name, model) in [("STA", Coinit.apartmentThreaded), ("MTA", .multithreaded)] {
        program.thread(name, model) {
          let counter = try handover.openCopy()
          program.note(name) { try counter.increment() }
        }
      }
    }
    let expected = answer == .rejected ? "RPC_E_CALL_REJECTED" : "RPC_E_SERVERCALL_RETRYLATER"
    #expect(run["STA"] == expected)
    #expect(run["MTA"] == expected)
    #expect(log.lines == ["topLevel", "topLevel"])
    #expect(run.threads(in: "HandleInComingCall") == ["server", "server"])
    // It never came to the object.
    #expect(run.threads(in: "Increment") == [])
    #expect(run.calls(of: "Increment").allSatisfy { $0.rejections == 1 && $0.rejection == answer })
    #expect(run.leftovers == [])
  }

  @Test(
    "MSG-05 a caller's filter retries at once, after its delay, or not at all",
    arguments: [Retry.cancel] + [0, 99, 100, 1500].map { .after(milliseconds: $0) })
  func retry(_ retry: Retry) {
    let log = Log()
    let refusals = Box<Int>()
    refusals.value = 2
    let run = run { program in
      let handover = program.server(ICounter.self) {
        let filter = try TestFilter(incoming: { _ in
          let left = refusals.value ?? 0
          refusals.value = left - 1
          return left > 0 ? .retryLater : .isHandled
        })
        try filter.register()
        return try Counter()
      }
      program.thread("client", .apartmentThreaded) {
        try TestFilter(log, retry: { _ in retry }).register()
        let counter = try handover.open()
        program.note("call") { try counter.increment() }
      }
    }
    let sent = run.calls(of: "Increment").first.map { call in
      run.times { if case .callSent(call.id, _) = $0 { true } else { false } }
    }
    let retried = run.times { if case .callRetried = $0 { true } else { false } }
    guard case .after(let milliseconds) = retry, let start = sent?.first else {
      #expect(run["call"] == "RPC_E_CALL_REJECTED")
      #expect(log.lines == ["retryLater after 0 ms"])
      #expect(run.threads(in: "Increment") == [])
      return
    }
    let delay = milliseconds < 100 ? 0 : UInt64(milliseconds) * 1_000_000
    #expect(run["call"] == "S_OK")
    #expect(sent == [start, start + delay, start + 2 * delay])
    #expect(retried == [start, start + delay])
    #expect(
      log.lines == [
        "retryLater after 0 ms", "retryLater after \(delay / 1_000_000) ms",
      ])
    #expect(run.threads(in: "Increment") == ["server"])
    let call = run.calls(of: "Increment").first
    #expect(call?.rejections == 2)
    #expect(call?.result == .S_OK)
  }

  @Test("MSG-05 an STA serves others while it waits to send a call again", arguments: schedules)
  func pumpsBetween(_ schedule: Schedule) {
    let run = run(schedule) { program in
      let (served, refused) = (program.signal(), program.signal())
      // The server is busy until somebody has called the client.
      let server = program.server(ICounter.self) {
        try TestFilter(incoming: { _ in served.isSet ? .isHandled : .retryLater }).register()
        return try Counter()
      }
      let client: Handover<ICounter> = Handover(stream: program.field("c"), ready: refused)
      program.thread("client", .apartmentThreaded) {
        let counter = try server.open()
        let own = ComPtr<ICounter>(try Counter(name: "Own"))
        client.stream.set(try coMarshalInterThreadInterfaceInStream(ICounter.self, own))
        let filter = try TestFilter(retry: { _ in
          refused.set()
          return .after(milliseconds: 200)
        })
        try filter.register()
        try program.note("client", counter.increment())
      }
      program.thread("other", .multithreaded) {
        try program.note("other", client.open().increment())
        served.set()
        client.stream.clear()
      }
    }
    #expect(run["client"] == "1")
    #expect(run["other"] == "1")
    #expect(run.threads(in: "Increment") == ["client", "server"])
  }

  @Test("VS-08 a busy server: a client with a filter retries, one of the MTA loops")
  func busy() {
    let run = run { program in
      let idle = program.signal()
      let handover = program.server(ICounter.self, .apartmentThreaded, .tableStrong) {
        try TestFilter(incoming: { _ in idle.isSet ? .isHandled : .retryLater }).register()
        return try Counter()
      }
      program.thread("MTA", .multithreaded) {
        let counter = try handover.openCopy()
        program.note("no filter") { try coRegisterMessageFilter(ComPtr(try TestFilter())) }
        var tries = 1
        while code(of: { try counter.increment() }) == .RPC_E_SERVERCALL_RETRYLATER {
          tries += 1
          sleepThread(300_000_000)
        }
        program.note("tries", tries)
      }
      program.thread("STA", .apartmentThreaded) {
        try TestFilter(retry: { _ in .after(milliseconds: 250) }).register()
        try handover.openCopy().increment()
        program.note("STA", "served")
      }
      program.thread("dialog", .multithreaded) {
        sleepThread(700_000_000)
        idle.set()
      }
    }
    #expect(run["no filter"] == "CO_E_NOT_SUPPORTED")
    #expect(run["STA"] == "served")
    // At 0, 300 and 600 ms it was busy; the filter's tries were at 0, 250, 500 and 750.
    #expect(run["tries"] == "4")
    #expect(run.calls(of: "Increment").map(\.rejections).sorted() == [0, 1, 1, 1, 3])
  }

  @Test(
    "a filter that wants a call again at once does so until it is let in", arguments: schedules)
  func atOnce(_ schedule: Schedule) {
    let refusals = Box<Int>()
    refusals.value = 5
    let run = run(schedule) { program in
      let handover = program.server(IKeeper.self) {
        let filter = try TestFilter(incoming: { _ in
          let left = refusals.value ?? 0
          refusals.value = left - 1
          return left > 0 ? .rejected : .isHandled
        })
        try filter.register()
        return try Keeper()
      }
      program.thread("client", .apartmentThreaded) {
        try TestFilter(retry: { _ in .after(milliseconds: 0) }).register()
        let counter = ComPtr<ICounter>(try Counter())
        // The packet in the request is the same in each try, and is used once.
        try program.note("use", handover.open().use(counter.copy().detach(), 2))
      }
    }
    #expect(run["use"] == "2")
    #expect(run.calls(of: "Use").first?.rejections == 5)
    #expect(run.leftovers == [])
  }

  @Test("COM's own calls are let in whatever the filter says")
  func ownCalls() {
    let log = Log()
    let run = run { program in
      let handover = program.server(IRegistry.self) {
        try TestFilter(log, incoming: { _ in .rejected }).register()
        return try ApartmentRuntimeTests.Registry()
      }
      program.thread("client", .multithreaded) {
        let registry = try handover.open()
        // A call to the object's IRemUnknown, and another when the references go back.
        try program.note("query", registry.query(ICounter.self).isProxy)
      }
    }
    #expect(run["query"] == "true")
    #expect(log.lines == [])
    #expect(run.leftovers == [])
  }

  @Test(
    "what follows from a refusal",
    arguments: [
      (ServerCall.rejected, Retry?.none, AfterRefusal.fails(.RPC_E_CALL_REJECTED)),
      (.retryLater, nil, .fails(.RPC_E_SERVERCALL_RETRYLATER)),
      (.retryLater, .cancel, .fails(.RPC_E_CALL_REJECTED)),
      (.rejected, .after(milliseconds: 99), .isRetried(at: 7)),
      (.rejected, .after(milliseconds: 100), .isRetried(at: 100_000_007)),
      (.retryLater, .after(milliseconds: .max), .isRetried(at: 4_294_967_295_000_007)),
    ])
  func decision(_ reason: ServerCall, _ retry: Retry?, _ expected: AfterRefusal) {
    #expect(AfterRefusal(reason, retry: retry, now: 7) == expected)
  }
}
