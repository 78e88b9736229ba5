import Testing

@testable import Trace

@Suite struct WordsTests {
  @Test func thingsHaveTheNamesOfThePlan() {
    var story = Story.marshalled()
    story.unmarshalProvider()
    let world = story.world
    #expect(world.label(thread: Story.worker) == "2 worker")
    #expect(world.label(apartment: ApartmentID(1)) == "main STA")
    #expect(world.label(apartment: ApartmentID(2)) == "MTA")
    #expect(world.label(object: ObjectID(1)) == "ServiceProvider")
    #expect(world.label(object: ObjectID(2)) == "stream 1")
    #expect(world.label(object: ObjectID(3)) == "proxy 1")
    #expect(world.label(packet: PacketID(1)) == "packet 1")
    #expect(world.label(holder: .stub(StubID(1))) == "stub 1")
    #expect(world.label(holder: .com) == "COM")
  }

  @Test func severalOfANameAreNumbered() {
    var story = Story.marshalled()
    let name = story.name("ServiceProvider")
    let interface = story.name("IServiceProvider")
    story.choose(Story.worker)
    story.tell(
      .objectCreated(ObjectID(5), .component, name: name, apartment: .none), by: Story.worker)
    story.tell(
      .interfaceStubCreated(InterfaceStubID(2), of: StubID(1), interface: interface),
      by: Story.worker)
    story.tell(
      .packetMade(PacketID(2), of: InterfaceStubID(2), .normal, Blob(1)), by: Story.worker)
    #expect(story.world.label(object: ObjectID(1)) == "ServiceProvider 1")
    #expect(story.world.label(object: ObjectID(5)) == "ServiceProvider 2")
    #expect(story.world.label(packet: PacketID(2)) == "packet 1b")
  }

  @Test func apartmentsAreNamedByWhoMadeThemAndWhoLivesThere() {
    var story = Story.withTwoThreads()
    let helper = ThreadID(process: 1, number: 3)
    story.start(helper, "helper")
    story.tell(.choice(runnable: ThreadSet(bits: 0b111), point: .wake), by: helper)
    story.tell(
      .apartmentCreated(ApartmentID(3), .singleThreaded, isMain: false, startedBy: .program),
      by: helper)
    story.tell(.apartmentEntered(ApartmentID(3), .explicit, count: 1), by: helper)
    #expect(story.world.label(apartment: ApartmentID(3)) == "STA of 3 helper")
    story.tell(.apartmentLeft(ApartmentID(3), count: 0), by: helper)
    #expect(story.world.label(apartment: ApartmentID(3)) == "STA 3")
    story.tell(
      .apartmentCreated(ApartmentID(4), .singleThreaded, isMain: true, startedBy: .com),
      by: helper)
    #expect(story.world.label(apartment: ApartmentID(4)) == "host STA · main")
  }

  /// A thread keeps its name when the first server comes: each process has a thread 1.
  @Test func whereALocalServerIsKnownThreadsAreNamedByTheirProcess() {
    var story = Story.withTwoThreads()
    let alone = story.world.label(thread: Story.worker)
    #expect(alone == "2 worker")
    let (name, program) = (story.name("Widget"), story.name("widgets.exe"))
    story.tell(.classKnown(ClassID(1), name: name, module: .none, model: .none))
    #expect(story.world.label(thread: Story.worker) == alone)
    story.tell(.localServerKnown(ClassID(1), program))
    let named = story.world.label(thread: Story.worker)
    #expect(named.hasSuffix(", worker"))
    story.tell(.processStarted(ProcessID(2), name: program))
    #expect(story.world.label(thread: Story.worker) == named)
  }

  @Test func linesOfTheLog() {
    var story = Story.marshalled()
    story.unmarshalProvider()
    story.sendCall()
    story.serveCall()
    var world = World()
    var lines: [String] = []
    for event in story.events {
      world.apply(event)
      lines.append(world.line(for: event))
    }
    for line in [
      "1 main  ServiceProvider refs 1→2, stub 1", "2 worker  stream 1 refs 1→0",
      "1 main  packet 1: 68 bytes, normal", "2 worker  5 public refs: packet 1 → proxy 1",
      "2 worker  proxy 1: packs QueryService, call 7",
      "2 worker  sends call 7 to main STA; blocks", "1 main  stub 1 unpacks call 7",
      "1 main  in its loop", "2 worker  waits for call 7",
    ] {
      #expect(lines.contains(line), "\(line)")
    }
    #expect(lines.allSatisfy { $0.count <= 64 && !$0.contains("0x") })
    // A call to an apartment itself, as activation makes, has no stub.
    let own = Event(n: 0, .callServed(CallID(99)))
    #expect(story.world.sentence(for: own) == "COM unpacks call 99")
    let name = story.name("FreeUnusedLibraries")
    let packed = Event(
      n: 0,
      .callPacked(
        CallID(99), causality: 1, parent: .none, proxy: .none, .none, method: name,
        arguments: Blob(1)))
    #expect(story.world.sentence(for: packed) == "COM packs FreeUnusedLibraries, call 99")
  }

  @Test func oneOfAThingIsNotSeveral() {
    let world = Story.marshalled().world
    let counts = Event(n: 0, .moduleCounts(ModuleID(1), objects: 1, locks: 2))
    #expect(world.sentence(for: counts).hasSuffix("1 object, 2 locks"))
    let one = Event(
      n: 0,
      .publicReferences(
        InterfaceStubID(1), from: .packet(PacketID(1)), to: .proxy(ObjectID(3)), count: 1))
    #expect(world.sentence(for: one).hasPrefix("1 public ref: "))
  }

  @Test func aProxyToTheNeutralApartmentIsALightOne() {
    var story = Story.marshalled()
    let (name, interface) = (story.name("Grid"), story.name("IGrid"))
    story.choose(Story.worker)
    for kind: EventKind in [
      .apartmentCreated(ApartmentID(7), .neutral, isMain: false, startedBy: .com),
      .objectCreated(ObjectID(70), .component, name: name, apartment: ApartmentID(7)),
      .stubManagerCreated(StubID(9), object: ObjectID(70), apartment: ApartmentID(7)),
      .interfaceStubCreated(InterfaceStubID(9), of: StubID(9), interface: interface),
      .objectCreated(ObjectID(71), .proxy, name: name, apartment: ApartmentID(2)),
      .proxyConnected(ObjectID(71), to: StubID(9), apartment: ApartmentID(2)),
    ] { story.tell(kind, by: Story.worker) }
    #expect(story.world.label(object: ObjectID(71)) == "light proxy 9")
  }

  @Test func threeWordsForStandingStill() {
    #expect(Standing(.waiting(.messageLoop)).word == "IDLE")
    #expect(Standing(.waiting(.pool)).word == "IDLE")
    #expect(Standing(.waiting(.signal(WaitableID(1), pumps: true))).word == "WAITS")
    #expect(Standing(.waiting(.signal(WaitableID(1), pumps: false))).word == "BLOCKED")
    #expect(Standing(.waiting(.time(1))).word == "BLOCKED")
    #expect(Standing.allCases.count == 6)
  }

  @Test func everyKindHasASentence() {
    let world = Story.whole().world
    for event in sampleEvents() { #expect(!world.sentence(for: event).isEmpty, "\(event.kind)") }
  }
}
