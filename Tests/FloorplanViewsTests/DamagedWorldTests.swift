import FloorplanViews
import TerminalUI
import Testing
import Trace

/// A World folded from a damaged recording can say anything; it is drawn all the same.
@Suite struct DamagedWorldTests {
  private struct Dice {
    var state: UInt64

    mutating func roll(_ limit: UInt32) -> UInt32 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt32(truncatingIfNeeded: state >> 33) % limit
    }

    /// Mostly a small number, so that things meet; now and then a huge one.
    mutating func number() -> UInt32 { roll(40) == 0 ? .max - roll(3) : roll(6) }

    mutating func pick<Value>(_ values: [Value]) -> Value {
      values[Int(roll(UInt32(values.count)))]
    }

    mutating func thread() -> ThreadID {
      ThreadID(process: UInt16(1 + roll(2)), number: UInt16(roll(5)))
    }

    mutating func holder() -> Holder {
      pick([
        .named(Name(number())), .local(thread()), .stub(StubID(number())),
        .packet(PacketID(number())), .com,
      ])
    }

    mutating func shareholder() -> PublicHolder {
      pick([.stub, .packet(PacketID(number())), .proxy(ObjectID(number()))])
    }

    mutating func wait() -> Wait {
      pick([
        .messageLoop, .pool, .action,
        .reply(CallID(number()), server: thread(), pumps: roll(2) == 0),
        .scm(RequestID(number()), server: ProcessID(number()), pumps: roll(2) == 0),
        .lock(WaitableID(number()), owner: thread()), .signal(WaitableID(1), pumps: true),
        .thread(thread(), pumps: false), .time(9),
      ])
    }
  }

  private func kind(_ dice: inout Dice) -> EventKind {
    switch dice.roll(7) {
    case 0: threads(&dice)
    case 1: objects(&dice)
    case 2: marshalling(&dice)
    case 3: servers(&dice)
    case 4: activation(&dice)
    case 5: processes(&dice)
    default: calls(&dice)
    }
  }

  private func servers(_ dice: inout Dice) -> EventKind {
    let (apartment, object) = (ApartmentID(dice.number()), ObjectID(dice.number()))
    let (module, name) = (ModuleID(dice.number()), Name(dice.number()))
    let call = CallID(dice.number())
    return dice.pick([
      .contextEntered(apartment), .contextLeft(apartment), .messageFilterSet(apartment, object),
      .aggregated(object, into: ObjectID(dice.number())), .objectOfModule(object, module),
      .moduleLoaded(module, name: name),
      .moduleCounts(module, objects: dice.number(), locks: dice.number()),
      .moduleCandidate(module, due: .max), .moduleUnloaded(module),
      .unloadedCodeRun(module, name), .callRejected(call, dice.pick([.retryLater, .rejected])),
      .callRetried(call, at: .max - UInt64(dice.roll(9))), .callCancelled(call),
      .callAsynchronous(call),
    ])
  }

  private func processes(_ dice: inout Dice) -> EventKind {
    let (process, registration) = (ProcessID(dice.number()), RegistrationID(dice.number()))
    let (request, entry) = (RequestID(dice.number()), ClassID(dice.number()))
    return dice.pick([
      dice.roll(4) == 0 ? .processKilled(process) : .finish,
      .localServerKnown(entry, Name(dice.number())),
      .scmRequested(request, dice.pick(ScmRequest.allCases), entry, registration),
      .scmAnswered(request, process, dice.pick([.S_OK, .CO_E_SERVER_EXEC_FAILURE])),
      .serverLaunched(process, for: request),
      .scmEntry(registration, dice.pick(ScmEntryState.allCases)),
      .classObjectSuspended(registration), .classObjectResumed(registration),
      .serverCount(
        dice.number(), dice.pick(ServerCountChange.allCases), Name(dice.number())),
      .implicitLock(ObjectID(dice.number()), isLocked: dice.roll(2) == 0),
      .oxidResolved(ApartmentID(dice.number())), .connectionCut(process, .E_FAIL),
      .pingMissed(process, count: dice.number()),
      .referencesReclaimed(
        InterfaceStubID(dice.number()), of: process, count: dice.number()),
    ])
  }

  private func activation(_ dice: inout Dice) -> EventKind {
    let (entry, object) = (ClassID(dice.number()), ObjectID(dice.number()))
    let (name, packet) = (Name(dice.number()), PacketID(dice.number()))
    return dice.pick([
      .classKnown(entry, name: name, module: Name(dice.number()), model: Name(dice.number())),
      .classObjectRegistered(
        RegistrationID(dice.number()), of: entry, object: object, .inprocServer, .singleUse),
      .classObjectRevoked(RegistrationID(dice.number())),
      .activated(entry, as: object, dice.pick([.S_OK, .E_FAIL, .REGDB_E_CLASSNOTREG])),
      .globalRegistered(GlobalID(dice.number()), packet), .globalRevoked(GlobalID(dice.number())),
      .customPacketMade(packet, of: object, marshaller: name, .tableWeak, Blob(1)),
      .sectionBegan(name), .sectionEnded(name),
      .measured(
        name, picoseconds: dice.pick([0, 1, .max, 5_000]), calls: 0,
        scmCalls: dice.number(), machine: Name(dice.number())),
    ])
  }

  private func threads(_ dice: inout Dice) -> EventKind {
    let apartment = ApartmentID(dice.number())
    return dice.pick([
      .processStarted(ProcessID(dice.number()), name: Name(dice.number())),
      .threadStarted(name: Name(dice.number()), slot: UInt8(dice.roll(99)), origin: .com),
      .threadEnded, .waits(dice.wait()), .waits(dice.wait()), .ready(dice.thread()),
      .choice(runnable: ThreadSet(bits: 7), point: .wait), .entered(Name(dice.number())),
      .left(.S_OK), .refused(by: .object(ObjectID(dice.number())), .E_FAIL),
      .deadlock(ring: dice.roll(2) == 0, ThreadList([dice.thread(), dice.thread()])),
      .apartmentCreated(
        apartment, dice.pick([.singleThreaded, .multithreaded, .neutral]),
        isMain: dice.roll(2) == 0,
        startedBy: .com),
      .apartmentEntered(apartment, .implicit, count: dice.number()),
      .apartmentLeft(apartment, count: 0), .apartmentEnded(apartment),
    ])
  }

  private func objects(_ dice: inout Dice) -> EventKind {
    let object = ObjectID(dice.number())
    return dice.pick([
      .objectCreated(
        object, dice.pick([.component, .proxy, .stream]), name: Name(dice.number()),
        apartment: ApartmentID(dice.number())),
      .referenceAdded(
        ReferenceID(dice.roll(99)), to: object, by: dice.holder(), count: dice.number()),
      .referenceReleased(ReferenceID(dice.roll(99)), of: object, count: dice.number()),
      .objectDestroyed(object), .usedAfterRelease(object, by: dice.holder(), .call),
      .fieldSet(Name(dice.number()), object), .valueSet(object, Name(1), Int64(dice.number())),
      .cellWritten(Name(dice.number()), Int64(dice.number())),
      .methodEntered(object, Name(dice.number()), .direct), .methodLeft(object, .S_OK),
    ])
  }

  private func marshalling(_ dice: inout Dice) -> EventKind {
    let (stub, interface) = (StubID(dice.number()), InterfaceStubID(dice.number()))
    let (object, packet) = (ObjectID(dice.number()), PacketID(dice.number()))
    return dice.pick([
      .stubManagerCreated(stub, object: object, apartment: ApartmentID(dice.number())),
      .interfaceStubCreated(interface, of: stub, interface: Name(dice.number())),
      .stubCounts(stub, strong: dice.number(), weak: dice.number(), locks: dice.number()),
      .stubManagerEnded(stub, disconnected: dice.roll(2) == 0),
      .publicReferences(
        interface, from: dice.shareholder(), to: dice.shareholder(), count: dice.number()),
      .packetMade(packet, of: interface, .normal, Blob(dice.number())),
      .streamWritten(object, packet, offset: dice.number(), count: dice.number()),
      .packetOpened(packet, as: object), .packetReleased(packet),
      .proxyConnected(object, to: stub, apartment: ApartmentID(dice.number())),
      .proxyInterface(object, interface), .proxyDisconnected(object),
    ])
  }

  private func calls(_ dice: inout Dice) -> EventKind {
    let (call, apartment) = (CallID(dice.number()), ApartmentID(dice.number()))
    return dice.pick([
      .callPacked(
        call, causality: 1, parent: .none, proxy: ObjectID(dice.number()),
        InterfaceStubID(dice.number()), method: Name(dice.number()), arguments: Blob(dice.number())),
      .callSent(call, to: apartment),
      .messagePosted(
        apartment, MessageID(dice.number()), dice.pick([.call, .quit, .posted]), call),
      .messageTaken(apartment, MessageID(dice.number())), .callServed(call),
      .callAnswered(call, .E_FAIL, Blob(1)), .callReturned(call, .S_OK),
      .waits(.reply(call, server: dice.thread(), pumps: true)),
    ])
  }

  @Test(arguments: 1...40) func anythingCanBeDrawn(_ seed: UInt64) {
    var dice = Dice(state: seed)
    var story = Story()
    for name in ["a", "Owner.field", "long name of something that has no end at all", "Widget"] {
      _ = story.name(name)
    }
    var baseline = story.world
    for round in 0..<300 {
      let kind = kind(&dice)
      story.tell(dice.thread(), at: ("GetService.swift", dice.number()), kind)
      guard round % 15 == 0 else { continue }
      let size = dice.pick([
        Size.standard, .wide, Size(width: 66, height: 24), Size(width: 30, height: 8),
      ])
      let cast = dice.pick([Cast.none, RightWay.cast, TwoProcesses.cast, Servers.cast])
      let panes: [Pane] = [.source, .inspector(top: 0), .log, .objects, .matrix, .price]
      var state = FrameState.rightWay(story.world, baseline: baseline, pane: dice.pick(panes))
      state.plan.cast = cast
      state.chart = dice.pick([nil, .matrix, .price, .starts])
      state.overlay = dice.pick([nil, .deadlock, .threads(top: 0)])
      let drawn = Frame(state, size: size)
      #expect(drawn.canvas.size == size)
      for thing in drawn.selectables {
        state.plan.selection = thing
        state.pane = .inspector(top: 0)
        _ = explanation(of: thing, in: state.plan)
      }
      #expect(frame(state, size: size).size == size)
      if round % 60 == 0 { baseline = story.world }
    }
  }
}
