import HashTreeCollections

/// A process that is killed, and what others make of it.
extension World {
  /// None of its threads goes on, and nobody waits for its calls. What they were at stays as it was.
  mutating func killProcess(_ id: ProcessID, _ event: Event) {
    if processes[id]?.isAlive != true {
      contradict(event, "process \(id) is killed, but no such process is running")
    }
    processes[id]?.isAlive = false
    processes[id]?.isKilled = true
    for thread in threads.keys where thread.processID == id { endThread(thread, event) }
    for (key, call) in calls where call.caller.processID == id && !call.isOver {
      calls[key]?.state = .lost
    }
    for (key, request) in requests
    where request.client.processID == id && request.state == .open {
      requests[key]?.state = .lost
    }
  }

  /// Whether the process can have told, before it was killed, what is known only now.
  func isRuin(of thread: ThreadID) -> Bool { isKilled(thread.processID) }

  /// A stub takes back what a client held which is gone: its proxies first, then packets on their
  /// way there. The stub's side has booked what was given out; what the client gave back in its last
  /// moments may be missing here.
  mutating func reclaim(
    _ count: UInt32, of id: InterfaceStubID, from process: ProcessID, _ event: Event
  ) {
    guard let stub = interfaceStubs[id] else {
      contradict(event, "interface stub \(id) takes references back, but was never made")
      return
    }
    if processes[process] == nil {
      contradict(event, "references of process \(process) are reclaimed, but it never started")
    }
    var rest = count
    let shares = stub.publicReferences
    for share in shares where isHolder(share.holder, in: process) {
      let taken = min(rest, share.count)
      interfaceStubs[id]?.take(taken, from: share.holder)
      rest -= taken
    }
  }

  /// Whether a holder of public references lived in the process.
  private func isHolder(_ holder: PublicHolder, in process: ProcessID) -> Bool {
    switch holder {
    case .stub: false
    case .proxy(let proxy): objects[proxy]?.process == process
    case .packet: false
    }
  }
}
