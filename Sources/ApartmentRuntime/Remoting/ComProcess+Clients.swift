import ThreadKernel
import Trace

/// What other processes hold of this one's objects.
extension ComProcess {
  /// The process that the calling thread serves, where it is another one.
  var servedClient: ProcessID? { ComThread.ofCaller?.serving.last?.client }

  /// A normal packet leaves with its references.
  func send(_ packet: PacketID, _ standard: StandardReference, to client: ProcessID) {
    changeFound(standard) { manager, _ in
      guard let sealed = manager.sealed(standard, packet) else { return nil }
      return { $0.send(sealed, to: client) }
    }
    watch(client, for: standard)
  }

  /// A packet of an object of this process comes home, unused.
  func receive(_ packet: PacketID, _ standard: StandardReference, from client: ProcessID) {
    let sealed = SealedPacket(
      id: packet, stub: standard.ipid.interfaceStub, kind: .normal,
      references: standard.publicReferences)
    tables.withLock { $0.exports.note(packet) }
    changeFound(standard) { _, _ in { $0.receive(sealed, from: client) ?? .nothing } }
  }

  /// A client has opened a packet that came to it by another way than a call.
  func noteOpened(_ opened: OpenedPacket, by client: ProcessID) {
    let standard = opened.standard
    let kernel = kernel
    changeFound(standard) { manager, interface in
      guard let sealed = manager.sealed(standard, .none), sealed.kind == .normal else {
        return nil
      }
      kernel.tell(
        .publicReferences(
          interface.id, from: .packet(sealed.id), to: .stub, count: sealed.references))
      kernel.tell(.packetOpened(sealed.id, as: opened.proxy))
      return { $0.send(sealed, to: client) }
    }
    watch(client, for: standard)
  }

  /// References changed hands between other processes.
  func noteMoved(_ moved: MovedReferences) {
    let stub = moved.ipid.interfaceStub
    let (aftermath, apartment) = tables.withLock { tables -> (Aftermath?, ApartmentID) in
      guard let (manager, _) = find(moved.ipid, &tables) else { return (nil, .none) }
      let aftermath = change(manager.id, &tables) {
        $0.move(moved.count, of: stub, from: moved.from, to: moved.to)
      }
      return (aftermath, manager.apartment)
    }
    perform(aftermath)
    if moved.to != id { watch(moved.to, for: apartment) }
  }

  private func changeFound(
    _ standard: StandardReference,
    _ decide:
      @Sendable (StubManager, StubManager.Interface) ->
      ((inout StubManager) -> StubManager.Outcome)?
  ) {
    let aftermath = tables.withLock { tables -> Aftermath? in
      guard let (manager, interface) = find(standard, &tables),
        let body = decide(manager, interface)
      else { return nil }
      return change(manager.id, &tables, body)
    }
    perform(aftermath)
  }

  // MARK: Death

  func watch(_ client: ProcessID, for standard: StandardReference) {
    watch(client, for: ApartmentID(UInt32(truncatingIfNeeded: standard.oxid)))
  }

  /// Has the apartment learn of it when a process that holds references is gone.
  func watch(_ client: ProcessID, for apartment: ApartmentID) {
    let (thread, isGone) = tables.withLock { tables -> (ThreadID?, Bool) in
      let thread = tables.remoting.announced[apartment]
      if tables.remoting.isGone(client) { return (thread, true) }
      let isNew = tables.remoting.watched.insert(.init(client: client, apartment: apartment))
        .inserted
      return (isNew ? thread : nil, false)
    }
    guard let thread else { return }
    if isGone {
      // What a last word of it has brought it goes back at once.
      _ = kernel.mail(Frame.gone(client, isDue: true).bytes, to: thread)
    } else if thread == KernelThread.current?.id {
      watch(client)
    } else {
      // A thread can only ask for itself.
      _ = kernel.mail(Frame.watch(client).bytes, to: thread)
    }
  }

  func watch(_ client: ProcessID) {
    kernel.watch(client, notice: Frame.gone(client, isDue: false).bytes)
  }

  /// Calls to a process that is gone, which nobody waits for, have failed: an answer would have come
  /// before the news.
  func loseAnswers(of server: ProcessID, to thread: ThreadID) {
    let lost = tables.withLock { tables in
      tables.remoting.outgoing.values.filter {
        $0.call.destination?.process == server && $0.call.isAsynchronous && $0.replyTo == thread
      }
    }
    for pending in lost.sorted(by: { $0.call.identity.id < $1.call.identity.id }) {
      forgetOutgoing(pending.call.identity.id)
      _ = pending.call.hasCome(.failure(.RPC_S_CALL_FAILED), by: KernelThread.current)
    }
  }

  /// Whether another thread has to look at its mail first: the last answers of a process that is gone
  /// can bring packets of this one's objects home. The last of them sends the notice again.
  func isPostponed(_ client: ProcessID, for thread: ThreadID) -> Bool {
    tables.withLock { tables in
      guard tables.remoting.awaitsAnswer(of: client, exceptBy: thread) else { return false }
      tables.remoting.postponed.insert(client)
      return true
    }
  }

  /// Takes back what a process that is gone holds of an apartment's objects, on the thread that gets
  /// the apartment's mail.
  func reclaim(from client: ProcessID, in apartment: Apartment) {
    let id = apartment.id
    let held = tables.withLock { tables in
      tables.remoting.gone.insert(client)
      return tables.exports.managers(in: id).filter {
        tables.exports.managers[$0]?.isHeld(by: client) ?? false
      }
    }
    for manager in held {
      kernel.point(.countChanged)
      let kernel = kernel
      let aftermath = tables.withLock { tables in
        change(manager, &tables) { manager in
          let (held, packets, outcome) = manager.reclaim(from: client)
          for entry in held {
            kernel.tell(.referencesReclaimed(entry.stub, of: client, count: entry.count))
          }
          for packet in packets { kernel.tell(.packetReleased(packet.id)) }
          return outcome
        }
      }
      perform(aftermath)
    }
  }

  /// Nobody reports deaths: the process is gone when it has missed three pings (MS-DCOM 3.1.2.2).
  ///
  /// What is counted is the pings that do not come, from the client's end on. Living clients send
  /// none here, on purpose: their pings change nothing, and would keep the run's clock going for ever.
  func startRundown(of client: ProcessID) {
    let (isHolding, isNew) = tables.withLock { tables in
      let managers = tables.exports.managers.values
      guard managers.contains(where: { $0.isHeld(by: client) }) else { return (false, true) }
      return (true, tables.remoting.missing.insert(client).inserted)
    }
    guard isNew else { return }
    guard isHolding else {
      ComThread.ofCaller?.chores.append(.reclaim(client))
      return
    }
    spawn("rundown", origin: .com) { [self] in
      for count in 1...pingsToMiss {
        let due = kernel.time &+ pingPeriod
        while kernel.time < due {
          if kernel.park(.time(due), deadline: due) == .abandoned { return }
        }
        kernel.tell(.pingMissed(client, count: count))
      }
      tellMailThreads(.gone(client, isDue: true))
    }
  }

  /// Sends a notice to every thread of the process that gets mail for an apartment.
  func tellMailThreads(_ notice: Frame) {
    let announced = tables.withLock { $0.remoting.announced }
    var told: Set<ThreadID> = []
    for (_, thread) in announced.sorted(by: { $0.key < $1.key })
    where told.insert(thread).inserted {
      _ = kernel.mail(notice.bytes, to: thread)
    }
  }
}

/// How often a client would ping, in nanoseconds, and how many pings in a row it may not miss.
private let pingPeriod: UInt64 = 120_000_000_000
private let pingsToMiss: UInt32 = 3
