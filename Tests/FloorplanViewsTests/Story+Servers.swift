import FloorplanViews
import Trace

/// In-process servers: a main STA, an MTA, a neutral apartment, classes of every model, and what
/// clients got of them.
struct Servers {
  static let main = ThreadID(process: 1, number: 1)
  static let web = ThreadID(process: 1, number: 2)
  static let host = ThreadID(process: 1, number: 3)
  static let sta = ApartmentID(1)
  static let mta = ApartmentID(2)
  static let hostSTA = ApartmentID(3)
  static let neutral = ApartmentID(4)

  static let cast = Cast(
    rooms: [
      Room(.singleThreaded, "main STA", threads: ["main"], side: .left, isMain: true),
      Room(.multithreaded, "MTA", threads: ["web"], side: .left),
      Room(.singleThreaded, "host STA", threads: ["host"], side: .right),
      Room(.neutral, "neutral apartment", side: .right),
    ], corridorRows: 4)

  static let classes: [(name: String, model: String?)] = [
    ("Ledger", nil), ("Counter", "Apartment"), ("Clock", "Both"), ("Pool", "Free"),
    ("Grid", "Neutral"), ("Odd", "Apartmant"),
  ]

  var story = Story()
  private var objects: UInt32 = 0
  private var stubs: UInt32 = 0
  private var references: UInt32 = 0

  /// The rooms, with the registry read.
  init(hostIsMain: Bool = false) {
    if !hostIsMain {
      story.start(Self.main, "main", slot: 0)
      story.build(Self.sta, .singleThreaded, by: Self.main, isMain: true)
    }
    story.start(Self.web, "web", slot: 1)
    story.build(Self.mta, .multithreaded, by: Self.web)
    story.start(Self.host, "host", slot: 2)
    story.build(
      Self.hostSTA, .singleThreaded, by: Self.host, isMain: hostIsMain, startedBy: .com)
    story.tell(
      Self.web,
      .apartmentCreated(Self.neutral, .neutral, isMain: false, startedBy: .com))
    for (index, entry) in Self.classes.enumerated() {
      let names = (story.name(entry.name), story.name(entry.name.lowercased() + ".dll"))
      let model = entry.model.map { story.name($0) } ?? .none
      story.tell(
        Self.web,
        .classKnown(ClassID(UInt32(index + 1)), name: names.0, module: names.1, model: model))
    }
  }

  /// The class of that name.
  static func id(_ name: String) -> ClassID {
    ClassID(UInt32((classes.firstIndex { $0.name == name } ?? 0) + 1))
  }

  /// A component in a room, held by somebody.
  @discardableResult
  mutating func object(_ name: String, in room: ApartmentID, by thread: ThreadID) -> ObjectID {
    objects += 1
    references += 1
    let (id, name, holder) = (ObjectID(objects), story.name(name), story.name("m_p"))
    story.tell(thread, .objectCreated(id, .component, name: name, apartment: room))
    story.tell(
      thread, .referenceAdded(ReferenceID(references), to: id, by: .named(holder), count: 1))
    return id
  }

  /// A proxy in a room to an object that gets a stub.
  @discardableResult
  mutating func proxy(to object: ObjectID, at home: ApartmentID, in room: ApartmentID) -> ObjectID {
    stubs += 1
    objects += 1
    references += 1
    let (stub, interface, proxy) = (StubID(stubs), InterfaceStubID(stubs), ObjectID(objects))
    let (text, holder) = (story.name("ICounter"), story.name("c"))
    story.tell(Self.web, .stubManagerCreated(stub, object: object, apartment: home))
    story.tell(Self.web, .interfaceStubCreated(interface, of: stub, interface: text))
    story.tell(
      Self.web, .objectCreated(proxy, .proxy, name: story.name("proxy"), apartment: room))
    story.tell(Self.web, .proxyConnected(proxy, to: stub, apartment: room))
    story.tell(Self.web, .proxyInterface(proxy, interface))
    story.tell(
      Self.web, .referenceAdded(ReferenceID(references), to: proxy, by: .named(holder), count: 1))
    return proxy
  }

  /// What CoCreateInstance gave the thread: the object itself or a proxy.
  mutating func activate(
    _ name: String, by client: ThreadID, at home: ApartmentID, proxyIn room: ApartmentID? = nil
  ) {
    let object = object(name, in: home, by: client)
    let got = room.map { proxy(to: object, at: home, in: $0) } ?? object
    story.tell(client, .activated(Self.id(name), as: got, .S_OK))
  }

  mutating func fail(_ name: String, by client: ThreadID, _ result: HResult) {
    story.tell(client, .activated(Self.id(name), as: .none, result))
  }

  /// Some cells of the matrix: the last one is new.
  static func matrix(hostIsMain: Bool = false) -> (before: World, after: World) {
    var servers = Servers(hostIsMain: hostIsMain)
    if !hostIsMain { servers.activate("Counter", by: main, at: sta) }
    servers.activate("Clock", by: web, at: mta)
    servers.activate("Grid", by: web, at: neutral, proxyIn: mta)
    servers.fail("Odd", by: web, .REGDB_E_BADTHREADINGMODEL)
    if hostIsMain { servers.activate("Ledger", by: web, at: hostSTA, proxyIn: mta) }
    let before = servers.story.world
    servers.activate("Counter", by: web, at: hostSTA, proxyIn: mta)
    return (before, servers.story.world)
  }

  /// Ways to call, counted and, if wanted, measured.
  static func price(
    measured: Bool,
    ways: [(String, UInt64)] = [
      ("direct", 2_100), ("FTM", 2_200), ("light proxy", 310_000), ("STA→STA", 11_800_000),
      ("MTA→STA", 9_400_000), ("STA→MTA", 10_100_000),
    ]
  ) -> (before: World, after: World) {
    var servers = Servers()
    var before = servers.story.world
    for (index, way) in ways.enumerated() {
      before = servers.story.world
      let name = servers.story.name(way.0)
      servers.story.tell(web, .sectionBegan(name))
      if index > 2 {
        servers.story.pick(host)
        servers.story.pick(web)
      }
      servers.story.tell(web, .sectionEnded(name))
    }
    guard measured else { return (before, servers.story.world) }
    let machine = servers.story.name("two cores of some machine")
    for way in ways {
      let name = servers.story.name(way.0)
      servers.story.tell(
        web, .measured(name, picoseconds: way.1, calls: 1000, scmCalls: 0, machine: machine))
    }
    return (servers.story.world, servers.story.world)
  }
}
