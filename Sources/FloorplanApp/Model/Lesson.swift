import FloorplanViews
import Scenarios
import Trace

/// What is being shown: a scenario with its settings, or what a recording says it is.
struct Lesson: Sendable {
  let id: String
  /// Nil for a recording of a scenario that this version does not have, or not with those knobs.
  let scenario: Scenario?
  let knobs: KnobValues?
  let text: LessonText
  let steps: [Scenarios.Step]
  let questions: [Scenarios.Question]
  let cast: FloorplanViews.Cast
  let sources: SourceTexts
  /// The story that the words were written for; nil where there are none.
  let own: OwnStory?

  init(_ scenario: Scenario, _ knobs: KnobValues) {
    self.init(
      id: scenario.id, scenario: scenario, knobs: knobs,
      sources: SourceTexts(recorded: scenario.sources))
  }

  /// What a recording shows.
  init(_ header: RecordingHeader) {
    let changes = header.knobs.map { KnobSetting($0.id, $0.value) }
    let scenario = Catalog.scenario(header.scenario)
    let knobs = scenario.flatMap { try? KnobValues(of: $0.knobs, changes) }
    self.init(
      id: header.scenario, scenario: knobs == nil ? nil : scenario, knobs: knobs,
      sources: SourceTexts(recorded: header.sources))
  }

  private init(id: String, scenario: Scenario?, knobs: KnobValues?, sources: SourceTexts) {
    self.id = id
    self.scenario = scenario
    self.knobs = knobs
    self.sources = sources
    text = LessonText.of(id: id)
    steps = knobs.flatMap { scenario?.steps($0) } ?? []
    questions = knobs.flatMap { scenario?.questions($0) } ?? []
    cast = knobs.flatMap { scenario?.cast(for: $0) }.map { FloorplanViews.Cast($0) } ?? .none
    own = knobs.flatMap { knobs in scenario.map { OwnStory.of($0, knobs) } }
  }

  /// The facts that are seen at a step.
  func facts(at key: String) -> [String] { steps.first { $0.key == key }?.facts ?? [] }

  /// The label of a choice.
  func label(_ choice: Scenarios.Question.Choice, of question: Scenarios.Question) -> String {
    switch choice.label {
    case .thread(let name): name
    case .text(let key): text.questions[question.key]?.choices[choice.number] ?? key
    }
  }
}

extension SourceTexts {
  init(recorded sources: [RecordingHeader.Source]) {
    var files: [String: [String]] = [:]
    for source in sources {
      files[source.file] = source.text.split(separator: "\n", omittingEmptySubsequences: false)
        .map(String.init)
    }
    self.init(files)
  }
}

extension FloorplanViews.Cast {
  /// The places that a scenario declares, as the plan takes them.
  init(_ cast: Scenarios.Cast) {
    guard cast.buildings.isEmpty else {
      self.init(
        buildings: cast.buildings.map { Building($0) }, corridorRows: cast.corridorRows)
      return
    }
    self.init(rooms: cast.rooms.map { Room($0) }, corridorRows: cast.corridorRows)
  }
}

extension FloorplanViews.Room {
  fileprivate init(_ room: Scenarios.Cast.Room) {
    self.init(
      room.kind, room.label, threads: room.threads, side: Side(room.side), isMain: room.isMain,
      takesPart: room.takesPart)
  }
}

extension FloorplanViews.Room.Side {
  fileprivate init(_ side: Scenarios.Cast.Side) { self = side == .left ? .left : .right }
}

extension FloorplanViews.Building {
  fileprivate init(_ building: Scenarios.Cast.Building) {
    let kind: Kind =
      switch building.kind {
      case .client: .client
      case .server: .server
      case .scm: .scm
      }
    self.init(
      kind, building.name, rooms: building.rooms.map { Room($0) }, threads: building.threads,
      side: building.side.map { Room.Side($0) }, takesPart: building.takesPart,
      share: building.share)
  }
}
