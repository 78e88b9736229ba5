import FloorplanViews
import TerminalUI
import Testing
import Trace

/// What opens beside, below and over the plan.
@Suite struct PaneTests {
  private let right = RightWay()

  private func text(_ pane: Pane, selection: Selectable, world: World? = nil) -> String {
    var state = FrameState.rightWay(world ?? right.served, baseline: right.opened, pane: pane)
    state.plan.selection = selection
    return frame(state, size: .standard).text
  }

  private func text(_ overlay: FrameOverlay, world: World? = nil) -> String {
    var state = FrameState.rightWay(world ?? right.served, baseline: right.opened)
    state.overlay = overlay
    return frame(state, size: .standard).text
  }

  @Test func thePacketIsAnnotated() {
    let text = text(.inspector(top: 0), selection: .packet(PacketID(1)))
    for line in [
      "INSPECTOR  packet 1", "00  4d 45 4f 57                \"MEOW\"",
      "1c  05 00 00 00                public refs 5", "OXID = main STA",
      "OID  = ServiceProvider", "IPID = stub 1", "No object, no code.",
    ] {
      #expect(text.contains(line), "\(line)")
    }
  }

  @Test func everyKindOfThingCanBeInspected() {
    let cases: [(Selectable, String)] = [
      (.thread(RightWay.main), "serves      call 1"),
      (.thread(RightWay.worker), "■ BLOCKED by call 1"),
      (.apartment(RightWay.sta), "OXID        1"),
      (.apartment(RightWay.mta), "calls come on any of its threads"),
      (.object(RightWay.provider), "1  shell.site"),
      (.object(RightWay.proxy), "stub 1 in main STA"),
      (.object(RightWay.stream), "freed: its destructor has run"),
      (.stub(StubID(1)), "5 public refs, with proxy 1"),
      (.call(CallID(1)), "causality   1"),
      (.call(CallID(9)), "It is not there at this moment."),
    ]
    for (thing, line) in cases {
      #expect(text(.inspector(top: 0), selection: thing).contains(line), "\(line)")
    }
  }

  @Test func everythingOnThePlanCanBeSelectedAndExplained() {
    let state = FrameState.rightWay(right.served, baseline: right.sealed)
    let drawn = Frame(state, size: .standard).selectables
    #expect(
      drawn.prefix(3) == [
        .apartment(RightWay.sta), .thread(RightWay.main), .object(RightWay.provider),
      ])
    #expect(drawn.contains(.call(CallID(1))))
    #expect(Set(drawn).count == drawn.count)
    for thing in drawn {
      #expect(Selectable(id: thing.id) == thing)
      guard case .explanation(_, let text) = explanation(of: thing, in: state.plan) else {
        Issue.record("no explanation")
        return
      }
      #expect(text.count > 20)
    }
  }

  @Test func theCursorIsAtTheSelection() {
    var state = FrameState.rightWay(right.opened, baseline: right.sealed)
    state.plan.selection = .object(RightWay.proxy)
    let drawn = Frame(state, size: .standard)
    #expect(drawn.cursor.y == drawn.canvas.firstPoint(of: "proxy 1   ISer")?.y)
  }

  @Test func theLogMarksWhereOneIs() {
    var state = FrameState.rightWay(right.served, baseline: right.opened, pane: .log)
    var world = World()
    var lines: [LogState.Line] = []
    for number in 0..<40 {
      let event = Event(n: UInt64(number), .finish)
      world.apply(event)
      lines.append(LogState.Line(event, in: world))
    }
    state.log = LogState(lines: lines, current: 30)
    let marked = frame(state, size: .standard).text.split(separator: "\n")
      .filter { $0.contains("◄ here") }
    #expect(marked.count == 1)
    #expect(marked.first?.contains(" 30 ") == true)
    state.log.filter = "no such text"
    #expect(frame(state, size: .standard).text.contains("no event says that"))
  }

  @Test func theObjectsTableListsThem() {
    let text = text(.objects, selection: .object(RightWay.proxy))
    #expect(text.contains("OBJECTS"))
    #expect(text.contains("proxy 1            IServiceProvider   MTA"))
  }

  @Test func aDeadlockIsAPicture() {
    let text = text(.deadlock, world: RightWay.deadlock())
    let picture = [
      "  ┌────────────────────────────────┐",
      "┌►│ 1 main  ■ BLOCKED  in main STA │",
      "│ └──┬─────────────────────────────┘",
      "│    │ waits until 2 worker ends; does not pump",
      "│    ▼",
      "│ │ 2 worker  ■ BLOCKED  in MTA    │",
      "└────┘ waits for 1 main to answer call 2; does not pump",
    ]
    for line in picture { #expect(text.contains(line), "\(line)") }
    #expect(text.contains("PAUSED DEADLOCK"))
    #expect(self.text(.deadlock).contains("There is none now."))
  }

  @Test func theThreadsHaveTheirNumbers() {
    let text = text(.threads(top: 0))
    #expect(text.contains("1 main    ► RUNS    main STA"))
    #expect(text.contains("2 worker  ■ BLOCKED MTA"))
  }

  @Test func theEndCardSaysWhatWasSeen() {
    let card = EndCard(
      sentence: "COM never saw the call; the provider refused it.",
      verdict: .asExpected(aFailure: true), facts: ["S1"],
      whatIfs: [KeyItem("w", "nobody checks")], next: KeyItem("Enter", "Fetched on main"))
    let text = text(.endCard(card))
    #expect(text.contains("A failure on the way, as expected.   S1"))
    #expect(text.contains("w      nobody checks"))
    #expect(text.contains("Enter  Fetched on main"))
  }

  @Test func questionsKeepTheirChoices() {
    var state = FrameState.rightWay(right.opened, baseline: nil)
    state.question?.text = String(repeating: "long ", count: 40)
    let open = frame(state, size: .standard).rowText(21)
    #expect(open.hasSuffix("1 main  2 worker"))
    state.question?.state = .answered("Main ran it.", wasRight: false)
    #expect(frame(state, size: .standard).rowText(21) == " Not so. Main ran it.")
    state.question?.state = .answered("Main ran it.", wasRight: nil)
    #expect(frame(state, size: .standard).rowText(21) == " Main ran it.")
  }

  @Test func messagesNeverHideAnOpenQuestion() {
    var state = FrameState.rightWay(right.opened, baseline: nil)
    state.message = "2 worker waits for call 1"
    let open = frame(state, size: .standard)
    #expect(open.rowText(21).hasPrefix(" ? Next"))
    #expect(open.rowText(22) == " 2 worker waits for call 1")
    state.question = nil
    #expect(frame(state, size: .standard).rowText(21) == " 2 worker waits for call 1")
    state.input = InputLine(prompt: ":", text: "50%")
    let drawn = Frame(state, size: .standard)
    #expect(drawn.canvas.rowText(22) == ":50%")
    #expect(drawn.cursor == .init(x: 4, y: 22))
  }

  @Test func theStatusSaysHowThePictureStandsToTheRun() {
    var state = FrameState.rightWay(right.opened, baseline: nil)
    let words: [(RunStatus, String)] = [
      (.live, " LIVE "), (.paused, " PAUSED "), (.past, " PAST "), (.playback, " PLAYBACK "),
    ]
    for (status, word) in words {
      state.status = status
      #expect(frame(state, size: .standard).rowText(0).hasPrefix(word))
    }
    state.isYourSchedule = true
    #expect(frame(state, size: .standard).rowText(0).contains("your schedule"))
  }

  @Test func findingsComeFromTheWorld() {
    let findings = right.opened.findings()
    #expect(findings.first.map { Selectable($0.subjects[0]) } != nil)
    let text = text(.findings(findings.map { FindingText($0) }, selected: 0))
    #expect(text.contains("Package.m_pSPStream points at stream 1"))
    #expect(text.contains("A field points at something that was destroyed."))
  }
}
