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

  /// Whether the component of that class is held under that name.
  func isReferenced(_ object: String, by holder: String) -> Bool {
    components(named: object).contains { component in
      holders(of: component.id).contains { reference in
        if case .named(let name) = reference.holder { self[name] == holder } else { false }
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

  /// Whether a call of that method came back with success.
  func hasReturned(_ method: String) -> Bool {
    calls(of: method).contains { $0.state == .returned && !$0.result.isFailure }
  }

  /// The names of the threads that served calls to components, each once, in the order of the calls.
  var servers: [String] {
    var names: [String] = []
    for call in callsInOrder where !call.proxy.isNone && !call.server.isNone {
      let name = threads[call.server].map { self[$0.name] } ?? ""
      if !names.contains(name) { names.append(name) }
    }
    return names
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
