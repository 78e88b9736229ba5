import FloorplanViews
import TerminalUI
import Testing
import Trace

@Test func look() {
  print("")
  let (before, during) = HostSTA.inFlight()
  var state = FrameState.rightWay(during, baseline: before)
  state.plan.cast = HostSTA.cast
  print(frame(state, size: .wide).text)
  let world = ManyRooms.world(200)
  state.plan = PlanInput(world: world, baseline: nil, cast: .none)
  print(frame(state, size: .standard).text)
}
