import Trace

/// The servers' side of the SCM.
extension ScmState {
  func server(_ process: ProcessID) -> Server? {
    servers.first { $0.process == process }
  }

  mutating func ensureServer(_ process: ProcessID) -> Int {
    if let index = servers.firstIndex(where: { $0.process == process }) { return index }
    servers.append(Server(process: process))
    return servers.count - 1
  }

  /// A class object is registered open.
  ///
  /// - Parameter change: the last change of all of the process's class objects by then. Where they
  ///   were suspended since, so is this one.
  mutating func register(
    _ offer: OfferedClass, of process: ProcessID, change: UInt32, _ effects: inout [Effect]
  ) {
    guard offer.process == process else { return }
    let server = ensureServer(process)
    insert(
      offer, of: server, open: servers[server].change <= change || !servers[server].isSuspended,
      &effects)
  }

  /// All class objects of a process are open from that change on.
  mutating func resume(
    _ offers: [OfferedClass], of process: ProcessID, change: UInt32, _ effects: inout [Effect]
  ) {
    let server = ensureServer(process)
    if servers[server].change < change {
      servers[server].change = change
      servers[server].isSuspended = false
    }
    for offer in offers where offer.process == process {
      insert(offer, of: server, open: !servers[server].isSuspended, &effects)
    }
  }

  /// No class object of a process is open from that change on.
  mutating func suspend(
    _ process: ProcessID, change: UInt32, _ effects: inout [Effect]
  ) {
    let server = ensureServer(process)
    guard servers[server].change < change else { return }
    servers[server].change = change
    servers[server].isSuspended = true
    for index in entries.indices where entries[index].process == process {
      set(index, open: false, &effects)
    }
  }

  private mutating func insert(
    _ offer: OfferedClass, of server: Int, open: Bool, _ effects: inout [Effect]
  ) {
    let process = servers[server].process
    if !servers[server].classes.contains(offer.clsid) {
      servers[server].classes.append(offer.clsid)
    }
    guard !servers[server].spent.contains(offer.registration) else { return }
    let known = entries.firstIndex {
      $0.offer.registration == offer.registration && $0.process == process
    }
    if let known {
      set(known, open: open, &effects)
    } else {
      entries.append(Entry(offer: offer, isOpen: open))
      effects.append(.entry(offer.registration, open ? .open : .suspended))
    }
  }

  /// Whoever waits for a class gets one of the class objects that are open by now. Called once an
  /// operation's own answer stands.
  mutating func serveWaiting(_ effects: inout [Effect]) {
    for index in requests.indices {
      guard case .waits = requests[index].outcome,
        let serving = take(requests[index].clsid, &effects)
      else { continue }
      answer(index, .server(serving), &effects)
    }
    starts = starts.filter { start in
      !(server(start.process)?.classes.contains(start.clsid) ?? false)
    }
    startForTheRest(&effects)
  }

  /// A class object is registered no more. What was asked for it before, and comes later, does not bring
  /// it back.
  mutating func revoke(
    _ registration: RegistrationID, of process: ProcessID, _ effects: inout [Effect]
  ) {
    servers[ensureServer(process)].spent.append(registration)
    let index = entries.firstIndex {
      $0.offer.registration == registration && $0.process == process
    }
    guard let index else { return }
    entries.remove(at: index)
    effects.append(.entry(registration, .removed))
  }

  // MARK: Death

  /// A process has ended or was killed: what it left goes, and who waits for it waits for nothing.
  /// That its class objects serve nobody any more, everybody knows by its end.
  mutating func isGone(_ process: ProcessID, _ effects: inout [Effect]) {
    entries.removeAll { $0.process == process }
    if server(process) != nil, hasUnknownStarts { departed.append(process) }
    servers.removeAll { $0.process == process }
    requests.removeAll { $0.client.processID == process }
    for start in starts where start.process == process { fail(start.request, &effects) }
  }
}
