/// The kinds as a recording writes them: the word, then the fields. `EventKind+Decoding` is the other
/// half of each line.
extension EventEncoder {
  mutating func encode(_ event: EventKind) {
    switch event {
    case .text(let name, let chunk): encodeText(name, chunk)
    case .bytes(let blob, let chunk):
      kind(.bytes)
      field(.id, blob)
      field(.hex, hexadecimal: chunk.bytes)
      if chunk.isContinued { field(.more, true) }
    case .foreign: kind(.foreign)
    case .processStarted, .processEnded, .processKilled, .choice, .action, .finish, .mode,
      .narrated, .marked,
      .atRest, .deadlock, .threadStarted, .threadEnded, .waits, .ready, .entered, .left, .refused:
      encodeRun(event)
    case .apartmentCreated, .apartmentEntered, .apartmentLeft, .apartmentEnded, .objectCreated,
      .referenceAdded, .referenceMoved, .referenceReleased, .objectDestroyed, .usedAfterRelease,
      .fieldSet, .valueSet, .cellRead, .cellWritten, .methodEntered, .methodLeft:
      encodeObjects(event)
    case .stubManagerCreated, .interfaceStubCreated, .stubCounts, .stubManagerEnded,
      .publicReferences, .packetMade, .customPacketMade, .streamWritten, .streamRead,
      .packetOpened, .packetRefused, .packetReleased, .proxyConnected, .proxyInterface,
      .proxyDisconnected:
      encodeMarshalling(event)
    case .callPacked, .callSent, .messagePosted, .messageTaken, .callServed, .callAnswered,
      .callReturned:
      encodeCalls(event)
    case .callRejected, .callRetried, .callCancelled, .callAsynchronous, .contextEntered,
      .contextLeft, .messageFilterSet, .aggregated, .objectOfModule, .objectAgile, .classKnown,
      .moduleLoaded,
      .moduleCounts, .moduleCandidate, .moduleUnloaded, .unloadedCodeRun, .classObjectRegistered,
      .classObjectRevoked, .activated, .globalRegistered, .globalRevoked, .sectionBegan,
      .sectionEnded, .measured:
      encodeServers(event)
    case .localServerKnown, .scmRequested, .scmAnswered, .serverLaunched, .scmEntry,
      .classObjectSuspended,
      .classObjectResumed, .serverCount, .implicitLock, .oxidResolved, .connectionCut,
      .pingMissed, .referencesReclaimed:
      encodeProcesses(event)
    }
  }

  /// A piece of a text as a string, or as digits where the piece alone is not UTF-8.
  private mutating func encodeText(_ name: Name, _ chunk: Chunk) {
    kind(.text)
    field(.id, UInt64(name.number))
    let bytes = chunk.bytes
    if let text = String(validating: bytes, as: UTF8.self) {
      field(.text, text: text)
    } else {
      field(.hex, hexadecimal: bytes)
    }
    if chunk.isContinued { field(.more, true) }
  }

  private mutating func encodeRun(_ event: EventKind) {
    switch event {
    case .processStarted(let id, let name): write(.processStarted, (.process, id), name)
    case .processEnded(let id): write(.processEnded, (.process, id))
    case .processKilled(let id): write(.processKilled, (.process, id))
    case .choice(let runnable, let point):
      kind(.choice)
      field(.runnable, runnable)
      field(.point, point)
    case .action(let name): write(.action, name)
    case .finish: kind(.finish)
    case .mode(let mode):
      kind(.mode)
      field(.mode, mode)
    case .narrated(let name): write(.narrated, name)
    case .marked(let name): write(.marked, name)
    case .atRest: kind(.atRest)
    case .deadlock(let ring, let list):
      kind(.deadlock)
      field(.ring, ring)
      field(.threads, list)
    case .threadStarted(let name, let slot, let origin):
      write(.threadStarted, name)
      field(.slot, UInt64(slot))
      field(.origin, origin)
    case .threadEnded: kind(.threadEnded)
    case .waits(let wait):
      kind(.waits)
      field(.wait, wait)
    case .ready(let thread):
      kind(.ready)
      field(.thread, thread)
    case .entered(let name): write(.entered, name)
    case .left(let result):
      kind(.left)
      field(.result, result)
    case .refused(let refuser, let result):
      kind(.refused)
      field(.by, refuser)
      field(.result, result)
    default: break
    }
  }

  // MARK: Shapes that several kinds share

  mutating func write(_ tag: EventTag, _ name: Name) {
    kind(tag)
    field(.name, name)
  }

  mutating func write<Kind>(_ tag: EventTag, _ id: (FieldKey, Ident<Kind>)) {
    kind(tag)
    field(id.0, id.1)
  }

  mutating func write<Kind>(_ tag: EventTag, _ id: (FieldKey, Ident<Kind>), _ name: Name) {
    write(tag, id)
    field(.name, name)
  }

  mutating func write<First, Second>(
    _ tag: EventTag, _ first: (FieldKey, Ident<First>), _ second: (FieldKey, Ident<Second>)
  ) {
    write(tag, first)
    field(second.0, second.1)
  }
}
