import FloorplanViews
import Trace

/// The right way (S3 to S5), as far as the views need it: main marshals the provider, the worker
/// opens the packet and asks through the proxy.
struct RightWay {
  static let main = ThreadID(process: 1, number: 1)
  static let worker = ThreadID(process: 1, number: 2)
  static let sta = ApartmentID(1)
  static let mta = ApartmentID(2)
  static let provider = ObjectID(1)
  static let stream = ObjectID(2)
  static let proxy = ObjectID(3)

  static let cast = Cast(rooms: [
    Room(.singleThreaded, "main STA", threads: ["main"], side: .left, isMain: true),
    Room(.multithreaded, "MTA", threads: ["worker"], side: .right),
  ])

  static let getService = [
    35: "  }", 36: "  func queryServiceFromBackgroundThread() throws {",
    37: "    if m_pBackgroundSP == nil {", 38: "      guard m_pSPStream != nil else {",
    39: "        return E_UNEXPECTED", 40: "      }",
    41: "      try coGetInterfaceAndReleaseStream(m_pSPStream, &m_pBackgroundSP)",
    42: "      m_pSPStream.detach()", 43: "    }",
    44: "    return m_pBackgroundSP.queryService(service)",
    73: "    while getMessage(&msg) { dispatch(msg) }",
  ]
  static let sources = SourceTexts([
    "GetService.swift": (1...80).map { getService[$0] ?? "// line \($0)" }
  ])

  /// The packet of OBJREF.md A with this run's numbers: OXID 1, OID 1, and 5 references.
  static let packet: [UInt8] =
    [0x4d, 0x45, 0x4f, 0x57, 1, 0, 0, 0]
    + [0xC1, 0x40, 0x51, 0x6d, 0x36, 0x74, 0xCE, 0x11, 0x80, 0x34, 0, 0xAA, 0, 0x60, 0x09, 0xFA]
    + [0, 0, 0, 0, 5, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]
    + [1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]

  var story = Story()
  /// The World before the worker opens the packet, and after it.
  var sealed = World()
  var opened = World()
  /// A call of the worker lies in main's queue; main serves it; it has returned.
  var queued = World()
  var served = World()
  var returned = World()

  init() {
    marshal()
    sealed = story.world
    open()
    opened = story.world
    call()
  }

  private mutating func marshal() {
    let (main, file) = (Self.main, "GetService.swift")
    story.start(main, "main", slot: 0)
    story.build(Self.sta, .singleThreaded, by: main, isMain: true)
    let provider = story.name("ServiceProvider")
    story.tell(main, .objectCreated(Self.provider, .component, name: provider, apartment: Self.sta))
    let site = story.name("shell.site")
    story.tell(
      main, at: ("Shell.swift", 12),
      .referenceAdded(ReferenceID(1), to: Self.provider, by: .named(site), count: 1))
    let interface = story.name("IServiceProvider")
    story.tell(
      main, .stubManagerCreated(StubID(1), object: Self.provider, apartment: Self.sta))
    story.tell(
      main, at: (file, 19),
      .referenceAdded(ReferenceID(2), to: Self.provider, by: .stub(StubID(1)), count: 2))
    story.tell(main, .interfaceStubCreated(InterfaceStubID(1), of: StubID(1), interface: interface))
    story.tell(main, .stubCounts(StubID(1), strong: 5, weak: 0, locks: 0))
    let bytes = story.blob(Self.packet)
    story.tell(main, .packetMade(PacketID(1), of: InterfaceStubID(1), .normal, bytes))
    story.tell(
      main, .publicReferences(InterfaceStubID(1), from: .stub, to: .packet(PacketID(1)), count: 5))
    let (stream, field) = (story.name("stream"), story.name("Package.m_pSPStream"))
    story.tell(main, .objectCreated(Self.stream, .stream, name: stream, apartment: .none))
    story.tell(
      main, .referenceAdded(ReferenceID(3), to: Self.stream, by: .named(field), count: 1))
    story.tell(main, .streamWritten(Self.stream, PacketID(1), offset: 0, count: 68))
    story.tell(main, .fieldSet(field, Self.stream))
    story.tell(main, .fieldSet(story.name("Package.m_pBackgroundSP"), .none))
    story.tell(main, at: (file, 73), .waits(.messageLoop))
  }

  private mutating func open() {
    let worker = Self.worker
    story.start(worker, "worker", slot: 1)
    story.build(Self.mta, .multithreaded, by: worker)
    sealed = story.world
    story.tell(
      worker, at: ("GetService.swift", 41),
      .entered(story.name("coGetInterfaceAndReleaseStream")))
    story.tell(worker, .streamRead(Self.stream, PacketID(1), offset: 0, count: 68))
    let proxy = story.name("proxy")
    story.tell(worker, .objectCreated(Self.proxy, .proxy, name: proxy, apartment: Self.mta))
    story.tell(worker, .proxyConnected(Self.proxy, to: StubID(1), apartment: Self.mta))
    story.tell(worker, .proxyInterface(Self.proxy, InterfaceStubID(1)))
    story.tell(
      worker,
      .publicReferences(
        InterfaceStubID(1), from: .packet(PacketID(1)), to: .proxy(Self.proxy), count: 5))
    story.tell(worker, .packetOpened(PacketID(1), as: Self.proxy))
    let field = story.name("Package.m_pBackgroundSP")
    story.tell(
      worker, .referenceAdded(ReferenceID(4), to: Self.proxy, by: .named(field), count: 1))
    story.tell(worker, .fieldSet(field, Self.proxy))
    story.tell(worker, .referenceReleased(ReferenceID(3), of: Self.stream, count: 0))
    story.tell(worker, .objectDestroyed(Self.stream))
    story.tell(worker, at: ("GetService.swift", 41), .narrated(story.name("opened")))
  }

  private mutating func call() {
    let (main, worker, call) = (Self.main, Self.worker, CallID(1))
    story.tell(worker, .left(.S_OK))
    let arguments = story.blob([1, 2, 3, 4])
    story.tell(
      worker, at: ("GetService.swift", 44),
      .callPacked(
        call, causality: 1, parent: .none, proxy: Self.proxy, InterfaceStubID(1),
        method: story.name("QueryService"), arguments: arguments))
    story.tell(worker, .callSent(call, to: Self.sta))
    story.tell(worker, .messagePosted(Self.sta, MessageID(1), .call, call))
    story.tell(worker, .waits(.reply(call, server: main, pumps: false)))
    queued = story.world
    story.tell(worker, .ready(main))
    story.pick(main)
    story.tell(main, .messageTaken(Self.sta, MessageID(1)))
    story.tell(main, .callServed(call))
    story.tell(main, .methodEntered(Self.provider, story.name("QueryService"), .stub))
    served = story.world
    story.tell(main, .methodLeft(Self.provider, .S_OK))
    story.tell(main, .callAnswered(call, .S_OK, story.blob([9])))
    story.tell(main, .ready(worker))
    story.tell(main, .waits(.messageLoop))
    story.pick(worker)
    story.tell(worker, .callReturned(call, .S_OK))
    returned = story.world
  }
}
