/// The kinds of events by the word that a recording has for each: the names of the cases of
/// `EventKind`.
enum EventTag: String, CaseIterable, Sendable {
  case text, bytes, foreign
  case processStarted, processEnded, processKilled, choice, action, finish, mode, narrated, marked,
    atRest
  case deadlock
  case threadStarted, threadEnded, waits, ready, entered, left, refused
  case apartmentCreated, apartmentEntered, apartmentLeft, apartmentEnded
  case objectCreated, referenceAdded, referenceMoved, referenceReleased, objectDestroyed
  case usedAfterRelease, fieldSet, valueSet, cellRead, cellWritten, methodEntered, methodLeft
  case stubManagerCreated, interfaceStubCreated, stubCounts, stubManagerEnded, publicReferences
  case packetMade, customPacketMade, streamWritten, streamRead, packetOpened, packetRefused
  case packetReleased, proxyConnected, proxyInterface, proxyDisconnected
  case callPacked, callSent, messagePosted, messageTaken, callServed, callAnswered, callReturned
  case callRejected, callRetried, callCancelled, callAsynchronous
  case contextEntered, contextLeft, messageFilterSet, aggregated, objectOfModule, objectAgile
  case classKnown, moduleLoaded, moduleCounts, moduleCandidate, moduleUnloaded, unloadedCodeRun
  case classObjectRegistered, classObjectRevoked, activated, globalRegistered, globalRevoked
  case localServerKnown
  case scmRequested, scmAnswered, serverLaunched, scmEntry, classObjectSuspended
  case classObjectResumed, serverCount, implicitLock, oxidResolved, connectionCut, pingMissed
  case referencesReclaimed
  case sectionBegan, sectionEnded, measured

  static let byWord: [Word: EventTag] = Dictionary(
    uniqueKeysWithValues: allCases.map { (Word($0.rawValue), $0) })
}
