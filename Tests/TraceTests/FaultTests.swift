import Testing

@testable import Trace

/// What contradicts what is known is told in a sentence, once.
@Suite struct FaultTests {
  /// Events after a sound beginning (main runs; provider, stream and packet are there), and a part of
  /// the sentence expected.
  static let cases: [(EventKind, ThreadID, String)] = [
    (.processStarted(ProcessID(1), name: .none), .none, "process 1 starts"),
    (.processEnded(ProcessID(4)), .none, "process 4 ends"),
    (.choice(runnable: ThreadSet(bits: 1), point: .lock), Story.worker, "not among"),
    (.choice(runnable: ThreadSet(bits: 3), point: .lock), Story.main, "it waits"),
    (.finish, ThreadID(process: 1, number: 9), "no such thread"),
    (.finish, Story.main, "acts while it waits"),
    (
      .threadStarted(name: .none, slot: 2, origin: .com), ThreadID(process: 2, number: 1),
      "process 2, which is not running"
    ),
    (.threadStarted(name: .none, slot: 2, origin: .com), Story.worker, "given already"),
    (.ready(Story.worker), .none, "did not wait"),
    (.ready(ThreadID(process: 1, number: 9)), .none, "no such thread"),
    (.left(.S_OK), Story.worker, "not in"),
    (.methodLeft(ObjectID(1), .S_OK), Story.worker, "not in"),
    (.waits(.reply(CallID(3), server: .none, pumps: false)), Story.worker, "nobody made"),
    (
      .apartmentCreated(ApartmentID(1), .neutral, isMain: false, startedBy: .com), Story.worker,
      "given already"
    ),
    (.apartmentEntered(ApartmentID(1), .explicit, count: 2), Story.worker, "is in apartment 2"),
    (.apartmentEntered(ApartmentID(2), .explicit, count: 3), Story.worker, "2 expected"),
    (.apartmentLeft(ApartmentID(1), count: 0), Story.worker, "not in it"),
    (.apartmentLeft(ApartmentID(2), count: 1), Story.worker, "0 expected"),
    (.apartmentEnded(ApartmentID(7)), Story.worker, "no such living apartment"),
    (
      .objectCreated(ObjectID(1), .stream, name: .none, apartment: .none), Story.worker,
      "given already"
    ),
    (
      .referenceAdded(ReferenceID(8), to: ObjectID(1), by: .com, count: 4), Story.worker,
      "counts 4 references; 3 are held"
    ),
    (
      .referenceAdded(ReferenceID(1), to: ObjectID(1), by: .com, count: 3), Story.worker,
      "given already"
    ),
    (.referenceMoved(ReferenceID(8), to: .com), Story.worker, "nobody holds it"),
    (.referenceReleased(ReferenceID(8), of: ObjectID(1), count: 1), Story.worker, "nobody holds"),
    (.objectDestroyed(ObjectID(1)), Story.worker, "while 2 references"),
    (.objectDestroyed(ObjectID(8)), Story.worker, "no such living object"),
    (.usedAfterRelease(ObjectID(8), by: .com, .call), Story.worker, "never made"),
    (.fieldSet(Name(1), ObjectID(8)), Story.worker, "never made"),
    (.valueSet(ObjectID(8), Name(1), 0), Story.worker, "never made"),
    (.methodEntered(ObjectID(8), Name(1), .direct), Story.worker, "never made"),
    (
      .stubManagerCreated(StubID(2), object: ObjectID(8), apartment: ApartmentID(1)),
      Story.worker, "does not live"
    ),
    (.interfaceStubCreated(InterfaceStubID(2), of: StubID(8), interface: .none), Story.worker, "8"),
    (.stubCounts(StubID(8), strong: 0, weak: 0, locks: 0), Story.worker, "never made"),
    (.stubManagerEnded(StubID(8), disconnected: false), Story.worker, "no such stub"),
    (
      .publicReferences(InterfaceStubID(1), from: .packet(PacketID(1)), to: .stub, count: 6),
      Story.worker, "1 too few"
    ),
    (.packetMade(PacketID(2), of: InterfaceStubID(8), .normal, Blob(1)), Story.worker, "stub 8"),
    (
      .packetMade(PacketID(2), of: InterfaceStubID(1), .normal, Blob(8)), Story.worker, "never told"
    ),
    (.streamWritten(ObjectID(8), PacketID(1), offset: 0, count: 1), Story.worker, "never made"),
    (.streamRead(ObjectID(2), PacketID(8), offset: 0, count: 1), Story.worker, "packet 8"),
    (.packetOpened(PacketID(8), as: ObjectID(1)), Story.worker, "never made"),
    (.packetReleased(PacketID(8)), Story.worker, "no such packet"),
    (.proxyConnected(ObjectID(1), to: StubID(1), apartment: ApartmentID(2)), Story.worker, "proxy"),
    (.callSent(CallID(3), to: ApartmentID(1)), Story.worker, "nobody made it"),
    (.messagePosted(ApartmentID(8), MessageID(1), .quit, .none), Story.worker, "does not live"),
    (.messageTaken(ApartmentID(1), MessageID(3)), Story.worker, "not there"),
    (.callReturned(CallID(3), .S_OK), Story.worker, "nobody made it"),
    (.text(Name(1), Chunk([], isContinued: false)), Story.worker, "told again"),
    (.text(Name(99), Chunk([0xFF], isContinued: false)), Story.worker, "not UTF-8"),
  ]

  @Test func eachContradictionIsTold() {
    for (kind, thread, part) in Self.cases {
      var story = Story.marshalled()
      story.choose(Story.worker)
      #expect(story.world.fault == nil)
      story.tell(kind, by: thread)
      let sentence = story.world.fault?.sentence
      #expect(sentence?.contains(part) == true, "\(kind): \(sentence ?? "no fault")")
      #expect(story.world.fault?.at == UInt64(story.events.count - 1))
    }
  }

  @Test func theFirstFaultStaysAndFoldingGoesOn() {
    var story = Story.withTwoThreads()
    story.tell(.objectDestroyed(ObjectID(5)), by: Story.main)
    let fault = story.world.fault
    #expect(fault != nil)
    story.tell(.objectDestroyed(ObjectID(6)), by: Story.main)
    story.makeProvider()
    #expect(story.world.fault == fault)
    #expect(story.world.objects[ObjectID(1)]?.count == 1)
  }

  @Test func anEventOutOfOrderOrOutOfTimeIsAFault() {
    var world = World()
    world.apply(Event(n: 1, .finish))
    #expect(world.fault?.sentence == "the event's number is 1; 0 was expected")
    world = World()
    world.apply(Event(n: 0, t: 5, .finish))
    world.apply(Event(n: 1, t: 4, .finish))
    #expect(world.fault?.at == 1)
    #expect(world.time == 5)
  }

  @Test func aNormalPacketOpensOnce() {
    var story = Story.marshalled()
    story.unmarshalProvider()
    story.tell(.packetOpened(PacketID(1), as: ObjectID(3)), by: Story.worker)
    #expect(story.world.fault?.sentence.contains("opens once") == true)
  }

  @Test func theDeadDoNotAct() {
    var story = Story.whole()
    story.tell(.finish, by: Story.worker)
    #expect(story.world.fault?.sentence.contains("has ended") == true)
  }
}
