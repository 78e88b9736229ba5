import Scenarios
import Testing
import ThreadKernel
import Trace

/// The keys of the lesson about the matrix.
@Suite struct MatrixTests {
  private struct Place: Hashable {
    let room: World.ClientRoom?
    let model: ThreadingModel?
  }

  /// What was asked for in a run with these keys, one after the other, in order.
  private func asked(_ keys: [String], main: String) throws -> [Place] {
    let scenario = try #require(Catalog.scenario("matrix"))
    let run = Run(
      scenario, knobs: try KnobValues(of: scenario.knobs, [KnobSetting("main", main)]),
      actions: keys.enumerated().map { TimedAction($1, at: 100_000 + UInt64($0)) })
    #expect(run.settle { _ in } == .over)
    #expect(run.unmetExpectations().map(\.sentence) == [])
    #expect(run.abandon() == [])
    return run.world.activations.map {
      Place(room: $0.room, model: run.world.classes[$0.ofClass]?.model)
    }
  }

  /// Each open cell is asked for once; a second time there is nothing left.
  @Test func oneKeyFillsTheRest() throws {
    let all = try asked(["fill", "fill"], main: "there")
    #expect(all.count == 36)
    #expect(Set(all).count == 36)
    let withoutSTAs = try asked(["fill"], main: "none")
    #expect(withoutSTAs.count == 18)
    #expect(
      Set(withoutSTAs.map(\.room)) == [
        .multithreaded, .implicitMultithreaded, .neutralOnMTA,
      ])
  }

  /// Two keys choose, the third asks: by the fifth client, the agent on main's thread, too.
  @Test func keysChooseACell() throws {
    let own = try asked([], main: "there")
    #expect(own.count == 4)
    let other = try asked(["client", "model", "create"], main: "there")
    #expect(other.dropFirst(4) == [Place(room: .otherSTA, model: .apartment)])
    let agents = try asked(
      Array(repeating: "client", count: 4) + ["model", "model", "create"], main: "there")
    #expect(agents.dropFirst(4) == [Place(room: .neutralOnSTA, model: .both)])
  }
}
