import Testing
import ThreadKernel
import Trace

@testable import ApartmentRuntime

/// A process that sends what nobody of COM's sends: it is cut off, and everything else goes on.
@Suite struct BrokenConnectionTests {
  /// What a process sends that is no packet.
  static let garbage: [(name: String, bytes: [UInt8])] = [
    ("nothing", []), ("noise", [1, 2, 3, 4, 5]), ("too much", Array(repeating: 0xFF, count: 5_000)),
    ("a frame cut short", Array(FrameTests.frames[0].bytes.dropLast(3))),
    ("a call of somebody else's", FrameTests.frames[0].bytes),
    ("news of a death", Frame.gone(ProcessID(2), isDue: true).bytes),
  ]

  @Test(
    "garbage from a client cuts it off; others are served, and what it held goes back",
    arguments: garbage.indices, Coinit.allCases)
  func fromClient(_ index: Int, _ model: Coinit) {
    let run = run { program in
      let handed = program.handed(ICounter.self)
      let (bad, good) = (program.signal(), program.signal())
      program.start("server", model) { program in
        let counter = ComPtr<ICounter>(try Counter())
        try handed.put(counter, .tableStrong)
        try coWaitForHandle(.signal(good))
        try coReleaseMarshalData(handed.stream())
        program.note("count", counter.count)
      }
      program.start("bad client", .apartmentThreaded) { program in
        let counter = try handed.open()
        program.note("before") { try counter.increment() }
        guard let proxy = counter.value.unknown as? Proxy else { return }
        let mailThread = try program.process.whereabouts(of: proxy.exporter).mailThread
        _ = program.kernel.mail(Self.garbage[index].bytes, to: mailThread)
        program.note("after") { try counter.increment() }
        program.note("again") { try counter.increment() }
        bad.set()
      }
      program.start("good client", .multithreaded) { program in
        do {
          let counter = try handed.open()
          try waitForSingleObject(.signal(bad))
          program.note("good") { try counter.increment() }
        }
        good.set()
      }
    }
    #expect(run["before"] == "S_OK")
    #expect(run["after"] == "RPC_S_SERVER_UNAVAILABLE")
    #expect(run["again"] == "RPC_S_SERVER_UNAVAILABLE")
    #expect(run["good"] == "S_OK")
    #expect(run["count"] == "1")
    let cuts = run.events.compactMap { event -> (ThreadID, ProcessID, HResult)? in
      guard case .connectionCut(let process, let code) = event.kind else { return nil }
      return (event.thread, process, code)
    }
    #expect(cuts.map(\.0.process) == [2])
    #expect(cuts.map(\.1) == [ProcessID(3)])
    #expect(cuts.map(\.2) == [.RPC_E_INVALID_DATAPACKET])
    #expect(run.leftovers == [])
  }

  @Test(
    "garbage from a server fails the calls that are out, and later ones",
    arguments: garbage.indices.dropLast(2), Coinit.allCases)
  func fromServer(_ index: Int, _ model: Coinit) {
    let run = run { program in
      let (entered, go) = (program.signal(), program.signal())
      let handed = program.handed(ICounter.self)
      let client = Guarded<ThreadID>(.none)
      program.start("server", model) { program in
        let gate = try Gate(open: entered, waitFor: go) {
          let bytes = Self.garbage[index].bytes
          _ = program.kernel.mail(bytes, to: client.withLock { $0 })
        }
        try handed.put(ComPtr<ICounter>(gate))
        pump()
      }
      program.thread("client", .apartmentThreaded) {
        let counter = try handed.open()
        client.withLock { $0 = KernelThread.current?.id ?? .none }
        go.set()
        program.note("during") { try counter.increment() }
        program.note("after") { try counter.increment() }
        // Others are still there.
        let own = ComPtr<ICounter>(try Counter(name: "Own"))
        try program.note("own", own.increment())
      }
    }
    #expect(run["during"] == "RPC_E_INVALID_DATAPACKET")
    #expect(run["after"] == "RPC_S_SERVER_UNAVAILABLE")
    #expect(run["own"] == "1")
    #expect(run.world.processes[ProcessID(1)]?.cutConnections.map(\.process) == [ProcessID(2)])
    #expect(run.leftovers == [])
  }

  @Test(
    "a call that is being served when its client is cut off ends there too",
    arguments: Coinit.allCases)
  func whileServing(_ model: Coinit) {
    let run = run { program in
      let (entered, go, done) = (program.signal(), program.signal(), program.signal())
      let handed = program.handed(ICounter.self)
      program.start("server", model) { _ in
        try handed.put(
          ComPtr<ICounter>(try Gate(open: entered, waitFor: go, pumps: true)), .tableStrong)
        try coWaitForHandle(.signal(done))
        try coReleaseMarshalData(handed.stream())
      }
      program.start("client") { program in
        program.process.spawn("garbage") {
          _ = try? waitForSingleObject(.signal(entered))
          // The server's object is in the apartment that the packet names.
          var reader = WireReader(handed.bytes)
          guard let standard = try? ObjectReference.read(from: &reader).standard,
            let mailThread = try? program.process.whereabouts(
              of: ApartmentID(UInt32(standard.oxid))
            ).mailThread
          else { return }
          _ = program.kernel.mail([7], to: mailThread)
        }
        try coInitializeEx(.multithreaded)
        program.note("call") { try handed.open().increment() }
        coUninitialize()
        go.set()
        done.set()
      }
    }
    #expect(run["call"] == "RPC_S_CALL_FAILED")
    #expect(run.leftovers == [])
  }

  @Test("damaged mail never traps, and a World is kept sound", arguments: Coinit.allCases)
  func damage(_ model: Coinit) {
    for seed in UInt64(0)..<150 {
      run(.random(seed: seed), isTold: false) { program in
        let handed = program.handed(IKeeper.self)
        program.start("server", model) { _ in
          try handed.put(ComPtr<IKeeper>(try Keeper()), .tableStrong)
          pump()
          try coReleaseMarshalData(handed.stream())
        }
        program.start("client", .apartmentThreaded) { program in
          let keeper = try handed.open()
          try? keeper.keep(ComPtr<ICounter>(try Counter()).detach())
          guard let proxy = keeper.value.unknown as? Proxy else { return }
          let target = try program.process.whereabouts(of: proxy.exporter)
          let me = KernelThread.current?.id ?? .none
          var mutator = Mutator(seed: seed)
          for frame in Self.frames(from: me, to: target) {
            let bytes = mutator.damage(frame.bytes)
            _ = program.kernel.mail(bytes, to: target.mailThread)
            _ = try? keeper.useKept(1)
          }
        }
      }
    }
  }

  /// What a client could send, with the numbers of this run.
  private static func frames(from thread: ThreadID, to target: Whereabouts) -> [Frame] {
    var writer = WireWriter()
    let ipid = GUID.ipid(InterfaceStubID(1), process: target.process, apartment: target.apartment)
    RequestHead(ipid: ipid, iid: IKeeper.iid, slot: 5, causality: .causality(1))
      .write(to: &writer)
    writer.number(Int32(1))
    let request = RequestFrame(
      identity: CallIdentity(id: CallID(77), causality: 1, parent: .none),
      target: target.apartment, message: MessageID(99), caller: thread, replyTo: thread,
      callerPumps: true, isAsynchronous: false, isToComponent: true,
      packet: Crossing(writer.bytes))
    let standard = StandardReference(
      publicReferences: 5, oxid: UInt64(target.apartment.number), oid: 1, ipid: ipid)
    return [
      .request(request), .reply(CallID(2), Crossing([0, 0, 0, 0])),
      .opened(OpenedPacket(standard: standard, proxy: ObjectID(3))),
      .moved(
        MovedReferences(
          ipid: ipid, count: 3, from: thread.processID, to: target.process)),
      .cancelled(CallID(77), isGivenUp: true), .failed(CallID(3), .E_FAIL),
    ]
  }
}
