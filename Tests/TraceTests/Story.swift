import Trace

/// A list of events in the making, for tests: it numbers them, tells texts and bytes ahead of their
/// use, and folds as it goes.
struct Story {
  private(set) var events: [Event] = []
  private(set) var world = World()
  private var names: [String: Name] = [:]
  private var blobs: UInt32 = 0

  static let main = ThreadID(process: 1, number: 1)
  static let worker = ThreadID(process: 1, number: 2)

  /// Tells an event; without a thread, as the kernel.
  mutating func tell(_ kind: EventKind, by thread: ThreadID = .none, line: UInt32 = 0) {
    let file = line == 0 ? Name.none : name("GetService.swift")
    let event = Event(
      n: UInt64(events.count), t: UInt64(events.count) * 10, thread: thread, file: file,
      line: line, kind)
    events.append(event)
    world.apply(event)
  }

  /// The name of a text, which is told when it is new.
  mutating func name(_ text: String) -> Name {
    if let name = names[text] { return name }
    let name = Name(UInt32(names.count + 1))
    names[text] = name
    for chunk in Chunk.pieces(of: Array(text.utf8)) { tell(.text(name, chunk)) }
    return name
  }

  mutating func blob(_ bytes: [UInt8]) -> Blob {
    blobs += 1
    for chunk in Chunk.pieces(of: bytes) { tell(.bytes(Blob(blobs), chunk)) }
    return Blob(blobs)
  }

  /// A choice of the thread, among the two.
  mutating func choose(_ thread: ThreadID, _ point: Point = .threadStarts) {
    tell(.choice(runnable: ThreadSet(bits: 0b11), point: point), by: thread)
  }

  mutating func start(_ thread: ThreadID, _ name: String) {
    let name = self.name(name)
    tell(.threadStarted(name: name, slot: UInt8(thread.number) - 1, origin: .program), by: thread)
  }

  /// A process with the threads main, in the main STA 1, and worker, in the MTA 2; main runs.
  static func withTwoThreads() -> Story {
    var story = Story()
    let program = story.name("program")
    story.tell(.processStarted(ProcessID(1), name: program))
    story.start(main, "main")
    story.start(worker, "worker")
    story.choose(worker)
    story.tell(
      .apartmentCreated(
        ApartmentID(2), .multithreaded, isMain: false, startedBy: .program), by: worker)
    story.tell(.apartmentEntered(ApartmentID(2), .explicit, count: 1), by: worker)
    story.choose(main)
    story.tell(
      .apartmentCreated(
        ApartmentID(1), .singleThreaded, isMain: true, startedBy: .program), by: main)
    story.tell(.apartmentEntered(ApartmentID(1), .explicit, count: 1), by: main)
    return story
  }

  /// A component with the holder's reference, in main's STA: object 1, reference 1.
  mutating func makeProvider() {
    let provider = name("ServiceProvider")
    let holder = name("shell.site")
    tell(
      .objectCreated(ObjectID(1), .component, name: provider, apartment: ApartmentID(1)),
      by: Self.main)
    tell(
      .referenceAdded(ReferenceID(1), to: ObjectID(1), by: .named(holder), count: 1),
      by: Self.main, line: 12)
  }

  /// Main marshals object 1 into stream 2: stub 1, interface stub 1, packet 1 with 5 references.
  mutating func marshalProvider() {
    let interface = name("IServiceProvider")
    let field = name("Package.m_pSPStream")
    let main = Self.main
    tell(
      .objectCreated(ObjectID(2), .stream, name: .none, apartment: .none), by: main)
    tell(.referenceAdded(ReferenceID(2), to: ObjectID(2), by: .named(field), count: 1), by: main)
    tell(.fieldSet(field, ObjectID(2)), by: main)
    tell(
      .stubManagerCreated(StubID(1), object: ObjectID(1), apartment: ApartmentID(1)), by: main)
    tell(
      .referenceAdded(ReferenceID(3), to: ObjectID(1), by: .stub(StubID(1)), count: 2), by: main)
    tell(
      .interfaceStubCreated(InterfaceStubID(1), of: StubID(1), interface: interface), by: main)
    let bytes = blob(Array(repeating: 7, count: 68))
    tell(.packetMade(PacketID(1), of: InterfaceStubID(1), .normal, bytes), by: main)
    tell(
      .publicReferences(InterfaceStubID(1), from: .stub, to: .packet(PacketID(1)), count: 5),
      by: main)
    tell(.stubCounts(StubID(1), strong: 5, weak: 0, locks: 0), by: main)
    tell(.streamWritten(ObjectID(2), PacketID(1), offset: 0, count: 68), by: main)
    tell(.waits(.messageLoop), by: main)
  }

  /// The worker unmarshals it: proxy, object 3, reference 4; the stream is released.
  mutating func unmarshalProvider() {
    let cache = name("Package.m_pBackgroundSP")
    let worker = Self.worker
    choose(worker)
    tell(.streamRead(ObjectID(2), PacketID(1), offset: 0, count: 68), by: worker, line: 41)
    tell(.objectCreated(ObjectID(3), .proxy, name: .none, apartment: ApartmentID(2)), by: worker)
    tell(
      .proxyConnected(ObjectID(3), to: StubID(1), apartment: ApartmentID(2)), by: worker)
    tell(.proxyInterface(ObjectID(3), InterfaceStubID(1)), by: worker)
    tell(
      .publicReferences(
        InterfaceStubID(1), from: .packet(PacketID(1)), to: .proxy(ObjectID(3)), count: 5),
      by: worker)
    tell(.packetOpened(PacketID(1), as: ObjectID(3)), by: worker)
    tell(.referenceAdded(ReferenceID(4), to: ObjectID(3), by: .named(cache), count: 1), by: worker)
    tell(.referenceReleased(ReferenceID(2), of: ObjectID(2), count: 0), by: worker)
    tell(.objectDestroyed(ObjectID(2)), by: worker)
    tell(.fieldSet(cache, ObjectID(3)), by: worker)
  }

  /// The worker packs call 7, sends it to main's STA and is blocked.
  mutating func sendCall() {
    let method = name("QueryService")
    let arguments = blob([1, 2, 3])
    let worker = Self.worker
    tell(
      .callPacked(
        CallID(7), causality: 1, parent: .none, proxy: ObjectID(3), InterfaceStubID(1),
        method: method, arguments: arguments), by: worker)
    tell(.callSent(CallID(7), to: ApartmentID(1)), by: worker)
    tell(.messagePosted(ApartmentID(1), MessageID(1), .call, CallID(7)), by: worker)
    tell(.ready(Self.main), by: worker)
    tell(.waits(.reply(CallID(7), server: Self.main, pumps: false)), by: worker)
  }

  /// Main takes the call and serves it; the method is entered and left; the worker has the answer.
  mutating func serveCall() {
    let method = name("QueryService")
    let main = Self.main
    choose(main)
    tell(.messageTaken(ApartmentID(1), MessageID(1)), by: main)
    tell(.callServed(CallID(7)), by: main)
    tell(.methodEntered(ObjectID(1), method, .stub), by: main, line: 73)
    tell(.methodLeft(ObjectID(1), .S_OK), by: main)
    let answer = blob([0])
    tell(.callAnswered(CallID(7), .S_OK, answer), by: main)
    tell(.ready(Self.worker), by: main)
    tell(.waits(.messageLoop), by: main)
    choose(Self.worker, .callReturned)
    tell(.callReturned(CallID(7), .S_OK), by: Self.worker)
  }

  /// Everything is given back and both threads end.
  mutating func end() {
    let (main, worker) = (Self.main, Self.worker)
    let stream = name("Package.m_pSPStream")
    let cache = name("Package.m_pBackgroundSP")
    tell(.fieldSet(stream, .none), by: worker)
    tell(.fieldSet(cache, .none), by: worker)
    tell(.referenceReleased(ReferenceID(4), of: ObjectID(3), count: 0), by: worker)
    tell(
      .publicReferences(InterfaceStubID(1), from: .proxy(ObjectID(3)), to: .stub, count: 5),
      by: worker)
    tell(.objectDestroyed(ObjectID(3)), by: worker)
    tell(.referenceReleased(ReferenceID(3), of: ObjectID(1), count: 1), by: worker)
    tell(.stubManagerEnded(StubID(1), disconnected: false), by: worker)
    tell(.apartmentLeft(ApartmentID(2), count: 0), by: worker)
    tell(.apartmentEnded(ApartmentID(2)), by: worker)
    tell(.ready(main), by: worker)
    tell(.threadEnded, by: worker)
    choose(main)
    tell(.referenceReleased(ReferenceID(1), of: ObjectID(1), count: 0), by: main)
    tell(.objectDestroyed(ObjectID(1)), by: main)
    tell(.apartmentLeft(ApartmentID(1), count: 0), by: main)
    tell(.apartmentEnded(ApartmentID(1)), by: main)
    tell(.threadEnded, by: main)
    tell(.processEnded(ProcessID(1)))
  }

  /// Up to and with the marshalled provider.
  static func marshalled() -> Story {
    var story = withTwoThreads()
    story.makeProvider()
    story.marshalProvider()
    return story
  }

  /// The whole of it: a provider marshalled, unmarshalled, called and given back.
  static func whole() -> Story {
    var story = marshalled()
    story.unmarshalProvider()
    story.sendCall()
    story.serveCall()
    story.end()
    return story
  }
}
