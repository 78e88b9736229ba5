import Foundation
import Scenarios
import Testing
import ThreadKernel
import Trace

/// What holds under every schedule and in free runs.
@Suite struct AnySchedule {
  @Test(arguments: Trial.all) func roundRobin(_ trial: Trial) { check(trial, .roundRobin) }

  @Test(arguments: Trial.all) func twentySeeds(_ trial: Trial) {
    for seed in 1...20 { check(trial, .random(seed: UInt64(seed))) }
  }

  private func check(_ trial: Trial, _ schedule: Schedule) {
    let outcome = trial.outcome(schedule)
    #expect(outcome.unmet == [], "\(schedule.text)")
    #expect(outcome.world.fault == nil, "\(schedule.text)")
    #expect(outcome.leftOver == [], "\(schedule.text)")
    #expect(trial.canEnd(outcome.standing), "\(schedule.text): it stands \(outcome.standing)")
  }

  /// `FREE_RUNS` says how many: the thread sanitizer is given more.
  @Test(arguments: Trial.all.filter(\.isQuick)) func freely(_ trial: Trial) {
    let count = ProcessInfo.processInfo.environment["FREE_RUNS"].flatMap(Int.init) ?? 20
    for number in 1...max(1, count) {
      let outcome = trial.outcome(startsFree: true)
      #expect(outcome.unmet == [], "free run \(number)")
      #expect(outcome.world.fault == nil, "free run \(number)")
      #expect(outcome.leftOver == [], "free run \(number)")
      #expect(
        trial.canEnd(outcome.standing), "free run \(number): it stands \(outcome.standing)")
    }
  }
}
