import FloorplanViews
import TerminalUI
import Testing
import Trace

/// The matrix and the price of a call.
@Suite struct ChartTests {
  private func state(_ worlds: (before: World, after: World), _ chart: Chart) -> FrameState {
    var state = FrameState.rightWay(worlds.after, baseline: worlds.before)
    state.title = "The matrix"
    state.plan.cast = Servers.cast
    state.plan.selection = nil
    state.chart = chart
    state.priceHint = "Press a for a free burst."
    return state
  }

  @Test func theStoriesAreSound() {
    #expect(Servers.matrix().after.fault == nil)
    #expect(Servers.matrix(hostIsMain: true).after.fault == nil)
    #expect(Servers.price(measured: true).after.fault == nil)
  }

  @Test func theMatrixHasTheLowerHalf() {
    let canvas = frame(state(Servers.matrix(), .matrix), size: .standard)
    print(canvas.text)
  }

  @Test func theMatrixOnWiderScreens() {
    for size in [Size.wide, Size(width: 200, height: 60), Size(width: 40, height: 10)] {
      print(frame(state(Servers.matrix(hostIsMain: true), .matrix), size: size).text)
    }
  }

  @Test func thePriceWithBars() {
    let canvas = frame(state(Servers.price(measured: true), .price), size: .standard)
    print(canvas.text)
    print(frame(state(Servers.price(measured: false), .price), size: .standard).text)
    print(frame(state(Servers.price(measured: true), .price), size: .wide).text)
  }
}
