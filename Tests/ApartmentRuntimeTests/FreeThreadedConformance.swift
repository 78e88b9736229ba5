import ApartmentRuntime
import Testing
import ThreadKernel
import Trace

/// Conformance: the free-threaded marshaller and agile references (CASES.md, group 11).
@Suite struct FreeThreadedConformance {
  /// One STA thread with a free-threaded counter.
  private func alone(
    _ make: @escaping @Sendable () throws -> Counter = { try FreeCounter() },
    _ body: @escaping @Sendable (Program, borrowing ComPtr<ICounter>) throws -> Void
  ) -> ComRun {
    run { program in
      program.thread("main", .apartmentThreaded) {
        try body(program, ComPtr<ICounter>(try make()))
      }
    }
  }

  @Test("FTM-01 a custom OBJREF of 76 bytes: flags, pointer, the process's GUID")
  func bytes() throws {
    let run = alone { program, counter in
      for (name, flags) in [("normal", MarshalFlags.normal), ("weak", .tableWeak)] {
        let stream = createStream()
        try coMarshalInterface(stream, ICounter.iid, counter, flags)
        try program.note(name, stream.bytes().map { String($0) }.joined(separator: " "))
        try stream.seek(to: 0)
        try coReleaseMarshalData(stream)
      }
    }
    func bytes(_ note: String) -> [UInt8] {
      (run[note] ?? "").split(separator: " ").compactMap { UInt8($0) }
    }
    let normal = bytes("normal")
    try #require(normal.count == 76)
    var reader = WireReader(normal)
    guard
      case .custom(let clsid, let reserved, let data) = try ObjectReference.read(from: &reader)
        .body
    else {
      Issue.record("no custom reference")
      return
    }
    #expect(clsid == "0000033A-0000-0000-C000-000000000046")
    #expect(reserved == 28)
    #expect(data.count == 28)
    #expect(Array(data[0..<4]) == [0, 0, 0, 0])
    #expect(data[4..<12].contains { $0 != 0 })
    #expect(data[12..<28].contains { $0 != 0 })
    #expect(Array(bytes("weak")[48..<52]) == [2, 0, 0, 0])
    #expect(run.world.packetsInOrder.map(\.kind) == [.normal, .tableWeak])
  }

  @Test("FTM-03 a normal packet carries one reference: to the receiver, or to nobody")
  func normal() {
    let run = alone { program, counter in
      let stream = createStream()
      try coMarshalInterface(stream, ICounter.iid, counter)
      program.note("marshalled", counter.count)
      try stream.seek(to: 0)
      do {
        let received = try coUnmarshalInterface(stream, ICounter.self)
        program.note("received", received.count)
        program.note("same", received.object == counter.object)
      }
      program.note("given back", counter.count)
      try stream.seek(to: 0)
      try coMarshalInterface(stream, ICounter.iid, counter)
      try stream.seek(to: 0)
      try coReleaseMarshalData(stream)
      program.note("released", counter.count)
    }
    #expect(run["marshalled"] == "2")
    #expect(run["received"] == "2")
    #expect(run["same"] == "true")
    #expect(run["given back"] == "1")
    #expect(run["released"] == "1")
    #expect(run.world.misuses.isEmpty)
    #expect(run.world.packetsInOrder.map(\.state).last == .released)
  }

  @Test("FTM-04 a table-strong packet holds one until it is released, a table-weak one none")
  func tables() {
    let run = alone { program, counter in
      for (name, flags) in [("strong", MarshalFlags.tableStrong), ("weak", .tableWeak)] {
        let stream = createStream()
        try coMarshalInterface(stream, ICounter.iid, counter, flags)
        program.note("\(name) made", counter.count)
        for turn in 1...2 {
          try stream.seek(to: 0)
          let received = try coUnmarshalInterface(stream, ICounter.self)
          program.note("\(name) \(turn)", received.count)
        }
        try stream.seek(to: 0)
        try coReleaseMarshalData(stream)
        program.note("\(name) released", counter.count)
      }
    }
    #expect(run["strong made"] == "2")
    #expect(run["strong 1"] == "3")
    #expect(run["strong 2"] == "3")
    #expect(run["strong released"] == "1")
    #expect(run["weak made"] == "1")
    #expect(run["weak 2"] == "2")
    #expect(run["weak released"] == "1")
    #expect(run.world.misuses.isEmpty)
  }

  @Test("FTM-05 nobody checks: a packet that was released opens; what it lacks is told later")
  func unchecked() {
    let run = alone { program, counter in
      let stream = createStream()
      try coMarshalInterface(stream, ICounter.iid, counter)
      try stream.seek(to: 0)
      try coReleaseMarshalData(stream)
      try stream.seek(to: 0)
      let received = try coUnmarshalInterface(stream, ICounter.self)
      program.note("same", received.object == counter.object)
      try program.note("value", received.increment())
      program.note("count", counter.count)
    }
    #expect(run["same"] == "true")
    #expect(run["value"] == "1")
    #expect(run["count"] == "1")
    #expect(run.world.misuses.map(\.use) == [.release])
    #expect(run.component()?.isAlive == false)
  }

  @Test("FTM-05 one packet's reference is not another's", arguments: [1, 2])
  func twoPackets(_ first: Int) {
    let run = alone { program, counter in
      let streams = [createStream().detach(), createStream().detach()]
      var fields: [ComField<IStream>] = []
      for stream in streams {
        let field: ComField<IStream> = program.field("stream")
        try field.attach(stream)
        try coMarshalInterface(field.pointer(), ICounter.iid, counter)
        try field.pointer().seek(to: 0)
        fields.append(field)
      }
      try coReleaseMarshalData(fields[first - 1].pointer())
      let received = try coUnmarshalInterface(fields[2 - first].pointer(), ICounter.self)
      program.note("count", received.count)
      for field in fields { field.clear() }
    }
    #expect(run["count"] == "2")
    #expect(run.world.misuses.isEmpty)
  }

  @Test("FTM-06 disconnecting does nothing: direct pointers stay good", arguments: schedules)
  func disconnect(_ schedule: Schedule) {
    let run = run(schedule) { program in
      let handover = program.server(ICounter.self, keeps: true) { try FreeCounter() }
      program.thread("client", .multithreaded) {
        let counter = try handover.open()
        program.note("disconnect") { try coDisconnectObject(counter) }
        try program.note("value", counter.increment())
      }
    }
    #expect(run["disconnect"] == "S_OK")
    #expect(run["value"] == "1")
  }

  @Test(
    "every apartment gets the pointer itself, and its calls run on its own thread",
    arguments: schedules)
  func direct(_ schedule: Schedule) {
    let run = run(schedule) { program in
      let handover = program.server(ICounter.self, .apartmentThreaded, .tableStrong, keeps: true) {
        try FreeCounter()
      }
      for (name, model) in [("STA", Coinit.apartmentThreaded), ("MTA", .multithreaded)] {
        program.thread(name, model) {
          let counter = try handover.openCopy()
          program.note("\(name) proxy", counter.isProxy)
          _ = try counter.increment()
        }
      }
    }
    #expect(run["STA proxy"] == "false")
    #expect(run["MTA proxy"] == "false")
    #expect(Set(run.threads(in: "Increment")) == ["STA", "MTA"])
    #expect(run.world.callsInOrder.isEmpty)
    #expect(run.proxies.isEmpty)
    #expect(run.world.trespasses.isEmpty)
    #expect(run.component()?.isAgile == true)
  }

  @Test("the same pointer handed over raw to an object that is not agile is a trespass")
  func trespass() {
    let run = run { program in
      let box = Box<RawPointer<ICounter>>()
      let (ready, done) = (program.signal(), program.signal())
      program.thread("main", .apartmentThreaded) {
        let counter = ComPtr<ICounter>(try Counter())
        box.value = counter.raw
        ready.set()
        try waitForSingleObject(.signal(done))
      }
      program.thread("worker", .multithreaded) {
        try waitForSingleObject(.signal(ready))
        _ = try box.value?.increment()
        box.value = nil
        done.set()
      }
    }
    #expect(run.world.trespasses.count == 1)
  }

  @Test("in a call too, there and back", arguments: schedules)
  func inCalls(_ schedule: Schedule) {
    let run = run(schedule) { program in
      let handover = program.server(IKeeper.self) { try Keeper() }
      program.thread("client", .apartmentThreaded) {
        let keeper = try handover.open()
        let first = ComPtr<ICounter>(try FreeCounter(name: "First"))
        let second = ComPtr<ICounter>(try FreeCounter(name: "Second"))
        try keeper.keep(first.copy().detach())
        try program.note("kept", keeper.useKept(5))
        let back = try keeper.exchange(second.detach()).take(ICounter.self)
        program.note("same", back.object == first.object)
        try program.note("value", back.increment())
        program.note("count", first.count)
        try keeper.drop()
      }
    }
    #expect(run["kept"] == "5")
    #expect(run["same"] == "true")
    #expect(run["value"] == "6")
    #expect(run["count"] == "2")
    #expect(run.threads(in: "Increment") == ["server", "client"])
    #expect(run.world.trespasses.isEmpty)
    #expect(run.destroyer(of: "First") == "client")
    #expect(run.destroyer(of: "Second") == "server")
  }

  @Test("a packet in a call that does not arrive gives its reference back")
  func lostCall() {
    let run = run { program in
      let handover = program.field("handover", IStream.self)
      let (ready, opened, cut) = (program.signal(), program.signal(), program.signal())
      program.thread("server", .apartmentThreaded) {
        let keeper = ComPtr<IKeeper>(try Keeper())
        handover.set(try coMarshalInterThreadInterfaceInStream(IKeeper.self, keeper))
        ready.set()
        try coWaitForHandle(.signal(opened))
        try coDisconnectObject(keeper)
        cut.set()
        handover.clear()
        pump()
      }
      program.thread("client", .apartmentThreaded) {
        try waitForSingleObject(.signal(ready))
        let keeper = try coUnmarshalInterface(handover.pointer(), IKeeper.self)
        opened.set()
        try waitForSingleObject(.signal(cut))
        let counter = ComPtr<ICounter>(try FreeCounter())
        program.note("use") { _ = try keeper.use(counter.copy().detach(), 1) }
        program.note("count", counter.count)
      }
    }
    #expect(run["use"] == "RPC_E_DISCONNECTED")
    #expect(run["count"] == "1")
  }

  @Test("for another process or machine: the standard way", arguments: [false, true])
  func otherContexts(_ isRemote: Bool) {
    let run = run { program in
      let (ready, stream) = (program.signal(), program.field("stream", IStream.self))
      program.thread("server", .apartmentThreaded) {
        let counter = ComPtr<ICounter>(try FreeCounter())
        stream.set(createStream())
        try coMarshalInterface(
          stream.pointer(), ICounter.iid, counter, for: isRemote ? .differentMachine : .local)
        try program.note("bytes", stream.pointer().bytes().count)
        try stream.pointer().seek(to: 0)
        ready.set()
        pump()
        stream.clear()
      }
      program.thread("client", .multithreaded) {
        try waitForSingleObject(.signal(ready))
        let counter = try coUnmarshalInterface(stream.pointer(), ICounter.self)
        program.note("proxy", counter.isProxy)
        try program.note("value", counter.increment())
      }
    }
    #expect(run["bytes"] == "68")
    #expect(run["proxy"] == "true")
    #expect(run["value"] == "1")
    #expect(run.threads(in: "Increment") == ["server"])
  }

  @Test("what it keeps for one apartment it cannot use in another", arguments: schedules)
  func keptProxy(_ schedule: Schedule) {
    let run = run(schedule) { program in
      let handover = program.server(ICounter.self) { try Counter() }
      let (packet, done) = (program.field("packet", IStream.self), program.signal())
      let ready = program.signal()
      program.thread("owner", .apartmentThreaded) {
        let object = try FreeHolder()
        let holder = ComPtr<ICounter>(object)
        object.kept.set(try handover.open())
        try program.note("at home", holder.increment())
        packet.set(try coMarshalInterThreadInterfaceInStream(ICounter.self, holder))
        ready.set()
        try waitForSingleObject(.signal(done))
      }
      program.thread("worker", .multithreaded) {
        try waitForSingleObject(.signal(ready))
        defer { done.set() }
        let holder = try coUnmarshalInterface(packet.pointer(), ICounter.self)
        program.note("elsewhere") { _ = try holder.increment() }
        packet.clear()
      }
    }
    #expect(run["at home"] == "1")
    #expect(run["elsewhere"] == "RPC_E_WRONG_THREAD")
    #expect(run.world.trespasses.isEmpty)
    #expect(run.world.refusals.map(\.refuser) == run.proxies.map { .proxy($0.id) })
  }

  /// What is done to a packet's bytes, and what COM answers.
  static let damages: [(name: String, change: @Sendable ([UInt8]) -> [UInt8], HResult)] = [
    ("no data", { Array($0[0..<48]) }, .STG_E_READFAULT),
    ("half a pointer", { Array($0[0..<55]) }, .STG_E_READFAULT),
    ("a byte short", { Array($0.dropLast()) }, .STG_E_READFAULT),
    ("unknown flags", { $0.replacing(3, at: 48) }, .RPC_E_INVALID_OBJREF),
    ("no pointer", { $0.replacing(0, at: 52) }, .RPC_E_INVALID_OBJREF),
    ("wild pointer", { $0.replacing(0xFF, at: 59) }, .RPC_E_INVALID_OBJREF),
    ("another process", { $0.replacing(0x77, at: 60) }, .RPC_E_INVALID_OBJREF),
    ("another class", { $0.replacing(0x77, at: 24) }, .REGDB_E_CLASSNOTREG),
  ]

  @Test("damaged packets: an HRESULT, and no reference moves", arguments: damages.indices)
  func damage(_ index: Int) {
    let (name, change, expected) = Self.damages[index]
    let run = alone { program, counter in
      let stream = createStream()
      try coMarshalInterface(stream, ICounter.iid, counter)
      for use in ["unmarshal", "release"] {
        let damaged = createStream()
        try damaged.write(change(stream.bytes()))
        try damaged.seek(to: 0)
        program.note(use) {
          if use == "unmarshal" {
            _ = try coUnmarshalInterface(damaged, IUnknown.self)
          } else {
            try coReleaseMarshalData(damaged)
          }
        }
      }
      program.note("count", counter.count)
      try stream.seek(to: 0)
      try coReleaseMarshalData(stream)
    }
    #expect(run["unmarshal"] == expected.name, "\(name)")
    #expect(run["release"] == expected.name, "\(name)")
    #expect(run["count"] == "2", "\(name)")
    #expect(run.world.misuses.isEmpty)
  }

  @Test("a packet of another interface than its header says")
  func otherInterface() {
    let run = alone { program, counter in
      let stream = createStream()
      try coMarshalInterface(stream, ICounter.iid, counter, .tableWeak)
      let damaged = createStream()
      var bytes = try stream.bytes()
      var writer = WireWriter()
      writer.packed(IKeeper.iid)
      bytes.replaceSubrange(8..<24, with: writer.bytes)
      try damaged.write(bytes)
      try damaged.seek(to: 0)
      program.note("open") { _ = try coUnmarshalInterface(damaged, IKeeper.self) }
    }
    #expect(run["open"] == "RPC_E_INVALID_OBJREF")
  }
}

extension [UInt8] {
  fileprivate func replacing(_ byte: UInt8, at place: Int) -> [UInt8] {
    var copy = self
    copy[place] = byte
    return copy
  }
}
