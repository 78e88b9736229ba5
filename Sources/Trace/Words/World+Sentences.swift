/// One short line for each event, for the log.
extension World {
  /// What happened, in a few words, without the thread: that has a column of its own
  /// (`label(thread: event.thread)`). The World is the one right *after* the event, so that what the
  /// event made has its name already.
  public func sentence(for event: Event) -> String {
    switch event.kind {
    case .text, .bytes, .foreign, .processStarted, .processEnded, .processKilled, .choice, .action,
      .finish, .mode,
      .narrated, .marked, .atRest, .deadlock:
      sentenceOfRun(event.kind)
    case .threadStarted, .threadEnded, .waits, .ready, .entered, .left, .refused,
      .apartmentCreated, .apartmentEntered, .apartmentLeft, .apartmentEnded:
      sentenceOfThreads(event)
    case .objectCreated, .referenceAdded, .referenceMoved, .referenceReleased, .objectDestroyed,
      .usedAfterRelease, .fieldSet, .valueSet, .cellRead, .cellWritten, .methodEntered, .methodLeft:
      sentenceOfObjects(event.kind)
    case .stubManagerCreated, .interfaceStubCreated, .stubCounts, .stubManagerEnded,
      .publicReferences, .packetMade, .customPacketMade, .streamWritten, .streamRead,
      .packetOpened, .packetRefused, .packetReleased, .proxyConnected, .proxyInterface,
      .proxyDisconnected:
      sentenceOfMarshalling(event.kind)
    case .callPacked, .callSent, .messagePosted, .messageTaken, .callServed, .callAnswered,
      .callReturned:
      sentenceOfCalls(event)
    case .callRejected, .callRetried, .callCancelled, .callAsynchronous, .contextEntered,
      .contextLeft, .messageFilterSet, .aggregated, .objectOfModule, .objectAgile, .classKnown,
      .moduleLoaded,
      .moduleCounts, .moduleCandidate, .moduleUnloaded, .unloadedCodeRun, .classObjectRegistered,
      .classObjectRevoked, .activated, .globalRegistered, .globalRevoked, .sectionBegan,
      .sectionEnded, .measured:
      sentenceOfServers(event.kind)
    case .localServerKnown, .scmRequested, .scmAnswered, .serverLaunched, .scmEntry,
      .classObjectSuspended,
      .classObjectResumed, .serverCount, .implicitLock, .oxidResolved, .connectionCut,
      .pingMissed, .referencesReclaimed:
      sentenceOfProcesses(event)
    }
  }

  /// The sentence with the thread before it: `2 worker  sends call 7 to main STA; blocks`.
  public func line(for event: Event) -> String {
    let sentence = sentence(for: event)
    return event.thread.isNone ? sentence : "\(label(thread: event.thread))  \(sentence)"
  }

  private func sentenceOfRun(_ kind: EventKind) -> String {
    switch kind {
    case .text(let name, _): "a text: \(self[name])"
    case .bytes(let blob, let chunk): "\(chunk.count) of the bytes \(blob)"
    case .foreign: "something that this version does not know"
    case .processStarted(let id, _): "\(label(process: id)) starts"
    case .processEnded(let id): "\(label(process: id)) ends"
    case .processKilled(let id): "kill -9 of \(label(process: id))"
    case .choice(_, let point): "goes on (\(phrase(point)))"
    case .action(let name): "a key: \(self[name])"
    case .finish: "nothing more will be asked for"
    case .mode(.free): "all threads run freely"
    case .mode(.scheduled): "one thread runs at a time"
    case .narrated(let key): "step \(self[key])"
    case .marked(let name): "is past \(self[name])"
    case .atRest: "at rest: everybody waits for anything"
    case .deadlock(let ring, let list):
      "deadlock: " + list.threads.map { label(thread: $0) }.joined(separator: " → ")
        + (ring ? " → …" : "")
    default: ""
    }
  }

  private func sentenceOfThreads(_ event: Event) -> String {
    switch event.kind {
    case .threadStarted(_, _, .program): "starts"
    case .threadStarted(_, _, .com): "starts, by COM"
    case .threadEnded: "ends"
    case .waits(let wait): label(wait: wait)
    case .ready(let thread): "\(label(thread: thread)) can go on"
    case .entered(let name): "enters \(self[name])"
    case .left(let result): "leaves, \(result.name)"
    case .refused(let refuser, let result): "\(label(refuser: refuser)) refuses: \(result.name)"
    case .apartmentCreated(let id, _, _, .program): "\(label(apartment: id)) is made"
    case .apartmentCreated(let id, _, _, .com): "COM makes \(label(apartment: id))"
    case .apartmentEntered(let id, .explicit, 1): "enters \(label(apartment: id))"
    case .apartmentEntered(_, .explicit, let count): "initialises COM, \(count) times now"
    case .apartmentEntered(let id, .implicit, _): "is in \(label(apartment: id)) implicitly"
    case .apartmentLeft(let id, 0): "leaves \(label(apartment: id))"
    case .apartmentLeft(_, let count): "uninitialises COM, \(count) to go"
    case .apartmentEnded(let id): "\(label(apartment: id)) ends"
    default: ""
    }
  }

  private func sentenceOfObjects(_ kind: EventKind) -> String {
    switch kind {
    case .objectCreated(let id, .component, _, let apartment):
      "\(label(object: id)) is made in \(label(apartment: apartment))"
    case .objectCreated(let id, _, _, _): "\(label(object: id)) is made"
    case .referenceAdded(_, let id, let holder, let count):
      "\(label(object: id)) refs \(count &- 1)→\(count), \(label(holder: holder))"
    case .referenceMoved(let reference, let holder):
      "\(label(holder: holder)) has the reference to "
        + label(object: references[reference]?.object ?? .none)
    case .referenceReleased(_, let id, let count):
      "\(label(object: id)) refs \(UInt64(count) + 1)→\(count)"
    case .objectDestroyed(let id): "\(label(object: id)) is destroyed"
    case .usedAfterRelease(let id, _, let use):
      "\(phrase(use)) \(label(object: id)) after its end"
    case .fieldSet(let name, .none): "\(self[name]) points at nothing"
    case .fieldSet(let name, let id): "\(self[name]) → \(label(object: id))"
    case .valueSet(let id, let name, let value):
      "\(label(object: id)): \(self[name]) is \(value)"
    case .cellRead(let name, let value): "reads \(value) in \(self[name])"
    case .cellWritten(let name, let value): "writes \(value) to \(self[name])"
    case .methodEntered(let id, let name, _): "enters \(label(object: id)).\(self[name])"
    case .methodLeft(let id, let result): "leaves \(label(object: id)), \(result.name)"
    default: ""
    }
  }

  private func sentenceOfMarshalling(_ kind: EventKind) -> String {
    switch kind {
    case .stubManagerCreated(let id, let object, _):
      "\(label(stub: id)) is made for \(label(object: object))"
    case .interfaceStubCreated(_, let stub, let interface):
      "\(label(stub: stub)) has \(self[interface])"
    case .stubCounts(let id, let strong, let weak, let locks):
      "\(label(stub: id)): strong \(strong), weak \(weak), locks \(locks)"
    case .stubManagerEnded(let id, true): "\(label(stub: id)) is disconnected"
    case .stubManagerEnded(let id, false): "\(label(stub: id)) ends"
    case .publicReferences(let stub, let from, let to, let count):
      moved(count, of: stub, from: from, to: to)
    case .packetMade(let id, _, let kind, let blob):
      "\(label(packet: id)): \(blobs[blob]?.count ?? 0) bytes, \(phrase(kind))"
    case .customPacketMade(let id, _, let marshaller, _, let blob):
      "\(label(packet: id)): \(blobs[blob]?.count ?? 0) bytes by \(self[marshaller])"
    case .streamWritten(let id, let packet, _, let count):
      "\(label(object: id)) takes \(what(packet, count))"
    case .streamRead(let id, let packet, _, let count):
      "\(label(object: id)) gives \(what(packet, count))"
    case .packetOpened(let id, let object):
      "\(label(packet: id)) is unmarshalled: \(label(object: object))"
    case .packetRefused(let id, let result): "\(label(packet: id)) is refused: \(result.name)"
    case .packetReleased(let id): "\(label(packet: id)) is released"
    case .proxyConnected(let id, let stub, let apartment):
      "\(label(object: id)) in \(label(apartment: apartment)) → \(label(stub: stub))"
    case .proxyInterface(let id, let stub):
      "\(label(object: id)) has \(interfaceStubs[stub].map { self[$0.interface] } ?? "?")"
    case .proxyDisconnected(let id): "\(label(object: id)) is disconnected"
    default: ""
    }
  }

  private func sentenceOfCalls(_ event: Event) -> String {
    switch event.kind {
    case .callPacked(let id, _, _, let proxy, _, let method, _):
      proxy.isNone
        ? "COM packs \(self[method]), \(label(call: id))"
        : "\(label(object: proxy)): packs \(self[method]), \(label(call: id))"
    case .callSent(let id, let target):
      "sends \(label(call: id)) to \(label(apartment: target, from: event.thread)); "
        + manner(of: event.thread)
    case .messagePosted(let apartment, _, .call, let call):
      "\(label(call: call)) is in the queue of \(label(apartment: apartment, from: event.thread))"
    case .messagePosted(let apartment, _, .quit, _):
      "\(label(apartment: apartment)) is told to quit"
    case .messagePosted(let apartment, _, .sent, _):
      "sends a message to \(label(apartment: apartment)); blocks"
    case .messagePosted(let apartment, _, .posted, _):
      "posts a message to \(label(apartment: apartment))"
    case .messageTaken(let apartment, _): "takes a message of \(label(apartment: apartment))"
    case .callServed(let id):
      "\(unpacker(of: id)) unpacks \(label(call: id))"
    case .callAnswered(let id, let result, _): "answers \(label(call: id)), \(result.name)"
    case .callReturned(let id, let result): "\(label(call: id)) returns, \(result.name)"
    default: ""
    }
  }

  // MARK: Phrases

  /// How a caller spends the time: the thread of an STA takes calls meanwhile.
  private func manner(of thread: ThreadID) -> String {
    let apartment = threads[thread].flatMap { apartments[$0.apartment] }
    return apartment?.kind == .singleThreaded ? "pumps" : "blocks"
  }

  /// What serves the call: a stub, or COM itself, as when it is asked for an object.
  private func unpacker(of call: CallID) -> String {
    let stub = calls[call]?.interfaceStub ?? .none
    return stub.isNone ? "COM" : label(interfaceStub: stub)
  }

  private func what(_ packet: PacketID, _ count: UInt32) -> String {
    packet.isNone ? "\(count) bytes" : label(packet: packet)
  }

  private func moved(
    _ count: UInt32, of stub: InterfaceStubID, from: PublicHolder, to: PublicHolder
  ) -> String {
    let refs = "\(count) \(Self.publicRefs(count))"
    return switch (from, to) {
    case (.stub, _):
      "\(label(interfaceStub: stub)) gives \(refs) to \(label(publicHolder: to))"
    case (_, .stub):
      "\(label(publicHolder: from)) gives \(refs) back"
    case (_, _):
      "\(refs): \(label(publicHolder: from)) → \(label(publicHolder: to))"
    }
  }

  /// `public ref` of one, `public refs` of more.
  public static func publicRefs(_ count: some BinaryInteger) -> String {
    count == 1 ? "public ref" : "public refs"
  }

  private func phrase(_ use: Misuse) -> String {
    switch use {
    case .addRef: "adds a reference to"
    case .release: "releases"
    case .call: "calls"
    case .query: "queries"
    }
  }

  private func phrase(_ kind: MarshalKind) -> String {
    switch kind {
    case .normal: "normal"
    case .tableStrong: "table-strong"
    case .tableWeak: "table-weak"
    }
  }

  private func phrase(_ point: Point) -> String {
    switch point {
    case .threadStarts: "starts"
    case .threadEnds: "ends"
    case .lock: "a lock"
    case .wait: "before a wait"
    case .wake: "after a wait"
    case .messagePosted: "posts a message"
    case .messageTaken: "takes a message"
    case .callSent: "sends a call"
    case .callServed: "serves a call"
    case .callReturned: "a call returns"
    case .countChanged: "a count changes"
    case .cellRead: "reads a cell"
    case .cellWritten: "writes a cell"
    case .scmRequest: "asks the SCM"
    case .sleep: "sleeps"
    case .action: "a key"
    case .marked: "a named place"
    }
  }
}
