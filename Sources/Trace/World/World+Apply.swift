import HashTreeCollections

/// Folding: one event makes one World of another.
///
/// The fold is total. An event that contradicts what is known sets `fault` (the first one only), does
/// as much as it can, and the fold goes on. The groups of kinds stand in `World+Apply…` files.
extension World {
  /// Folds one event. Never traps, whatever the event says.
  public mutating func apply(_ event: Event) {
    if event.n != position {
      blame(event, "the event's number is \(event.n); \(position) was expected")
    }
    if event.t < time && !wasEverFree {
      blame(event, "the clock says \(event.t) ns; it stood at \(time) ns already")
    }
    time = max(time, event.t)
    noteActor(of: event)
    fold(event)
    position &+= 1
  }

  private mutating func fold(_ event: Event) {
    switch event.kind {
    case .text(let name, let chunk): tell(text: name, chunk, event)
    case .bytes(let blob, let chunk): tell(bytes: blob, chunk, event)
    case .foreign: break
    case .processStarted, .processEnded, .processKilled, .choice, .action, .finish, .mode,
      .narrated, .marked,
      .atRest, .deadlock:
      foldRun(event)
    case .threadStarted, .threadEnded, .waits, .ready, .entered, .left, .refused:
      foldThreads(event)
    case .apartmentCreated, .apartmentEntered, .apartmentLeft, .apartmentEnded:
      foldApartments(event)
    case .objectCreated, .referenceAdded, .referenceMoved, .referenceReleased, .objectDestroyed,
      .usedAfterRelease, .fieldSet, .valueSet, .cellRead, .cellWritten, .methodEntered, .methodLeft:
      foldObjects(event)
    case .stubManagerCreated, .interfaceStubCreated, .stubCounts, .stubManagerEnded,
      .publicReferences:
      foldStubs(event)
    case .packetMade, .customPacketMade, .streamWritten, .streamRead, .packetOpened,
      .packetRefused, .packetReleased, .proxyConnected, .proxyInterface, .proxyDisconnected:
      foldPackets(event)
    case .callPacked, .callSent, .messagePosted, .messageTaken, .callServed, .callAnswered,
      .callReturned:
      foldCalls(event)
    case .callRejected, .callRetried, .callCancelled, .callAsynchronous, .contextEntered,
      .contextLeft, .messageFilterSet, .aggregated, .objectOfModule, .objectAgile, .classKnown,
      .moduleLoaded,
      .moduleCounts, .moduleCandidate, .moduleUnloaded, .unloadedCodeRun, .classObjectRegistered,
      .classObjectRevoked, .activated, .globalRegistered, .globalRevoked, .sectionBegan,
      .sectionEnded, .measured:
      foldServers(event)
    case .localServerKnown, .scmRequested, .scmAnswered, .serverLaunched, .scmEntry,
      .classObjectSuspended,
      .classObjectResumed, .serverCount, .implicitLock, .oxidResolved, .connectionCut,
      .pingMissed, .referencesReclaimed:
      foldProcesses(event)
    }
  }

  /// The event contradicts what is known. What a thread did last may be known only after its process
  /// was killed; that is no fault.
  mutating func contradict(_ event: Event, _ sentence: String) {
    guard !isKilled(event.thread.processID) else { return }
    blame(event, sentence)
  }

  /// Sets the fault, if it is the first.
  private mutating func blame(_ event: Event, _ sentence: String) {
    guard fault == nil else { return }
    fault = Fault(at: event.n, sentence: sentence)
  }

  /// Where the thread of the event stands now; that it can act at all.
  private mutating func noteActor(of event: Event) {
    guard !event.thread.isNone else { return }
    if case .threadStarted = event.kind { return }
    let site = event.line == 0 ? nil : Site(file: event.file, line: event.line)
    let activity: Activity? = threads.change(event.thread) { thread in
      if let site { thread.site = site }
      return thread.activity
    }
    switch activity {
    case nil: contradict(event, "thread \(event.thread) acts, but no such thread has started")
    case .ended: contradict(event, "thread \(event.thread) acts, but it has ended")
    case .waiting(let wait) where !wasEverFree && !event.kind.endsOrRetargets(wait):
      contradict(event, "thread \(event.thread) acts while it waits")
    case .waiting, .ready, .running: break
    }
  }

  private mutating func tell(text name: Name, _ chunk: Chunk, _ event: Event) {
    if texts[name] != nil || name.isNone {
      contradict(event, "text \(name) is told again; a text has one number and one content")
    }
    if chunk.isContinued {
      openTexts[name, default: []].append(contentsOf: chunk.bytes)
      return
    }
    let whole = (openTexts.removeValue(forKey: name) ?? []) + chunk.bytes
    if String(validating: whole, as: UTF8.self) == nil {
      contradict(event, "text \(name) is not UTF-8")
    }
    texts[name] = String(decoding: whole, as: UTF8.self)
  }

  private mutating func tell(bytes blob: Blob, _ chunk: Chunk, _ event: Event) {
    if blobs[blob] != nil || blob.isNone {
      contradict(event, "bytes \(blob) are told again; a packet's bytes never change")
    }
    if chunk.isContinued {
      openBlobs[blob, default: []].append(contentsOf: chunk.bytes)
      return
    }
    blobs[blob] = (openBlobs.removeValue(forKey: blob) ?? []) + chunk.bytes
  }
}

extension EventKind {
  /// Whether the event can be of a thread that waits: it ends the wait, or says anew who can end it
  /// (a call is taken, a lock changes hands).
  fileprivate func endsOrRetargets(_ wait: Wait) -> Bool {
    switch (self, wait) {
    case (.choice, _), (.ready, _): true
    case (.waits(.reply(let new, _, _)), .reply(let old, _, _)): new == old
    case (.waits(.scm(let new, _, _)), .scm(let old, _, _)): new == old
    case (.scmAnswered(let answered, _, _), .scm(let asked, _, _)): answered == asked
    case (.waits(.lock(let new, _)), .lock(let old, _)): new == old
    default: false
    }
  }
}

extension TreeDictionary {
  /// Changes the value of a key in place and gives back what `body` returns; nil where there is no
  /// such key.
  @inline(__always)
  mutating func change<Result>(_ key: Key, _ body: (inout Value) -> Result) -> Result? {
    func inPlace(_ value: inout Value?) -> Result? {
      value == nil ? nil : body(&value!)
    }
    return inPlace(&self[key])
  }
}
