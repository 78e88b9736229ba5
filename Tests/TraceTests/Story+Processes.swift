import Trace

/// A client, a class that has a program, and the server that the SCM starts from it.
extension Story {
  /// The server's only thread, which stays in its MTA.
  static let server = ThreadID(process: 2, number: 1)

  /// The worker of process 1 asks the SCM for a Widget (request 1); process 2 is started for it, and
  /// the worker waits for it.
  static func launched() -> Story {
    var story = withTwoThreads()
    let (widget, program) = (story.name("Widget"), story.name("widgets.exe"))
    story.tell(.waits(.messageLoop), by: main)
    story.choose(worker)
    story.tell(.classKnown(ClassID(1), name: widget, module: .none, model: .none), by: worker)
    story.tell(.localServerKnown(ClassID(1), program), by: worker)
    story.tell(.scmRequested(RequestID(1), .activate, ClassID(1), .none), by: worker)
    let (process, thread) = (story.name("server 1"), story.name("main"))
    story.tell(.processStarted(ProcessID(2), name: process), by: worker)
    story.tell(.threadStarted(name: thread, slot: 2, origin: .program), by: server)
    story.tell(.serverLaunched(ProcessID(2), for: RequestID(1)), by: worker)
    story.tell(
      .waits(.scm(RequestID(1), server: ProcessID(2), pumps: false)), by: worker)
    return story
  }

  /// The server goes on, woken if it waits.
  mutating func chooseServer() {
    if case .waiting = world.threads[Self.server]?.activity { tell(.ready(Self.server)) }
    tell(.choice(runnable: ThreadSet(bits: 0b111), point: .wake), by: Self.server)
  }

  /// The server registers its class object, object 10, with the SCM (request 2), which answers both.
  static func registered() -> Story {
    var story = launched()
    let factory = story.name("WidgetFactory")
    story.chooseServer()
    story.tell(
      .apartmentCreated(ApartmentID(3), .multithreaded, isMain: false, startedBy: .program),
      by: server)
    story.tell(.apartmentEntered(ApartmentID(3), .explicit, count: 1), by: server)
    story.tell(
      .objectCreated(ObjectID(10), .component, name: factory, apartment: ApartmentID(3)),
      by: server)
    story.tell(
      .referenceAdded(ReferenceID(10), to: ObjectID(10), by: .com, count: 1), by: server)
    story.tell(
      .classObjectRegistered(
        RegistrationID(1), of: ClassID(1), object: ObjectID(10), [.localServer], .multipleUse),
      by: server)
    story.tell(
      .scmRequested(RequestID(2), .register, ClassID(1), RegistrationID(1)), by: server)
    story.tell(.scmEntry(RegistrationID(1), .open), by: server)
    story.tell(.scmAnswered(RequestID(2), .none, .S_OK), by: server)
    story.tell(.scmAnswered(RequestID(1), ProcessID(2), .S_OK), by: worker)
    story.tell(.ready(worker), by: server)
    return story
  }

  /// The server makes a Widget, object 11, and a packet of it (stub 1, packet 1), which crosses to the
  /// worker in the answer to call 1. The server waits for more; the worker has not looked yet.
  static func answered() -> Story {
    var story = registered()
    story.chooseServer()
    story.tell(.waits(.pool), by: server)
    story.choose(worker)
    story.tell(.oxidResolved(ApartmentID(3)), by: worker)
    let (method, arguments) = (story.name("RemoteCreateInstance"), story.blob([1, 2, 3]))
    story.tell(
      .callPacked(
        CallID(1), causality: 1, parent: .none, proxy: .none, .none, method: method,
        arguments: arguments), by: worker)
    story.tell(.callSent(CallID(1), to: ApartmentID(3)), by: worker)
    story.tell(.messagePosted(ApartmentID(3), MessageID(1), .call, CallID(1)), by: worker)
    story.tell(.ready(server), by: worker)
    story.tell(
      .waits(.reply(CallID(1), server: ThreadID(process: 2, number: 0), pumps: false)),
      by: worker)
    story.chooseServer()
    story.tell(.messageTaken(ApartmentID(3), MessageID(1)), by: server)
    story.tell(.callServed(CallID(1)), by: server)
    story.makeWidget()
    let answer = story.blob([9, 9] + Self.packetBytes + [9])
    story.tell(.callAnswered(CallID(1), .S_OK, answer), by: server)
    story.tell(.ready(worker), by: server)
    story.tell(.waits(.pool), by: server)
    return story
  }

  private static let packetBytes = Array(UInt8(0)..<68)

  private mutating func makeWidget() {
    let (widget, interface) = (name("Widget"), name("IWidget"))
    let bytes = blob(Self.packetBytes)
    for kind: EventKind in [
      .objectCreated(ObjectID(11), .component, name: widget, apartment: ApartmentID(3)),
      .serverCount(1, .added, widget),
      .stubManagerCreated(StubID(1), object: ObjectID(11), apartment: ApartmentID(3)),
      .referenceAdded(ReferenceID(11), to: ObjectID(11), by: .stub(StubID(1)), count: 1),
      .interfaceStubCreated(InterfaceStubID(1), of: StubID(1), interface: interface),
      .packetMade(PacketID(1), of: InterfaceStubID(1), .normal, bytes),
      .publicReferences(InterfaceStubID(1), from: .stub, to: .packet(PacketID(1)), count: 5),
      .stubCounts(StubID(1), strong: 5, weak: 0, locks: 0),
    ] { tell(kind, by: Self.server) }
  }

  /// The worker has unmarshalled it: proxy, object 12.
  static func served() -> Story {
    var story = answered()
    let (widget, holder) = (story.name("Widget"), story.name("client.widget"))
    story.choose(worker, .callReturned)
    for kind: EventKind in [
      .callReturned(CallID(1), .S_OK),
      .objectCreated(ObjectID(12), .proxy, name: widget, apartment: ApartmentID(2)),
      .proxyConnected(ObjectID(12), to: StubID(1), apartment: ApartmentID(2)),
      .proxyInterface(ObjectID(12), InterfaceStubID(1)),
      .publicReferences(
        InterfaceStubID(1), from: .packet(PacketID(1)), to: .proxy(ObjectID(12)), count: 5),
      .packetOpened(PacketID(1), as: ObjectID(12)),
      .referenceAdded(ReferenceID(12), to: ObjectID(12), by: .named(holder), count: 1),
      .activated(ClassID(1), as: ObjectID(12), .S_OK),
    ] { story.tell(kind, by: worker) }
    return story
  }

  /// The worker calls the Widget (call 2) and waits for whoever serves it in process 2.
  static func calling() -> Story {
    var story = served()
    let (method, arguments) = (story.name("Paint"), story.blob([4]))
    story.tell(
      .callPacked(
        CallID(2), causality: 2, parent: .none, proxy: ObjectID(12), InterfaceStubID(1),
        method: method, arguments: arguments), by: worker)
    story.tell(.callSent(CallID(2), to: ApartmentID(3)), by: worker)
    story.tell(.messagePosted(ApartmentID(3), MessageID(2), .call, CallID(2)), by: worker)
    story.tell(.ready(server), by: worker)
    story.tell(
      .waits(.reply(CallID(2), server: ThreadID(process: 2, number: 0), pumps: false)),
      by: worker)
    return story
  }
}
