@testable import Trace

extension EventKind {
  /// At least one event of every kind and of every case of their values.
  static var samples: [EventKind] { EventTag.allCases.flatMap(samples(of:)) }

  /// A switch without a default: a new kind does not compile without a sample of its own.
  private static func samples(of tag: EventTag) -> [EventKind] {
    switch tag {
    case .text:
      [
        .text(Name(1), Chunk("main".utf8, isContinued: false)),
        .text(Name(2), Chunk([0xC3], isContinued: true)),
        .text(Name(2), Chunk([0xA9, 0x22, 0x5C, 0x00, 0x1F, 0x7F], isContinued: false)),
        .text(Name(3), Chunk("main".utf8, isContinued: false)),
        .text(Name(4), Chunk([0xFF, 0xFE], isContinued: false)),
        .text(Name(5), Chunk([], isContinued: false)),
        .text(Name(6), Chunk("日本".utf8, isContinued: false)),
        .text(Name(7), Chunk("GetService.swift".utf8, isContinued: false)),
      ]
    case .bytes:
      [
        .bytes(Blob(1), Chunk(Array(0..<64), isContinued: true)),
        .bytes(Blob(1), Chunk([], isContinued: false)),
      ]
    case .foreign: [.foreign]
    case .processStarted: [.processStarted(ProcessID(1), name: Name(1))]
    case .processEnded: [.processEnded(ProcessID(1))]
    case .processKilled: [.processKilled(ProcessID(1))]
    case .choice:
      Point.allCases.map { .choice(runnable: ThreadSet(bits: 0x8000_0000_0000_0005), point: $0) }
        + [.choice(runnable: ThreadSet(), point: .lock)]
    case .action: [.action(Name(2))]
    case .finish: [.finish]
    case .mode: RunMode.allCases.map { .mode($0) }
    case .narrated: [.narrated(Name(3)), .narrated(.none)]
    case .marked: [.marked(Name(4))]
    case .atRest: [.atRest]
    case .deadlock:
      [
        .deadlock(ring: true, ThreadList([one, two])), .deadlock(ring: false, ThreadList([])),
        .deadlock(ring: true, ThreadList(Array(repeating: two, count: 8))),
      ]
    case .threadStarted:
      ThreadOrigin.allCases.map { .threadStarted(name: Name(1), slot: 63, origin: $0) }
    case .threadEnded: [.threadEnded]
    case .waits: waits.map { .waits($0) }
    case .ready: [.ready(two), .ready(.none), .ready(ThreadID(process: 3, number: 0))]
    case .entered: [.entered(Name(5)), .entered(Name(99))]
    case .left: [.left(.S_OK), .left(HResult(0x8001_010E)), .left(HResult(0x1234_5678))]
    case .refused:
      [
        .refused(by: .com, .E_UNEXPECTED), .refused(by: .proxy(ObjectID(2)), .E_UNEXPECTED),
        .refused(by: .object(ObjectID(2)), .E_UNEXPECTED),
        .refused(by: .named(Name(1)), .E_UNEXPECTED), .refused(by: .named(Name(4)), .S_FALSE),
      ]
    default: things(of: tag)
    }
  }

  private static func things(of tag: EventTag) -> [EventKind] {
    switch tag {
    case .apartmentCreated:
      ApartmentKind.allCases.map {
        .apartmentCreated(ApartmentID(1), $0, isMain: $0 == .neutral, startedBy: .com)
      }
    case .apartmentEntered:
      Membership.allCases.map { .apartmentEntered(ApartmentID(1), $0, count: 2) }
    case .apartmentLeft: [.apartmentLeft(ApartmentID(1), count: 0)]
    case .apartmentEnded: [.apartmentEnded(ApartmentID(1))]
    case .objectCreated:
      ObjectRole.allCases.map {
        .objectCreated(ObjectID(1), $0, name: Name(6), apartment: ApartmentID(1))
      }
    case .referenceAdded:
      holders.map { .referenceAdded(ReferenceID(1), to: ObjectID(1), by: $0, count: 1) }
    case .referenceMoved: holders.map { .referenceMoved(ReferenceID(1), to: $0) }
    case .referenceReleased: [.referenceReleased(ReferenceID(1), of: ObjectID(1), count: .max)]
    case .objectDestroyed: [.objectDestroyed(ObjectID(.max))]
    case .usedAfterRelease:
      Misuse.allCases.map { .usedAfterRelease(ObjectID(1), by: .com, $0) }
    case .fieldSet: [.fieldSet(Name(2), ObjectID(1)), .fieldSet(Name(2), .none)]
    case .valueSet: [.valueSet(ObjectID(1), Name(2), .min), .valueSet(ObjectID(1), Name(2), .max)]
    case .cellRead: [.cellRead(Name(2), -1)]
    case .cellWritten: [.cellWritten(Name(2), 0)]
    case .methodEntered:
      CallPath.allCases.map { .methodEntered(ObjectID(1), Name(2), $0) }
    case .methodLeft: [.methodLeft(ObjectID(1), .E_UNEXPECTED)]
    default: marshalling(of: tag)
    }
  }

  private static func marshalling(of tag: EventTag) -> [EventKind] {
    switch tag {
    case .stubManagerCreated:
      [.stubManagerCreated(StubID(1), object: ObjectID(1), apartment: ApartmentID(1))]
    case .interfaceStubCreated:
      [.interfaceStubCreated(InterfaceStubID(1), of: StubID(1), interface: Name(1))]
    case .stubCounts: [.stubCounts(StubID(1), strong: 1, weak: 2, locks: 3)]
    case .stubManagerEnded:
      [
        .stubManagerEnded(StubID(1), disconnected: true),
        .stubManagerEnded(StubID(1), disconnected: false),
      ]
    case .publicReferences:
      [
        .publicReferences(
          InterfaceStubID(1), from: .stub, to: .packet(PacketID(1)), count: 5),
        .publicReferences(
          InterfaceStubID(1), from: .packet(PacketID(1)), to: .proxy(ObjectID(2)), count: 5),
      ]
    case .packetMade:
      MarshalKind.allCases.map { .packetMade(PacketID(1), of: InterfaceStubID(1), $0, Blob(1)) }
    case .customPacketMade:
      MarshalKind.allCases.map {
        .customPacketMade(PacketID(1), of: ObjectID(1), marshaller: Name(1), $0, Blob(1))
      }
    case .streamWritten: [.streamWritten(ObjectID(1), PacketID(1), offset: 0, count: 68)]
    case .streamRead: [.streamRead(ObjectID(1), .none, offset: 68, count: 1)]
    case .packetOpened: [.packetOpened(PacketID(1), as: ObjectID(2))]
    case .packetRefused: [.packetRefused(PacketID(1), .E_UNEXPECTED)]
    case .packetReleased: [.packetReleased(PacketID(1))]
    case .proxyConnected:
      [.proxyConnected(ObjectID(2), to: StubID(1), apartment: ApartmentID(2))]
    case .proxyInterface: [.proxyInterface(ObjectID(2), InterfaceStubID(1))]
    case .proxyDisconnected: [.proxyDisconnected(ObjectID(2))]
    default: calls(of: tag)
    }
  }

  private static func calls(of tag: EventTag) -> [EventKind] {
    switch tag {
    case .callPacked:
      [
        .callPacked(
          CallID(1), causality: 2, parent: CallID(3), proxy: ObjectID(4), InterfaceStubID(5),
          method: Name(6), arguments: Blob(7))
      ]
    case .callSent: [.callSent(CallID(1), to: ApartmentID(1))]
    case .messagePosted:
      MessageKind.allCases.map { .messagePosted(ApartmentID(1), MessageID(1), $0, CallID(1)) }
    case .messageTaken: [.messageTaken(ApartmentID(1), MessageID(1))]
    case .callServed: [.callServed(CallID(1))]
    case .callAnswered: [.callAnswered(CallID(1), .S_OK, Blob(1))]
    case .callReturned: [.callReturned(CallID(1), .S_FALSE)]
    default: servers(of: tag)
    }
  }

  private static func servers(of tag: EventTag) -> [EventKind] {
    switch tag {
    case .classKnown:
      [
        .classKnown(ClassID(1), name: Name(1), module: Name(2), model: .none),
        .classKnown(ClassID(2), name: Name(1), module: .none, model: Name(3)),
      ]
    case .moduleLoaded: [.moduleLoaded(ModuleID(1), name: Name(1))]
    case .moduleCounts: [.moduleCounts(ModuleID(1), objects: 1, locks: .max)]
    case .moduleCandidate: [.moduleCandidate(ModuleID(1), due: .max)]
    case .moduleUnloaded: [.moduleUnloaded(ModuleID(1))]
    case .unloadedCodeRun: [.unloadedCodeRun(ModuleID(1), Name(1))]
    case .objectAgile: [.objectAgile(ObjectID(1))]
    case .objectOfModule: [.objectOfModule(ObjectID(1), ModuleID(1))]
    case .classObjectRegistered:
      ClassUse.allCases.map {
        .classObjectRegistered(
          RegistrationID(1), of: ClassID(1), object: ObjectID(1), [.inprocServer, .localServer], $0)
      }
    case .classObjectRevoked: [.classObjectRevoked(RegistrationID(1))]
    case .activated:
      [
        .activated(ClassID(1), as: ObjectID(1), .S_OK),
        .activated(ClassID(1), as: .none, .REGDB_E_CLASSNOTREG),
      ]
    case .globalRegistered: [.globalRegistered(GlobalID(1), PacketID(1))]
    case .globalRevoked: [.globalRevoked(GlobalID(1))]
    default: rooms(of: tag)
    }
  }

  private static func rooms(of tag: EventTag) -> [EventKind] {
    switch tag {
    case .contextEntered: [.contextEntered(ApartmentID(1))]
    case .contextLeft: [.contextLeft(ApartmentID(1))]
    case .messageFilterSet:
      [.messageFilterSet(ApartmentID(1), ObjectID(1)), .messageFilterSet(ApartmentID(1), .none)]
    case .aggregated: [.aggregated(ObjectID(1), into: ObjectID(2))]
    case .callRejected: ServerCall.allCases.map { .callRejected(CallID(1), $0) }
    case .callRetried: [.callRetried(CallID(1), at: 5)]
    case .callCancelled: [.callCancelled(CallID(1))]
    case .callAsynchronous: [.callAsynchronous(CallID(1))]
    case .sectionBegan: [.sectionBegan(Name(1))]
    case .sectionEnded: [.sectionEnded(Name(1))]
    case .measured:
      [.measured(Name(1), picoseconds: 1_400, calls: 1_000, scmCalls: 3, machine: Name(2))]
    default: processes(of: tag)
    }
  }

  private static func processes(of tag: EventTag) -> [EventKind] {
    switch tag {
    case .localServerKnown: [.localServerKnown(ClassID(1), Name(1))]
    case .scmRequested:
      ScmRequest.allCases.map { .scmRequested(RequestID(1), $0, ClassID(1), .none) }
        + [.scmRequested(RequestID(2), .revoke, .none, RegistrationID(1))]
    case .scmAnswered:
      [
        .scmAnswered(RequestID(1), ProcessID(2), .S_OK),
        .scmAnswered(RequestID(2), .none, .CO_E_SERVER_EXEC_FAILURE),
      ]
    case .serverLaunched: [.serverLaunched(ProcessID(2), for: RequestID(1))]
    case .scmEntry: ScmEntryState.allCases.map { .scmEntry(RegistrationID(1), $0) }
    case .classObjectSuspended: [.classObjectSuspended(RegistrationID(1))]
    case .classObjectResumed: [.classObjectResumed(RegistrationID(1))]
    case .serverCount:
      ServerCountChange.allCases.map { .serverCount(1, $0, Name(1)) }
        + [.serverCount(.max, .added, .none)]
    case .implicitLock:
      [.implicitLock(ObjectID(1), isLocked: true), .implicitLock(ObjectID(1), isLocked: false)]
    case .oxidResolved: [.oxidResolved(ApartmentID(1))]
    case .connectionCut: [.connectionCut(ProcessID(2), .E_UNEXPECTED)]
    case .pingMissed: [.pingMissed(ProcessID(2), count: 3)]
    case .referencesReclaimed:
      [.referencesReclaimed(InterfaceStubID(1), of: ProcessID(2), count: 5)]
    default: []
    }
  }

  private static let one = ThreadID(process: 1, number: 1)
  private static let two = ThreadID(process: 65535, number: 2)

  private static let holders: [Holder] = [
    .named(Name(1)), .named(Name(3)), .named(.none), .local(one), .local(.none),
    .stub(StubID(1)), .packet(PacketID(1)), .com,
  ]

  private static let waits: [Wait] = [
    .messageLoop, .pool, .action, .reply(CallID(1), server: .none, pumps: false),
    .reply(CallID(1), server: one, pumps: true),
    .reply(CallID(1), server: ThreadID(process: 2, number: 0), pumps: true),
    .scm(RequestID(1), server: .none, pumps: false),
    .scm(RequestID(2), server: ProcessID(3), pumps: true), .lock(WaitableID(1), owner: two),
    .signal(WaitableID(1), pumps: true), .thread(one, pumps: false), .time(.max),
  ]
}

/// Numbers that look random and are the same on every run.
struct Dice: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }
}

/// The samples as events with all kinds of threads and places.
func sampleEvents() -> [Event] {
  EventKind.samples.enumerated().map { index, kind in
    let thread = ThreadID(process: UInt16(index % 3), number: UInt16(index % 5))
    return Event(
      n: UInt64(index), t: UInt64(index) * 7, thread: thread,
      file: [Name.none, Name(7), Name(3), Name(44)][index % 4], line: UInt32(index % 3) * 41, kind)
  }
}
