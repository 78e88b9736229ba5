import Scenarios
import Testing
import ThreadKernel
import Trace

/// Four lessons with one server of two threads: in which orders a client can be left with something
/// dead, and in which it cannot.
@Suite struct TwoThreadsTests {
  static let lessons = ["two-threads", "cumbersome", "at-zero", "half-the-places"]
  static let trials = Trial.every.filter { lessons.contains($0.scenario.id) }

  private static func isSafe(_ trial: Trial) -> Bool {
    switch trial.knobs["counting"] {
    case "functions", "look-again": true
    case "objects-only": trial.scenario.id != "half-the-places"
    default: false
    }
  }

  static let safe = trials.filter(isSafe)

  /// A client's calls that failed, and activations that came to nothing.
  private func losses(in world: World) -> [String] {
    let server = world.processesInOrder.filter { !$0.launchedFor.isNone }.map(\.id)
    let calls = world.callsInOrder.filter { call in
      !server.contains(call.caller.processID) && call.state == .returned && call.result.isFailure
        && !call.proxy.isNone
    }
    let activations = world.activations.filter(\.result.isFailure)
    return calls.map { "\(world[$0.method]): \($0.result.name)" }
      + activations.map { "activation: \($0.result.name)" }
  }

  private func painted(in world: World) -> Int {
    world.callsInOrder.count { world[$0.method] == "Paint" && $0.state == .returned }
  }

  /// Where the count and the suspension are one step, or everybody looks again, no client is ever left
  /// with something dead, or hears of an error.
  @Test(arguments: safe) func noClientLosesUnderAnySeed(_ trial: Trial) {
    for seed in 21...80 {
      let world = trial.outcome(.random(seed: UInt64(seed))).world
      #expect(losses(in: world) == [], "seed \(seed)")
      #expect(painted(in: world) == 1, "seed \(seed)")
    }
  }

  @Test(arguments: safe) func noClientLosesFreely(_ trial: Trial) {
    for number in 1...20 {
      let world = trial.outcome(startsFree: true).world
      #expect(losses(in: world) == [], "free run \(number)")
      #expect(painted(in: world) == 1, "free run \(number)")
    }
  }

  /// COM suspends both classes in the step in which the count goes to 0: behind the event of the 0
  /// only the suspensions come before anything else of the run.
  @Test(arguments: safe.filter { $0.knobs["counting"] == "functions" })
  func nothingComesBetweenTheZeroAndTheSuspension(_ trial: Trial) {
    for schedule in [nil] + (1...20).map({ Schedule.random(seed: $0) }) {
      let events = trial.outcome(schedule).events
      var zeros = 0
      for (index, event) in events.enumerated() {
        guard case .serverCount(0, .released, _) = event.kind else { continue }
        zeros += 1
        // A second time they are suspended already.
        guard zeros == 1 else { break }
        for next in events[(index + 1)...].prefix(2) {
          guard case .classObjectSuspended = next.kind else {
            Issue.record("event \(next.n) comes between")
            return
          }
        }
      }
      #expect(zeros > 0)
    }
  }

  /// What the lessons are about comes in their own order, and cannot in the other one.
  @Test(arguments: trials) func theOrderDecides(_ trial: Trial) {
    let order = trial.knobs["order"]
    let isLost: Bool
    switch trial.knobs["counting"] {
    case "nothing": isLost = order == "release-first"
    case "objects-only":
      isLost = trial.scenario.id == "half-the-places" && order == "request-first"
    default: isLost = false
    }
    let world = trial.outcome().world
    let last = trial.scenario.id == "half-the-places" ? "CreateInstance" : "Paint"
    #expect(losses(in: world) == (isLost ? ["\(last): RPC_S_SERVER_UNAVAILABLE"] : []))
    // It was 0x800706BA.
    #expect(HResult.RPC_S_SERVER_UNAVAILABLE.code == 0x8007_06BA)
  }

  /// They are one program on one cast: they begin with another setting of the same knobs.
  @Test func theLessonsAreOneKnobApart() throws {
    let scenarios = try Self.lessons.map { try #require(Catalog.scenario($0)) }
    #expect(Set(scenarios.map(\.cast)).count == 1)
    for scenario in scenarios {
      #expect(scenario.knobs.map(\.id) == ["counting", "order"])
      #expect(
        Set(scenario.knobs[0].values) == [
          "nothing", "look-again", "functions", "objects-only",
        ])
    }
  }
}
