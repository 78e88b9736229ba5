import FloorplanViews
import Trace

/// Threads in the neutral apartment, parts of objects, modules, cookies, filters: the state that
/// in-process servers bring onto the plan.
extension Servers {
  /// Main calls a Grid through a light proxy: it goes in itself.
  static func lightCall() -> (before: World, during: World) {
    var servers = Servers()
    let grid = servers.object("Grid", in: neutral, by: main)
    let proxy = servers.proxy(to: grid, at: neutral, in: sta)
    servers.story.tell(host, .waits(.messageLoop))
    servers.story.pick(main)
    let before = servers.story.world
    let method = servers.story.name("Increment")
    let bytes = servers.story.blob([3, 0, 0, 0])
    servers.story.tell(
      main, at: ("Grid.swift", 12),
      .callPacked(
        CallID(1), causality: 1, parent: .none, proxy: proxy, InterfaceStubID(1), method: method,
        arguments: bytes))
    servers.story.tell(main, .callSent(CallID(1), to: neutral))
    servers.story.tell(main, .contextEntered(neutral))
    servers.story.tell(main, .callServed(CallID(1)))
    servers.story.tell(main, .methodEntered(grid, method, .stub))
    return (before, servers.story.world)
  }

  /// A module is loaded, has an object, loses it, may go, is gone.
  static func modules() -> [World] {
    var servers = Servers()
    var worlds = [servers.story.world]
    let name = servers.story.name("counter.dll")
    servers.story.tell(host, .moduleLoaded(ModuleID(1), name: name))
    servers.story.tell(host, .moduleCounts(ModuleID(1), objects: 0, locks: 0))
    worlds.append(servers.story.world)
    let counter = servers.object("Counter", in: hostSTA, by: host)
    servers.story.tell(host, .objectOfModule(counter, ModuleID(1)))
    servers.story.tell(host, .moduleCounts(ModuleID(1), objects: 1, locks: 0))
    worlds.append(servers.story.world)
    servers.story.tell(host, .moduleCounts(ModuleID(1), objects: 0, locks: 0))
    servers.story.tell(host, .moduleCandidate(ModuleID(1), due: 600_000_000_000))
    worlds.append(servers.story.world)
    servers.story.tell(host, .moduleUnloaded(ModuleID(1)))
    servers.story.tell(
      web, .unloadedCodeRun(ModuleID(1), servers.story.name("~Counter")))
    worlds.append(servers.story.world)
    return worlds
  }

  /// A class object in the MTA, a cookie, an object with the free-threaded marshaller, its packet.
  static func shared() -> (before: World, after: World) {
    var servers = Servers()
    let before = servers.story.world
    let factory = servers.object("CounterFactory", in: mta, by: web)
    servers.story.tell(
      web,
      .classObjectRegistered(
        RegistrationID(1), of: id("Counter"), object: factory, .inprocServer, .multipleUse))
    let counter = servers.object("Counter", in: sta, by: main)
    let part = servers.object("FreeThreadedMarshaler", in: sta, by: main)
    servers.story.tell(main, .aggregated(part, into: counter))
    let ledger = servers.object("Ledger", in: sta, by: main)
    servers.proxy(to: ledger, at: sta, in: mta)
    let bytes = servers.story.blob(RightWay.packet)
    servers.story.tell(main, .packetMade(PacketID(1), of: InterfaceStubID(1), .tableStrong, bytes))
    servers.story.tell(main, .globalRegistered(GlobalID(1), PacketID(1)))
    let custom = servers.story.blob(Self.customPacket)
    servers.story.tell(
      main,
      .customPacketMade(
        PacketID(2), of: counter, marshaller: servers.story.name("FreeThreadedMarshaler"), .normal,
        custom))
    return (before, servers.story.world)
  }

  /// OBJREF.md C: CUSTOM for the free-threaded marshaller, 76 bytes.
  static let customPacket: [UInt8] =
    [0x4d, 0x45, 0x4f, 0x57, 4, 0, 0, 0]
    + [0, 0, 0, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46]
    + [0x3A, 3, 0, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46]
    + [0, 0, 0, 0, 0, 0, 0, 0]
    + [0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0]
    + [1, 0, 0, 0, 0, 0xF1, 0, 0x40, 0, 0, 0, 0, 0, 0, 0, 0]

  /// Web calls main, whose filter is busy; another call nobody waits for; a third is cancelled.
  static func filtered() -> (before: World, after: World) {
    var servers = Servers()
    let filter = servers.object("BusyFilter", in: sta, by: main)
    let ledger = servers.object("Ledger", in: sta, by: main)
    let proxy = servers.proxy(to: ledger, at: sta, in: mta)
    let before = servers.story.world
    servers.story.tell(main, .messageFilterSet(sta, filter))
    for number in UInt32(1)...3 {
      let call = CallID(number)
      servers.story.pick(web)
      servers.story.tell(
        web,
        .callPacked(
          call, causality: number, parent: .none, proxy: proxy, InterfaceStubID(1),
          method: servers.story.name("Add"), arguments: .none))
      servers.story.tell(web, .callSent(call, to: sta))
      servers.story.tell(web, .messagePosted(sta, MessageID(number), .call, call))
      if number == 1 {
        servers.story.pick(main)
        servers.story.tell(main, .messageTaken(sta, MessageID(1)))
        servers.story.tell(main, .callRejected(call, .retryLater))
        servers.story.tell(web, .callRetried(call, at: 500_000_000))
      } else {
        servers.story.tell(web, number == 2 ? .callAsynchronous(call) : .callCancelled(call))
      }
    }
    return (before, servers.story.world)
  }
}
