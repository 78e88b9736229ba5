import Testing

@testable import Trace

/// Classes, modules, activation, contexts, filters and counting, as a World keeps them.
@Suite struct ServerWorldTests {
  /// A story with a class of each model, and the worker at work in the MTA.
  private static func withClass(model: String?) -> Story {
    var story = Story.marshalled()
    story.choose(Story.worker)
    let name = story.name("Counter")
    let module = story.name("counter.dll")
    let text = model.map { story.name($0) } ?? .none
    story.tell(.classKnown(ClassID(1), name: name, module: module, model: text))
    return story
  }

  @Test(arguments: [
    (nil, ThreadingModel.absent), ("", .absent), ("Apartment", .apartment), ("BOTH", .both),
    ("free", .free), ("Neutral", .neutral), ("Purple", .invalid),
  ]) func theRegistrysTextIsAModel(_ text: String?, _ model: ThreadingModel) {
    #expect(Self.withClass(model: text).world.classes[ClassID(1)]?.model == model)
  }

  @Test func anActivationSaysWhereTheClientStoodAndWhatItGot() throws {
    var story = Self.withClass(model: "Apartment")
    story.unmarshalProvider()
    let proxy = try #require(story.world.objectsInOrder.first { $0.role == .proxy })
    story.tell(.activated(ClassID(1), as: proxy.id, .S_OK), by: Story.worker)
    story.tell(.activated(ClassID(1), as: .none, .REGDB_E_CLASSNOTREG), by: Story.worker)
    let world = story.world
    #expect(world.fault == nil)
    #expect(world.activations.map(\.room) == [.multithreaded, .multithreaded])
    #expect(world.activations.map(\.path) == [.proxy, .direct])
    #expect(world.activations.map(\.home) == [ApartmentID(1), .none])
    #expect(world.activations.map(\.result) == [.S_OK, .REGDB_E_CLASSNOTREG])
  }

  @Test func aProxyToTheNeutralApartmentIsALightOne() throws {
    var story = Self.withClass(model: "Neutral")
    story.unmarshalProvider()
    let proxy = try #require(story.world.objectsInOrder.first { $0.role == .proxy })
    story.tell(
      .apartmentCreated(ApartmentID(3), .neutral, isMain: false, startedBy: .com),
      by: Story.worker)
    let name = story.name("Agent")
    story.tell(
      .objectCreated(ObjectID(90), .component, name: name, apartment: ApartmentID(3)),
      by: Story.worker)
    story.tell(
      .stubManagerCreated(StubID(9), object: ObjectID(90), apartment: ApartmentID(3)),
      by: Story.worker)
    story.tell(
      .proxyConnected(proxy.id, to: StubID(9), apartment: ApartmentID(2)), by: Story.worker)
    story.tell(.activated(ClassID(1), as: proxy.id, .S_OK), by: Story.worker)
    #expect(story.world.activations.last?.path == .lightProxy)
    #expect(story.world.activations.last?.home == ApartmentID(3))
  }

  @Test func codeVisitsTheNeutralApartmentAndIsNoTrespasserThere() {
    var story = Self.withClass(model: "Neutral")
    story.tell(
      .apartmentCreated(ApartmentID(3), .neutral, isMain: false, startedBy: .com),
      by: Story.worker)
    let name = story.name("Agent")
    story.tell(
      .objectCreated(ObjectID(90), .component, name: name, apartment: ApartmentID(3)),
      by: Story.worker)
    story.tell(.contextEntered(ApartmentID(3)), by: Story.worker)
    story.tell(.methodEntered(ObjectID(90), name, .direct), by: Story.worker)
    #expect(story.world.threads[Story.worker]?.current == ApartmentID(3))
    #expect(story.world.threads[Story.worker]?.apartment == ApartmentID(2))
    #expect(story.world.trespasses.isEmpty)
    story.tell(.activated(ClassID(1), as: ObjectID(90), .S_OK), by: Story.worker)
    #expect(story.world.activations.last?.room == .neutralOnMTA)
    story.tell(.methodLeft(ObjectID(90), .S_OK), by: Story.worker)
    story.tell(.contextLeft(ApartmentID(3)), by: Story.worker)
    #expect(story.world.threads[Story.worker]?.current == ApartmentID(2))
    story.tell(.methodEntered(ObjectID(90), name, .direct), by: Story.worker)
    #expect(story.world.trespasses.count == 1)
    #expect(story.world.fault == nil)
  }

  @Test func aModuleIsLoadedCountedAndGone() {
    var story = Self.withClass(model: nil)
    let name = story.name("counter.dll")
    story.tell(.moduleLoaded(ModuleID(1), name: name), by: Story.worker)
    story.tell(.moduleCounts(ModuleID(1), objects: 2, locks: 1), by: Story.worker)
    #expect(story.world.modules[ModuleID(1)]?.objects == 2)
    story.tell(.moduleCandidate(ModuleID(1), due: 600), by: Story.worker)
    #expect(story.world.modules[ModuleID(1)]?.state == .candidate(due: 600))
    story.tell(.moduleUnloaded(ModuleID(1)), by: Story.worker)
    #expect(story.world.findings().allSatisfy { $0.lint != .unloadedCode })
    story.tell(.unloadedCodeRun(ModuleID(1), name), by: Story.worker)
    #expect(story.world.fault == nil)
    #expect(story.world.findings().contains { $0.lint == .unloadedCode })
    story.tell(.moduleUnloaded(ModuleID(1)), by: Story.worker)
    #expect(story.world.fault != nil)
  }

  @Test func aRejectedCallIsSentAgain() {
    var story = Story.marshalled()
    story.unmarshalProvider()
    story.sendCall()
    let call = CallID(7)
    story.tell(.callRejected(call, .retryLater))
    #expect(story.world.calls[call]?.state == .rejected)
    #expect(story.world.calls[call]?.rejection == .retryLater)
    story.tell(.callRetried(call, at: 900))
    story.tell(.callSent(call, to: ApartmentID(1)))
    #expect(story.world.calls[call]?.state == .sent)
    #expect(story.world.calls[call]?.rejections == 1)
    #expect(story.world.calls[call]?.retryAt == 900)
    #expect(story.world.fault == nil)
  }

  @Test func aSectionCountsHandOffsPacketsAndBytes() {
    var story = Story.marshalled()
    story.unmarshalProvider()
    let name = story.name("one call")
    story.tell(.sectionBegan(name))
    story.sendCall()
    story.choose(Story.main)
    story.tell(.sectionEnded(name))
    story.choose(Story.worker)
    let section = story.world.sections.first
    let request = story.world.calls[CallID(7)].flatMap { story.world.blobs[$0.arguments] }
    #expect(section?.packets == 1)
    #expect(section?.bytes == UInt64(request?.count ?? 0))
    #expect(section?.handOffs == 1)
    #expect(section?.isOpen == false)
  }

  @Test(arguments: [
    (1_432, "1.43 ns"), (7_904_000, "7.90 µs"), (12, "12 ps"), (45_600_000_000, "45.6 ms"),
    (0, "0 ps"), (999_999, "999 ns"),
  ]) func aTimeHasThreeDigits(_ picoseconds: UInt64, _ text: String) {
    #expect(World.time(picoseconds: picoseconds) == text)
  }

  static let faults: [(EventKind, String)] = [
    (.contextEntered(ApartmentID(9)), "does not live"),
    (.contextLeft(ApartmentID(1)), "was not in there"),
    (.messageFilterSet(ApartmentID(9), .none), "never made"),
    (.aggregated(ObjectID(70), into: ObjectID(1)), "never made"),
    (.objectOfModule(ObjectID(1), ModuleID(5)), "never loaded"),
    (.moduleCounts(ModuleID(5), objects: 0, locks: 0), "never loaded"),
    (.unloadedCodeRun(ModuleID(5), .none), "is loaded"),
    (.activated(ClassID(5), as: .none, .S_OK), "not known"),
    (.classObjectRevoked(RegistrationID(5)), "no such registration"),
    (.globalRegistered(GlobalID(1), PacketID(70)), "never made"),
    (.globalRevoked(GlobalID(5)), "nobody has it"),
    (.callRejected(CallID(70), .rejected), "nobody made"),
    (.callCancelled(CallID(70)), "nobody made"),
    (.sectionEnded(Name(1)), "did not begin"),
  ]

  @Test(arguments: faults) func whatContradictsIsSaid(_ kind: EventKind, _ part: String) {
    var story = Story.marshalled()
    story.choose(Story.worker)
    story.tell(kind, by: Story.worker)
    let sentence = story.world.fault?.sentence
    #expect(sentence?.contains(part) == true, "\(sentence ?? "no fault")")
  }
}
