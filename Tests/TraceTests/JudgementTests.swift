import Testing

@testable import Trace

@Suite struct InvariantTests {
  /// A World damaged by hand, so that each invariant is seen to fail: the sound one is covered by
  /// `theStoryIsSoundAtEachMoment`.
  static func damaged(for invariant: Invariant) -> World {
    var story = Story.marshalled()
    story.unmarshalProvider()
    story.sendCall()
    var world = story.world
    switch invariant {
    case .countIsHolders: world.objects[ObjectID(1)]?.count = 7
    case .destroyedIsUnheld: world.objects[ObjectID(1)]?.isAlive = false
    case .publicSharesHaveHolders:
      world.interfaceStubs[InterfaceStubID(1)]?.publicReferences[0].holder = .proxy(ObjectID(1))
    case .oneThreadRuns:
      world.threads[Story.main]?.activity = .running
      world.threads[Story.worker]?.activity = .running
    case .messageHasHome: world.apartments[ApartmentID(1)]?.isAlive = false
    case .queuedCallIsSent: world.calls[CallID(7)]?.state = .packed
    case .standstillIsStill: world.ending = .atRest
    case .apartmentThreads: world.threads[Story.worker]?.apartment = ApartmentID(1)
    case .servedByItsServer: world.threads[Story.main]?.serving = [CallID(7)]
    case .locksAreStrong: world.stubs[StubID(1)]?.locks = 9
    case .overMeansEnded: world.ending = .over
    }
    return world
  }

  @Test(arguments: Invariant.allCases) func eachCanFail(_ invariant: Invariant) throws {
    let violations = Self.damaged(for: invariant).violations
    let found = try #require(violations.first { $0.invariant == invariant })
    #expect(found.sentence.hasSuffix("."))
    #expect(violations.count == 1)
  }

  @Test func checkTellsTheLineOfTheFirstFault() {
    var story = Story.marshalled()
    story.choose(Story.worker)
    story.tell(.objectDestroyed(ObjectID(1)), by: Story.worker)
    let report = RecordingCheck.check(RecordingTests.written(story.events))
    guard case .refused(let error) = report.outcome else {
      Issue.record("the fault was not seen")
      return
    }
    #expect(error.kind == .contradiction)
    #expect(error.line == story.events.count + 1)
    #expect(error.sentence.contains("destroyed while 2 references"))
  }

  @Test func checkSeesAnInvariantThatNoSingleEventContradicts() {
    var story = Story.withTwoThreads()
    story.tell(.atRest)
    let report = RecordingCheck.check(RecordingTests.written(story.events))
    guard case .refused(let error) = report.outcome else {
      Issue.record("the fault was not seen")
      return
    }
    #expect(error.expected == Invariant.standstillIsStill.sentence)
  }

  @Test func checkPassesASoundRecordingAndCountsIt() {
    var story = Story.whole()
    let step = story.name("done")
    story.tell(.narrated(step))
    let bytes = RecordingTests.written(story.events)
    let report = RecordingCheck.check(bytes)
    #expect(report.outcome == .sound)
    #expect(report.scenario == "right-way")
    #expect(report.events == UInt64(story.events.count))
    #expect(report.steps == 1)
    #expect(report.choices == story.world.choices)
    #expect(report.duration == story.events.last?.t)
    guard case .refused(let cut) = RecordingCheck.check(bytes.dropLast(20)).outcome else {
      Issue.record("the cut was not seen")
      return
    }
    #expect(cut.kind == .cutShort)
  }
}

@Suite struct LintTests {
  /// A story in which the lint finds one case, and a part of the sentence.
  static func story(for lint: Lint) -> (Story, String) {
    var story = Story.marshalled()
    let (main, worker) = (Story.main, Story.worker)
    switch lint {
    case .deadlock:
      story.unmarshalProvider()
      story.sendCall()
      story.tell(.deadlock(ring: false, ThreadList([worker])))
      return (story, "2 worker waits for call 7, which nothing can end.")
    case .usedAfterRelease:
      story.unmarshalProvider()
      story.tell(.usedAfterRelease(ObjectID(2), by: .com, .release), by: worker)
      return (story, "2 worker releases stream 1, whose count was 0 before.")
    case .outsideItsApartment:
      let method = story.name("QueryService")
      story.choose(worker)
      story.tell(.methodEntered(ObjectID(1), method, .direct), by: worker)
      return (story, "2 worker runs ServiceProvider.QueryService outside main STA.")
    case .proxyOutsideItsApartment:
      story.unmarshalProvider()
      story.tell(.refused(by: .proxy(ObjectID(3)), .RPC_E_WRONG_THREAD), by: worker)
      return (story, "2 worker used proxy 1, which belongs to MTA.")
    case .doesNotPump:
      story.unmarshalProvider()
      story.sendCall()
      story.choose(main)
      story.tell(.waits(.signal(WaitableID(1), pumps: false)), by: main)
      for _ in 0...Lint.patience { story.tell(.finish) }
      return (story, "1 main BLOCKED and takes none.")
    case .danglingField:
      story.unmarshalProvider()
      return (story, "Package.m_pSPStream points at stream 1, which is destroyed.")
    case .callToDisconnected:
      story.unmarshalProvider()
      story.sendCall()
      story.tell(.callReturned(CallID(7), .RPC_E_DISCONNECTED))
      return (story, "call 7, QueryService, came back with RPC_E_DISCONNECTED.")
    case .packetLeftOver:
      story.tell(.processEnded(ProcessID(1)))
      return (story, "packet 1 was neither unmarshalled nor released.")
    case .apartmentEndedInUse:
      story.choose(worker)
      story.tell(.apartmentEnded(ApartmentID(1)), by: worker)
      return (story, "main STA ended, and with it stub 1.")
    case .unbalancedInitialization:
      story.choose(worker)
      story.tell(.threadEnded, by: worker)
      return (story, "2 worker ended, initialised once still.")
    case .leakedReference:
      story.tell(.processEnded(ProcessID(1)))
      return (story, "ServiceProvider is still held by shell.site, stub 1.")
    case .unloadedCode:
      let module = story.name("counter.dll")
      let method = story.name("~Counter")
      story.choose(worker)
      story.tell(.moduleLoaded(ModuleID(1), name: module), by: worker)
      story.tell(.moduleUnloaded(ModuleID(1)), by: worker)
      story.tell(.unloadedCodeRun(ModuleID(1), method), by: worker)
      return (story, "2 worker ran ~Counter of counter.dll, which was not there any more.")
    }
  }

  @Test(arguments: Lint.allCases) func eachFindsItsCaseAndNoneElsewhere(_ lint: Lint) throws {
    let (story, sentence) = Self.story(for: lint)
    #expect(story.world.fault == nil)
    let found = try #require(story.world.findings().first { $0.lint == lint })
    #expect(found.sentence.contains(sentence), "\(found.sentence)")
    #expect(!found.subjects.isEmpty)
    #expect(!Story.whole().world.findings().contains { $0.lint == lint })
  }

  @Test func aPumpingThreadIsNotBlamedForItsQueue() {
    var story = Story.marshalled()
    story.unmarshalProvider()
    story.sendCall()
    story.choose(Story.main)
    story.tell(.waits(.signal(WaitableID(1), pumps: true)), by: Story.main)
    for _ in 0...Lint.patience { story.tell(.finish) }
    #expect(!story.world.findings().contains { $0.lint == .doesNotPump })
  }
}
