import Scenarios
import Testing
import ThreadKernel
import Trace

/// Keys that make something happen, and where a story stands when it waits for one.
@Suite struct ActionTests {
  private static let withActions = Trial.all.filter { trial in
    // Whoever forgets Detach has no package left to query.
    // A key that comes when all processes have ended is not delivered any more.
    !trial.scenario.actions.isEmpty && trial.testDescription != "right-way detach=forgotten"
      && !trial.scenario.id.hasPrefix("kill-")
  }

  /// What is expected holds as often as the key is pressed, and whenever.
  @Test(arguments: withActions) func canBeTakenAsOftenAsOneLikes(_ trial: Trial) {
    for schedule in [nil, Schedule.random(seed: 3), .random(seed: 4)] {
      let actions = trial.scenario.actions.flatMap { action in
        [0, 40, 100_000].map { TimedAction(action.id, at: $0) }
      }
      let run = Run(
        trial.scenario, knobs: trial.knobs, schedule: schedule, actions: actions)
      #expect(run.settle { _ in } == .over)
      #expect(run.unmetExpectations().map(\.sentence) == [])
      #expect(run.world.actions.count == actions.count)
      #expect(run.world.fault == nil)
      #expect(run.abandon() == [])
    }
  }

  /// Interactive: all of the story is told, and the run waits for a key (or stands in its deadlock).
  @Test(arguments: Trial.all) func atRestTheStoryIsTold(_ trial: Trial) {
    let run = Run(trial.scenario, knobs: trial.knobs, finishesAtRest: false)
    let standing = run.settle { _ in }
    // A story whose processes all come to their end is over.
    let isOver = standing == .over && trial.scenario.document == .localServers
    if !trial.endsInDeadlock { #expect(standing == .atRest || isOver) }
    #expect(run.unmetExpectations().map(\.sentence) == [])
    let steps = run.world.steps.count
    for action in trial.scenario.actions where standing == .atRest {
      run.kernel.deliver(action.id)
      #expect(run.settle { _ in } == .atRest)
    }
    #expect(run.unmetExpectations().map(\.sentence) == [])
    #expect(run.world.steps.count == steps)
    #expect(run.abandon() == [])
  }
}
