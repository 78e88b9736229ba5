import FloorplanViews
import TerminalUI
import Trace

/// Local servers: two clients, a server of two classes in two STAs, and one that the SCM starts.
struct LocalServers {
  static let clientA = ThreadID(process: 1, number: 1)
  static let clientB = ThreadID(process: 2, number: 1)
  static let main = ThreadID(process: 3, number: 1)
  static let gadgets = ThreadID(process: 3, number: 2)
  static let other = ThreadID(process: 4, number: 1)
  static let (widget, gadget) = (ClassID(1), ClassID(2))
  static let proxy = ObjectID(11)
  static let stub = InterfaceStubID(1)

  static let rooms = [
    Room(.singleThreaded, "STA", threads: ["main"], side: .left, isMain: true),
    Room(.singleThreaded, "STA", threads: ["gadgets"], side: .left),
  ]
  static let cast = Cast(buildings: [
    Building(.client, "client A", threads: ["main"]),
    Building(.client, "client B", threads: ["main"]),
    Building(.server, "server 1", rooms: rooms),
    Building(.scm, "SCM"),
    Building(.server, "server 2", rooms: rooms),
  ])

  var story = Story(process: "client A")
  private var requests: UInt32 = 0
  private var objects: UInt32 = 1

  /// Client A has a Widget of server 1, which serves two classes.
  init() {
    story.start(Self.clientA, "main", slot: 0)
    story.build(ApartmentID(1), .singleThreaded, by: Self.clientA, isMain: true)
    startProcess(2, "client B")
    story.start(Self.clientB, "main", slot: 1)
    story.build(ApartmentID(2), .singleThreaded, by: Self.clientB, isMain: true)
    for (id, name) in [(Self.widget, "Widget"), (Self.gadget, "Gadget")] {
      let text = story.name(name)
      story.tell(Self.clientA, .classKnown(id, name: text, module: .none, model: .none))
      story.tell(Self.clientA, .localServerKnown(id, story.name("widgets.exe")))
    }
    startProcess(3, "server 1")
    story.start(Self.main, "main", slot: 2)
    story.build(ApartmentID(3), .singleThreaded, by: Self.main, isMain: true)
    story.start(Self.gadgets, "gadgets", slot: 3)
    story.build(ApartmentID(4), .singleThreaded, by: Self.gadgets)
    register(1, Self.widget, "WidgetFactory", in: ApartmentID(3), by: Self.main)
    register(2, Self.gadget, "GadgetFactory", in: ApartmentID(4), by: Self.gadgets)
    story.tell(Self.gadgets, .waits(.messageLoop))
    giveWidget()
    story.tell(Self.main, .waits(.messageLoop))
  }

  mutating func startProcess(_ number: UInt32, _ name: String) {
    story.tell(.none, .processStarted(ProcessID(number), name: story.name(name)))
  }

  mutating func ask(
    _ thread: ThreadID, _ kind: ScmRequest, _ entry: ClassID = .none,
    _ registration: RegistrationID = .none
  ) -> RequestID {
    requests += 1
    story.tell(thread, .scmRequested(RequestID(requests), kind, entry, registration))
    return RequestID(requests)
  }

  mutating func register(
    _ number: UInt32, _ entry: ClassID, _ name: String, in room: ApartmentID, by thread: ThreadID
  ) {
    let (object, id) = (ObjectID(objects), RegistrationID(number))
    objects += 1
    story.tell(
      thread, .objectCreated(object, .component, name: story.name(name), apartment: room))
    story.tell(
      thread, .referenceAdded(ReferenceID(100 + number), to: object, by: .com, count: 1))
    story.tell(
      thread, .classObjectRegistered(id, of: entry, object: object, .localServer, .multipleUse))
    let request = ask(thread, .register, entry, id)
    story.tell(thread, .scmEntry(id, .open))
    story.tell(thread, .scmAnswered(request, .none, .S_OK))
  }

  private mutating func giveWidget() {
    let (object, manager) = (ObjectID(10), StubID(3))
    story.tell(Self.main, .serverCount(1, .added, story.name("Widget")))
    story.tell(
      Self.main,
      .objectCreated(object, .component, name: story.name("Widget"), apartment: ApartmentID(3)))
    story.tell(Self.main, .stubManagerCreated(manager, object: object, apartment: ApartmentID(3)))
    story.tell(
      Self.main, .referenceAdded(ReferenceID(1), to: object, by: .stub(manager), count: 1))
    story.tell(
      Self.main, .interfaceStubCreated(Self.stub, of: manager, interface: story.name("IWidget")))
    story.tell(
      Self.clientA,
      .objectCreated(Self.proxy, .proxy, name: story.name("proxy"), apartment: ApartmentID(1)))
    story.tell(Self.clientA, .proxyConnected(Self.proxy, to: manager, apartment: ApartmentID(1)))
    story.tell(Self.clientA, .proxyInterface(Self.proxy, Self.stub))
    story.tell(
      Self.clientA, .publicReferences(Self.stub, from: .stub, to: .proxy(Self.proxy), count: 5))
    story.tell(
      Self.clientA,
      .referenceAdded(
        ReferenceID(2), to: Self.proxy, by: .named(story.name("widget")), count: 1))
  }

  mutating func call(
    _ id: UInt32, _ method: String, by thread: ThreadID, through proxy: ObjectID,
    servedBy server: ThreadID, in room: ApartmentID
  ) {
    story.pick(thread)
    story.tell(
      thread,
      .callPacked(
        CallID(id), causality: 1, parent: .none, proxy: proxy,
        proxy.isNone ? .none : Self.stub, method: story.name(method), arguments: .none))
    story.tell(thread, .callSent(CallID(id), to: room))
    story.tell(thread, .messagePosted(room, MessageID(id), .call, CallID(id)))
    story.tell(thread, .waits(.reply(CallID(id), server: server, pumps: true)))
    story.tell(thread, .ready(server))
    story.pick(server)
    story.tell(server, .messageTaken(room, MessageID(id)))
    story.tell(server, .callServed(CallID(id)))
  }

  /// Client B asks for a Gadget and the SCM has nobody who serves it.
  mutating func askForGadget() {
    story.pick(Self.clientB)
    story.tell(
      Self.clientB, at: ("Client.swift", 12), .entered(story.name("CoCreateInstance")))
    let request = ask(Self.clientB, .activate, Self.gadget)
    startProcess(4, "server 2")
    story.tell(Self.clientB, .serverLaunched(ProcessID(4), for: request))
    story.tell(Self.clientB, .waits(.scm(request, server: ProcessID(4), pumps: true)))
  }

  /// Moment 3 of SCREENS.md: the last Release is served, the count comes to zero, and client B's
  /// request is on its way.
  static func suspended() -> (before: World, after: World) {
    var servers = LocalServers()
    servers.story.pick(clientA)
    servers.story.tell(
      clientA, at: ("Client.swift", 31), .entered(servers.story.name("Release")))
    let before = servers.story.world
    servers.call(
      12, "RemRelease", by: clientA, through: .none, servedBy: main, in: ApartmentID(3))
    servers.story.tell(
      main, .publicReferences(stub, from: .proxy(proxy), to: .stub, count: 5))
    servers.story.tell(main, .referenceReleased(ReferenceID(1), of: ObjectID(10), count: 0))
    servers.story.tell(main, .stubManagerEnded(StubID(3), disconnected: false))
    servers.story.tell(
      main, at: ("Server.swift", 2), .entered(servers.story.name("CoReleaseServerProcess")))
    servers.suspend()
    servers.askForGadget()
    servers.story.pick(main)
    return (before, servers.story.world)
  }

  private mutating func suspend() {
    if case .waiting = story.world.threads[Self.main]?.activity {
      story.tell(.none, .ready(Self.main))
      story.pick(Self.main)
    }
    story.tell(Self.main, .serverCount(0, .released, story.name("Widget")))
    for number in 1...2 {
      story.tell(Self.main, .classObjectSuspended(RegistrationID(UInt32(number))))
    }
    let request = ask(Self.main, .suspend)
    for number in 1...2 {
      story.tell(Self.main, .scmEntry(RegistrationID(UInt32(number)), .suspended))
    }
    story.tell(Self.main, .scmAnswered(request, .none, .S_OK))
  }

  /// The server that the SCM has started has a thread, and registers nothing yet.
  static func starting() -> (before: World, after: World) {
    var servers = LocalServers()
    servers.suspend()
    servers.story.tell(main, .waits(.messageLoop))
    let before = servers.story.world
    servers.askForGadget()
    servers.story.start(other, "main", slot: 4)
    servers.story.build(ApartmentID(5), .singleThreaded, by: other, isMain: true)
    return (before, servers.story.world)
  }

  /// Client A asks, whose room is drawn, and the SCM looks for a server.
  static func asked() -> (before: World, after: World) {
    var servers = LocalServers()
    let before = servers.story.world
    servers.story.pick(clientA)
    servers.story.tell(
      clientA, at: ("Client.swift", 12), .entered(servers.story.name("CoCreateInstance")))
    let request = servers.ask(clientA, .activate, gadget)
    servers.story.tell(clientA, .waits(.scm(request, server: .none, pumps: true)))
    return (before, servers.story.world)
  }

  /// A client has the class object, for which COM locks the server, and another one locked it.
  static func locked() -> (before: World, after: World) {
    var servers = LocalServers()
    let before = servers.story.world
    servers.story.tell(.none, .ready(main))
    servers.story.pick(main)
    let lock = servers.story.name("lock")
    servers.story.tell(main, .serverCount(2, .added, lock))
    servers.story.tell(main, .serverCount(3, .added, lock))
    servers.story.tell(main, .implicitLock(ObjectID(1), isLocked: true))
    return (before, servers.story.world)
  }

  static func ended() -> (before: World, after: World) {
    let (_, before) = suspended()
    var servers = LocalServers()
    servers.story.tell(.none, .processEnded(ProcessID(3)))
    return (before, servers.story.world)
  }

  /// Server 1 has ended, a step ago; server 2 has registered and serves.
  static func succeeded() -> (before: World, after: World) {
    var servers = LocalServers()
    servers.suspend()
    servers.story.tell(.none, .processEnded(ProcessID(3)))
    let before = servers.story.world
    servers.askForGadget()
    servers.story.start(other, "main", slot: 4)
    servers.story.build(ApartmentID(5), .singleThreaded, by: other, isMain: true)
    servers.register(3, widget, "WidgetFactory", in: ApartmentID(5), by: other)
    servers.story.tell(other, .serverCount(1, .added, servers.story.name("Widget")))
    return (before, servers.story.world)
  }

  static let all = [
    suspended(), starting(), asked(), locked(), ended(), killed(ProcessID(1)),
    killed(ProcessID(3)), reclaimed(), manyClasses(),
  ]

  // MARK: Deaths

  /// Client A is drawn with its room, and calls: `Paint` runs in the server.
  static let callers = Cast(buildings: [
    Building(
      .client, "client A",
      rooms: [Room(.singleThreaded, "STA", threads: ["main"], side: .left, isMain: true)]),
    Building(.server, "server 1", rooms: [rooms[0]], share: 2),
    Building(.scm, "SCM", side: .right),
    Building(.client, "client B", threads: ["main"]),
  ])

  /// The same where each stands where it does by itself.
  static let plain = Cast(buildings: [callers.buildings[0], Building(.scm, "SCM"), server])
  private static let server = Building(.server, "server 1", rooms: rooms)

  /// The call is being served; then its client, or its server, is killed.
  static func killed(_ process: ProcessID) -> (before: World, after: World) {
    var servers = LocalServers()
    servers.call(
      7, "Paint", by: clientA, through: proxy, servedBy: main, in: ApartmentID(3))
    let before = servers.story.world
    servers.story.tell(.none, .processKilled(process))
    return (before, servers.story.world)
  }

  /// What the killed client held is reclaimed, after three pings were missed.
  static func reclaimed() -> (before: World, after: World) {
    var servers = LocalServers()
    servers.story.tell(.none, .processKilled(ProcessID(1)))
    let before = servers.story.world
    servers.story.tell(gadgets, .ready(gadgets))
    for count in 1...3 {
      servers.story.tell(gadgets, .pingMissed(ProcessID(1), count: UInt32(count)))
    }
    servers.story.tell(
      gadgets, .referencesReclaimed(stub, of: ProcessID(1), count: 5))
    return (before, servers.story.world)
  }

  // MARK: Many classes

  /// A server that registers 50 classes, and one more.
  static func manyClasses() -> (before: World, after: World) {
    var servers = LocalServers()
    servers.story.tell(.none, .ready(gadgets))
    servers.story.pick(gadgets)
    for number in 3...51 { servers.registerOne(UInt32(number)) }
    let before = servers.story.world
    servers.registerOne(52)
    return (before, servers.story.world)
  }

  private mutating func registerOne(_ number: UInt32) {
    let id = ClassID(number)
    story.tell(
      Self.gadgets,
      .classKnown(id, name: story.name("Part\(number)"), module: .none, model: .none))
    objects = 100 + number
    register(number, id, "PartFactory", in: ApartmentID(4), by: Self.gadgets)
  }
}

extension FrameState {
  static func localServers(
    _ worlds: (before: World, after: World), _ cast: FloorplanViews.Cast = LocalServers.cast,
    selection: Selectable? = nil, pane: Pane = .source
  ) -> FrameState {
    FrameState(
      title: "The server stops while a client arrives", progress: Progress(step: 7, total: 12),
      pace: "by step",
      plan: PlanInput(
        world: worlds.after, baseline: worlds.before, cast: cast, selection: selection),
      narration: "The count reached 0 and COM suspended both classes in the same step, before "
        + "any other thread could move. So client B never meets a closing server: the SCM starts "
        + "a new one. Server 1 revokes in its own time.",
      facts: ["O9", "O10"],
      question: Question(
        "Gadget must be revoked now. Which thread can?",
        choices: [.init("3", "main"), .init("4", "gadgets")]),
      actions: [KeyItem("c", "client"), KeyItem("x", "kill -9"), KeyItem("w", "what if…")],
      keys: [
        KeyItem("Space", "go on"), KeyItem("→", "step"), KeyItem("←", "back"),
        KeyItem("1-9", "one thread"), KeyItem("?", "help"), KeyItem("q", "menu"),
      ],
      pane: pane,
      sources: SourceTexts([
        "Server.swift": [
          "deinit {", "  if coReleaseServerProcess() == 0 {", "    postQuit(to: allThreads)",
          "  }", "}",
        ]
      ]))
  }
}
