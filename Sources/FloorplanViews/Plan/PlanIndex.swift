import Trace

/// The World sorted by room, made once a frame, so that drawing a room looks at what is in it only.
struct PlanIndex: Sendable {
  private(set) var threads: [ApartmentID: [World.Thread]] = [:]
  /// Threads that stand in another room than their own, by the room that they stand in.
  private(set) var trespassers: [ApartmentID: [World.Thread]] = [:]
  /// Threads that run there for the length of a call, by right: a light proxy brought them.
  private(set) var visitors: [ApartmentID: [World.Thread]] = [:]
  private(set) var components: [ApartmentID: [World.Object]] = [:]
  /// Objects that are parts of another one, by that one.
  private(set) var parts: [ObjectID: [World.Object]] = [:]
  private(set) var proxies: [ApartmentID: [World.Object]] = [:]
  private(set) var stubs: [ApartmentID: [World.StubManager]] = [:]
  /// Streams, and objects without a home.
  private(set) var homeless: [World.Object] = []
  /// The last thing that was refused to each thread in the last step.
  private(set) var refusals: [ThreadID: World.Refusal] = [:]
  /// The last call of each thread that came back because its server was gone.
  private(set) var failures: [ThreadID: World.Call] = [:]
  /// Threads that ran code in the last step that was not there any more.
  private(set) var lost: Set<ThreadID> = []
  /// What was used in the last step although its count had been 0.
  private(set) var misuses: [ObjectID: Misuse] = [:]
  private(set) var packets: [World.Packet] = []
  private(set) var fields: [World.Field] = []
  private(set) var cells: [World.Cell] = []
  /// The number drawn with a stream, and with a component that is not the only one of its class.
  private(set) var ranks: [ObjectID: Int] = [:]
  /// The classes of all components that there ever were.
  private(set) var classNames: Set<String> = []
  /// The streams that fields point at, dead or alive.
  private var pointedAt: Set<ObjectID> = []
  /// Packets that lie in a stream that lives.
  private(set) var streamOfPacket: [PacketID: ObjectID] = [:]

  /// Classes, modules, registrations.
  let servers: ServerIndex

  init(_ world: World, baseline: World?) {
    servers = ServerIndex(world, baseline: baseline)
    sortThreads(world)
    fields = world.fieldsInOrder
    pointedAt = Set(fields.map(\.object))
    cells = world.cellsInOrder
    if let baseline { sortFaults(world, since: baseline) }
    sortObjects(world, baseline)
    let shown = world.stubs.values.filter { stub in
      stub.state == .connected || baseline?.stubs[stub.id]?.state == .connected
    }
    for stub in shown.sorted(by: { $0.id < $1.id }) {
      stubs[stub.apartment, default: []].append(stub)
    }
    packets = world.packets.values.filter { packet in
      packet.state == .sealed || baseline?.packets[packet.id]?.state == .sealed
        || (baseline != nil && baseline?.packets[packet.id] == nil)
        || (packet.kind != .normal && packet.state != .released)
    }.sorted { $0.id < $1.id }
  }

  private mutating func sortThreads(_ world: World) {
    for thread in world.threadsInOrder {
      threads[thread.apartment, default: []].append(thread)
      guard thread.activity != .ended else { continue }
      if let room = world.trespassing(thread.id), room != thread.current {
        trespassers[room, default: []].append(thread)
      }
      for room in Set(thread.visits) where room != thread.apartment {
        visitors[room, default: []].append(thread)
      }
    }
  }

  private mutating func sortFaults(_ world: World, since baseline: World) {
    for refusal in world.refusals.dropFirst(baseline.refusals.count) {
      refusals[refusal.thread] = refusal
    }
    if world.processes.count > 1 { sortFailures(world, since: baseline) }
    lost = Set(world.unloadedRuns.dropFirst(baseline.unloadedRuns.count).map(\.thread))
    for misused in world.misuses.dropFirst(baseline.misuses.count) {
      misuses[misused.object] = misused.use
    }
  }

  private mutating func sortFailures(_ world: World, since baseline: World) {
    for call in world.calls.values where call.state == .returned && !call.proxy.isNone {
      guard call.result.tellsServerIsGone, baseline.calls[call.id]?.state != .returned,
        failures[call.caller].map({ $0.id < call.id }) ?? true
      else { continue }
      failures[call.caller] = call
    }
  }

  private mutating func sortObjects(_ world: World, _ baseline: World?) {
    var streams: [ObjectID] = []
    var classes: [Name: [ObjectID]] = [:]
    var shown: [World.Object] = []
    for object in world.objects.values {
      switch object.role {
      case .stream: streams.append(object.id)
      case .component: classes[object.name, default: []].append(object.id)
      case .proxy: break
      }
      let isRecent = baseline.map { $0.objects[object.id]?.isAlive ?? true } ?? false
      let isDangling = object.role == .stream && pointedAt.contains(object.id)
      let isShown = object.isAlive || isRecent || isDangling || misuses[object.id] != nil
      if isShown { shown.append(object) }
    }
    classNames = Set(classes.keys.map { world[$0] })
    number(streams)
    for objects in classes.values where objects.count > 1 { number(objects) }
    for object in shown.sorted(by: { $0.id < $1.id }) { file(object, world) }
  }

  private mutating func number(_ objects: [ObjectID]) {
    for (index, object) in objects.sorted().enumerated() { ranks[object] = index + 1 }
  }

  private mutating func file(_ object: World.Object, _ world: World) {
    for piece in object.contents { streamOfPacket[piece.packet] = object.id }
    let hasHome = world.apartments[object.apartment]?.isAlive ?? false
    if let outer = Self.outermost(of: object, world) {
      parts[outer, default: []].append(object)
      return
    }
    switch object.role {
    case .component where hasHome: components[object.apartment, default: []].append(object)
    case .proxy where hasHome: proxies[object.apartment, default: []].append(object)
    case .component, .proxy, .stream: homeless.append(object)
    }
  }

  /// The object that it is a part of, where that is drawn. A part is made after its outer object; a
  /// damaged recording may say otherwise.
  private static func outermost(of object: World.Object, _ world: World) -> ObjectID? {
    var found: ObjectID?
    var next = object
    while next.outer < next.id, let outer = world.objects[next.outer] {
      found = outer.id
      next = outer
    }
    return found
  }
}
