import Testing

@testable import Trace

@Suite struct WorldTests {
  @Test func aWholeStoryHasNoFaultAndLeavesNothing() {
    let world = Story.whole().world
    #expect(world.fault == nil)
    #expect(world.ending == .over)
    #expect(world.violations.isEmpty)
    #expect(world.findings().isEmpty)
    #expect(world.objectsInOrder.allSatisfy { !$0.isAlive && $0.count == 0 })
    #expect(world.interfaceStubs[InterfaceStubID(1)]?.total == 0)
  }

  @Test func theStoryIsSoundAtEachMoment() {
    var world = World()
    for event in Story.whole().events {
      world.apply(event)
      #expect(world.violations.isEmpty, "after \(event)")
    }
  }

  @Test func aChoiceLetsOneThreadRun() {
    var story = Story.withTwoThreads()
    #expect(story.world.threads[Story.main]?.activity == .running)
    #expect(story.world.threads[Story.worker]?.activity == .ready)
    story.choose(Story.worker)
    #expect(story.world.threads[Story.main]?.activity == .ready)
    #expect(story.world.threads[Story.worker]?.activity == .running)
    #expect(story.world.acting == Story.worker)
    #expect(story.world.runnable.slots == [0, 1])
  }

  @Test func inAFreeRunAllRunAndAWaitEndsInRunning() {
    var story = Story.withTwoThreads()
    story.tell(.mode(.free))
    #expect(story.world.wasEverFree)
    #expect(story.world.threadsInOrder.allSatisfy { $0.activity == .running })
    story.tell(.waits(.messageLoop), by: Story.main)
    story.tell(.ready(Story.main), by: Story.worker)
    #expect(story.world.threads[Story.main]?.activity == .running)
    story.tell(.mode(.scheduled))
    #expect(story.world.threadsInOrder.allSatisfy { $0.activity == .ready })
    #expect(story.world.wasEverFree)
  }

  @Test func unmarshallingMovesThePublicReferencesAndAddsNoneToTheObject() {
    var story = Story.marshalled()
    let before = story.world
    #expect(
      before.interfaceStubs[InterfaceStubID(1)]?.publicReferences.map(\.holder)
        == [.packet(PacketID(1))])
    story.unmarshalProvider()
    let after = story.world
    #expect(
      after.interfaceStubs[InterfaceStubID(1)]?.publicReferences
        == [World.PublicShare(holder: .proxy(ObjectID(3)), count: 5)])
    #expect(before.objects[ObjectID(1)]?.count == 2)
    #expect(after.objects[ObjectID(1)]?.count == 2)
    #expect(after.packets[PacketID(1)]?.state == .opened(as: ObjectID(3)))
    #expect(after.packets[PacketID(1)]?.opener == Story.worker)
    #expect(after.objects[ObjectID(2)]?.isAlive == false)
    #expect(after.target(ofField: "Package.m_pSPStream")?.id == ObjectID(2))
    #expect(after.objects[ObjectID(3)]?.interfaces == [InterfaceStubID(1)])
    #expect(after.threads[Story.worker]?.site.line == 41)
  }

  @Test func holdersStandInTheOrderInWhichTheyCame() {
    var story = Story.marshalled()
    story.choose(Story.worker)
    story.tell(
      .referenceAdded(ReferenceID(9), to: ObjectID(1), by: .com, count: 3), by: Story.worker)
    story.tell(.referenceReleased(ReferenceID(3), of: ObjectID(1), count: 2), by: Story.worker)
    story.tell(.referenceMoved(ReferenceID(9), to: .local(Story.worker)), by: Story.worker)
    #expect(story.world.holders(of: ObjectID(1)).map(\.id) == [ReferenceID(1), ReferenceID(9)])
    #expect(story.world.references[ReferenceID(9)]?.holder == .local(Story.worker))
    #expect(story.world.fault == nil)
  }

  @Test func aCallGoesThroughItsStates() {
    var story = Story.marshalled()
    story.unmarshalProvider()
    story.sendCall()
    #expect(story.world.calls[CallID(7)]?.state == .sent)
    #expect(story.world.apartments[ApartmentID(1)]?.queue.map(\.call) == [CallID(7)])
    #expect(story.world.threads[Story.worker]?.standing == .blocked)
    story.choose(Story.main)
    story.tell(.messageTaken(ApartmentID(1), MessageID(1)), by: Story.main)
    story.tell(.callServed(CallID(7)), by: Story.main)
    #expect(story.world.apartments[ApartmentID(1)]?.queue.isEmpty == true)
    #expect(story.world.apartments[ApartmentID(1)]?.served == 1)
    #expect(story.world.threads[Story.main]?.serving == [CallID(7)])
    #expect(story.world.calls[CallID(7)]?.server == Story.main)
    #expect(story.world.fault == nil)
  }

  @Test func framesArePushedAndPopped() {
    var story = Story.withTwoThreads()
    story.makeProvider()
    let function = story.name("SetSite")
    story.tell(.entered(function), by: Story.main)
    story.tell(.methodEntered(ObjectID(1), function, .direct), by: Story.main)
    #expect(story.world.threads[Story.main]?.frames.count == 2)
    #expect(story.world.innermostMethod(of: Story.main)?.0 == ObjectID(1))
    story.tell(.methodLeft(ObjectID(1), .S_OK), by: Story.main)
    story.tell(.left(.S_OK), by: Story.main)
    #expect(story.world.threads[Story.main]?.frames.isEmpty == true)
    #expect(story.world.trespasses.isEmpty)
    #expect(story.world.fault == nil)
  }

  @Test func aDirectCallFromAnotherApartmentIsATrespass() {
    var story = Story.marshalled()
    let method = story.name("QueryService")
    story.choose(Story.worker)
    story.tell(.methodEntered(ObjectID(1), method, .direct), by: Story.worker)
    #expect(story.world.trespasses.map(\.thread) == [Story.worker])
    #expect(story.world.trespassing(Story.worker) == ApartmentID(1))
  }

  @Test func standstillEndsWithAChoiceAReadyOrAKey() {
    let undoing: [(inout Story) -> Void] = [
      { $0.choose(Story.worker) }, { $0.tell(.ready(Story.main)) },
      { $0.tell(.action(.none)) },
    ]
    for undo in undoing {
      var story = Story.marshalled()
      story.tell(.deadlock(ring: false, ThreadList([Story.main])))
      #expect(story.world.ending == .deadlock(ring: false, [Story.main]))
      undo(&story)
      #expect(story.world.ending == .running)
    }
  }

  @Test func aKilledProcessTakesItsThreadsAndQueuesWithIt() {
    var story = Story.marshalled()
    story.unmarshalProvider()
    story.sendCall()
    story.tell(.processEnded(ProcessID(1)))
    #expect(story.world.ending == .over)
    #expect(story.world.apartmentsInOrder.allSatisfy { !$0.isAlive && $0.queue.isEmpty })
    #expect(story.world.fault == nil)
  }

  @Test func textsAndBytesComeInPieces() {
    var story = Story()
    let long = String(repeating: "日本語 ", count: 40)
    let name = story.name(long)
    let blob = story.blob(Array(0...255))
    #expect(story.world[name] == long)
    #expect(story.world.blobs[blob] == Array(0...255))
    #expect(story.world.openTexts.isEmpty && story.world.openBlobs.isEmpty)
  }

  @Test func foldingIsTotal() {
    var dice = Dice(seed: 5)
    for _ in 0..<200 {
      var world = World()
      for event in sampleEvents().shuffled(using: &dice) { world.apply(event) }
      _ = world.violations
      _ = world.findings()
      for event in sampleEvents() { _ = world.line(for: event) }
      #expect(world.fault != nil)
    }
  }
}
