import Trace

/// What lessons ask of a World: who stands how, what was called, who served it.
extension World {
  /// The apartment of the thread of that name.
  func apartment(of thread: String) -> Apartment? {
    self.thread(named: thread).flatMap { apartments[$0.apartment] }
  }

  /// Whether the thread is in its top-level message loop.
  func isIdle(_ thread: String) -> Bool {
    self.thread(named: thread)?.activity == .waiting(.messageLoop)
  }

  /// Whether the thread waits for the answer to a call.
  func waitsForReply(_ thread: String) -> Bool {
    guard case .waiting(.reply) = self.thread(named: thread)?.activity else { return false }
    return true
  }

  /// Whether the thread is in that function, of COM's or of the program's.
  func isIn(_ function: String, _ thread: String) -> Bool {
    self.thread(named: thread)?.frames.contains { frame in
      if case .function(let name) = frame.kind { self[name] == function } else { false }
    } ?? false
  }

  /// Whether an object of that class, or a proxy of it, is held under that name.
  func isHeld(_ object: String, by holder: String) -> Bool {
    objects(named: object).contains { object in
      holders(of: object.id).contains { reference in
        if case .named(let name) = reference.holder { self[name] == holder } else { false }
      }
    }
  }

  /// Whether a local variable of the thread holds a proxy of an object of that class.
  func isHeld(_ object: String, byLocalOf thread: String) -> Bool {
    guard let thread = self.thread(named: thread) else { return false }
    return proxies(named: object).contains { proxy in
      holders(of: proxy.id).contains { $0.holder == .local(thread.id) }
    }
  }

  /// Whether a thread is in that method of a component, called through a stub.
  func isServed(_ method: String) -> Bool {
    threads.values.contains { thread in
      thread.frames.contains { frame in
        if case .method(_, let name, .stub) = frame.kind { self[name] == method } else { false }
      }
    }
  }

  /// The components of that class, tombstones too.
  func components(named text: String) -> [Object] {
    objects(named: text).filter { $0.role == .component }
  }

  /// The proxies of objects of that class, tombstones too.
  func proxies(named text: String) -> [Object] {
    objects(named: text).filter { $0.role == .proxy }
  }

  /// The calls of that method, in order.
  func calls(of method: String) -> [Call] { callsInOrder.filter { self[$0.method] == method } }

  /// The thread that served the first call of that method.
  func server(of method: String) -> ThreadID? {
    calls(of: method).map(\.server).first { !$0.isNone }
  }

  /// How many calls of that method came back with success.
  func returns(of method: String) -> Int {
    calls(of: method).count { $0.state == .returned && !$0.result.isFailure }
  }

  /// The names of the threads that served calls to components, each once, in the order of the calls.
  var servers: [String] {
    distinct(
      callsInOrder.filter { !$0.proxy.isNone && !$0.server.isNone }.map { name(of: $0.server) })
  }

  /// The names of the threads that a direct pointer brought into a room that is not theirs, each
  /// once.
  var trespassers: [String] { distinct(trespasses.map { name(of: $0.thread) }) }

  /// Whether a direct pointer brought a thread to run that method outside its apartment.
  func isTrespassed(_ method: String) -> Bool { trespasses.contains { self[$0.method] == method } }

  /// Who refused, each once: `COM`, `proxy`, the class of a component, a function of the program's.
  var refusers: [String] { distinct(refusals.map { name(of: $0.refuser) }) }

  /// What was refused, code by code, in order.
  var refusedWith: [HResult] { refusals.map(\.result) }

  func name(of refuser: Refuser) -> String {
    switch refuser {
    case .com: "COM"
    case .proxy: "proxy"
    case .object(let id): objects[id].map { self[$0.name] } ?? ""
    case .named(let name): self[name]
    }
  }

  func name(of thread: ThreadID) -> String { threads[thread].map { self[$0.name] } ?? "" }

  private func distinct(_ names: [String]) -> [String] {
    var found: [String] = []
    for name in names where !found.contains(name) { found.append(name) }
    return found
  }

  /// The streams, in the order of their making, tombstones too.
  var streams: [Object] { objectsInOrder.filter { $0.role == .stream } }

  /// The cell of that name.
  func cell(_ text: String) -> Cell? { name(text).flatMap { cells[$0] } }

  /// Whether a call of that method waits in the main apartment's queue.
  func isQueued(_ method: String) -> Bool {
    apartmentsInOrder.filter(\.isMain).flatMap(\.queue).contains { message in
      calls[message.call].map { self[$0.method] == method } ?? false
    }
  }

  /// The packets of that interface, in the order of their making.
  func packets(of interface: String) -> [Packet] {
    packetsInOrder.filter { packet in
      interfaceStubs[packet.interfaceStub].map { self[$0.interface] == interface } ?? false
    }
  }
}

extension World.Packet {
  /// Whether it was unmarshalled.
  var isOpened: Bool { if case .opened = state { true } else { false } }
}
