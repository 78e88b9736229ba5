import Scenarios
import Testing
import ThreadKernel
import Trace

/// The free burst of the lesson about prices, and the way of its kernel.
@Suite struct PriceTests {
  private static let names = PricePath.allCases.map(\.name) + [PriceBurst.rawName]

  @Test func measuresEachWay() {
    let prices = PriceBurst(rounds: 3, nanoseconds: 300_000).measure()
    #expect(prices.map(\.name) == Self.names)
    #expect(prices.allSatisfy { $0.picoseconds > 0 && $0.calls > 0 })
    // Whatever else the machine does: a jump costs less than a call with a message.
    #expect(prices[0].picoseconds < prices[3].picoseconds)
    #expect(!PriceBurst.machine.isEmpty)
  }

  @Test func isGivenUpWhenNobodyWantsIt() {
    #expect(PriceBurst().measure(while: { false }) == [])
  }

  /// The key tells a figure for each way, and that the run cannot be replayed; without it nothing is
  /// measured, and the run can.
  @Test func theKeyMeasures() throws {
    let scenario = try #require(Catalog.scenario("price"))
    for isPressed in [true, false] {
      let run = Run(
        scenario, knobs: try KnobValues(of: scenario.knobs),
        actions: isPressed ? [TimedAction("burst", at: 100_000)] : [])
      #expect(run.settle { _ in } == .over)
      #expect(run.world.measurements.map { run.world[$0.name] } == (isPressed ? Self.names : []))
      #expect(run.world.wasEverFree == isPressed)
      #expect(run.world.mode == .scheduled)
      #expect(run.abandon() == [])
    }
  }
}
