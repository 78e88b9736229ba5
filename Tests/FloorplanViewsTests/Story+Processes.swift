import FloorplanViews
import Trace

/// Two processes, each with a room, and a proxy across.
enum TwoProcesses {
  static let client = ThreadID(process: 1, number: 1)
  static let server = ThreadID(process: 2, number: 1)
  static let cast = Cast(
    rooms: [
      Room(.singleThreaded, "main STA", process: 1, threads: ["main"], side: .left, isMain: true),
      Room(.singleThreaded, "main STA", process: 2, threads: ["main"], side: .right, isMain: true),
    ], corridorRows: 2)

  static func calling() -> World {
    var story = Story(process: "client A")
    story.tell(.none, .processStarted(ProcessID(2), name: story.name("server 1")))
    story.start(server, "main", slot: 1)
    story.build(ApartmentID(2), .singleThreaded, by: server, isMain: true)
    let widget = story.name("Widget")
    story.tell(
      server, .objectCreated(ObjectID(1), .component, name: widget, apartment: ApartmentID(2)))
    story.tell(
      server, .stubManagerCreated(StubID(1), object: ObjectID(1), apartment: ApartmentID(2)))
    story.tell(
      server,
      .referenceAdded(ReferenceID(1), to: ObjectID(1), by: .stub(StubID(1)), count: 1))
    story.tell(
      server, .interfaceStubCreated(InterfaceStubID(1), of: StubID(1), interface: story.name("IW")))
    story.tell(server, .waits(.messageLoop))
    story.start(client, "main", slot: 0)
    story.build(ApartmentID(1), .singleThreaded, by: client, isMain: true)
    story.tell(
      client,
      .objectCreated(ObjectID(2), .proxy, name: story.name("proxy"), apartment: ApartmentID(1)))
    story.tell(client, .proxyConnected(ObjectID(2), to: StubID(1), apartment: ApartmentID(1)))
    story.tell(client, .proxyInterface(ObjectID(2), InterfaceStubID(1)))
    let holder = story.name("widget")
    story.tell(
      client, .referenceAdded(ReferenceID(2), to: ObjectID(2), by: .named(holder), count: 1))
    let method = story.name("Paint")
    story.tell(
      client,
      .callPacked(
        CallID(1), causality: 1, parent: .none, proxy: ObjectID(2), InterfaceStubID(1),
        method: method, arguments: .none))
    story.tell(client, .callSent(CallID(1), to: ApartmentID(2)))
    story.tell(client, .messagePosted(ApartmentID(2), MessageID(1), .call, CallID(1)))
    story.tell(client, .waits(.reply(CallID(1), server: server, pumps: true)))
    return story.world
  }
}
