import FloorplanViews
import Scenarios
import Trace

/// Questions stand before the step that answers them; the answer is computed from the World.
extension SessionModel {
  /// The question about the next step of the lesson, if there is one and it was not put away. Off
  /// the lesson's path nothing is asked, and nothing judged.
  func openQuestion(in world: World) -> Scenarios.Question? {
    guard !world.steps.isEmpty, isLessonsStory(world),
      let next = lesson.steps.first(where: { !world.reached($0.key) })
    else { return nil }
    return lesson.questions.first {
      $0.step == next.key && !closedQuestions.contains($0.key)
    }
  }

  /// The question that the last step answered, and what to say of it.
  func answered(in world: World) -> (Scenarios.Question, Answer)? {
    guard let last = world.steps.last, isLessonsStory(world),
      let question = lesson.questions.first(where: { $0.step == world[last.key] })
    else { return nil }
    let right = question.answer(world)
    let sentence = world.filling(
      lesson.text.questions[question.key]?.answers[right] ?? bareAnswer(right, to: question))
    return (
      question, Answer(sentence: sentence, wasRight: guesses[question.key].map { $0 == right })
    )
  }

  struct Answer {
    let sentence: String
    /// Nil where nobody guessed.
    let wasRight: Bool?
  }

  private func bareAnswer(_ number: Int, to question: Scenarios.Question) -> String {
    guard let choice = question.choices.first(where: { $0.number == number }) else {
      return "None of them."
    }
    return "\(number) \(lesson.label(choice, of: question))."
  }

  /// How the questions were answered so far; nil before the first. What one answers again, having
  /// gone back, does not count.
  mutating func score() -> Score? {
    var score = Score(right: 0, asked: 0)
    for question in lesson.questions {
      guard let guess = firstGuesses[question.key],
        let step = history.edge.steps.first(where: { history.edge[$0.key] == question.step }),
        let world = history.world(at: Int(step.at) + 1), isLessonsStory(world)
      else { continue }
      score.asked += 1
      if question.answer(world) == guess { score.right += 1 }
    }
    return score.asked > 0 ? score : nil
  }

  /// A digit: answers the open question, else steps the thread with that number.
  mutating func number(_ digit: Int) -> [Effect] {
    let world = world()
    if let question = openQuestion(in: world) {
      guard question.choices.contains(where: { $0.number == digit }) else {
        message = "\(digit) is no answer here; Esc puts the question away."
        return []
      }
      guesses[question.key] = digit
      if firstGuesses[question.key] == nil { firstGuesses[question.key] = digit }
      return advance(.narrated)
    }
    return stepThread(digit)
  }

  private mutating func stepThread(_ digit: Int) -> [Effect] {
    guard !isPlayback else {
      message = "This is a recording: who goes next is settled."
      return []
    }
    guard !isInPast else {
      message = Self.pastMessage
      return []
    }
    let numbers = ThreadNumbers(history.edge, lesson.cast)
    guard let thread = numbers.thread(numbered: digit) else {
      message = "There is no thread \(digit); t shows the threads."
      return []
    }
    guard goal == nil else { return [] }
    rememberPlace()
    position = history.count
    stepSize = .point
    goal = .point
    isPicking = true
    return [.step(thread)]
  }

  static let pastMessage = "You are in the past: End goes to the edge."
}
