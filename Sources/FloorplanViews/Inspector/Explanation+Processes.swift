import Trace

/// What is said of processes, the SCM, and what it was asked.
extension PlanContext {
  func explanation(process id: ProcessID) -> String {
    guard let process = world.processes[id] else { return "It has not started yet." }
    if process.isKilled {
      return "A process that was killed: none of its threads got to say anything more. It gave "
        + "nothing back, so what it held at others is counted there until COM notices and takes "
        + "it back."
    }
    guard process.isAlive else { return "A process that has ended: all of its threads have." }
    let what =
      "A process: nothing of its memory can be reached from outside. Others have proxies, and "
      + "calls cross as bytes."
    guard isServer(id) else { return what }
    let life =
      " A server lives as long as somebody needs it. Server count is what CoAddRefServerProcess "
      + "and CoReleaseServerProcess move; behind it stands who has a part in it. At 0 COM suspends "
      + "its class objects in the same step, so nobody new gets in."
    return switch world.standing(of: id) {
    case .starting: what + " It is starting: the SCM waits until it registers the class."
    case .closing: what + life + " It is closing: it still has to revoke and to leave its loops."
    default: what + life
    }
  }

  private func isServer(_ id: ProcessID) -> Bool {
    if world.processes[id]?.launchedFor.isNone == false { return true }
    return world.registrations.values.contains {
      $0.scm != nil && world.apartments[$0.apartment]?.process == id
    }
  }

  static let scm =
    "The service control manager (SCM): it knows which class is served by which process, sends "
    + "clients there, and starts a server where there is none. Servers register their class "
    + "objects with it; a suspended one stays in its table and gets nobody."

  func explanation(request id: RequestID) -> String {
    guard let request = world.requests[id] else { return "It has not been made yet." }
    let who = label(request.client)
    switch (request.kind, request.state) {
    case (.activate, .open):
      let server = awaitedServer(request)
      let wait =
        server.isNone
        ? "The SCM looks for a server."
        : "It waits until \(world.label(process: server)) has registered the class."
      return "\(who) asked the SCM for \(what(request)). \(wait)"
    case (.activate, _): return "\(who) asked the SCM for \(what(request))."
    case (.resume, _):
      return "One call to the SCM for all class objects of a process that were registered "
        + "suspended: from here on all of them are open."
    case (.resolve, _):
      return "\(who) asked how an apartment of another process is reached. It asks once for each."
    default: return "\(who) called the SCM: \(what(request))."
    }
  }

  func explanation(registration id: RegistrationID) -> String {
    guard let registration = world.registrations[id],
      registration.context.contains(.localServer)
    else { return Self.registration }
    let what =
      "A class object: the factory that clients of other processes get for the class. Its server "
      + "registered it with the SCM. "
    if registration.isRevoked { return what + "It is revoked: COM gives it to nobody any more." }
    return registration.isSuspended
      ? what + "It is suspended: it is still registered and serves nobody until it is resumed."
      : what + "It is open: the SCM sends clients here."
  }
}
