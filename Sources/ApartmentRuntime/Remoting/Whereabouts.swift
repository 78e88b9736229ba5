import ThreadKernel
import Trace

/// How an apartment of another process is reached: what resolving its OXID answers.
struct Whereabouts: Hashable, Sendable {
  let apartment: ApartmentID
  let kind: ApartmentKind
  let process: ProcessID
  /// The thread that gets the apartment's mail: an STA's own, or the `rpc` thread of its process.
  let mailThread: ThreadID

  /// Who serves a call to it, as far as that is known before: any thread may for the MTA.
  var server: ThreadID {
    kind == .singleThreaded
      ? mailThread : ThreadID(process: UInt16(truncatingIfNeeded: process.number), number: 0)
  }
}

extension ComProcess {
  /// Where an apartment of another process is. The resolver is asked the first time.
  ///
  /// - Throws: `OR_INVALID_OXID` where nobody has made such an apartment known.
  func whereabouts(of apartment: ApartmentID) throws(HResult) -> Whereabouts {
    if let known = tables.withLock({ $0.remoting.whereabouts[apartment] }) { return known }
    kernel.point(.scmRequest)
    let request = kernel.numbers.request()
    kernel.tell(.scmRequested(request, .resolve, .none, .none))
    let answer = OxidRequest.answer(kernel.ask(OxidRequest.resolve(apartment).bytes))
    guard let answer, answer.apartment == apartment, answer.process != id else {
      kernel.tell(.scmAnswered(request, .none, .OR_INVALID_OXID))
      throw .OR_INVALID_OXID
    }
    kernel.tell(.scmAnswered(request, .none, .S_OK))
    know(answer)
    return answer
  }

  /// Keeps where an apartment of another process is.
  func know(_ whereabouts: Whereabouts) {
    let kernel = kernel
    kernel.reserveRoom()
    tables.withLock { tables in
      let old = tables.remoting.whereabouts.updateValue(
        whereabouts, forKey: whereabouts.apartment)
      if old == nil { kernel.tell(.oxidResolved(whereabouts.apartment)) }
    }
  }

  /// Whether calls to another process have any prospect.
  func canReach(_ process: ProcessID) -> Bool {
    kernel.isAlive(process) && !tables.withLock { $0.remoting.cut.contains(process) }
  }

  // MARK: Being found

  /// Has other processes find the apartment from here on: its packets can be used there.
  ///
  /// - Throws: `CO_E_NOTINITIALIZED` where the apartment ends, `RPC_E_CALL_CANCELED` when the run is
  ///   ended.
  func announce(_ apartment: Apartment) throws(HResult) {
    let id = apartment.id
    if isAnnounced(id) { return }
    // The neutral apartment has no threads: its calls come to the MTA's.
    let host = apartment.kind == .neutral ? try hostApartment(.multithreaded) : apartment
    if host !== apartment { try announce(host) }
    let kernel = kernel
    let turn = tables.withLock { $0.remoting.turn(in: kernel) }
    turn.lock()
    defer { turn.unlock() }
    if isAnnounced(id) { return }
    guard tables.withLock({ $0.isOpen(apartment) }) else { throw .CO_E_NOTINITIALIZED }
    let mailThread = try startMail(of: host)
    let here = Whereabouts(
      apartment: id, kind: apartment.kind, process: self.id, mailThread: mailThread)
    _ = kernel.ask(OxidRequest.export(here).bytes)
    tables.withLock { $0.remoting.announced[id] = mailThread }
  }

  /// Has other processes find the apartment that a packet of the object will lead to.
  func announceHome(of object: Unknown, _ apartment: Apartment) throws(HResult) {
    guard let proxy = object as? Proxy else { return try announce(apartment) }
    guard !proxy.isAway, let home = self.apartment(proxy.exporter) else { return }
    try announce(home)
  }

  private func isAnnounced(_ apartment: ApartmentID) -> Bool {
    tables.withLock { $0.remoting.announced[apartment] != nil }
  }

  /// The thread that gets an apartment's mail; the MTA's is started when it has none.
  private func startMail(of apartment: Apartment) throws(HResult) -> ThreadID {
    if let thread = apartment.thread { return thread.id }
    let id = apartment.id
    if let known = tables.withLock({ $0.remoting.announced[id] }) { return known }
    let thread = spawn("rpc", origin: .com) { apartment.serveMail() }
    guard let thread else { throw .RPC_E_CALL_CANCELED }
    return thread.id
  }
}
