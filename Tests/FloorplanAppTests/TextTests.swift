import Scenarios
import TerminalUI
import Testing
import Trace

@testable import FloorplanApp

@Suite struct TextTests {
  /// Every way in which the knobs of a scenario can be set.
  static func settings(of scenario: Scenario) -> [KnobValues] {
    let all = scenario.knobs.reduce([[KnobSetting]()]) { settings, knob in
      settings.flatMap { before in knob.values.map { before + [KnobSetting(knob.id, $0)] } }
    }
    return all.compactMap { try? KnobValues(of: scenario.knobs, $0) }
  }

  @Test func everyScenarioHasItsWords() {
    for scenario in Catalog.all {
      let text = LessonText.of(scenario)
      #expect(LessonText.all[scenario.id] != nil, "\(scenario.id)")
      #expect(!text.title.isEmpty && !text.question.isEmpty && !text.ending.isEmpty)
    }
    #expect(Set(LessonText.all.keys) == Set(Catalog.all.map(\.id)))
  }

  @Test func everyKeyHasATextAndNoTextIsUnused() {
    for scenario in Catalog.all {
      let text = LessonText.of(scenario)
      let all = Self.settings(of: scenario)
      let steps = Set(all.flatMap { scenario.steps($0).map(\.key) })
      #expect(Set(text.steps.keys) == steps, "\(scenario.id)")
      let questions = Set(all.flatMap { scenario.questions($0).map(\.key) })
      #expect(Set(text.questions.keys) == questions, "\(scenario.id)")
      #expect(Set(text.actions.keys) == Set(scenario.actions.map(\.id)), "\(scenario.id)")
      #expect(Set(text.knobs.keys) == Set(scenario.knobs.map(\.id)), "\(scenario.id)")
      for knob in scenario.knobs {
        let values = text.knobs[knob.id]?.values ?? [:]
        #expect(Set(values.keys) == Set(knob.values), "\(scenario.id) \(knob.id)")
      }
      let changes = scenario.knobs.flatMap { knob in
        knob.values.dropFirst().map { "\(knob.id)=\($0)" }
      }
      #expect(Set(text.endings.keys).isSubset(of: changes), "\(scenario.id)")
    }
  }

  /// Words for a changed knob belong to a step that comes with it, and are other words.
  @Test func noVariantIsUnused() throws {
    for scenario in Catalog.all {
      let text = LessonText.of(scenario)
      for (change, steps) in text.variants {
        let parts = change.split(separator: "=").map(String.init)
        let setting = KnobSetting(parts[0], parts[1])
        let knobs = try KnobValues(of: scenario.knobs, [setting])
        #expect(knobs != KnobValues(standardOf: scenario), "\(scenario.id) \(change)")
        let keys = Set(scenario.steps(knobs).map(\.key))
        #expect(Set(steps.keys).isSubset(of: keys), "\(scenario.id) \(change)")
        for (key, words) in steps {
          #expect(text.step(key, knobs) == words && text.steps[key] != words, "\(key) \(change)")
        }
      }
    }
  }

  @Test func choicesThatAreNoThreadsHaveWords() {
    for scenario in Catalog.all {
      for knobs in Self.settings(of: scenario) {
        for question in scenario.questions(knobs) {
          let texts = LessonText.of(scenario).questions[question.key]
          for choice in question.choices {
            if case .text = choice.label {
              #expect(texts?.choices[choice.number] != nil, "\(question.key) \(choice.number)")
            }
          }
          #expect(scenario.steps(knobs).contains { $0.key == question.step })
        }
      }
    }
  }

  /// At 80×24 there are three lines for the narration, the facts among them, and one for a question
  /// with its choices.
  @Test func textsFitTheirPlaces() throws {
    for scenario in Catalog.all {
      let text = LessonText.of(scenario)
      for knobs in Self.settings(of: scenario) {
        for step in scenario.steps(knobs) {
          let words = text.step(step.key, knobs) + "  " + step.facts.joined(separator: " ")
          #expect(words.wrapped(toWidth: 78).count <= 3, "\(step.key) \(knobs.settings)")
        }
      }
      for (key, question) in text.questions {
        #expect(question.text.cellWidth <= 52, "\(key)")
        for answer in question.answers.values { #expect(answer.cellWidth <= 70, "\(key)") }
      }
      #expect(text.title.cellWidth <= 58, "\(scenario.id)")
      #expect(text.question.wrapped(toWidth: 76).count <= 2, "\(scenario.id)")
    }
  }

  /// With the answer to the question before it a step's words may need a fourth line, not more.
  @Test func narrationNeverNeedsMoreThanFourLines() throws {
    for scenario in Catalog.all {
      let program = try Program(scenario: scenario.id)
      for _ in 0..<40 where program.session?.cover == nil {
        var session = try #require(program.session)
        let (text, _) = session.narration(in: session.world())
        #expect(text.wrapped(toWidth: 78).count <= 4, "\(scenario.id): \(text)")
        program.press(.space)
      }
    }
  }

  @Test func everyPlaceholderIsFilled() throws {
    for scenario in Catalog.all {
      for knobs in Self.settings(of: scenario) {
        let request = RunRequest(scenario, knobs: knobs)
        let run = request.makeRun(isHeadless: true)
        _ = run.runUntilStanding { _ in }
        let text = LessonText.of(scenario)
        let sentences = run.world.steps.map { text.step(run.world[$0.key], knobs) } + [text.ending]
        for sentence in sentences {
          let filled = run.world.filling(sentence)
          #expect(!filled.contains("{") && !filled.contains("?}"), "\(scenario.id): \(filled)")
          if sentence.contains("{") { #expect(!filled.contains("?"), "\(scenario.id): \(filled)") }
        }
        run.abandon()
      }
    }
  }

  /// What is said before an open question neither holds the sentence that answers it, nor says of the
  /// right thread that it runs something.
  @Test func narrationNeverGivesAwayTheOpenQuestion() throws {
    for scenario in Catalog.all {
      let program = try Program(scenario: scenario.id)
      for _ in 0..<40 where program.session?.cover == nil {
        try expectNothingGivenAway(by: program, scenario)
        program.press(.space)
      }
    }
  }

  private func expectNothingGivenAway(by program: Program, _ scenario: Scenario) throws {
    var session = try #require(program.session)
    let world = session.world()
    guard let question = session.openQuestion(in: world) else { return }
    var later = Catalog.scenario(scenario.id).map { RunRequest($0) }?.makeRun(isHeadless: true)
    _ = later?.runUntilStanding { _ in }
    let answer = question.answer(try #require(later?.world))
    later?.abandon()
    later = nil
    let said = session.narration(in: world).text
    let words = session.lesson.text.questions[question.key]
    if let sentence = words?.answers[answer] { #expect(!said.contains(sentence)) }
    guard let choice = question.choices.first(where: { $0.number == answer }) else { return }
    switch choice.label {
    case .text:
      let label = session.lesson.label(choice, of: question)
      #expect(!said.lowercased().contains(label.lowercased()), "\(question.key): \(said)")
    case .thread(let name):
      for giveaway in ["\(name) runs it", "\(name) will run", "\(name) will serve"] {
        #expect(!said.lowercased().contains(giveaway), "\(question.key): \(said)")
      }
    }
  }
}
