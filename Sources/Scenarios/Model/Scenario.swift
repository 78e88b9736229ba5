import ApartmentRuntime
import ThreadKernel
import Trace

/// The documents that the scenarios are taken from.
public enum Document: String, CaseIterable, Sendable {
  /// Getting a service from a background thread.
  case service = "000"
  /// Helper functions of out-of-process servers.
  case localServers = "003"
  /// Threading issues of in-process servers.
  case inProcessServers = "004"
}

/// A lesson: a program that uses the runtime as a COM programmer would, and what there is to see in
/// it.
///
/// Texts are not here: narration, questions and titles are found by key, so that they can be had in
/// other languages.
public struct Scenario: Sendable {
  /// What the command line calls it: `right-way`.
  public let id: String
  /// The key that starts it from the menu.
  public let key: Character
  public let document: Document
  /// The facts that it covers (documents/FACTS.md).
  public let facts: [String]
  /// The cast with the lesson's own settings.
  public let cast: Cast
  public let knobs: [Knob]
  public internal(set) var actions: [Action]
  /// What can be reached in the story, for these knobs, in the order in which the lesson comes to
  /// it.
  public let steps: @Sendable (KnobValues) -> [Step]
  public let questions: @Sendable (KnobValues) -> [Question]
  /// The lesson's own schedule.
  public let order: @Sendable (KnobValues) -> [OrderConstraint]
  /// What holds at the end under every schedule.
  public let always: @Sendable (KnobValues) -> [Expectation]
  /// What the lesson's own schedule brings about.
  public let shows: @Sendable (KnobValues) -> [Expectation]
  /// Knob settings worth trying after it.
  public let whatIfs: [KnobSetting]
  /// The files of source that it shows, without their folders.
  public let files: [String]
  /// What stands below the floor plan.
  public let view: LessonView
  /// What lies on the disk for other processes, and the registry's classes.
  let programs: @Sendable (KnobValues) -> [Program]
  let classes: @Sendable (KnobValues) -> [ClassEntry]
  let settings: @Sendable (KnobValues) -> ComProcess.Settings
  let program: @Sendable (Stage) -> Void
  private let castOfKnobs: (@Sendable (KnobValues) -> Cast)?

  init(
    id: String, key: Character, document: Document, facts: [String], cast: Cast,
    castOfKnobs: (@Sendable (KnobValues) -> Cast)? = nil, knobs: [Knob] = [],
    actions: [Action] = [],
    steps: @escaping @Sendable (KnobValues) -> [Step],
    questions: @escaping @Sendable (KnobValues) -> [Question] = { _ in [] },
    order: @escaping @Sendable (KnobValues) -> [OrderConstraint] = { _ in [] },
    always: @escaping @Sendable (KnobValues) -> [Expectation],
    shows: @escaping @Sendable (KnobValues) -> [Expectation] = { _ in [] },
    whatIfs: [KnobSetting] = [], files: [String], view: LessonView = .plan,
    programs: @escaping @Sendable (KnobValues) -> [Program] = { _ in [] },
    classes: @escaping @Sendable (KnobValues) -> [ClassEntry] = { _ in [] },
    settings: @escaping @Sendable (KnobValues) -> ComProcess.Settings = { _ in .init() },
    program: @escaping @Sendable (Stage) -> Void
  ) {
    self.id = id
    self.key = key
    self.document = document
    self.facts = facts
    self.cast = cast
    self.castOfKnobs = castOfKnobs
    self.knobs = knobs
    self.actions = actions
    self.steps = steps
    self.questions = questions
    self.order = order
    self.always = always
    // By its own schedule a lesson comes to all of its steps.
    self.shows = { knobs in
      shows(knobs) + [
        Expectation("every step of the story was reached") { world in
          steps(knobs).allSatisfy { world.reached($0.key) }
        }
      ]
    }
    self.whatIfs = whatIfs
    self.files = files
    self.view = view
    self.programs = programs
    self.classes = classes
    self.settings = settings
    self.program = program
  }

  /// What has to hold at the end of a run: *always*, and where the lesson kept its own order all the
  /// time also what it *shows*.
  ///
  /// - Parameter isItsOwn: whether nobody chose the threads but the lesson itself.
  public func expectations(_ knobs: KnobValues, isItsOwn: Bool) -> [Expectation] {
    always(knobs) + (isItsOwn ? shows(knobs) : [])
  }

  /// Whether it has more processes than one, which can be child processes.
  public func hasProcesses(_ knobs: KnobValues) -> Bool { !programs(knobs).isEmpty }

  /// Actions that kill a process, by the beginning of its name.
  var kills: [String: String] {
    Dictionary(
      actions.compactMap { action in action.kills.map { (action.id, $0) } },
      uniquingKeysWith: { first, _ in first })
  }

  /// Whether a key makes another story of the lesson.
  func changesStory(_ action: String) -> Bool {
    actions.contains { $0.id == action && $0.makesAnotherStory }
  }

  /// The cast for these settings: some bring rooms of their own.
  public func cast(for knobs: KnobValues) -> Cast { castOfKnobs?(knobs) ?? cast }
}

/// What a lesson is seen by.
public enum LessonView: Hashable, Sendable {
  /// The floor plan, with the corridor and the source.
  case plan
  /// Below the plan: who got what, clients by threading models.
  case matrix
  /// Below the plan: what each way to call costs.
  case price
  /// Below the plan: what each way to start a server costs.
  case starts
}

/// A key that makes something happen while the scenario runs.
public struct Action: Hashable, Sendable {
  public let id: String
  public let key: Character
  /// It kills the oldest living process whose name begins so, as kill -9 does: no thread takes it.
  let kills: String?
  /// Whether the lesson's own steps need not be reached once it was pressed.
  let makesAnotherStory: Bool

  /// - Parameter makesAnotherStory: a key that kills does so by itself.
  init(
    _ id: String, key: Character, kills: String? = nil, makesAnotherStory: Bool = false
  ) {
    self.id = id
    self.key = key
    self.kills = kills
    self.makesAnotherStory = makesAnotherStory || kills != nil
  }
}

/// A place that the story can reach: it is reached when the World first is so.
public struct Step: Sendable {
  public let key: String
  /// The facts that are seen here.
  public let facts: [String]
  let isReached: @Sendable (World) -> Bool

  init(_ key: String, _ facts: [String] = [], when isReached: @escaping @Sendable (World) -> Bool) {
    self.key = key
    self.facts = facts
    self.isReached = isReached
  }
}

/// A question before a step, answered by a digit. The answer is computed from the World after it.
public struct Question: Sendable {
  public enum Label: Hashable, Sendable {
    /// The thread's own name, beside its number.
    case thread(String)
    /// A text by key.
    case text(String)
  }

  public struct Choice: Hashable, Sendable {
    /// The digit: the number of a thread where it is about threads.
    public let number: Int
    public let label: Label

    init(_ number: Int, _ label: Label) {
      self.number = number
      self.label = label
    }
  }

  /// The digit for *nobody* and *neither* beside threads: no lesson asks while it has so many of
  /// them.
  static let nobody = 9

  public let key: String
  /// The step that answers it.
  public let step: String
  public let choices: [Choice]
  /// The number of the right choice, once the step was reached.
  public let answer: @Sendable (World) -> Int

  init(
    _ key: String, before step: String, choices: [Choice],
    answer: @escaping @Sendable (World) -> Int
  ) {
    self.key = key
    self.step = step
    self.choices = choices
    self.answer = answer
  }
}

/// Something that a run has to bring about.
public struct Expectation: Sendable {
  /// What is expected, as a short sentence.
  public let sentence: String
  public let holds: @Sendable (World) -> Bool

  init(_ sentence: String, _ holds: @escaping @Sendable (World) -> Bool) {
    self.sentence = sentence
    self.holds = holds
  }
}
