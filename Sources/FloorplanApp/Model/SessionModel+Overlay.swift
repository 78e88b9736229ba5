import FloorplanViews
import Scenarios
import TerminalUI
import Trace

/// What lies over the frame, in words.
extension SessionModel {
  func overlay(_ plan: PlanInput, _ keyMap: KeyMap, _ score: Score?) -> FrameOverlay? {
    switch cover {
    case nil: nil
    case .help(let top): .help(keyMap.help + helpOfActions + HelpGroup.legend, top: top)
    case .threads(let top): .threads(top: top)
    case .knobs(let selected, let values): .knobs(knobs(values), selected: selected)
    case .findings(let selected):
      .findings(
        plan.world.wrongThings,
        selected: min(selected, max(0, plan.world.wrongThings.count - 1)))
    case .explanation(let thing): explanation(of: thing, in: plan)
    case .deadlock: .deadlock
    case .card: .endCard(card(score))
    }
  }

  private var helpOfActions: [HelpGroup] {
    let rows = (lesson.scenario?.actions ?? []).map {
      HelpGroup.Row(String($0.key), lesson.text.help(ofAction: $0.id))
    }
    return rows.isEmpty ? [] : [HelpGroup("This scenario", rows)]
  }

  private func knobs(_ values: [Int]) -> [FloorplanViews.Knob] {
    zip(lesson.scenario?.knobs ?? [], values).map { knob, value in
      FloorplanViews.Knob(
        lesson.text.title(ofKnob: knob.id),
        values: knob.values.map { lesson.text.title(of: $0, ofKnob: knob.id) }, value: value)
    }
  }

  /// The card at the end: of the whole run, wherever one looks.
  private func card(_ score: Score?) -> EndCard {
    let world = history.edge
    let story = storyToTheEnd()
    return EndCard(
      sentence: sentence(in: world, story), verdict: verdict(in: world, story),
      facts: facts(in: world),
      score: score,
      whatIfs: whatIfs.prefix(2).enumerated().map { index, setting in
        KeyItem(
          "\(index + 1)",
          "\(lesson.text.title(ofKnob: setting.knob)): "
            + lesson.text.title(of: setting.value, ofKnob: setting.knob))
      }, next: next, hasMenu: !isPlayback)
  }

  /// Whether all steps of the lesson were reached as its words say.
  private func storyToTheEnd() -> Bool {
    let edge = history.edge
    return lesson.steps.allSatisfy { edge.reached($0.key) }
      && edge.steps.allSatisfy { isLessonsStory(after: edge[$0.key], at: Int($0.at) + 1) }
  }

  private func sentence(in world: World, _ isTold: Bool) -> String {
    guard let scenario = lesson.scenario, let knobs = lesson.knobs, isTold else {
      return OtherStory(lesson: lesson).ending(in: world)
    }
    return lesson.text.ending(knobs, of: scenario, in: world)
  }

  private func verdict(in world: World, _ isTold: Bool) -> EndCard.Verdict {
    guard let scenario = lesson.scenario, let knobs = lesson.knobs else { return .none }
    guard isTold, request?.registry.isEmpty ?? true else { return .otherwise }
    let isItsOwn = !isYourSchedule && !world.wasEverFree
    return scenario.expectations(knobs, isItsOwn: isItsOwn).allSatisfy { $0.holds(world) }
      ? .asExpected(aFailure: world.showsFailure) : .otherwise
  }

  /// What was seen in this run, in the order of its steps.
  private func facts(in world: World) -> [String] {
    var facts: [String] = []
    for step in world.steps {
      for fact in lesson.facts(at: world[step.key]) where !facts.contains(fact) {
        facts.append(fact)
      }
    }
    return facts
  }

  private var next: KeyItem? {
    guard !isPlayback, let scenario = AppModel.scenario(after: lesson.id) else { return nil }
    return KeyItem("Space", LessonText.of(scenario).title)
  }
}
