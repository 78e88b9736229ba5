import FloorplanViews
import TerminalUI
import Testing
import Trace

@Test func look() {
  let right = RightWay()
  print(frame(.rightWay(right.opened, baseline: right.sealed), size: .standard).text)
  print(frame(.rightWay(right.queued, baseline: right.opened), size: .standard).text)
  print(frame(.rightWay(right.opened, baseline: right.sealed), size: Size(width: 60, height: 20)).text)
  let (before, during) = RightWay.trespass()
  print(frame(.rightWay(during, baseline: before), size: .standard).text)
  let dead = RightWay.deadlock()
  print(dead.fault as Any)
  print(frame(.rightWay(dead, baseline: right.returned), size: .standard).text)
  var state = FrameState.rightWay(dead, baseline: right.returned)
  for overlay: FrameOverlay in [.deadlock, .threads(top: 0), .knobs([Knob("Detach", values: ["yes", "forgotten"], value: 1), Knob("Main", values: ["pumps", "does not pump"], value: 0)], selected: 1),
    .findings([FindingText("The stream is released twice: once by COM, once by the field.", "CoGetInterfaceAndReleaseStream has released it. Detach the field after the call."), FindingText("Main does not pump.", "x")], selected: 0),
    .endCard(EndCard(sentence: "One packet, one proxy, and every query since then ran on main.", verdict: .asExpected(aFailure: false), facts: ["S3", "S4", "S5"], whatIfs: [KeyItem("w", "forget Detach"), KeyItem("a", "query again")], next: KeyItem("Enter", "Query again"))),
    .help([HelpGroup("Moving", [.init("Space PageDown Enter", "go on to the next narrated step"), .init("→ l s", "one scheduling point")])], top: 0), .explanation(title: "proxy 1", text: "A proxy stands in for an object of another room. It packs a call and sends it.")] {
    state.overlay = overlay
    print(frame(state, size: .standard).text)
  }
  state.overlay = nil
  for pane: Pane in [.log, .objects(ListPosition())] {
    state.pane = pane
    state.log = LogState(lines: (1...30).map { .init(event: UInt64($0) * 3, who: "2 worker", sentence: "does thing \($0)") }, current: 60)
    print(frame(state, size: .standard).text)
  }
  let groups = [MenuState.Group(title: "000  A service from a background thread", items: (1...9).map { .init(title: "Straight from the background \($0)", question: "Worker calls the provider by main's pointer. Which thread runs QueryService?", facts: ["S1"], isSeen: $0 < 3) }), MenuState.Group(title: "004  In-process servers", items: (1...15).map { .init(title: "Lesson \($0)", question: "?") })]
  print(menu(MenuState(groups: groups, keys: [KeyItem("Enter", "starts it"), KeyItem("q", "quit")]), size: .standard).text)
  print(menu(MenuState(groups: groups, selected: 13, keys: [KeyItem("Enter", "starts it"), KeyItem("q", "quit")]), size: .standard).text)
}
