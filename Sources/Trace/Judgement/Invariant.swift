/// Something that holds at every scheduling point of every run, whatever the schedule. Where one does
/// not, the runtime or the recording is wrong, not the program shown.
public enum Invariant: String, CaseIterable, Hashable, Sendable {
  case countIsHolders
  case destroyedIsUnheld
  case publicSharesHaveHolders
  case oneThreadRuns
  case messageHasHome
  case queuedCallIsSent
  case standstillIsStill
  case apartmentThreads
  case servedByItsServer
  case locksAreStrong
  case overMeansEnded

  /// What holds, in a sentence.
  public var sentence: String {
    switch self {
    case .countIsHolders: "An object's count is the number of references that are held to it."
    case .destroyedIsUnheld: "Nobody holds a reference to a destroyed object."
    case .publicSharesHaveHolders:
      "Public references are held by packets of that very stub and by proxies, one at least."
    case .oneThreadRuns: "Under a schedule one thread runs at a time."
    case .messageHasHome: "A message waits in one queue, of a living apartment."
    case .queuedCallIsSent: "A call that waits in a queue was sent and is not served yet."
    case .standstillIsStill: "At rest and in a deadlock no thread runs or is ready to."
    case .apartmentThreads: "A single-threaded apartment has one thread at most."
    case .servedByItsServer: "A thread serves the calls that name it as their server."
    case .locksAreStrong: "The external locks of a stub are among its strong references."
    case .overMeansEnded: "A run is over when all its threads have ended, and not before."
    }
  }
}

extension World {
  /// One invariant that does not hold, and where.
  public struct Violation: Hashable, Sendable {
    public var invariant: Invariant
    /// What is so instead.
    public var sentence: String
  }

  /// All invariants that do not hold now; none in a sound run. The cost grows with the World. What
  /// lies in a killed process stands as it stood, in the middle of whatever was done.
  public var violations: [Violation] {
    Invariant.allCases.flatMap { invariant in
      instances(against: invariant).map { Violation(invariant: invariant, sentence: $0) }
    }
  }

  private func instances(against invariant: Invariant) -> [String] {
    switch invariant {
    case .countIsHolders: objectsInOrder.filter { !isRuin(object: $0.id) }.compactMap(miscount)
    case .destroyedIsUnheld:
      objectsInOrder.filter { !$0.isAlive && !$0.holders.isEmpty && !isRuin(object: $0.id) }.map {
        "\(label(object: $0.id)) is destroyed and held \($0.holders.count) times."
      }
    case .publicSharesHaveHolders: interfaceStubsInOrder.flatMap(strayShares)
    case .oneThreadRuns: crowd
    case .messageHasHome: homelessMessages
    case .queuedCallIsSent: unsentCalls
    case .standstillIsStill: restless
    case .apartmentThreads:
      apartmentsInOrder.filter { $0.kind == .singleThreaded && threads(in: $0.id).count > 1 }
        .map { "\(threads(in: $0.id).count) threads are in \(label(apartment: $0.id))." }
    case .servedByItsServer: threadsInOrder.flatMap(strayServing)
    case .locksAreStrong:
      stubsInOrder.filter { $0.locks > $0.strong && !isRuin(apartment: $0.apartment) }.map {
        "\(label(stub: $0.id)) has \($0.locks) locks among \($0.strong) strong references."
      }
    case .overMeansEnded: early
    }
  }

  private func miscount(_ object: Object) -> String? {
    let held = object.holders.filter {
      references[$0].map { $0.object == object.id && $0.released == nil } ?? false
    }
    guard held.count != Int(object.count) || held.count != object.holders.count else { return nil }
    return "\(label(object: object.id)) counts \(object.count); \(held.count) are held."
  }

  private func strayShares(_ stub: InterfaceStub) -> [String] {
    stub.publicReferences.compactMap { share in
      let isSound =
        switch share.holder {
        case .stub: false
        case .packet(let packet): packets[packet]?.interfaceStub == stub.id
        case .proxy(let proxy): objects[proxy]?.role == .proxy
        }
      guard !isSound || share.count == 0 else { return nil }
      return
        "\(share.count) public references to \(label(stub: stub.stub)) are with "
        + "\(label(publicHolder: share.holder))."
    }
  }

  private var crowd: [String] {
    guard mode == .scheduled else { return [] }
    let running = threadsInOrder.filter { $0.activity == .running }
    guard running.count > 1 else { return [] }
    return ["\(running.map { label(thread: $0.id) }.joined(separator: ", ")) run at once."]
  }

  private var homelessMessages: [String] {
    var seen = Set<MessageID>()
    return apartmentsInOrder.filter { !isRuin(apartment: $0.id) }.flatMap { apartment in
      apartment.queue.compactMap { message in
        let isNew = seen.insert(message.id).inserted
        guard !isNew || !apartment.isAlive else { return nil }
        return "message \(message.id) waits in \(label(apartment: apartment.id)), which is wrong."
      }
    }
  }

  private var unsentCalls: [String] {
    apartmentsInOrder.filter { !isRuin(apartment: $0.id) }.flatMap { apartment in
      apartment.queue.filter { $0.kind == .call }.compactMap { message in
        switch calls[message.call]?.state {
        // The caller of a cancelled call has gone on; its message may still be there.
        case .sent, .returned, .lost: return nil
        case .rejected: return "call \(message.call) waits in a queue, but was refused."
        case .packed: return "call \(message.call) waits in a queue, but was never sent."
        case .served, .answered: return "call \(message.call) waits in a queue, but was served."
        case nil: return "message \(message.id) carries a call that nobody made."
        }
      }
    }
  }

  private var restless: [String] {
    switch ending {
    case .running, .over: return []
    case .atRest, .deadlock: break
    }
    var found = threadsInOrder.filter { $0.activity == .running || $0.activity == .ready }.map {
      "\(label(thread: $0.id)) can go on, but nothing is said to."
    }
    if case .deadlock(_, let chain) = ending, chain.allSatisfy({ !isStuck($0) }) {
      found.append("A deadlock is told, but no thread of it waits for anyone.")
    }
    return found
  }

  private func isStuck(_ thread: ThreadID) -> Bool {
    guard case .waiting(let wait) = threads[thread]?.activity else { return false }
    return !wait.isForAnything
  }

  private func strayServing(_ thread: Thread) -> [String] {
    thread.serving.filter { calls[$0]?.server != thread.id }.map {
      "\(label(thread: thread.id)) serves call \($0), which has another server."
    }
  }

  private var early: [String] {
    let living = threadsInOrder.filter { $0.activity != .ended }
    if ending == .over, let first = living.first {
      return ["The run is over, but \(label(thread: first.id)) has not ended."]
    }
    if ending != .over, living.isEmpty, !threads.isEmpty {
      return ["Every thread has ended, but the run is not over."]
    }
    return []
  }
}
