import Testing
import ThreadKernel
import Trace

@testable import ApartmentRuntime

/// Conformance: asynchronous calls and cancellation (CASES.md, group 17).
@Suite struct AsyncConformance {
  @Test("a direct pointer makes no call objects")
  func direct() {
    let run = run { program in
      program.thread("STA", .apartmentThreaded) {
        let counter = ComPtr<ICounter>(try Counter())
        program.note("create") { _ = try counter.createCall(ICounter.increment) }
      }
    }
    #expect(run["create"] == "E_NOINTERFACE")
    #expect(run.leftovers == [])
  }

  @Test(
    "ASY-02 ASY-03 begin twice, finish without begin, and again",
    arguments: [Coinit.apartmentThreaded, .multithreaded])
  func order(_ model: Coinit) {
    let run = run { program in
      let handover = program.server(ICounter.self, model) { try Counter() }
      program.thread("client", .apartmentThreaded) {
        let call = try handover.open().createCall(ICounter.increment)
        program.note("finish first") { _ = try call.finish() }
        program.note("wait first") { try call.wait() }
        program.note("cancel first") { try call.cancel() }
        try call.begin(5)
        program.note("begin twice") { try call.begin(6) }
        try program.note("value", call.finish())
        program.note("finish twice") { _ = try call.finish() }
        try call.begin(7)
        try call.wait()
        try program.note("value again", call.finish())
      }
    }
    #expect(run["finish first"] == "RPC_E_CALL_COMPLETE")
    #expect(run["wait first"] == "RPC_E_CALL_COMPLETE")
    #expect(run["cancel first"] == "RPC_E_CALL_COMPLETE")
    #expect(run["begin twice"] == HResult.RPC_E_CALL_PENDING.name)
    #expect(run["value"] == "5")
    #expect(run["finish twice"] == "RPC_E_CALL_COMPLETE")
    #expect(run["value again"] == "12")
    #expect(run.threads(in: "Increment").count == 2)
    #expect(run.leftovers == [])
  }

  @Test("it completes with nobody waiting, and its bytes are a synchronous call's")
  func unwatched() {
    let run = run { program in
      let handover = program.server(ICounter.self) { try Counter() }
      program.thread("client", .multithreaded) {
        let counter = try handover.open()
        let call = try counter.createCall(ICounter.pass)
        try call.begin(.S_FALSE)
        sleepThread(1_000)
        program.kernel.mark("slept")
        try program.note("code", call.finish())
        _ = try counter.pass(.S_FALSE)
      }
    }
    #expect(run["code"] == "S_FALSE")
    let early = run.world(at: "slept").callsInOrder.first { run.world[$0.method] == "Pass" }
    #expect(early?.state == .answered)
    let calls = run.calls(of: "Pass")
    #expect(calls.map(\.isAsynchronous) == [true, false])
    #expect(calls.allSatisfy { $0.state == .returned && $0.result == .S_OK })
    let requests = calls.map { run.world.blobs[$0.arguments] ?? [] }
    // Apart from the head, which names the chain.
    #expect(requests[0].dropFirst(RequestHead.size) == requests[1].dropFirst(RequestHead.size))
    #expect(requests[0].count == requests[1].count)
    #expect(run.world.blobs[calls[0].answer] == run.world.blobs[calls[1].answer])
  }

  @Test(
    "an STA serves others while it finishes a call; a failure is the method's",
    arguments: schedules)
  func finishPumps(_ schedule: Schedule) {
    let run = run(schedule) { program in
      let (entered, go) = (program.signal(), program.signal())
      let gate = program.server(ICounter.self) { try Gate(open: entered, waitFor: go) }
      let own: Handover<ICounter> = Handover(stream: program.field("own"), ready: program.signal())
      program.thread("A", .apartmentThreaded) {
        let mine = ComPtr<ICounter>(try Counter(name: "Own"))
        own.stream.set(try coMarshalInterThreadInterfaceInStream(ICounter.self, mine))
        own.ready.set()
        let gate = try gate.open()
        let call = try gate.createCall(ICounter.increment)
        try call.begin(9)
        program.note("pending") { try call.wait(timeout: 10) }
        try program.note("value", call.finish())
        let failing = try gate.createCall(ICounter.pass)
        try failing.begin(.E_ABORT)
        program.note("failure", "\(try failing.finish())")
      }
      program.thread("C", .multithreaded) {
        try waitForSingleObject(.signal(entered))
        sleepThread(100)
        try program.note("C", own.open().increment())
        go.set()
        own.stream.clear()
      }
    }
    #expect(run["pending"] == HResult.RPC_S_CALLPENDING.name)
    #expect(run["value"] == "9")
    #expect(run["failure"] == "E_ABORT")
    #expect(run["C"] == "1")
  }

  @Test("ASY-04 a cancelled call is still to be finished", arguments: [false, true], schedules)
  func cancelled(_ isServed: Bool, _ schedule: Schedule) {
    let run = run(schedule) { program in
      let (entered, go) = (program.signal(), program.signal())
      let server = program.server(IKeeper.self) { try Gate(open: entered, waitFor: go) }
      program.thread("client", .multithreaded) {
        let gate = try server.open()
        let counter = ComPtr<ICounter>(try Counter())
        let first = try gate.createCall(IKeeper.exchange)
        try first.begin(counter.copy().detach())
        try waitForSingleObject(.signal(entered))
        // The second one lies in the queue: its server is in the first.
        let second = try gate.createCall(IKeeper.exchange)
        try second.begin(counter.copy().detach())
        let call = isServed ? first : second
        try call.cancel()
        program.note("again") { try call.cancel() }
        program.note("begin") { try call.begin(counter.copy().detach()) }
        program.note("finish") { _ = try call.finish() }
        go.set()
        try program.note("other", (isServed ? second : first).finish().iid == ICounter.iid)
        // Until the server has given back what came too late.
        sleepThread(1_000)
        program.note("count", counter.count)
      }
    }
    #expect(run["again"] == "RPC_E_CALL_CANCELED")
    #expect(run["begin"] == HResult.RPC_E_CALL_PENDING.name)
    #expect(run["finish"] == "RPC_E_CALL_CANCELED")
    #expect(run["other"] == "true")
    // What the requests and the late answer held went back.
    #expect(run["count"] == "1")
    #expect(run.leftovers == [])
    #expect(run.calls(of: "Exchange").map(\.isCancelled) == [isServed, !isServed])
    #expect(run.threads(in: "Exchange").count == (isServed ? 2 : 1))
  }

  @Test(
    "a call object that is given up cancels its call, and nothing is left", arguments: schedules)
  func givenUp(_ schedule: Schedule) {
    let run = run(schedule) { program in
      let handover = program.server(IRegistry.self, .multithreaded) {
        try ApartmentRuntimeTests.Registry()
      }
      program.thread("client", .apartmentThreaded) {
        let registry = try handover.open()
        for _ in 0..<2 {
          let call = try registry.createCall(IRegistry.find)
          try call.begin("entry")
        }
        let call = try registry.createCall(IRegistry.find)
        try call.begin("entry")
        try call.wait()
      }
    }
    #expect(run.calls(of: "Find").count == 3)
    #expect(run.calls(of: "Find").allSatisfy { $0.state == .returned })
    #expect(run.leftovers == [])
  }

  @Test("ASY-07 a call that is done cannot be cancelled, and is finished as if nobody had tried")
  func done() {
    let run = run { program in
      let handover = program.server(ICounter.self) { try Counter() }
      program.thread("client", .multithreaded) {
        let call = try handover.open().createCall(ICounter.increment)
        try call.begin(4)
        try call.wait()
        program.note("cancel") { try call.cancel(timeout: 1_000) }
        program.note("time", program.kernel.time)
        try program.note("value", call.finish())
      }
    }
    #expect(run["cancel"] == "RPC_E_CALL_COMPLETE")
    #expect(run["time"] == "0")
    #expect(run["value"] == "4")
    #expect(run.calls(of: "Increment").first?.isCancelled == false)
  }

  @Test("a call is finished in the apartment of its proxy only")
  func misplaced() {
    let run = run { program in
      let box = Box<Carried<AsyncCall<ICounter, Int32, Int32>>>()
      let (begun, tried) = (program.signal(), program.signal())
      let handover = program.server(ICounter.self) { try Counter() }
      program.thread("client", .apartmentThreaded) {
        let call = try handover.open().createCall(ICounter.increment)
        box.value = Carried(call)
        try call.begin(4)
        begun.set()
        try coWaitForHandle(.signal(tried))
        box.value = nil
        try program.note("value", call.finish())
      }
      program.thread("other", .multithreaded) {
        try waitForSingleObject(.signal(begun))
        program.note("finish") { _ = try box.value?.value.finish() }
        tried.set()
      }
    }
    #expect(run["finish"] == "RPC_E_WRONG_THREAD")
    #expect(run["value"] == "4")
  }
}
