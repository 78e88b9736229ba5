import FloorplanViews
import TerminalUI
import Testing
import Trace

/// In-process servers on the floor plan.
@Suite struct ServerPlanTests {
  private func state(_ world: World, since baseline: World?, _ thing: Selectable? = nil) -> FrameState {
    var state = FrameState.rightWay(world, baseline: baseline)
    state.plan.cast = Servers.cast
    state.plan.selection = thing
    if thing != nil { state.pane = .inspector(top: 0) }
    return state
  }

  @Test func show() {
    let light = Servers.lightCall()
    #expect(light.during.fault == nil)
    print(frame(state(light.during, since: light.before), size: .standard).text)
    let worlds = Servers.modules()
    for (old, new) in zip(worlds, worlds.dropFirst()) {
      #expect(new.fault == nil)
      let canvas = frame(state(new, since: old), size: .standard)
      print(canvas.text.split(separator: "\n").filter { $0.contains("dll") }.joined(separator: "\n"))
    }
    let shared = Servers.shared()
    #expect(shared.after.fault == nil)
    print(frame(state(shared.after, since: shared.before), size: .standard).text)
    print(frame(state(shared.after, since: shared.before), size: .wide).text)
    print(frame(state(shared.after, since: nil, .packet(PacketID(2))), size: .standard).text)
    let filtered = Servers.filtered()
    #expect(filtered.after.fault == nil)
    print(frame(state(filtered.after, since: filtered.before), size: .standard).text)
    var state = state(shared.after, since: nil)
    state.pane = .objects
    print(frame(state, size: .standard).text)
  }
}
