import FloorplanViews
import TerminalUI
import Testing
import Trace

@Test func look() {
  let right = RightWay()
  print(right.story.world.fault as Any)
  for size in [Size.standard, .wide] {
    print(frame(.rightWay(right.opened, baseline: right.sealed), size: size).text)
    print(frame(.rightWay(right.served, baseline: right.opened, pane: .inspector(top: 0)), size: size).text)
  }
  print(frame(.rightWay(right.queued, baseline: right.opened), size: .standard).text)
  print(frame(.rightWay(right.opened, baseline: right.sealed), size: Size(width: 60, height: 20)).text)
  print(frame(.rightWay(right.opened, baseline: right.sealed), size: Size(width: 40, height: 10)).text)
}
