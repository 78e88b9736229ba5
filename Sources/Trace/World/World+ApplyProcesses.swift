import HashTreeCollections

/// Server processes, the SCM, and what crosses between processes.
extension World {
  mutating func foldProcesses(_ event: Event) {
    switch event.kind {
    case .localServerKnown(let id, let program):
      let found: Void? = classes.change(id) { $0.program = program }
      if found == nil { contradict(event, "class \(id) has a local server, but is not known") }
    case .scmRequested, .scmAnswered, .serverLaunched: foldRequests(event)
    case .scmEntry(let id, let state):
      // A process may be killed while the SCM does what it asked for.
      let isGone = registrations[id].map { processes[$0.process]?.isAlive != true } ?? false
      changeRegistration(id, event) { $0.scm = isGone ? .removed : state }
    case .classObjectSuspended(let id):
      changeRegistration(id, event) { $0.isSuspended = true }
    case .classObjectResumed(let id):
      changeRegistration(id, event) { $0.isSuspended = false }
    case .serverCount(let count, let change, let name):
      countServer(count, change, by: name, event)
    case .implicitLock(let id, let isLocked): lock(id, isLocked, event)
    case .oxidResolved(let id):
      if apartments[id] == nil {
        contradict(event, "apartment \(id) can be reached, but was never made")
      }
      changeProcess(event.thread.processID, event) { $0.resolved.append(id) }
    case .connectionCut(let other, let result):
      if processes[other] == nil {
        contradict(event, "process \(other) is cut off, but it never started")
      }
      let cut = CutConnection(process: other, result: result, at: event.n)
      changeProcess(event.thread.processID, event) { $0.cutConnections.append(cut) }
    case .pingMissed(let id, let count):
      changeProcess(id, event) { $0.missedPings = count }
    case .referencesReclaimed(let stub, let process, let count):
      reclaim(count, of: stub, from: process, event)
    default: break
    }
  }

  private mutating func changeProcess(
    _ id: ProcessID, _ event: Event, _ body: (inout Process) -> Void
  ) {
    let found: Void? = processes.change(id) { body(&$0) }
    if found == nil { contradict(event, "process \(id) changes, but it never started") }
  }

  // MARK: The SCM

  private mutating func foldRequests(_ event: Event) {
    switch event.kind {
    case .scmRequested(let id, let kind, let ofClass, let registration):
      if requests[id] != nil || id.isNone {
        contradict(event, "request \(id) is made, but that number was given already")
      }
      if !ofClass.isNone && classes[ofClass] == nil {
        contradict(event, "request \(id) is for class \(ofClass), which is not known")
      }
      scmCalls &+= 1
      countScmCall(by: event.thread)
      requests[id] = ScmRequestRecord(
        id: id, kind: kind, ofClass: ofClass, registration: registration, client: event.thread,
        state: isKilled(event.thread.processID) ? .lost : .open, at: event.n)
    case .scmAnswered(let id, let process, let result):
      let before = requests.change(id) { request in
        defer {
          if request.state == .open { request.state = .answered }
          request.process = process
          request.result = result
        }
        return request.state
      }
      if before == nil { contradict(event, "request \(id) is answered, but nobody made it") }
      if before == .answered { contradict(event, "request \(id) is answered twice") }
    case .serverLaunched(let process, let id):
      changeProcess(process, event) { $0.launchedFor = id }
      let found: Void? = requests.change(id) { $0.launched = process }
      if found == nil { contradict(event, "request \(id) starts a server; nobody made it") }
    default: break
    }
  }

  private mutating func changeRegistration(
    _ id: RegistrationID, _ event: Event, _ body: (inout Registration) -> Void
  ) {
    let found: Void? = registrations.change(id) { body(&$0) }
    if found == nil { contradict(event, "registration \(id) changes, but was never made") }
  }

  // MARK: What keeps a server alive

  private mutating func countServer(
    _ count: UInt32, _ change: ServerCountChange, by name: Name, _ event: Event
  ) {
    var before: UInt32 = 0
    changeProcess(event.thread.processID, event) { process in
      before = process.serverCount
      process.serverCount = count
      process.share(Int64(count) - Int64(before), with: name)
    }
    let expected =
      switch change {
      case .added: before &+ 1
      case .released: before == 0 ? 0 : before - 1
      }
    if count != expected {
      contradict(event, "the server's count is \(count); \(expected) was expected")
    }
  }

  private mutating func lock(_ id: ObjectID, _ isLocked: Bool, _ event: Event) {
    let before = objects.change(id) { object in
      let before = object.implicitLocks
      if isLocked {
        object.implicitLocks &+= 1
      } else if before > 0 {
        object.implicitLocks -= 1
      }
      return before
    }
    if before == nil {
      contradict(event, "object \(id) locks its server, but was never made")
    } else if before == 0 && !isLocked {
      contradict(event, "object \(id) unlocks its server, which it had not locked")
    }
  }
}

extension World.Process {
  /// Adds to what the name has of the count; who has nothing is none of the holders.
  fileprivate mutating func share(_ difference: Int64, with name: Name) {
    guard let index = serverHolders.firstIndex(where: { $0.name == name }) else {
      if difference != 0 { serverHolders.append(.init(name: name, count: difference)) }
      return
    }
    serverHolders[index].count += difference
    if serverHolders[index].count == 0 { serverHolders.remove(at: index) }
  }
}
