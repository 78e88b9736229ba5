import Scenarios
import TerminalUI
import Testing
import Trace

@testable import FloorplanApp

@Suite struct QuestionTests {
  /// The right way, at its first question.
  private func atQuestion() throws -> Program {
    let program = try Program(scenario: "right-way")
    program.press(.space, times: 5)
    #expect(program.text.contains(" ? "))
    return program
  }

  @Test func aRightAnswerIsConfirmed() throws {
    let program = try atQuestion()
    let steps = program.steps
    program.press("1")
    #expect(program.steps == steps + 1)
    #expect(program.text.contains("Right."))
    #expect(program.session?.isYourSchedule == false)
  }

  @Test func theScoreIsKeptAndStandsOnTheCard() throws {
    let program = try atQuestion()
    #expect(!program.canvas.rowText(0).contains(" right   step"))
    program.press("1")
    #expect(program.canvas.rowText(0).contains("1 of 1 right   step"))
    program.press(.left)
    program.press("2")
    #expect(program.canvas.rowText(0).contains("1 of 1 right"))
    program.playToCard()
    #expect(program.text.contains("Questions: 1 of 1 right"))
  }

  @Test func whoAnswersNothingHasNoScore() throws {
    let program = try atQuestion()
    program.playToCard()
    #expect(!program.text.contains("Questions:"))
  }

  @Test func aWrongAnswerIsPutRight() throws {
    let program = try atQuestion()
    program.press("2")
    #expect(program.text.contains("Not so."))
  }

  @Test func goingOnShowsTheAnswerWithoutAVerdict() throws {
    let program = try atQuestion()
    program.press(.space)
    #expect(!program.text.contains("Right."))
    #expect(!program.text.contains("Not so."))
    #expect(program.text.contains("Main runs it"))
  }

  @Test func theArrowShows() throws {
    let program = try atQuestion()
    let steps = program.steps
    program.press(.right)
    #expect(program.steps == steps + 1)
  }

  @Test func aDigitThatIsNoChoiceDoesNothing() throws {
    let program = try atQuestion()
    let position = program.position
    program.press("7")
    #expect(program.position == position)
    #expect(program.message.contains("7 is no answer"))
  }

  @Test func escapePutsTheQuestionAwayAndDigitsStepThreads() throws {
    let program = try atQuestion()
    program.press(.escape)
    program.press(.end)
    program.press("2")
    #expect(program.session?.isYourSchedule == true)
    #expect(program.text.contains("your schedule"))
  }

  @Test func theAnswerIsComputedFromTheWorld() throws {
    for scenario in Catalog.all {
      let program = try Program(scenario: scenario.id)
      program.playToCard()
      var session = try #require(program.session)
      let edge = session.history.edge
      let knobs = KnobValues(standardOf: scenario)
      let text = LessonText.of(scenario)
      for question in scenario.questions(knobs) {
        let step = try #require(edge.steps.first { edge[$0.key] == question.step })
        // As it is asked and answered: in the World right after the step.
        let after = session.history.world(at: Int(step.at) + 1)
        let answer = question.answer(try #require(after))
        let answers = try #require(text.questions[question.key]?.answers)
        #expect(answers[answer] != nil, "\(question.key) comes out as \(answer)")
      }
    }
  }

  @Test func behindTheEdgeADigitDoesNotStep() throws {
    let program = try Program(scenario: "right-way")
    program.press(.space, .space, .left)
    program.press("1")
    #expect(program.message == SessionModel.pastMessage)
    #expect(program.session?.isYourSchedule == false)
  }

  @Test func aThreadThatWaitsSaysWhatFor() throws {
    let program = try atQuestion()
    program.press(.escape, .end)
    program.press("1")
    #expect(program.message.contains("1 main cannot go on"))
    #expect(program.session?.isYourSchedule == false)
  }
}
