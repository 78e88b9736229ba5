import Testing
import ThreadKernel
import Trace

@testable import ApartmentRuntime

/// Chains of processes, and apartments that end under clients in others.
@Suite struct RemoteLifetimeTests {
  // MARK: Three processes

  @Test("a pointer is handed on to a third process; calls go straight there", arguments: schedules)
  func handedOn(_ schedule: Schedule) {
    let run = run(schedule, split: true) { program in
      let counter = program.server(ICounter.self) { try Counter() }
      let keeper = program.server(IKeeper.self, .multithreaded) { try Keeper() }
      let done = program.signal()
      program.thread("client", .apartmentThreaded) {
        try keeper.open().keep(counter.open().detach())
        done.set()
      }
      program.thread("other", .multithreaded) {
        try waitForSingleObject(.signal(done))
      }
    }
    #expect(run.leftovers == [])
    run.expectNothingLeft()
  }

  @Test("what was handed on stays when the one who did it is gone", arguments: schedules)
  func handedOnForGood(_ schedule: Schedule) {
    let run = run(schedule, split: true) { program in
      let counter = program.server(ICounter.self, .multithreaded) { try Counter() }
      let keeper = program.server(IKeeper.self, .apartmentThreaded, .tableStrong) {
        try Keeper()
      }
      let kept = program.signal()
      program.start("between", .apartmentThreaded) { _ in
        try keeper.open().keep(counter.open().detach())
        kept.set()
      }
      program.thread("client", .multithreaded) {
        try waitForSingleObject(.signal(kept))
        while program.kernel.isAlive(ProcessID(4)) { sleepThread(1_000) }
        let keeper = try keeper.open()
        try program.note("value", keeper.useKept(2))
        try keeper.drop()
      }
      program.thread("release", .multithreaded) {
        try waitForSingleObject(.signal(kept))
      }
    }
    #expect(run["value"] == "2")
    #expect(run.component()?.isAlive == false)
  }

  @Test("a chain of three processes is one chain of calls", arguments: schedules)
  func chain(_ schedule: Schedule) {
    let run = run(schedule, split: true) { program in
      let counter = program.server(ICounter.self) { try Counter() }
      let keeper = program.server(IKeeper.self, .multithreaded) { try Keeper() }
      program.thread("client", .apartmentThreaded) {
        try program.note("value", keeper.open().use(counter.open().detach(), 7))
      }
    }
    #expect(run["value"] == "7")
    let calls = run.calls(of: "Use") + run.calls(of: "Increment")
    #expect(calls.map(\.caller.process) == [1, 3])
    #expect(Set(calls.map(\.causality)).count == 1)
    run.expectNothingLeft()
  }

  // MARK: Ends

  @Test("the server's apartment ends under its clients", arguments: Coinit.allCases, schedules)
  func serverLeaves(_ model: Coinit, _ schedule: Schedule) {
    let run = run(schedule) { program in
      let handed = program.handed(ICounter.self)
      let (opened, left, done) = (program.signal(), program.signal(), program.signal())
      program.start("server") { _ in
        try coInitializeEx(model)
        try handed.put(ComPtr<ICounter>(try Counter()))
        try coWaitForHandle(.signal(opened))
        coUninitialize()
        left.set()
        // The process lives on, and its thread takes no mail.
        try waitForSingleObject(.signal(done))
      }
      program.thread("client", .apartmentThreaded) {
        let counter = try handed.open()
        try counter.increment()
        opened.set()
        try waitForSingleObject(.signal(left))
        program.note("call") { try counter.increment() }
        program.note("query") { _ = try counter.query(IKeeper.self) }
        done.set()
      }
    }
    #expect(run["call"] == "RPC_E_DISCONNECTED")
    #expect(run["query"] == "RPC_E_DISCONNECTED")
    #expect(run.leftovers == [])
  }

  @Test("calls that wait as an STA ends are served; later ones are refused", arguments: schedules)
  func lateCalls(_ schedule: Schedule) {
    let run = run(schedule) { program in
      let handed = program.handed(ICounter.self)
      let opened = (0..<3).map { _ in program.signal() }
      program.start("server", .apartmentThreaded) { _ in
        try handed.put(ComPtr<ICounter>(try Counter()), .tableStrong)
        for signal in opened { try coWaitForHandle(.signal(signal)) }
      }
      for (index, signal) in opened.enumerated() {
        program.start("client \(index)", .multithreaded) { program in
          let counter = try handed.open()
          signal.set()
          program.note("\(index)") { try counter.increment() }
        }
      }
    }
    for index in 0..<3 {
      let code = run["\(index)"] ?? "none"
      #expect(
        ["S_OK", "RPC_E_DISCONNECTED", "RPC_S_SERVER_UNAVAILABLE", "RPC_S_CALL_FAILED_DNE"]
          .contains(code))
    }
    #expect(run.leftovers == [])
  }

  @Test("a thread that was an STA still gets answers, and an STA anew")
  func anotherApartment() {
    let run = run(split: true) { program in
      let handover = program.server(ICounter.self, .multithreaded, .tableStrong) { try Counter() }
      let again = program.handed(ICounter.self)
      program.thread("client") {
        for model in [Coinit.apartmentThreaded, .multithreaded, .apartmentThreaded] {
          try coInitializeEx(model)
          try handover.open().increment()
          coUninitialize()
        }
        try coInitializeEx(.apartmentThreaded)
        let mine = ComPtr<ICounter>(try Counter(name: "Mine"))
        try again.put(mine)
        pump()
        program.note("mine") { try mine.increment() }
        coUninitialize()
      }
      program.start("caller", .multithreaded) { program in
        try program.note("again", again.open().increment())
      }
    }
    #expect(run["again"] == "1")
    #expect(run.threads(in: "Increment").count == 5)
  }
}
