import FloorplanViews
import TerminalUI
import Testing
import Trace

@Test func look() {
  let right = RightWay()
  print("")
  print(frame(.rightWay(right.opened, baseline: right.sealed), size: .standard).text)
  print(frame(.rightWay(right.queued, baseline: right.opened), size: .standard).text)
  let (before, during) = RightWay.trespass()
  print(frame(.rightWay(during, baseline: before), size: .standard).text)
  let dead = RightWay.deadlock()
  print(dead.fault as Any)
  var state = FrameState.rightWay(dead, baseline: right.returned)
  state.overlay = .deadlock
  print(frame(state, size: .standard).text)
  state.overlay = nil
  state.plan = PlanInput(world: TwoProcesses.calling(), baseline: nil, cast: TwoProcesses.cast)
  print(TwoProcesses.calling().fault as Any)
  print(frame(state, size: .standard).text)
  print(frame(state, size: .wide).text)
  print(frame(.rightWay(right.sealed, baseline: World()), size: .standard).text)
  print(frame(.rightWay(right.sealed, baseline: World()), size: .wide).text)
  print(frame(.rightWay(right.served, baseline: right.sealed), size: Size(width: 200, height: 60)).text)
}
