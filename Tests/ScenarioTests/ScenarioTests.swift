import Scenarios
import Testing
import ThreadKernel
import Trace

/// What every lesson comes to by its own schedule.
@Suite struct OwnSchedules {
  @Test(arguments: Trial.every) func endsAsExpected(_ trial: Trial) {
    let outcome = trial.outcome()
    #expect(outcome.world.fault == nil)
    #expect(outcome.unmet == [])
    #expect(outcome.leftOver == [])
    #expect(trial.canEnd(outcome.standing), "it stands \(outcome.standing)")
  }

  @Test(arguments: Trial.all) func comesToItsStepsInOrder(_ trial: Trial) {
    let world = trial.outcome().world
    #expect(world.steps.map { world[$0.key] } == trial.scenario.steps(trial.knobs).map(\.key))
  }

  /// Invariants are looked at behind every event: a count is the sum of its holders, and so on.
  @Test(arguments: Trial.all) func keepsTheInvariants(_ trial: Trial) {
    #expect(trial.outcome(isInspected: true).violations == [])
  }

  /// What a finished story leaves: nothing.
  @Test(arguments: Trial.all.filter { !$0.endsInDeadlock && !$0.isBroken && !$0.forsakesAClient })
  func givesEverythingBack(_ trial: Trial) {
    let world = trial.outcome().world
    let lints: Set<Lint> = [
      .packetLeftOver, .apartmentEndedInUse, .unbalancedInitialization, .leakedReference,
      .callToDisconnected,
    ]
    #expect(world.findings().filter { lints.contains($0.lint) }.map(\.sentence) == [])
  }

  @Test func theSameSeedGivesTheSameEvents() {
    for trial in Trial.all {
      let schedule = Schedule.random(seed: 7)
      #expect(trial.outcome(schedule).events == trial.outcome(schedule).events)
    }
  }
}
