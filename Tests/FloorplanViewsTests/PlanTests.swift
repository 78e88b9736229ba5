import FloorplanViews
import TerminalUI
import Testing
import Trace

/// The floor plan against SCREENS.md.
@Suite struct PlanTests {
  private let right = RightWay()

  @Test func theStoryIsSound() {
    #expect(right.story.world.fault == nil)
    #expect(RightWay.deadlock().fault == nil)
    #expect(HostSTA.inFlight().during.fault == nil)
    #expect(TwoProcesses.calling().fault == nil)
  }

  @Test func momentOne() {
    let canvas = frame(.rightWay(right.opened, baseline: right.sealed), size: .standard)
    #expect(
      canvas.text == """
         PAUSED  The right way: marshal once, query from the background     step 5 of 8
        ╔═ main STA ═════════════════════╗           ┌─ MTA ───────────────────────────┐
        ║ 1 main    ○ IDLE, in its loop  ║           │ 2 worker  ► RUNS                │
        ║ queue     empty                ║           │   unmarshals packet 1           │
        ║                                ║           │                                 │
        ║ ServiceProvider   refs 2       ║           │                                 │
        ║   = shell.site + stub 1        ║           │                                 │
        ║ stub 1    IServiceProvider     ╟─────1─────┤ proxy 1   IServiceProvider  NEW │
        ║   5 public refs, with proxy 1  ║           │   refs 1 = m_pBackgroundSP      │
        ╚════════════════════════════════╝           └─────────────────────────────────┘
        ─ in no apartment ──────────────────────────────────────────────────────────────
         packet 1  68 bytes, normal   5 public refs → 0, moved to proxy 1   USED UP
         stream 1  refs 1→0   FREED   held packet 1
         Package   m_pSPStream → stream 1   ! points at a freed stream
                   m_pBackgroundSP → proxy 1
        ─ 2 worker, GetService.swift ───────────────────────────────────────────────────
          41 ► try coGetInterfaceAndReleaseStream(m_pSPStream, &m_pBackgroundSP)
          42   m_pSPStream.detach()
        ────────────────────────────────────────────────────────────────────────────────
         The worker opens the packet: its 5 references now belong to proxy 1. Main was
         not asked and need not pump: unmarshalling makes no call. Stream gone.   S4 S5
         ? Next: QueryService on proxy 1. Who runs it?   1 main   2 worker   → show me
         a query again   w what if…   i inspect: packet 1                   ! 1 warning
         Space go on   → step   ← back   1-9 one thread   +/- pace   ? help   q menu
        """)
  }

  @Test func whatChangedIsMarked() {
    let canvas = frame(.rightWay(right.opened, baseline: right.sealed), size: .standard)
    let marked = canvas.text(in: .changed)
    for text in ["NEW", "USED UP", "1→0", "FREED", "→ 0", "proxy 1"] {
      #expect(marked.contains { $0.contains(text) })
    }
    #expect(canvas.text(in: .acting) == ["► RUNS", "►"])
  }

  @Test func nothingIsMarkedWithoutABaseline() {
    let canvas = frame(.rightWay(right.opened, baseline: nil), size: .standard)
    #expect(canvas.text(in: .changed) == [])
    #expect(!canvas.text.contains("NEW"))
  }

  @Test func tombstonesGoAtTheNextStep() {
    let text = frame(.rightWay(right.queued, baseline: right.opened), size: .standard).text
    #expect(!text.contains("packet 1  68"))
    // A field still points at the stream: so it has to be there.
    #expect(text.contains("stream 1  refs 0   FREED"))
    #expect(text.contains("! points at a freed stream"))
  }

  @Test func aCallInFlightGoesFromRoomToRoom() {
    let queued = frame(.rightWay(right.queued, baseline: right.opened), size: .standard)
    #expect(queued.rowText(2).contains("║◄ call 1 ──│ 2 worker  ■ BLOCKED by call 1"))
    #expect(queued.rowText(3).hasPrefix("║ queue 0→1  call 1 QueryService"))
    let served = frame(.rightWay(right.served, baseline: right.queued), size: .standard)
    #expect(served.rowText(2).hasPrefix("║ 1 main    ► RUNS call 1"))
    #expect(served.rowText(2).contains("◄ call 1 ══"))
    let returned = frame(.rightWay(right.returned, baseline: right.served), size: .standard)
    #expect(!returned.text.contains("call 1"))
  }

  @Test func aHostSTAWithAQueue() {
    let (before, during) = HostSTA.inFlight()
    var state = FrameState.rightWay(during, baseline: before)
    state.plan.cast = HostSTA.cast
    let canvas = frame(state, size: .standard)
    #expect(
      (1...12).map(canvas.rowText).joined(separator: "\n") == """
        ═ main STA ═  1 main  ○ IDLE, in its loop, queue empty          (takes no part)
        ┌─ MTA ──────────────────────────┐           ╔═ host STA · started by COM ═════╗
        │ 2 web     ■ BLOCKED by call 1  │═ call 1 ═►║ 4 host    ► RUNS call 1 for web ║
        │ 3 job     ■ BLOCKED by call 2  │─ call 2 ─►║   in Counter.Increment          ║
        │                                │           ║ queue 0→1  call 2 Increment     ║
        │                                │           ║                                 ║
        │                                │           ║ Counter   value 0→3             ║
        │                                │           ║   refs 1 = stub 1               ║
        │ proxy 1   ICounter             ├─────1─────╢ stub 1    ICounter              ║
        │   local refs 2 = web.c + job.c │           ║   5 public refs, with proxy 1   ║
        │ no queue here: nobody pumps    │           ║                                 ║
        └────────────────────────────────┘           ╚═════════════════════════════════╝
        """)
  }

  @Test func aTrespasserStandsInTheRoomOfTheObject() {
    let (before, during) = RightWay.trespass()
    let canvas = frame(.rightWay(during, baseline: before), size: .standard)
    #expect(canvas.rowText(2).hasPrefix("║ 1 main    ○ IDLE, in its loop"))
    #expect(canvas.rowText(3).hasPrefix("║ 2 worker  ► RUNS"))
    #expect(canvas.rowText(4).hasPrefix("║ ! outside its apartment"))
    #expect(canvas.rowText(2).contains("│ 2 worker  is inside main STA"))
  }

  @Test func processesAreBoxesWhereThereAreTwo() {
    var state = FrameState.rightWay(TwoProcesses.calling(), baseline: nil)
    state.plan.cast = TwoProcesses.cast
    let canvas = frame(state, size: .standard)
    #expect(canvas.rowText(1).contains("┌─ client A ─"))
    #expect(canvas.rowText(1).contains("┌─ server 1 ─"))
    #expect(canvas.rowText(3).hasPrefix("│║ 1 main    ◘ WAITS for call 1 ║┼─ call 1 ──►║"))
    #expect(
      !frame(.rightWay(right.opened, baseline: nil), size: .standard).text.contains("shell ─"))
  }

  @Test func countsWithoutRoomForTheirHoldersSayHowMany() {
    var story = right.story
    for number in 10...16 {
      let name = story.name("someLongField\(number)")
      story.tell(
        RightWay.worker,
        .referenceAdded(
          ReferenceID(UInt32(number)), to: RightWay.proxy, by: .named(name),
          count: UInt32(number - 8)))
    }
    #expect(story.world.fault == nil)
    let text = frame(.rightWay(story.world, baseline: nil), size: .standard).text
    #expect(text.contains("local refs 8 = 8 holders"))
  }

  @Test func aDisconnectedProxyHasNoWire() {
    var story = right.story
    let before = story.world
    story.tell(RightWay.worker, .proxyDisconnected(RightWay.proxy))
    let text = frame(.rightWay(story.world, baseline: before), size: .standard).text
    #expect(text.contains("DISCONNECTED"))
    #expect(!text.contains("╟─────1"))
  }

  @Test func aRefusalNamesWhoRefused() {
    var story = right.story
    let before = story.world
    let provider = Refuser.object(RightWay.provider)
    story.tell(RightWay.worker, .refused(by: provider, .RPC_E_WRONG_THREAD))
    let small = frame(.rightWay(story.world, baseline: before), size: .standard).text
    #expect(small.contains("│ ! refused by ServiceProvider"))
    #expect(small.contains("│   RPC_E_WRONG_THREAD"))
    let wide = frame(.rightWay(story.world, baseline: before), size: .wide).text
    #expect(wide.contains("! refused by ServiceProvider: RPC_E_WRONG_THREAD"))
    #expect(
      !frame(.rightWay(story.world, baseline: story.world), size: .wide).text.contains("! ref"))
  }

  @Test func aSecondReleaseIsSeenAtTheTombstone() {
    var story = right.story
    story.tell(RightWay.worker, .fieldSet(story.name("Package.m_pSPStream"), .none))
    let before = story.world
    #expect(!frame(.rightWay(before, baseline: before), size: .standard).text.contains("stream 1"))
    let holder = Holder.named(story.name("Package.m_pSPStream"))
    story.tell(RightWay.worker, .usedAfterRelease(RightWay.stream, by: holder, .release))
    let text = frame(.rightWay(story.world, baseline: before), size: .standard).text
    #expect(text.contains("stream 1  refs 0   FREED   ! released again"))
  }

  @Test func aRoomKeepsItsLotBeforeItIsBuilt() {
    let early = right.story.worlds[12]
    let canvas = frame(.rightWay(early, baseline: nil), size: .standard)
    #expect(canvas.rowText(1).hasPrefix("╔═ main STA"))
    #expect(!canvas.text.contains("MTA ─"))
  }

  @Test func wideScreensSayMore() {
    let canvas = frame(.rightWay(right.opened, baseline: right.sealed), size: .wide)
    for text in [
      "  1  shell.site", "Shell:12", "public refs 5", "packet 1   5→0", "proxy 1    0→5",
      "→ stub 1 in main STA", "local refs 1 = Package.m_pBackgroundSP",
      "made by 1 main at event", "empty before this step", "SOURCE  GetService.swift",
      "1 main ○   2 worker ►", "event 51   pace: by step",
    ] {
      #expect(canvas.text.contains(text), "\(text)")
    }
  }

  @Test func narrowScreensKeepWhoActs() {
    for size in [Size(width: 60, height: 20), Size(width: 40, height: 10)] {
      let text = frame(.rightWay(right.opened, baseline: right.sealed), size: size).text
      #expect(text.contains("2 worker  ► RUNS"))
      #expect(text.contains("? Next: Query"))
      #expect(text.contains("Space go on"))
    }
  }

  /// What a thread did before it waited is not what it does.
  @Test func aDeedStandsBesideItsThreadUntilTheNextOne() {
    let opened = frame(.rightWay(right.opened, baseline: right.sealed), size: .standard)
    #expect(opened.text.contains("unmarshals packet 1"))
    var returned = right.returned
    returned.apply(
      Event(
        n: returned.position, thread: RightWay.worker,
        .choice(runnable: ThreadSet(bits: 0b10), point: .wait)))
    let later = frame(.rightWay(returned, baseline: right.sealed), size: .standard)
    #expect(later.text.contains("2 worker  ► RUNS"))
    #expect(!later.text.contains("unmarshals packet 1"))
  }

  @Test func asciiAndMonochromeSayTheSame() {
    let canvas = frame(.rightWay(right.opened, baseline: right.sealed), size: .standard)
    let ascii = GlyphSet.ascii.rendering(canvas)
    #expect(ascii.text.utf8.allSatisfy { $0 < 0x80 })
    #expect(!ascii.text.contains("?="))
    #expect(ascii.rowText(1).hasPrefix("#= main STA ==="))
    #expect(ascii.rowText(7).contains("#-----1-----+"))
    // State, change and warning stand in words: colour adds nothing.
    for word in ["RUNS", "IDLE", "NEW", "FREED", "USED UP", "! points at"] {
      #expect(ascii.text.contains(word))
    }
  }
}
