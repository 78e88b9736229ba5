import Trace

/// What the lessons about the start of a server ask of a World.
extension World {
  /// The class objects that the server has registered, revoked ones too.
  func registrations(in server: String) -> [Registration] {
    guard let id = process(named: server)?.id else { return [] }
    return registrationsInOrder.filter { $0.process == id }
  }

  /// How many calls the server has made to the SCM so that it learns of classes.
  func openingCalls(of server: String) -> Int {
    guard let id = process(named: server)?.id else { return 0 }
    return requests.values.count {
      $0.client.processID == id && ($0.kind == .register || $0.kind == .resume)
    }
  }

  /// Whether the server has made an object for somebody.
  func hasServed(_ server: String) -> Bool {
    guard let id = process(named: server)?.id else { return false }
    return objects.values.contains {
      $0.process == id && $0.role == .component && !self[$0.name].hasPrefix("factory ")
    }
  }

  /// Whether the server's count went back to 0, and COM has suspended what was there.
  func hasStopped(_ server: String) -> Bool {
    serverCount(of: server) == 0 && hasServed(server)
      && registrations(in: server).contains { $0.isClosed }
  }

  func hasEnded(_ server: String) -> Bool { process(named: server)?.isAlive == false }

  /// Whether client B has an object, wherever that lives.
  var isBServed: Bool { passed("B has it") }

  /// What came of B's call, once it is back.
  var resultForB: HResult? {
    calls(of: "Paint", from: "client B").first { $0.state == .returned }?.result
  }
}

extension World.Registration {
  /// Whether the class object is suspended or revoked, and the SCM knows that.
  var isClosed: Bool { (isSuspended || isRevoked) && scm != .open }
}
