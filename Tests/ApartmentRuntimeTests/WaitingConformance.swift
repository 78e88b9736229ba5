import ApartmentRuntime
import Testing
import ThreadKernel
import Trace

/// Conformance: CoWaitForMultipleHandles (CASES.md, group 12).
@Suite struct WaitingConformance {
  @Test("MSG-17 the time is over", arguments: [Coinit.apartmentThreaded, .multithreaded])
  func timeout(_ model: Coinit) {
    let run = run { program in
      program.thread("waiter", model) {
        let (one, two) = (program.signal(), program.signal())
        two.set()
        program.note("none") { try coWaitForMultipleHandles([], timeout: 5, []) }
        program.note("one") { try coWaitForMultipleHandles([], timeout: 300, [.signal(one)]) }
        program.note("time", program.kernel.time)
        program.note("at once") { try coWaitForMultipleHandles([], timeout: 0, [.signal(one)]) }
        program.note("all") {
          try coWaitForMultipleHandles(.waitAll, timeout: 50, [.signal(one), .signal(two)])
        }
        program.note("time of all", program.kernel.time)
      }
    }
    #expect(run["none"] == "RPC_E_NO_SYNC")
    #expect(run["one"] == HResult.RPC_S_CALLPENDING.name)
    #expect(run["time"] == "300")
    #expect(run["at once"] == HResult.RPC_S_CALLPENDING.name)
    #expect(run["all"] == HResult.RPC_S_CALLPENDING.name)
    #expect(run["time of all"] == "350")
  }

  @Test(
    "one of several handles, or all of them, among them threads that end", arguments: schedules)
  func several(_ schedule: Schedule) {
    let run = run(schedule) { program in
      let (never, go, last) = (program.signal(), program.signal(), program.signal())
      let workers = ["one", "two"].map { name in
        program.thread(name, .multithreaded) {
          try waitForSingleObject(.signal(name == "one" ? go : last))
        }
      }
      guard let one = workers[0], let two = workers[1] else { return }
      for (name, model) in [("STA", Coinit.apartmentThreaded), ("MTA", .multithreaded)] {
        program.thread(name, model) {
          go.set()
          let handles = [Waitable.signal(never), .thread(two), .thread(one)]
          try program.note("first of \(name)", coWaitForMultipleHandles([], handles))
          last.set()
          let both = [Waitable.thread(one), .signal(go), .thread(two)]
          try program.note("all of \(name)", coWaitForMultipleHandles(.waitAll, both))
          program.note("ended", program.kernel.hasEnded(two))
        }
      }
    }
    // The second waiter may find both of them ended.
    #expect(["1", "2"].contains(run["first of STA"]) && ["1", "2"].contains(run["first of MTA"]))
    #expect([run["first of STA"], run["first of MTA"]].contains("2"))
    #expect(run["all of STA"] == "0")
    #expect(run["all of MTA"] == "0")
    #expect(run["ended"] == "true")
  }

  @Test("a wait for two threads alone ends with the second of them", arguments: schedules)
  func secondThread(_ schedule: Schedule) {
    let run = run(schedule) { program in
      let never = program.signal()
      let long = program.thread("long", .multithreaded) {
        try? coWaitForHandle(.signal(never), timeout: 1_000)
      }
      let short = program.thread("short", .multithreaded) {
        try? coWaitForHandle(.signal(never), timeout: 10)
      }
      guard let long, let short else { return }
      program.thread("waiter", .apartmentThreaded) {
        try program.note("first", coWaitForMultipleHandles([], [.thread(long), .thread(short)]))
        program.note("time", program.kernel.time)
        try coWaitForMultipleHandles(.waitAll, [.thread(short), .thread(long)])
        program.note("time of both", program.kernel.time)
      }
    }
    #expect(run["first"] == "1")
    #expect(run["time"] == "10")
    #expect(run["time of both"] == "1000")
  }

  @Test("MSG-18 a handle that is signalled already: nothing is pumped")
  func signalledAlready() {
    let run = run { program in
      let (set, go) = (program.signal(), program.signal())
      let home = Box<Apartment>()
      let own: Handover<ICounter> = Handover(stream: program.field("own"), ready: program.signal())
      program.thread("STA", .apartmentThreaded) {
        home.value = try currentApartment()
        let counter = ComPtr<ICounter>(try Counter())
        own.stream.set(try coMarshalInterThreadInterfaceInStream(ICounter.self, counter))
        own.ready.set()
        set.set()
        try waitForSingleObject(.signal(go))
        program.kernel.mark("before")
        try program.note("index", coWaitForMultipleHandles([], [.signal(go), .signal(set)]))
        program.kernel.mark("after")
      }
      program.thread("client", .multithreaded) {
        let counter = try own.open()
        if let home = home.value { postThreadMessage(.user(1), to: home) }
        try counter.increment()
        own.stream.clear()
      }
      // Started last, it runs only once the client's call is in the queue.
      program.thread("last") { go.set() }
    }
    func queue(at mark: String) -> [MessageKind]? {
      run.world(at: mark).apartmentsInOrder.first?.queue.map(\.kind)
    }
    #expect(run["index"] == "0")
    #expect(queue(at: "before") == [.posted, .call])
    #expect(queue(at: "after") == [.posted, .call])
  }

  @Test("MSG-19 what a wait dispatches, and what stays", arguments: schedules)
  func dispatched(_ schedule: Schedule) {
    let log = Log()
    let run = run(schedule) { program in
      let ready = program.signal()
      let home = Box<Apartment>()
      let own: Handover<ICounter> = Handover(stream: program.field("own"), ready: ready)
      program.thread("STA", .apartmentThreaded) {
        home.value = try currentApartment()
        setWindowProcedure { number in
          log.add("\(number)")
          return Int32(number)
        }
        let counter = ComPtr<ICounter>(try Counter())
        own.stream.set(try coMarshalInterThreadInterfaceInStream(ICounter.self, counter))
        ready.set()
        program.note("wait") {
          try coWaitForMultipleHandles([], timeout: 1_000_000, [.signal(program.signal())])
        }
        program.kernel.mark("over")
        if case .posted(let number) = getMessage()?.content { program.note("left", number) }
      }
      program.thread("other", .multithreaded) {
        try waitForSingleObject(.signal(ready))
        guard let home = home.value else { return }
        postThreadMessage(.user(0x0400), to: home)
        postThreadMessage(.user(0x03E0), to: home)
        program.note("sent", sendThreadMessage(0x0401, to: home) ?? -1)
        program.note("sent DDE", sendThreadMessage(0x03E4, to: home) ?? -1)
        try program.note("call", own.open().increment())
        own.stream.clear()
      }
    }
    #expect(run["wait"] == HResult.RPC_S_CALLPENDING.name)
    // The sent ones come first where the posted one is still there.
    #expect(Set(log.lines) == ["992", "1025", "996"])
    #expect(run["sent"] == "1025")
    #expect(run["sent DDE"] == "996")
    #expect(run["call"] == "1")
    #expect(run["left"] == "1024")
    let queue = run.world(at: "over").apartmentsInOrder.flatMap { $0.queue.map(\.kind) }
    #expect(queue == [.posted])
  }

  @Test("MSG-21 a call is dispatched with WM_QUIT pending, and no filter is asked about that")
  func quitPending() {
    let log = Log()
    let run = run { program in
      let (ready, done) = (program.signal(), program.signal())
      let own: Handover<ICounter> = Handover(stream: program.field("own"), ready: ready)
      program.thread("STA", .apartmentThreaded) {
        try TestFilter(log).register()
        postThreadMessage(.quit, to: try currentApartment())
        postThreadMessage(.user(1), to: try currentApartment())
        let counter = ComPtr<ICounter>(try Counter())
        own.stream.set(try coMarshalInterThreadInterfaceInStream(ICounter.self, counter))
        ready.set()
        try coWaitForMultipleHandles([], [.signal(done)])
        program.kernel.mark("over")
      }
      program.thread("client", .multithreaded) {
        try program.note("call", own.open().increment())
        own.stream.clear()
        done.set()
      }
    }
    #expect(run["call"] == "1")
    #expect(log.lines == ["topLevel"])
    let queue = run.world(at: "over").apartmentsInOrder.first?.queue.map(\.kind)
    #expect(queue == [.quit, .posted])
  }

  @Test(
    "two STAs that send each other messages dispatch them while they wait", arguments: schedules)
  func sendersDispatch(_ schedule: Schedule) {
    let run = run(schedule) { program in
      let homes = [Box<Apartment>(), Box<Apartment>()]
      let ready = [program.signal(), program.signal()]
      let sent = [program.signal(), program.signal()]
      for me in 0...1 {
        program.thread("T\(me)", .apartmentThreaded) {
          setWindowProcedure { Int32($0) + 100 * Int32(me) }
          homes[me].value = try currentApartment()
          ready[me].set()
          try waitForSingleObject(.signal(ready[1 - me]))
          if let other = homes[1 - me].value {
            program.note("T\(me)", sendThreadMessage(7, to: other) ?? -1)
          }
          sent[me].set()
          try coWaitForHandle(.signal(sent[1 - me]))
        }
      }
    }
    #expect(run["T0"] == "107")
    #expect(run["T1"] == "7")
  }

  @Test("a message to an apartment that has ended is never dispatched")
  func senderOfTheDead() {
    let run = run { program in
      let home = Box<Apartment>()
      let ended = program.signal()
      program.thread("STA", .apartmentThreaded) { home.value = try currentApartment() }
      program.thread("sender") {
        ended.set()
        if let home = home.value { program.note("sent", sendThreadMessage(1, to: home) == nil) }
      }
    }
    #expect(run["sent"] == "true")
  }
}
