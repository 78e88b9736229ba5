import Testing

@testable import Trace

/// Server processes and the SCM, as a World keeps them.
@Suite struct ProcessWorldTests {
  @Test func theStoryIsSoundAtEachChoice() {
    var world = World()
    for event in Story.calling().events {
      if case .choice = event.kind { #expect(world.violations.isEmpty, "\(world.violations)") }
      world.apply(event)
    }
    #expect(world.fault == nil)
    #expect(world.violations.isEmpty)
    #expect(world.findings().isEmpty, "\(world.findings())")
  }

  @Test func theSCMsTableAndItsRequests() throws {
    let before = Story.launched().world
    let open = try #require(before.requests[RequestID(1)])
    #expect(open.state == .open)
    #expect(open.client == Story.worker)
    #expect(open.launched == ProcessID(2))
    #expect(before.processes[ProcessID(2)]?.launchedFor == RequestID(1))
    #expect(before.threads[Story.worker]?.standing == .blocked)
    #expect(before.classes[ClassID(1)].map { before[$0.program] } == "widgets.exe")

    let world = Story.registered().world
    #expect(world.fault == nil)
    #expect(world.requestsInOrder.map(\.kind) == [.activate, .register])
    #expect(world.requestsInOrder.map(\.state) == [.answered, .answered])
    #expect(world.requestsInOrder.map(\.process) == [ProcessID(2), .none])
    #expect(world.requestsInOrder.map(\.registration) == [.none, RegistrationID(1)])
    #expect(world.scmCalls == 2)
    #expect(world.registrations[RegistrationID(1)]?.scm == .open)
    #expect(world.registrations[RegistrationID(1)]?.process == ProcessID(2))
    #expect(world.threads[Story.worker]?.activity == .ready)
  }

  @Test func aClassObjectIsSuspendedAndResumed() {
    var story = Story.registered()
    story.chooseServer()
    story.tell(.classObjectSuspended(RegistrationID(1)), by: Story.server)
    story.tell(.scmEntry(RegistrationID(1), .suspended), by: Story.server)
    #expect(story.world.registrations[RegistrationID(1)]?.isSuspended == true)
    #expect(story.world.registrations[RegistrationID(1)]?.scm == .suspended)
    story.tell(.classObjectResumed(RegistrationID(1)), by: Story.server)
    #expect(story.world.registrations[RegistrationID(1)]?.isSuspended == false)
    #expect(story.world.fault == nil)
  }

  @Test func theServersCountIsTheSumOfItsHolders() {
    var story = Story.registered()
    let (widget, lock) = (story.name("Widget"), story.name("LockServer"))
    story.chooseServer()
    func count(_ count: UInt32, _ change: ServerCountChange, _ name: Name) -> [String] {
      story.tell(.serverCount(count, change, name), by: Story.server)
      let process = story.world.processes[ProcessID(2)]
      let holders = process?.serverHolders ?? []
      #expect(process?.serverCount == count)
      #expect(holders.reduce(0) { $0 + $1.count } == Int64(count))
      return holders.map { "\(story.world[$0.name]) \($0.count)" }
    }
    #expect(count(1, .added, widget) == ["Widget 1"])
    #expect(count(2, .added, lock) == ["Widget 1", "LockServer 1"])
    #expect(count(3, .added, widget) == ["Widget 2", "LockServer 1"])
    #expect(count(2, .released, lock) == ["Widget 2"])
    // One takes away what another had added.
    #expect(count(1, .released, lock) == ["Widget 2", "LockServer -1"])
    #expect(count(0, .released, widget) == ["Widget 1", "LockServer -1"])
    #expect(count(0, .released, widget) == ["Widget 1", "LockServer -1"])
    #expect(story.world.processes[ProcessID(1)]?.serverCount == 0)
    #expect(story.world.fault == nil)
  }

  @Test func comLocksTheServerByItsClassObject() {
    var story = Story.registered()
    story.chooseServer()
    story.tell(.implicitLock(ObjectID(10), isLocked: true), by: Story.server)
    story.tell(.implicitLock(ObjectID(10), isLocked: true), by: Story.server)
    #expect(story.world.objects[ObjectID(10)]?.implicitLocks == 2)
    story.tell(.implicitLock(ObjectID(10), isLocked: false), by: Story.server)
    #expect(story.world.objects[ObjectID(10)]?.implicitLocks == 1)
    #expect(story.world.fault == nil)
  }

  @Test func whatAProcessKnowsOfOthers() {
    var story = Story.served()
    #expect(story.world.processes[ProcessID(1)]?.resolved == [ApartmentID(3)])
    story.tell(.connectionCut(ProcessID(2), .RPC_E_INVALID_DATAPACKET), by: Story.worker)
    let cuts = story.world.processes[ProcessID(1)]?.cutConnections ?? []
    #expect(cuts.map(\.process) == [ProcessID(2)])
    #expect(cuts.map(\.result) == [.RPC_E_INVALID_DATAPACKET])
    story.tell(.pingMissed(ProcessID(1), count: 2))
    #expect(story.world.processes[ProcessID(1)]?.missedPings == 2)
    #expect(story.world.fault == nil)
  }

  /// Between processes nobody can check that a normal packet was used before.
  @Test func anotherProcessMayOpenAPacketAgain() {
    var story = Story.served()
    story.tell(
      .publicReferences(
        InterfaceStubID(1), from: .packet(PacketID(1)), to: .proxy(ObjectID(12)), count: 5),
      by: Story.worker)
    story.tell(.packetOpened(PacketID(1), as: ObjectID(12)), by: Story.worker)
    #expect(story.world.fault == nil)
    #expect(story.world.packets[PacketID(1)]?.openings == 2)
  }

  /// The sender cannot see that the apartment of another process has just ended.
  @Test func aMessageToAnotherProcessMayComeTooLate() {
    var story = Story.served()
    story.chooseServer()
    story.tell(.apartmentLeft(ApartmentID(3), count: 0), by: Story.server)
    story.tell(.apartmentEnded(ApartmentID(3)), by: Story.server)
    story.choose(Story.worker)
    story.tell(.messagePosted(ApartmentID(3), MessageID(9), .posted, .none), by: Story.worker)
    #expect(story.world.fault == nil)
    #expect(story.world.apartments[ApartmentID(3)]?.queue.isEmpty == true)
  }

  static let faults: [(EventKind, String)] = [
    (.localServerKnown(ClassID(8), Name(1)), "not known"),
    (.scmRequested(RequestID(1), .activate, ClassID(1), .none), "given already"),
    (.scmRequested(RequestID(9), .activate, ClassID(8), .none), "class 8"),
    (.scmAnswered(RequestID(9), .none, .S_OK), "nobody made it"),
    (.scmAnswered(RequestID(1), .none, .S_OK), "answered twice"),
    (.serverLaunched(ProcessID(9), for: RequestID(1)), "never started"),
    (.serverLaunched(ProcessID(2), for: RequestID(9)), "nobody made it"),
    (.scmEntry(RegistrationID(9), .open), "never made"),
    (.classObjectSuspended(RegistrationID(9)), "never made"),
    (.classObjectResumed(RegistrationID(9)), "never made"),
    (.serverCount(2, .added, Name(1)), "1 was expected"),
    (.serverCount(1, .released, Name(1)), "0 was expected"),
    (.implicitLock(ObjectID(90), isLocked: true), "never made"),
    (.implicitLock(ObjectID(10), isLocked: false), "had not locked"),
    (.oxidResolved(ApartmentID(9)), "never made"),
    (.connectionCut(ProcessID(9), .E_FAIL), "never started"),
    (.pingMissed(ProcessID(9), count: 1), "never started"),
    (.referencesReclaimed(InterfaceStubID(9), of: ProcessID(2), count: 1), "never made"),
    (.referencesReclaimed(InterfaceStubID(1), of: ProcessID(9), count: 1), "never started"),
    (.processKilled(ProcessID(9)), "no such process"),
    (.waits(.scm(RequestID(9), server: .none, pumps: false)), "nobody made it"),
  ]

  @Test func whatContradictsIsSaid() {
    for (kind, part) in Self.faults {
      var story = Story.served()
      #expect(story.world.fault == nil)
      story.tell(kind, by: Story.worker)
      let sentence = story.world.fault?.sentence
      #expect(sentence?.contains(part) == true, "\(kind): \(sentence ?? "no fault")")
    }
  }

  @Test func whatTheLogSays() {
    var story = Story.registered()
    let widget = story.name("Widget")
    story.chooseServer()
    for kind: EventKind in [
      .serverCount(1, .added, widget), .serverCount(0, .released, widget),
      .classObjectSuspended(RegistrationID(1)), .scmEntry(RegistrationID(1), .suspended),
      .classObjectResumed(RegistrationID(1)), .implicitLock(ObjectID(10), isLocked: true),
      .scmRequested(RequestID(3), .resolve, .none, .none),
      .scmAnswered(RequestID(3), .none, .OR_INVALID_OXID),
    ] { story.tell(kind, by: Story.server) }
    story.tell(.processKilled(ProcessID(2)))
    story.tell(.pingMissed(ProcessID(2), count: 1))
    story.choose(Story.worker)
    story.tell(.oxidResolved(ApartmentID(3)), by: Story.worker)
    var world = World()
    var lines: [String] = []
    for event in story.events {
      world.apply(event)
      lines.append(world.sentence(for: event))
    }
    for line in [
      "the registry has no module for Widget", "the registry has Widget: LocalServer32 widgets.exe",
      "asks the SCM for Widget (request 1)", "the SCM starts server 1 for request 1",
      "waits for a server of request 1", "asks the SCM to register Widget (request 2)",
      "the SCM's table: Widget is open", "the SCM has done request 2",
      "the SCM answers request 1: server 1", "server count 0→1 (Widget)",
      "server count 1→0 (Widget)", "COM suspends Widget", "the SCM's table: Widget is suspended",
      "COM resumes Widget", "COM locks the server by WidgetFactory",
      "asks the SCM how to reach an apartment (request 3)",
      "the SCM answers request 3: OR_INVALID_OXID", "kill -9 of server 1",
      "server 1 sent no ping, 1 time now", "program can reach MTA of server 1",
    ] { #expect(lines.contains(line), "\(line)") }
  }
}
