/// What things are called, on the plan, in the log and in sentences alike.
extension World {
  /// Whether there are several processes, or one of a local server may yet come: what is called by its
  /// process then is called so from the start.
  public var hasProcesses: Bool {
    processes.count > 1 || classes.values.contains { !$0.program.isNone }
  }

  /// `2 worker`; `server 1, worker` where there are several processes, each of which has a thread 1.
  public func label(thread id: ThreadID) -> String {
    guard let thread = threads[id] else {
      return id.isNone ? "nobody" : "thread \(id.number)"
    }
    let name = self[thread.name]
    guard hasProcesses else { return name.isEmpty ? "\(id.number)" : "\(id.number) \(name)" }
    return "\(label(process: id.processID)), " + (name.isEmpty ? "thread \(id.number)" : name)
  }

  /// The process's name: `server 1`.
  public func label(process id: ProcessID) -> String {
    guard let name = processes[id]?.name, !self[name].isEmpty else { return "process \(id)" }
    return self[name]
  }

  /// `main STA`, `STA of 3 helper`, `STA 2` (its thread is gone), `host STA`, `MTA`.
  public func label(apartment id: ApartmentID) -> String {
    guard let apartment = apartments[id] else {
      return id.isNone ? "no apartment" : "apartment \(id)"
    }
    switch (apartment.kind, apartment.startedBy) {
    case (.multithreaded, .program): return "MTA"
    case (.multithreaded, .com): return "host MTA"
    case (.neutral, _): return "neutral apartment"
    case (.singleThreaded, .com): return apartment.isMain ? "host STA · main" : "host STA"
    case (.singleThreaded, .program):
      if apartment.isMain { return "main STA" }
      let occupant = threads.values.filter { $0.apartment == id && $0.activity != .ended }
        .map(\.id).min()
      guard let occupant else { return "STA \(id)" }
      let name = threads[occupant].map { self[$0.name] } ?? ""
      return "STA of \(hasProcesses && !name.isEmpty ? name : label(thread: occupant))"
    }
  }

  /// A component by its class, numbered where there are several of it; `proxy 1` by the stub that it
  /// belongs to; `stream 1` in the order in which streams were made.
  public func label(object id: ObjectID) -> String {
    guard let object = objects[id] else { return id.isNone ? "nothing" : "object \(id)" }
    switch object.role {
    case .proxy:
      guard !object.stub.isNone else { return "a new proxy" }
      return (isLight(object) ? "light proxy " : "proxy ") + "\(object.stub)"
    case .stream: return "stream \(rank(of: id) { $0.role == .stream }.rank)"
    case .component:
      let name = self[object.name]
      let (rank, count) = rank(of: id) { $0.role == .component && $0.name == object.name }
      return count > 1 ? "\(name) \(rank)" : name
    }
  }

  /// Whether a proxy leads into the neutral apartment: the caller's thread goes there itself.
  public func isLight(_ proxy: Object) -> Bool {
    guard let home = stubs[proxy.stub]?.apartment else { return false }
    return apartments[home]?.kind == .neutral
  }

  /// The place of an object among those like it, from 1, and how many there are.
  private func rank(of id: ObjectID, among isLike: (Object) -> Bool) -> (rank: Int, count: Int) {
    var rank = 0
    var count = 0
    for object in objects.values where isLike(object) {
      count += 1
      if object.id <= id { rank += 1 }
    }
    return (rank, count)
  }

  public func label(stub id: StubID) -> String { id.isNone ? "no stub" : "stub \(id)" }

  /// The stub that an interface stub is of.
  public func label(interfaceStub id: InterfaceStubID) -> String {
    label(stub: interfaceStubs[id]?.stub ?? .none)
  }

  /// `packet 1` by the stub that it came from; `packet 1b`, `packet 1c` for the next ones of the same
  /// stub. A custom packet is named after its object.
  public func label(packet id: PacketID) -> String {
    guard let packet = packets[id] else { return "packet" }
    guard let stub = interfaceStubs[packet.interfaceStub]?.stub else {
      return "packet of \(label(object: packet.object))"
    }
    var before = 0
    for other in packets.values where other.id < id {
      if interfaceStubs[other.interfaceStub]?.stub == stub { before += 1 }
    }
    return "packet \(stub)\(Self.suffix(before))"
  }

  /// Nothing for the first, then `b` to `z`, then numbers.
  private static func suffix(_ before: Int) -> String {
    guard before > 0 else { return "" }
    guard before < 26, let scalar = Unicode.Scalar(0x61 + before) else { return "-\(before + 1)" }
    return String(Character(scalar))
  }

  public func label(call id: CallID) -> String { "call \(id)" }

  /// `Package.m_pSPStream`, `stub 1`, `COM`.
  public func label(holder: Holder) -> String {
    switch holder {
    case .named(let name): name.isNone ? "somebody" : self[name]
    case .local(let thread): "a local of \(label(thread: thread))"
    case .stub(let stub): label(stub: stub)
    case .packet(let packet): label(packet: packet)
    case .com: "COM"
    }
  }

  public func label(publicHolder: PublicHolder) -> String {
    switch publicHolder {
    case .stub: "nobody"
    case .packet(let packet): label(packet: packet)
    case .proxy(let proxy): label(object: proxy)
    }
  }

  public func label(refuser: Refuser) -> String {
    switch refuser {
    case .com: "COM"
    case .proxy(let proxy): label(object: proxy)
    case .object(let object): label(object: object)
    case .named(let name): self[name]
    }
  }

  /// What a thread that waits does: `in its loop`, `waits for call 7`.
  public func label(wait: Wait) -> String {
    switch wait {
    case .messageLoop: "in its loop"
    case .pool: "in the pool, without work"
    case .action: "waits for a key"
    case .reply(let call, _, _): "waits for \(label(call: call))"
    case .scm(let request, _, _): "waits for a server of \(label(request: request))"
    case .lock(let lock, let owner):
      owner.isNone
        ? "waits for lock \(lock)" : "waits for lock \(lock), which \(label(thread: owner)) has"
    case .signal(let signal, _): "waits for event \(signal)"
    case .thread(let thread, _): "waits for \(label(thread: thread)) to end"
    case .time: "sleeps"
    }
  }
}
