import Trace

/// What the lessons about local servers ask of a World. Processes and threads are asked for by name:
/// each process has a `main`.
extension World {
  /// The process of that name.
  func process(named text: String) -> Process? {
    processesInOrder.first { self[$0.name] == text }
  }

  /// The processes whose names begin so, in the order of their starts.
  func processes(named prefix: String) -> [Process] {
    processesInOrder.filter { self[$0.name].hasPrefix(prefix) }
  }

  /// The thread of that name in that process.
  func thread(_ name: String, of process: String) -> Thread? {
    guard let id = self.process(named: process)?.id else { return nil }
    return threadsInOrder.first { $0.id.processID == id && self[$0.name] == name }
  }

  /// Whether the thread is in that function, of COM's or of the program's.
  func isIn(_ function: String, _ thread: String, of process: String) -> Bool {
    self.thread(thread, of: process)?.frames.contains { frame in
      if case .function(let name) = frame.kind { self[name] == function } else { false }
    } ?? false
  }

  /// Whether the thread waits for the answer to a call.
  func waitsForReply(_ thread: String, of process: String) -> Bool {
    guard case .waiting(.reply) = self.thread(thread, of: process)?.activity else { return false }
    return true
  }

  /// Whether the thread is in its message loop, and nothing is there for it.
  func isIdle(_ thread: String, of process: String) -> Bool {
    self.thread(thread, of: process)?.activity == .waiting(.messageLoop)
  }

  /// Whether the thread has ended.
  func hasEnded(_ thread: String, of process: String) -> Bool {
    self.thread(thread, of: process)?.activity == .ended
  }

  /// The calls of that method that threads of the process have made, in order.
  func calls(of method: String, from process: String) -> [Call] {
    guard let id = self.process(named: process)?.id else { return [] }
    return calls(of: method).filter { $0.caller.processID == id }
  }

  /// Objects of that class, or proxies of them, that the process holds under that name.
  func isHeld(_ object: String, by holder: String, in process: String) -> Bool {
    guard let id = self.process(named: process)?.id else { return false }
    return objects(named: object).contains { object in
      object.process == id
        && holders(of: object.id).contains { reference in
          if case .named(let name) = reference.holder { self[name] == holder } else { false }
        }
    }
  }

  /// The count that keeps the server; nil where there is no such process.
  func serverCount(of process: String) -> UInt32? { self.process(named: process)?.serverCount }

  /// The first class object of that class that the process has registered, revoked ones too.
  func registration(of name: String, in process: String) -> Registration? {
    guard let id = self.process(named: process)?.id else { return nil }
    return registrationsInOrder.first { registration in
      registration.process == id
        && (classes[registration.ofClass].map { self[$0.name] == name } ?? false)
    }
  }

  /// Whether the SCM sends clients of that class to the process.
  func isOpen(_ name: String, in process: String) -> Bool {
    registration(of: name, in: process)?.scm == .open
  }

  /// The component's process.
  func process(of object: Object?) -> Process? { object.flatMap { processes[$0.process] } }
}
