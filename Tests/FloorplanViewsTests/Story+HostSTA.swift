import FloorplanViews
import Trace

/// Moment 2 of SCREENS.md: two callers in the MTA, an object in an STA that COM started.
enum HostSTA {
  static let main = ThreadID(process: 1, number: 1)
  static let web = ThreadID(process: 1, number: 2)
  static let job = ThreadID(process: 1, number: 3)
  static let host = ThreadID(process: 1, number: 4)
  static let mta = ApartmentID(2)
  static let sta = ApartmentID(3)
  static let cast = Cast(
    rooms: [
      Room(
        .singleThreaded, "main STA", threads: ["main"], side: .left, isMain: true,
        takesPart: false),
      Room(.multithreaded, "MTA", threads: ["web", "job"], side: .left),
      Room(.singleThreaded, "host STA", threads: ["host"], side: .right),
    ], corridorRows: 1)

  static func inFlight() -> (before: World, during: World) {
    var story = Story()
    story.start(main, "main", slot: 0)
    story.build(ApartmentID(1), .singleThreaded, by: main, isMain: true)
    story.tell(main, .waits(.messageLoop))
    build(&story)
    let before = story.world
    call(CallID(1), from: web, message: MessageID(1), &story)
    story.tell(web, .ready(host))
    story.pick(host)
    story.tell(host, .messageTaken(sta, MessageID(1)))
    story.tell(host, .callServed(CallID(1)))
    story.tell(host, .methodEntered(ObjectID(1), story.name("Increment"), .stub))
    call(CallID(2), from: job, message: MessageID(2), &story)
    story.pick(host)
    story.tell(host, .valueSet(ObjectID(1), story.name("value"), 3))
    return (before, story.world)
  }

  private static func build(_ story: inout Story) {
    story.start(web, "web", slot: 1)
    story.build(mta, .multithreaded, by: web)
    story.start(job, "job", slot: 2)
    story.tell(job, .apartmentEntered(mta, .explicit, count: 1))
    story.start(host, "host", slot: 3)
    story.build(sta, .singleThreaded, by: host, startedBy: .com)
    let (counter, proxy) = (story.name("Counter"), story.name("proxy"))
    story.tell(host, .objectCreated(ObjectID(1), .component, name: counter, apartment: sta))
    story.tell(host, .valueSet(ObjectID(1), story.name("value"), 0))
    story.tell(host, .stubManagerCreated(StubID(1), object: ObjectID(1), apartment: sta))
    story.tell(
      host, .referenceAdded(ReferenceID(1), to: ObjectID(1), by: .stub(StubID(1)), count: 1))
    let interface = story.name("ICounter")
    story.tell(host, .interfaceStubCreated(InterfaceStubID(1), of: StubID(1), interface: interface))
    story.pick(web)
    story.tell(web, .objectCreated(ObjectID(2), .proxy, name: proxy, apartment: mta))
    story.tell(web, .proxyConnected(ObjectID(2), to: StubID(1), apartment: mta))
    story.tell(web, .proxyInterface(ObjectID(2), InterfaceStubID(1)))
    story.tell(
      host,
      .publicReferences(InterfaceStubID(1), from: .stub, to: .proxy(ObjectID(2)), count: 5))
    story.tell(host, .waits(.messageLoop))
    for (number, holder) in [(2, "web.c"), (3, "job.c")] {
      let name = story.name(holder)
      story.tell(
        web,
        .referenceAdded(
          ReferenceID(UInt32(number)), to: ObjectID(2), by: .named(name), count: UInt32(number - 1))
      )
    }
  }

  private static func call(
    _ id: CallID, from caller: ThreadID, message: MessageID, _ story: inout Story
  ) {
    story.pick(caller)
    let method = story.name("Increment")
    let bytes = story.blob([3, 0, 0, 0])
    story.tell(
      caller, at: ("HostSta.swift", 25),
      .callPacked(
        id, causality: id.number, parent: .none, proxy: ObjectID(2), InterfaceStubID(1),
        method: method, arguments: bytes))
    story.tell(caller, .callSent(id, to: sta))
    story.tell(caller, .messagePosted(sta, message, .call, id))
    story.tell(caller, .waits(.reply(id, server: host, pumps: false)))
  }
}
