import FloorplanViews
import Scenarios
import TerminalUI
import Trace

/// The frame of a scenario, from the position and what is open.
extension SessionModel {
  mutating func frameState(_ keyMap: KeyMap) -> FrameState {
    let plan = plan()
    let world = plan.world
    let (text, facts) = narration(in: world)
    let open = openQuestion(in: world)
    let score = score()
    let actions = actionKeys(world)
    return FrameState(
      title: lesson.text.title, status: status(isAsked: open != nil),
      isYourSchedule: isYourSchedule,
      whatIf: whatIf,
      progress: progress(in: world), score: score, pace: pace.title, plan: plan,
      narration: text, facts: facts,
      question: question(open, in: world), actions: actions,
      keys: keys(
        keyMap, isAsked: open != nil, besides: actions, explains: hasToExplain(in: world)),
      pane: pane, chart: chart,
      priceHint: priceHint, sources: lesson.sources,
      log: pane == .source || pane == .log ? log() : LogState(),
      warnings: world.findings().count, message: message, input: line,
      overlay: overlay(plan, keyMap, score))
  }

  private var chart: Chart? {
    switch lesson.scenario?.view {
    case .matrix: .matrix
    case .price: .price
    case .starts: .starts
    case .plan, nil: nil
    }
  }

  /// How to get measurements, where the lesson makes them.
  private var priceHint: String {
    guard !isPlayback, chart == .price || chart == .starts,
      let action = lesson.scenario?.actions.first
    else { return "Nothing was measured in this run." }
    let key = "\(action.key) (\(lesson.text.title(ofAction: action.id)))"
    // Asked for earlier it would change the story.
    return isActionAwaited
      ? "Nothing is measured yet: press \(key)."
      : "Nothing is measured yet: \(key) does it at the end."
  }

  /// What the plan is drawn from.
  mutating func plan() -> PlanInput {
    let baseline = baselinePosition.flatMap { history.world(at: $0) }
    var plan = PlanInput(
      world: world(), baseline: baseline, cast: lesson.cast, selection: selection)
    if !isPlayback { plan.systemNumbers = systemNumbers }
    return plan
  }

  /// The knobs that are turned, in words; then their values only.
  private var whatIf: [String] {
    guard let scenario = lesson.scenario, let knobs = lesson.knobs else { return [] }
    let turned = scenario.knobs.filter { knobs[$0.id] != $0.defaultValue }
    guard !turned.isEmpty else { return [] }
    let values = turned.map { lesson.text.title(of: knobs[$0.id], ofKnob: $0.id) }
    let whole = zip(turned, values).map { "\(lesson.text.title(ofKnob: $0.id)): \($1)" }
    return [whole, values].map { "what if: " + $0.joined(separator: ", ") }
  }

  private func status(isAsked: Bool) -> RunStatus {
    if isPlayback { return .playback }
    // A question is waited for, whatever the pace.
    if isAsked, pace != .free, goal == nil { return isInPast ? .past : .paused }
    if pace != .byStep || goal != nil { return .live }
    return isInPast ? .past : .paused
  }

  private func progress(in world: World) -> Progress? {
    let step = world.steps.count
    let isPartOfAll = !lesson.steps.isEmpty && isLessonsStory(world)
    return Progress(step: step, total: isPartOfAll ? max(step, lesson.steps.count) : nil)
  }

  /// The words of the last step, with the answer before them where the row of the question is taken;
  /// where they would not be true, what has happened.
  mutating func narration(in world: World) -> (text: String, facts: [String]) {
    guard isLessonsStory(world) || request?.registry.isEmpty == false else {
      return (OtherStory(lesson: lesson).words(in: world, news: news()), [])
    }
    guard let last = world.steps.last else { return ("", []) }
    let key = world[last.key]
    var text = words(of: key, in: world)
    if openQuestion(in: world) != nil, let (_, answer) = answered(in: world) {
      let verdict = answer.wasRight.map { $0 ? "Right. " : "Not so. " } ?? ""
      text = verdict + answer.sentence + " " + text
    }
    return (text, lesson.facts(at: key))
  }

  /// What happened since one stood still last, in sentences.
  private mutating func news() -> [String] {
    let start = baselinePosition ?? 0
    guard start < position, var world = history.world(at: start) else { return [] }
    return history.events[start..<position].compactMap { event in
      world.apply(event)
      return world.news(of: event)
    }
  }

  /// What the lesson says of a step. With a registry of the person's own it may not be true: then
  /// what was told last by name stands instead.
  private func words(of key: String, in world: World) -> String {
    guard let request, !request.registry.isEmpty else {
      return world.filling(lesson.text.step(key, lesson.knobs))
    }
    let note =
      "Your registry decides here, and the lesson's own words may not fit: look at the plan."
    guard let last = world.activations.last else { return note }
    let got =
      last.object.isNone
      ? "\(world.label(thread: last.client)) got no object: \(last.result.name)."
      : "\(world.label(thread: last.client)) got \(world.label(object: last.object)), of an object in "
        + "\(world.label(apartment: last.home))."
    return note + " " + got
  }

  private func question(
    _ open: Scenarios.Question?, in world: World
  ) -> FloorplanViews.Question? {
    if let open {
      let choices = open.choices.map {
        FloorplanViews.Question.Choice("\($0.number)", lesson.label($0, of: open))
      }
      return FloorplanViews.Question(
        lesson.text.questions[open.key]?.text ?? open.key, choices: choices)
    }
    guard let (question, answer) = answered(in: world) else { return nil }
    return FloorplanViews.Question(
      lesson.text.questions[question.key]?.text ?? question.key, choices: [],
      state: .answered(answer.sentence, wasRight: answer.wasRight))
  }

  // MARK: Keys

  /// There is no menu behind a recording. What the row of actions says stands there only.
  private func keys(
    _ keyMap: KeyMap, isAsked: Bool, besides actions: [KeyItem], explains: Bool
  ) -> [KeyItem] {
    keyMap.bar { canAct($0) || $0 == .number && isAsked }.compactMap { item in
      if actions.contains(where: { $0.id == item.id }) { return nil }
      if !explains, item.id == "do \(Command.explain.rawValue)" { return nil }
      // What can never act in a recording is not offered there.
      if isPlayback, !item.isEnabled, item.id != "do \(Command.back.rawValue)" { return nil }
      var item = item
      if isAsked, item.id == "do \(Command.number.rawValue)" { item.meaning = "answer" }
      if isPlayback, item.id == "do \(Command.leave.rawValue)" { item.meaning = "quit" }
      return item
    }
  }

  /// Whether `e` has anything to explain: a thing that is selected, or what looks wrong.
  private func hasToExplain(in world: World) -> Bool {
    if case .deadlock = world.ending { return true }
    return selection != nil || !world.wrongThings.isEmpty
  }

  private func actionKeys(_ world: World) -> [KeyItem] {
    var items = (isPlayback ? [] : lesson.scenario?.actions ?? []).map { action in
      KeyItem(
        String(action.key), lesson.text.title(ofAction: action.id),
        isEnabled: refusal(of: action) == nil, rank: 0, id: "key \(action.key)")
    }
    if !isPlayback, lesson.scenario?.knobs.isEmpty == false {
      items.append(KeyItem("w", "what if…", rank: 1, id: "do whatIf"))
    }
    if let selection {
      items.append(
        KeyItem("i", "inspect: \(name(of: selection, in: world))", rank: 2, id: "do inspect"))
    }
    if !world.wrongThings.isEmpty {
      items.append(KeyItem("e", "explains", rank: 2, id: "do explain"))
    }
    return items
  }

  private func name(of thing: Selectable, in world: World) -> String {
    switch thing {
    case .thread(let id): world.label(thread: id)
    case .apartment(let id): world.label(apartment: id)
    case .object(let id): world.label(object: id)
    case .stub(let id): world.label(stub: id)
    case .packet(let id): world.label(packet: id)
    case .call(let id): world.label(call: id)
    case .field(let name), .cell(let name): world[name]
    case .registeredClass(let id): "class \(world.label(class: id))"
    case .module(let id): world.label(module: id)
    case .registration(let id):
      "class object of \(world.label(class: world.registrations[id]?.ofClass ?? .none))"
    case .global(let id): "cookie \(id)"
    case .process(let id): world.label(process: id)
    case .scm: "SCM"
    case .request(let id): world.label(request: id)
    }
  }

  /// Whether the key can do something now: one that cannot is dimmed.
  private func canAct(_ command: Command) -> Bool {
    switch command {
    case .back: position > earliest
    case .number: !isPlayback && !isInPast
    case .restart: !isPlayback
    case .faster: !(isAtEdge && standing == .over)
    default: true
    }
  }

  // MARK: The log

  /// A window of the history round the position.
  private mutating func log() -> LogState {
    let reach = search.isEmpty ? 160 : 4000
    let start = max(0, position - reach)
    guard var world = history.world(at: start) else { return LogState() }
    var lines: [LogState.Line] = []
    for event in history.events[start..<min(history.count, position + 40)] {
      world.apply(event)
      if event.kind.isInLog { lines.append(LogState.Line(event, in: world)) }
    }
    return LogState(lines: lines, current: UInt64(max(0, position - 1)), filter: search)
  }
}
