import Testing

@testable import Trace

/// A process that is killed leaves a ruin, and others find out.
@Suite struct KilledProcessTests {
  @Test func aKilledServerStaysAsItWas() throws {
    var story = Story.calling()
    let before = story.world
    story.tell(.processKilled(ProcessID(2)))
    let world = story.world
    let process = try #require(world.processes[ProcessID(2)])
    #expect(process.isKilled && !process.isAlive)
    #expect(world.threads[Story.server]?.activity == .ended)
    #expect(world.apartments[ApartmentID(3)] == before.apartments[ApartmentID(3)])
    #expect(world.apartments[ApartmentID(3)]?.queue.map(\.call) == [CallID(2)])
    #expect(world.objects == before.objects)
    #expect(world.stubs == before.stubs)
    #expect(world.interfaceStubs == before.interfaceStubs)
    // Its client still waits, until it learns of it.
    #expect(world.calls == before.calls)
    #expect(world.threads[Story.worker] == before.threads[Story.worker])
    #expect(world.fault == nil)
    #expect(world.findings().isEmpty)

    story.tell(.scmEntry(RegistrationID(1), .removed))
    story.tell(.ready(Story.worker))
    story.choose(Story.worker, .callReturned)
    story.tell(.callReturned(CallID(2), .RPC_S_CALL_FAILED), by: Story.worker)
    #expect(story.world.calls[CallID(2)]?.state == .returned)
    #expect(story.world.calls[CallID(2)]?.result == .RPC_S_CALL_FAILED)
    #expect(story.world.fault == nil)
    #expect(story.world.violations.isEmpty)
  }

  @Test func theCallsAndRequestsOfAKilledClientAreLost() {
    var story = Story.calling()
    story.tell(.processKilled(ProcessID(1)))
    #expect(story.world.calls[CallID(1)]?.state == .returned)
    #expect(story.world.calls[CallID(2)]?.state == .lost)
    #expect(story.world.calls[CallID(2)]?.isOver == true)
    #expect(story.world.violations.isEmpty)
    // The server does not know, serves it and answers.
    story.chooseServer()
    let answer = story.blob([0])
    story.tell(.messageTaken(ApartmentID(3), MessageID(2)), by: Story.server)
    story.tell(.callServed(CallID(2)), by: Story.server)
    story.tell(.callAnswered(CallID(2), .S_OK, answer), by: Story.server)
    #expect(story.world.calls[CallID(2)]?.state == .lost)
    #expect(story.world.threads[Story.server]?.serving == [])
    #expect(story.world.fault == nil)
    #expect(story.world.violations.isEmpty)

    var waiting = Story.launched()
    waiting.tell(.processKilled(ProcessID(1)))
    #expect(waiting.world.requests[RequestID(1)]?.state == .lost)
    waiting.tell(.scmAnswered(RequestID(1), ProcessID(2), .S_OK), by: Story.worker)
    #expect(waiting.world.requests[RequestID(1)]?.state == .lost)
    #expect(waiting.world.fault == nil)
  }

  @Test func aStubTakesBackWhatADeadProxyHeld() {
    var story = Story.served()
    story.tell(.processKilled(ProcessID(1)))
    #expect(story.world.interfaceStubs[InterfaceStubID(1)]?.total == 5)
    #expect(!story.world.findings().contains { $0.lint == .leakedReference })
    story.chooseServer()
    story.tell(
      .referencesReclaimed(InterfaceStubID(1), of: ProcessID(1), count: 5), by: Story.server)
    #expect(story.world.interfaceStubs[InterfaceStubID(1)]?.total == 0)
    // The proxy in the ruin stands as it stood.
    #expect(story.world.objects[ObjectID(12)]?.count == 1)
    let widget = story.name("Widget")
    for kind: EventKind in [
      .stubCounts(StubID(1), strong: 0, weak: 0, locks: 0),
      .referenceReleased(ReferenceID(11), of: ObjectID(11), count: 0),
      .stubManagerEnded(StubID(1), disconnected: false), .objectDestroyed(ObjectID(11)),
      .serverCount(0, .released, widget),
    ] { story.tell(kind, by: Story.server) }
    #expect(story.world.fault == nil)
    #expect(story.world.violations.isEmpty)
    #expect(story.world.findings().isEmpty)
  }

  @Test func aStubTakesBackWhatWasOnItsWayToTheDead() {
    var story = Story.answered()
    story.tell(.processKilled(ProcessID(1)))
    #expect(story.world.isRuin(publicHolder: .packet(PacketID(1))))
    story.chooseServer()
    story.tell(
      .referencesReclaimed(InterfaceStubID(1), of: ProcessID(1), count: 5), by: Story.server)
    #expect(story.world.interfaceStubs[InterfaceStubID(1)]?.total == 0)
    #expect(story.world.packets[PacketID(1)]?.state == .released)
    #expect(story.world.fault == nil)
    #expect(story.world.violations.isEmpty)
  }

  /// Packets of one stub have the same bytes: one that was answered with before has not taken this
  /// one along.
  @Test func whatWasSentBeforeIsNotWhatTheDeadHeld() {
    var story = Story.served()
    let bytes = Array(repeating: UInt8(5), count: 68)
    // The client answers with a packet of its proxy, then makes another one.
    for number in [2, 3] as [UInt32] {
      let packet = PacketID(number)
      let blob = story.blob(bytes)
      story.tell(.packetMade(packet, of: InterfaceStubID(1), .normal, blob), by: Story.worker)
      story.tell(
        .publicReferences(
          InterfaceStubID(1), from: .proxy(ObjectID(12)), to: .packet(packet), count: 1),
        by: Story.worker)
      guard number == 2 else { continue }
      let (method, arguments) = (story.name("Exchange"), story.blob([4]))
      let answer = story.blob([7] + bytes)
      story.chooseServer()
      story.tell(
        .callPacked(
          CallID(8), causality: 8, parent: .none, proxy: .none, .none, method: method,
          arguments: arguments), by: Story.server)
      story.tell(.callSent(CallID(8), to: ApartmentID(2)), by: Story.server)
      story.choose(Story.worker)
      story.tell(.callServed(CallID(8)), by: Story.worker)
      story.tell(.callAnswered(CallID(8), .S_OK, answer), by: Story.worker)
    }
    story.tell(.processKilled(ProcessID(1)))
    #expect(!story.world.isRuin(publicHolder: .packet(PacketID(2))))
    #expect(story.world.isRuin(publicHolder: .packet(PacketID(3))))
    // Three with the proxy, and one with the packet that was not sent.
    story.tell(
      .referencesReclaimed(InterfaceStubID(1), of: ProcessID(1), count: 4), by: Story.server)
    #expect(
      story.world.interfaceStubs[InterfaceStubID(1)]?.publicReferences
        == [.init(holder: .packet(PacketID(2)), count: 1)])
    #expect(story.world.fault == nil)
  }

  @Test func onlyWhatTheDeadHeldIsTakenBack() {
    var story = Story.served()
    story.chooseServer()
    let bytes = story.blob(Array(repeating: 5, count: 68))
    story.tell(
      .packetMade(PacketID(2), of: InterfaceStubID(1), .normal, bytes), by: Story.server)
    story.tell(
      .publicReferences(InterfaceStubID(1), from: .stub, to: .packet(PacketID(2)), count: 5),
      by: Story.server)
    story.tell(.processKilled(ProcessID(1)))
    // More was given to the client than is known of its proxies: it gave some back in its last moments.
    story.tell(
      .referencesReclaimed(InterfaceStubID(1), of: ProcessID(1), count: 7), by: Story.server)
    let shares = story.world.interfaceStubs[InterfaceStubID(1)]?.publicReferences
    #expect(shares == [.init(holder: .packet(PacketID(2)), count: 5)])
    #expect(story.world.fault == nil)
  }

  @Test func aStubThatEndsForgetsTheDead() {
    var story = Story.served()
    story.tell(.processKilled(ProcessID(1)))
    story.chooseServer()
    story.tell(.stubManagerEnded(StubID(1), disconnected: true), by: Story.server)
    #expect(story.world.interfaceStubs[InterfaceStubID(1)]?.total == 0)
    #expect(story.world.fault == nil)
  }

  /// What a thread did last may be told only after the kill, and whoever woke it need not know of it.
  @Test func whatComesLateIsNoFault() {
    let method = Name(1)
    for kind: EventKind in [
      .threadEnded, .waits(.messageLoop), .left(.S_OK), .methodLeft(ObjectID(1), .S_OK),
      .methodEntered(ObjectID(1), method, .direct), .callReturned(CallID(2), .S_OK),
      .apartmentLeft(ApartmentID(2), count: 0), .apartmentEnded(ApartmentID(2)),
      .publicReferences(InterfaceStubID(1), from: .proxy(ObjectID(12)), to: .stub, count: 9),
      .ready(Story.main), .serverCount(7, .added, method),
      .threadStarted(name: method, slot: 5, origin: .com),
      .choice(runnable: ThreadSet(bits: 0b111), point: .wake),
    ] {
      var story = Story.calling()
      story.tell(.processKilled(ProcessID(1)))
      story.tell(kind, by: Story.worker)
      story.tell(.ready(Story.worker), by: Story.server)
      #expect(story.world.fault == nil, "\(kind): \(story.world.fault?.sentence ?? "")")
      #expect(story.world.threads[Story.worker]?.activity == .ended, "\(kind)")
      #expect(story.world.violations.isEmpty, "\(kind): \(story.world.violations)")
    }
  }

  @Test func whatIsMadeLateIsLost() {
    var story = Story.served()
    story.tell(.processKilled(ProcessID(1)))
    let (method, arguments) = (story.name("Paint"), story.blob([4]))
    for kind: EventKind in [
      .callPacked(
        CallID(3), causality: 3, parent: .none, proxy: ObjectID(12), InterfaceStubID(1),
        method: method, arguments: arguments),
      .callSent(CallID(3), to: ApartmentID(3)),
      .messagePosted(ApartmentID(3), MessageID(3), .call, CallID(3)),
      .scmRequested(RequestID(3), .activate, ClassID(1), .none),
    ] { story.tell(kind, by: Story.worker) }
    #expect(story.world.calls[CallID(3)]?.state == .lost)
    #expect(story.world.calls[CallID(3)]?.target == ApartmentID(3))
    #expect(story.world.requests[RequestID(3)]?.state == .lost)
    #expect(story.world.fault == nil)
    #expect(story.world.violations.isEmpty)
  }

  @Test func aThreadToldOfLateNeverLives() {
    var story = Story.registered()
    story.tell(.processKilled(ProcessID(2)))
    let late = ThreadID(process: 2, number: 2)
    story.tell(.threadStarted(name: Name(1), slot: 3, origin: .com), by: late)
    #expect(story.world.threads[late]?.activity == .ended)
    story.tell(.processKilled(ProcessID(1)))
    #expect(story.world.ending == .over)
    #expect(story.world.fault == nil)
  }

  /// Events out of order are a fault, whoever tells them.
  @Test func theOrderHoldsForTheDeadToo() {
    var world = World()
    for event in Story.served().events { world.apply(event) }
    world.apply(Event(n: world.position, t: world.time, .processKilled(ProcessID(1))))
    world.apply(Event(n: world.position + 1, t: world.time, thread: Story.worker, .finish))
    #expect(world.fault?.sentence.contains("was expected") == true)
  }

  @Test func nothingIsSaidOfWhatLiesInARuin() {
    for lint in Lint.allCases where lint != .deadlock && lint != .apartmentEndedInUse {
      var (story, _) = LintTests.story(for: lint)
      story.tell(.processKilled(ProcessID(1)))
      let found = story.world.findings().filter { $0.lint == lint }
      #expect(found.isEmpty, "\(lint): \(found.map(\.sentence))")
    }
  }

  @Test func aRunWhoseProcessesWereKilledIsOver() {
    var story = Story.answered()
    story.tell(.processKilled(ProcessID(1)))
    story.tell(.processKilled(ProcessID(2)))
    story.tell(.scmEntry(RegistrationID(1), .removed))
    #expect(story.world.ending == .over)
    #expect(story.world.fault == nil)
    #expect(story.world.violations.isEmpty)
    #expect(story.world.findings().isEmpty, "\(story.world.findings())")
  }

  @Test func checkPassesARecordingWithAKill() {
    var story = Story.calling()
    story.tell(.processKilled(ProcessID(1)))
    story.chooseServer()
    story.tell(
      .referencesReclaimed(InterfaceStubID(1), of: ProcessID(1), count: 5), by: Story.server)
    story.tell(.processKilled(ProcessID(2)))
    story.tell(.scmEntry(RegistrationID(1), .removed))
    let report = RecordingCheck.check(RecordingTests.written(story.events))
    #expect(report.outcome == .sound)
    #expect(report.events == UInt64(story.events.count))
  }

  /// The SCM hears of the death from the operating system: no call of anybody's tells it.
  @Test func theTableForgetsADeadServer() {
    var story = Story.calling()
    story.tell(.processKilled(ProcessID(2)))
    #expect(story.world.registrationsInOrder.allSatisfy { $0.scm == .removed })
  }
}
