import ThreadKernel
import Trace

extension ComProcess {
  /// A new STA of the calling thread; the first one is the main one for good (APT-02).
  func openSingleThreaded(startedBy origin: ThreadOrigin = .program) -> Apartment {
    tables.withLock { tables in
      let apartment = Apartment(
        .singleThreaded, in: self, thread: KernelThread.current,
        isMain: tables.mainApartment == nil, startedBy: origin)
      tables.apartments[apartment.id] = apartment
      if origin == .program { tables.programUsers += 1 }
      if apartment.isMain { tables.mainApartment = apartment }
      return apartment
    }
  }

  /// The MTA, which is made where there is none; the process has one more user of it.
  func joinMultithreaded(startedBy origin: ThreadOrigin = .program) -> Apartment {
    tables.withLock { tables in
      tables.multithreadedUsers += 1
      if origin == .program { tables.programUsers += 1 }
      if let known = tables.multithreaded { return known }
      let apartment = Apartment(
        .multithreaded, in: self, thread: nil, isMain: false, startedBy: origin)
      tables.multithreaded = apartment
      tables.apartments[apartment.id] = apartment
      return apartment
    }
  }

  /// One user less; with the last the MTA ends.
  func leaveMultithreaded() {
    let ending = tables.withLock { tables -> Apartment? in
      tables.multithreadedUsers -= 1
      guard tables.multithreadedUsers == 0 else { return nil }
      // Who joins from here on gets a new one.
      defer { tables.multithreaded = nil }
      return tables.multithreaded
    }
    guard let ending else { return }
    ending.cutOff()
    ending.closePool()
    ending.closeQueue()
    remove(ending)
  }

  func remove(_ apartment: Apartment) {
    tables.withLock { tables in
      tables.apartments[apartment.id] = nil
      tables.closing.remove(apartment.id)
      tables.remoting.announced[apartment.id] = nil
      if tables.apartments.isEmpty {
        tables.customPackets = [:]
        tables.remoting.packets = [:]
        tables.proxyStubClasses = [:]
        tables.freeThreaded.clear()
        tables.globals.clear()
      }
    }
    kernel.tell(.apartmentEnded(apartment.id))
  }
}

extension Apartment {
  /// The end of an STA: calls that are there are still served, other messages are dropped
  /// (INIT-23); then its proxies and stubs are cut off.
  func closeSingleThreaded() {
    let thread = ComThread.current
    // From here on the filter is not asked any more: what is there is served.
    if thread.filter != nil { thread.setFilter(nil, of: self)?.release() }
    kernel.point(.messageTaken)
    thread.lookAtMail()
    while let message = takeNext() {
      message.call?.serve(in: self)
      if let sent = message.sent { thread.dispatch(sent) }
      kernel.point(.messageTaken)
      thread.lookAtMail()
    }
    thread.windowProcedure = nil
    cutOff()
    thread.closeMail()
    for message in closeQueue() {
      message.call?.fail(.RPC_E_DISCONNECTED)
      message.sent?.isNeverDispatched()
    }
    thread.doChores()
    process.remove(self)
  }

  /// Nothing more is taken.
  ///
  /// - Returns: what nobody took.
  @discardableResult
  func closeQueue() -> [Message] {
    queue.withLock { queue in
      queue.isClosed = true
      let messages = queue.messages
      for message in messages { kernel.tell(.messageTaken(id, message.id)) }
      queue.messages = []
      return messages
    }
  }

  /// Cuts the apartment's proxies and stubs off: references go back on both sides (STUB-11).
  func cutOff() {
    process.tables.withLock { _ = $0.closing.insert(id) }
    process.revokeClassObjects(of: self)
    for proxy in process.proxies(in: self) { proxy.value.disconnect() }
    let managers = process.tables.withLock { $0.exports.managers(in: id) }
    for manager in managers { process.disconnect(manager) }
  }
}
