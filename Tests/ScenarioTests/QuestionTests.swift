import Scenarios
import Testing
import ThreadKernel
import Trace

/// Questions and their answers, which come from the World.
@Suite struct QuestionTests {
  /// The number of the right choice of each question, as LESSONS.md has it, and with a knob changed.
  private static let answers: [String: [String: Int]] = [
    "straight pointer=direct check=component": ["straight.who-runs": 2],
    "straight pointer=direct check=nobody": ["straight.who-runs": 2],
    "straight pointer=proxy check=component": ["straight.who-runs-proxy": 4],
    "straight pointer=proxy check=nobody": ["straight.who-runs-proxy": 4],
    "fetched pointer=direct": ["fetched.which-fails": 2],
    "fetched pointer=marshalled": ["fetched.which-fails": 3],
    "right-way detach=done": ["right-way.who-runs": 1, "right-way.what-holds": 2],
    "right-way detach=forgotten": ["right-way.who-runs": 1, "right-way.what-holds": 2],
    "query-again": ["query-again.how-many": 1],
    "no-ticket tear=cut": ["no-ticket.who-refuses": 2],
    "no-ticket tear=scratched": ["no-ticket.who-refuses": 2],
    "forget-detach detach=forgotten": [
      "forget-detach.count": 2, "forget-detach.still-to-come": 1,
    ],
    "forget-detach detach=done": ["forget-detach.count": 2, "forget-detach.still-to-come": 2],
    "second-sta workers=sta": ["second-sta.who-runs": 4],
    "second-sta workers=mta": ["second-sta.who-runs": 1],
    "no-pump wait=raw build=long": ["no-pump.when": 2, "no-pump.who-goes-on": 3],
    "no-pump wait=raw build=short": ["no-pump.when": 2, "no-pump.who-goes-on": 3],
    "no-pump wait=pumping build=long": ["no-pump.when": 2, "no-pump.who-goes-on": 1],
    "no-pump wait=pumping build=short": ["no-pump.when": 2, "no-pump.who-goes-on": 1],
    "no-pump wait=none build=long": ["no-pump.when": 2],
    "no-pump wait=none build=short": ["no-pump.when": 2],
    "matrix main=there": [
      "matrix.main-both-path": 1, "matrix.desk-absent-path": 2, "matrix.web-apartment-path": 2,
      "matrix.main-free-path": 2,
    ],
    "matrix main=none": [
      "matrix.web-absent-path": 2, "matrix.web-apartment-too-path": 2, "matrix.guest-free-path": 1,
    ],
    "no-road road=none": ["no-road.at-home": 1, "no-road.outside": 2],
    "no-road road=registered": ["no-road.at-home": 1, "no-road.outside": 1],
    "both sync=locked": ["both.what-holds": 2],
    "both sync=none": ["both.what-holds": 2],
    "managed": ["managed.how-many-lines": 1, "managed.who-runs": 1],
  ]

  @Test(arguments: Trial.all) func answersAreTheLessons(_ trial: Trial) {
    let questions = trial.scenario.questions(trial.knobs)
    var given: [String: Int] = [:]
    let run = trial.run()
    _ = run.settle { event in
      guard case .narrated(let step) = event.kind else { return }
      for question in questions where question.step == run.world[step] {
        given[question.key] = question.answer(run.world)
      }
    }
    run.abandon()
    #expect(given == Self.answers[trial.testDescription])
  }

  @Test(arguments: Trial.all) func theyStandBeforeAStepOfTheStory(_ trial: Trial) {
    let steps = trial.scenario.steps(trial.knobs).map(\.key)
    for question in trial.scenario.questions(trial.knobs) {
      #expect(question.key.hasPrefix(trial.scenario.id + "."))
      // There has to be something to see before it is asked.
      #expect(steps.dropFirst().contains(question.step))
    }
  }

  /// A thread's digit is the number drawn beside its name.
  @Test(arguments: Trial.all) func choicesAreNumberedAsDrawn(_ trial: Trial) {
    let world = trial.outcome().world
    for question in trial.scenario.questions(trial.knobs) {
      #expect(question.choices.map(\.number) == Array(1...question.choices.count))
      for choice in question.choices {
        guard case .thread(let name) = choice.label else { continue }
        #expect(world.thread(named: name).map { Int($0.id.number) } == choice.number)
      }
    }
  }
}
