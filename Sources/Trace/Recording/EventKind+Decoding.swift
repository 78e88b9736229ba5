/// The kinds as a recording is read: the other half of `EventKind+Encoding`.
extension LineFields {
  mutating func decode(_ tag: EventTag) throws(LineFault) -> EventKind {
    switch tag {
    case .text: .text(try ident(.id), try chunk(text: .text))
    case .bytes: .bytes(try ident(.id), try chunk(text: nil))
    case .foreign: .foreign
    case .processStarted: .processStarted(try ident(.process), name: try name(.name))
    case .processEnded: .processEnded(try ident(.process))
    case .processKilled: .processKilled(try ident(.process))
    case .choice: .choice(runnable: try threadSet(.runnable), point: try choice(.point))
    case .action: .action(try name(.name))
    case .finish: .finish
    case .mode: .mode(try choice(.mode))
    case .narrated: .narrated(try name(.name))
    case .marked: .marked(try name(.name))
    case .atRest: .atRest
    case .deadlock: .deadlock(ring: try boolean(.ring), try threadList(.threads))
    case .threadStarted:
      .threadStarted(
        name: try name(.name), slot: try integer(.slot), origin: try choice(.origin))
    case .threadEnded: .threadEnded
    case .waits: .waits(try wait(.wait))
    case .ready: .ready(try thread(.thread))
    case .entered: .entered(try name(.name))
    case .left: .left(try result(.result))
    case .refused: .refused(by: try refuser(.by), try result(.result))
    case .apartmentCreated, .apartmentEntered, .apartmentLeft, .apartmentEnded, .objectCreated,
      .referenceAdded, .referenceMoved, .referenceReleased, .objectDestroyed, .usedAfterRelease,
      .fieldSet, .valueSet, .cellRead, .cellWritten, .methodEntered, .methodLeft,
      .stubManagerCreated, .interfaceStubCreated, .stubCounts, .stubManagerEnded,
      .publicReferences, .packetMade, .customPacketMade, .streamWritten, .streamRead,
      .packetOpened, .packetRefused, .packetReleased, .proxyConnected, .proxyInterface,
      .proxyDisconnected, .callPacked, .callSent, .messagePosted, .messageTaken, .callServed,
      .callAnswered, .callReturned:
      try decodeThings(tag)
    case .callRejected, .callRetried, .callCancelled, .callAsynchronous, .contextEntered,
      .contextLeft, .messageFilterSet, .aggregated, .objectOfModule, .objectAgile, .classKnown,
      .moduleLoaded,
      .moduleCounts, .moduleCandidate, .moduleUnloaded, .unloadedCodeRun, .classObjectRegistered,
      .classObjectRevoked, .activated, .globalRegistered, .globalRevoked, .sectionBegan,
      .sectionEnded, .measured:
      try decodeServers(tag)
    case .localServerKnown, .scmRequested, .scmAnswered, .serverLaunched, .scmEntry,
      .classObjectSuspended,
      .classObjectResumed, .serverCount, .implicitLock, .oxidResolved, .connectionCut,
      .pingMissed, .referencesReclaimed:
      try decodeProcesses(tag)
    }
  }

  private mutating func decodeThings(_ tag: EventTag) throws(LineFault) -> EventKind {
    switch tag {
    case .apartmentCreated:
      .apartmentCreated(
        try ident(.apartment), try choice(.kind), isMain: try boolean(.main),
        startedBy: try choice(.origin))
    case .apartmentEntered:
      .apartmentEntered(try ident(.apartment), try choice(.how), count: try integer(.count))
    case .apartmentLeft: .apartmentLeft(try ident(.apartment), count: try integer(.count))
    case .apartmentEnded: .apartmentEnded(try ident(.apartment))
    case .objectCreated: try decodeObjectCreated()
    case .referenceAdded:
      .referenceAdded(
        try ident(.reference), to: try ident(.object), by: try holder(.holder),
        count: try integer(.count))
    case .referenceMoved: .referenceMoved(try ident(.reference), to: try holder(.holder))
    case .referenceReleased:
      .referenceReleased(
        try ident(.reference), of: try ident(.object), count: try integer(.count))
    case .objectDestroyed: .objectDestroyed(try ident(.object))
    case .usedAfterRelease:
      .usedAfterRelease(try ident(.object), by: try holder(.holder), try choice(.use))
    case .fieldSet: .fieldSet(try name(.name), try ident(.object))
    case .valueSet: .valueSet(try ident(.object), try name(.name), try integer(.value))
    case .cellRead: .cellRead(try name(.name), try integer(.value))
    case .cellWritten: .cellWritten(try name(.name), try integer(.value))
    case .methodEntered:
      .methodEntered(try ident(.object), try name(.name), try choice(.path))
    case .methodLeft: .methodLeft(try ident(.object), try result(.result))
    default: try decodeMarshalling(tag)
    }
  }

  private mutating func decodeObjectCreated() throws(LineFault) -> EventKind {
    let id: ObjectID = try ident(.object)
    let name = try name(.name)
    return .objectCreated(id, try choice(.role), name: name, apartment: try ident(.apartment))
  }

  private mutating func decodeMarshalling(_ tag: EventTag) throws(LineFault) -> EventKind {
    switch tag {
    case .stubManagerCreated:
      .stubManagerCreated(
        try ident(.stub), object: try ident(.object), apartment: try ident(.apartment))
    case .interfaceStubCreated:
      .interfaceStubCreated(
        try ident(.interfaceStub), of: try ident(.stub), interface: try name(.name))
    case .stubCounts:
      .stubCounts(
        try ident(.stub), strong: try integer(.strong), weak: try integer(.weak),
        locks: try integer(.locks))
    case .stubManagerEnded:
      .stubManagerEnded(try ident(.stub), disconnected: try boolean(.disconnected))
    case .publicReferences:
      .publicReferences(
        try ident(.interfaceStub), from: try publicHolder(.from), to: try publicHolder(.to),
        count: try integer(.count))
    case .packetMade:
      .packetMade(
        try ident(.packet), of: try ident(.interfaceStub), try choice(.kind), try ident(.bytes))
    case .customPacketMade:
      .customPacketMade(
        try ident(.packet), of: try ident(.object), marshaller: try name(.name),
        try choice(.kind), try ident(.bytes))
    case .streamWritten:
      .streamWritten(
        try ident(.object), try ident(.packet), offset: try integer(.offset),
        count: try integer(.count))
    case .streamRead:
      .streamRead(
        try ident(.object), try ident(.packet), offset: try integer(.offset),
        count: try integer(.count))
    case .packetOpened: .packetOpened(try ident(.packet), as: try ident(.object))
    case .packetRefused: .packetRefused(try ident(.packet), try result(.result))
    case .packetReleased: .packetReleased(try ident(.packet))
    case .proxyConnected:
      .proxyConnected(
        try ident(.object), to: try ident(.stub), apartment: try ident(.apartment))
    case .proxyInterface: .proxyInterface(try ident(.object), try ident(.interfaceStub))
    case .proxyDisconnected: .proxyDisconnected(try ident(.object))
    default: try decodeCalls(tag)
    }
  }

  private mutating func decodeCalls(_ tag: EventTag) throws(LineFault) -> EventKind {
    switch tag {
    case .callPacked:
      .callPacked(
        try ident(.call), causality: try integer(.causality), parent: try ident(.parent),
        proxy: try ident(.proxy), try ident(.interfaceStub), method: try name(.name),
        arguments: try ident(.bytes))
    case .callSent: .callSent(try ident(.call), to: try ident(.apartment))
    case .messagePosted:
      .messagePosted(
        try ident(.apartment), try ident(.message), try choice(.kind), try ident(.call))
    case .messageTaken: .messageTaken(try ident(.apartment), try ident(.message))
    case .callServed: .callServed(try ident(.call))
    case .callAnswered:
      .callAnswered(try ident(.call), try result(.result), try ident(.bytes))
    case .callReturned: .callReturned(try ident(.call), try result(.result))
    // Every other tag was taken in the switches before this one.
    default: .foreign
    }
  }
}
