import FloorplanViews
import TerminalUI
import Trace

/// One frame of the floor plan of a World with two hundred apartments.
struct FrameBenchmark {
  private let state: FrameState

  init(apartments: Int = 200) {
    var world = World()
    for event in Self.events(apartments) { world.apply(event) }
    state = FrameState(
      title: "bench", plan: PlanInput(world: world, baseline: World(), cast: .none))
  }

  /// Nanoseconds a frame, over so many.
  func measure(_ count: Int) -> Double {
    nanosecondsEach(count) { _ = frame(state, size: Size(width: 120, height: 40)) }
  }

  /// A process with that many STAs, an object in each with a stub, and a proxy in the next.
  private static func events(_ count: Int) -> [Event] {
    var kinds: [(ThreadID, EventKind)] = [
      (.none, .text(Name(1), Chunk(Array("room".utf8), isContinued: false))),
      (.none, .processStarted(ProcessID(1), name: Name(1))),
    ]
    for index in 1...count {
      let thread = ThreadID(process: 1, number: UInt16(index))
      let apartment = ApartmentID(UInt32(index))
      kinds += [
        (thread, .threadStarted(name: Name(1), slot: UInt8(index % 64), origin: .program)),
        (
          thread,
          .apartmentCreated(apartment, .singleThreaded, isMain: index == 1, startedBy: .program)
        ),
        (thread, .apartmentEntered(apartment, .explicit, count: 1)),
      ]
      kinds += object(index, thread, apartment, count)
    }
    return kinds.enumerated().map { Event(n: UInt64($0), thread: $1.0, $1.1) }
  }

  private static func object(
    _ index: Int, _ thread: ThreadID, _ apartment: ApartmentID, _ count: Int
  ) -> [(ThreadID, EventKind)] {
    let number = UInt32(index)
    let object = ObjectID(number)
    let proxy = ObjectID(UInt32(count) + number)
    let stub = StubID(number)
    let interface = InterfaceStubID(number)
    let kinds: [EventKind] = [
      .objectCreated(object, .component, name: Name(1), apartment: apartment),
      .stubManagerCreated(stub, object: object, apartment: apartment),
      .referenceAdded(ReferenceID(number), to: object, by: .stub(stub), count: 1),
      .interfaceStubCreated(interface, of: stub, interface: Name(1)),
      .objectCreated(proxy, .proxy, name: Name(1), apartment: apartment),
      .proxyConnected(proxy, to: stub, apartment: apartment),
      .proxyInterface(proxy, interface),
      .publicReferences(interface, from: .stub, to: .proxy(proxy), count: 5),
    ]
    return kinds.map { (thread, $0) }
  }
}
