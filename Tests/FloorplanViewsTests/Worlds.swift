import FloorplanViews
import TerminalUI
import Trace

/// A World of many rooms, each with a thread, an object, its stub and a proxy to the next one.
enum ManyRooms {
  static func world(_ count: UInt32) -> World {
    var story = Story()
    let (name, interface) = (story.name("Widget"), story.name("IWidget"))
    let (proxy, field) = (story.name("proxy"), story.name("next"))
    for number in 1...count {
      let thread = ThreadID(process: 1, number: UInt16(number))
      let text = story.name("t\(number)")
      story.tell(thread, .threadStarted(name: text, slot: UInt8(number % 64), origin: .program))
      story.pick(thread, [Int(number % 64)])
      story.build(ApartmentID(number), .singleThreaded, by: thread, isMain: number == 1)
      let object = ObjectID(number)
      story.tell(
        thread, .objectCreated(object, .component, name: name, apartment: ApartmentID(number)))
      story.tell(
        thread,
        .stubManagerCreated(StubID(number), object: object, apartment: ApartmentID(number)))
      story.tell(
        thread,
        .referenceAdded(ReferenceID(number), to: object, by: .stub(StubID(number)), count: 1))
      story.tell(
        thread,
        .interfaceStubCreated(InterfaceStubID(number), of: StubID(number), interface: interface))
      let other = ObjectID(count + number)
      story.tell(
        thread, .objectCreated(other, .proxy, name: proxy, apartment: ApartmentID(number)))
      let next = StubID(number == 1 ? 1 : number - 1)
      story.tell(thread, .proxyConnected(other, to: next, apartment: ApartmentID(number)))
      story.tell(
        thread,
        .referenceAdded(ReferenceID(count + number), to: other, by: .named(field), count: 1))
    }
    return story.world
  }
}
