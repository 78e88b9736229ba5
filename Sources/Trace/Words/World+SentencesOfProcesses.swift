/// What is said of server processes, the SCM, and what crosses between processes.
extension World {
  func sentenceOfProcesses(_ event: Event) -> String {
    switch event.kind {
    case .localServerKnown(let id, let program):
      "the registry has \(label(class: id)): LocalServer32 \(self[program])"
    case .scmRequested(let id, let kind, let ofClass, let registration):
      "asks the SCM \(phrase(kind, ofClass, registration)) (\(label(request: id)))"
    case .scmAnswered(let id, let process, let result): answer(to: id, process, result)
    case .serverLaunched(let process, let id):
      "the SCM starts \(label(process: process)) for \(label(request: id))"
    case .scmEntry(let id, let state):
      "the SCM's table: \(label(registration: id)) is \(phrase(state))"
    case .classObjectSuspended(let id): "COM suspends \(label(registration: id))"
    case .classObjectResumed(let id): "COM resumes \(label(registration: id))"
    case .serverCount(let count, let change, let name): sentence(ofCount: count, change, name)
    case .implicitLock(let id, true): "COM locks the server by \(label(object: id))"
    case .implicitLock(let id, false): "COM unlocks the server by \(label(object: id))"
    default: sentenceOfConnections(event)
    }
  }

  private func sentenceOfConnections(_ event: Event) -> String {
    switch event.kind {
    case .oxidResolved(let id):
      "\(label(process: event.thread.processID)) can reach \(label(apartment: id, from: event.thread))"
    case .connectionCut(let process, let result):
      "cuts the connection to \(label(process: process)): \(result.name)"
    case .pingMissed(let process, let count):
      "\(label(process: process)) sent no ping, \(Self.count(count, "time")) now"
    case .referencesReclaimed(let stub, let process, let count):
      "\(label(interfaceStub: stub)) takes back \(count) \(Self.publicRefs(count)) of "
        + label(process: process)
    default: ""
    }
  }

  /// The apartment; with its process where that is not the thread's.
  func label(apartment id: ApartmentID, from thread: ThreadID) -> String {
    let own = label(apartment: id)
    guard let home = apartments[id]?.process, home != thread.processID, !thread.isNone else {
      return own
    }
    return "\(own) of \(label(process: home))"
  }

  public func label(request id: RequestID) -> String { "request \(id)" }

  /// The name of the class that was registered.
  public func label(registration id: RegistrationID) -> String {
    guard let registration = registrations[id] else { return "registration \(id)" }
    return label(class: registration.ofClass)
  }

  private func phrase(
    _ kind: ScmRequest, _ ofClass: ClassID, _ registration: RegistrationID
  ) -> String {
    let what =
      ofClass.isNone
      ? registration.isNone ? "" : label(registration: registration) : label(class: ofClass)
    return switch kind {
    case .activate: "for \(what)"
    case .register: "to register \(what)"
    case .resume: "to open its classes"
    case .suspend: "to suspend its classes"
    case .revoke: "to forget \(what)"
    case .resolve: "how to reach an apartment"
    case .giveUp: "for \(what) no longer"
    }
  }

  private func answer(to id: RequestID, _ process: ProcessID, _ result: HResult) -> String {
    if result.isFailure { return "the SCM answers \(label(request: id)): \(result.name)" }
    return process.isNone
      ? "the SCM has done \(label(request: id))"
      : "the SCM answers \(label(request: id)): \(label(process: process))"
  }

  private func phrase(_ state: ScmEntryState) -> String {
    switch state {
    case .open: "open"
    case .suspended: "suspended"
    case .removed: "gone"
    }
  }

  private func sentence(
    ofCount count: UInt32, _ change: ServerCountChange, _ name: Name
  ) -> String {
    let before = change == .added ? Int64(count) - 1 : Int64(count) + 1
    let who = name.isNone ? "" : " (\(self[name]))"
    return "server count \(before)→\(count)\(who)"
  }
}
