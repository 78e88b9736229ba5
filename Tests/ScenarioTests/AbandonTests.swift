import Scenarios
import Testing
import ThreadKernel
import Trace

/// A run can be ended anywhere.
@Suite struct AbandoningScenarios {
  @Test(arguments: Trial.all) func atEachOfItsPoints(_ trial: Trial) {
    // Under each setting of the knobs somewhere; the lesson itself everywhere.
    let step = trial.isLesson ? 1 : trial.scenario.document == .localServers ? 8 : 4
    for budget in stride(from: 0, to: 5_000, by: step) {
      let outcome = trial.outcome(budget: budget)
      #expect(outcome.leftOver == [], "after \(budget) choices")
      #expect(outcome.world.fault == nil, "after \(budget) choices")
      if outcome.standing != .held { return }
    }
    Issue.record("the story never ends")
  }

  @Test(arguments: Trial.all) func atPointsOfAnotherSchedule(_ trial: Trial) {
    for budget in stride(from: 0, to: 200, by: trial.isLesson ? 8 : 32) {
      let outcome = trial.outcome(.random(seed: UInt64(budget)), budget: budget)
      #expect(outcome.leftOver == [], "after \(budget) choices")
    }
  }

  @Test func itsThreadsAreUsedAgain() async {
    // In a process of its own, where nobody else starts threads.
    await #expect(processExitsWith: .success) {
      func round(_ number: Int) {
        for trial in Trial.lessons {
          let outcome = trial.outcome(
            .random(seed: UInt64(number)), budget: number % 5 == 0 ? nil : number * 7 % 150)
          precondition(outcome.leftOver == [])
        }
      }
      for number in 0..<5 { round(number) }
      let before = Kernel.processThreads
      for number in 5..<15 { round(number) }
      precondition(Kernel.processThreads <= before)
    }
  }
}
