import HashTreeCollections

/// A process that is killed, and what others make of it.
extension World {
  /// The SCM's class table has no class objects of a process that is gone.
  mutating func clearTable(of id: ProcessID) {
    for (key, registration) in registrations
    where registration.process == id && registration.scm != nil {
      registrations[key]?.scm = .removed
    }
  }

  /// None of its threads goes on, and nobody waits for its calls. What they were at stays as it was.
  mutating func killProcess(_ id: ProcessID, _ event: Event) {
    if processes[id]?.isAlive != true {
      contradict(event, "process \(id) is killed, but no such process is running")
    }
    processes[id]?.isAlive = false
    processes[id]?.isKilled = true
    clearTable(of: id)
    for thread in threads.keys where thread.processID == id { endThread(thread, event) }
    for (key, call) in calls where call.caller.processID == id && !call.isOver {
      calls[key]?.state = .lost
    }
    for (key, request) in requests
    where request.client.processID == id && request.state == .open {
      requests[key]?.state = .lost
    }
  }

  /// A stub takes back what a client held which is gone: of its proxies first, then of packets on
  /// their way there. It goes by what was given out; the client may have said in its last moments
  /// that it gave some of it back, so that less than that is found here.
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
    for share in stub.publicReferences {
      guard rest > 0, case .proxy(let proxy) = share.holder, objects[proxy]?.process == process
      else { continue }
      take(share, of: id, &rest)
    }
    for share in stub.publicReferences {
      guard rest > 0, case .packet(let packet) = share.holder, isUnderWay(packet, to: process)
      else { continue }
      take(share, of: id, &rest)
      _ = packets.change(packet) { if $0.state == .sealed { $0.state = .released } }
    }
  }

  private mutating func take(_ share: PublicShare, of id: InterfaceStubID, _ rest: inout UInt32) {
    let taken = min(rest, share.count)
    interfaceStubs[id]?.take(taken, from: share.holder)
    rest -= taken
  }

  /// Nobody asks for the references of the dead where there is no stub any more.
  mutating func forgetRuins(at id: StubID) {
    guard hasRuins, let stub = stubs[id] else { return }
    for interface in stub.interfaces {
      for share in interfaceStubs[interface]?.publicReferences ?? []
      where isRuin(publicHolder: share.holder) {
        interfaceStubs[interface]?.take(share.count, from: share.holder)
      }
    }
  }

  /// Whether the stub is in another process than the thread.
  func isFar(_ id: InterfaceStubID, from thread: ThreadID) -> Bool {
    guard let stub = interfaceStubs[id].flatMap({ stubs[$0.stub] }),
      let home = apartments[stub.apartment]
    else { return false }
    return home.process != thread.processID
  }
}
