import TerminalUI
import Trace

/// Everything that one full-screen frame of a scenario is drawn from.
public struct FrameState: Hashable, Sendable {
  /// The scenario's title.
  public var title: String
  public var status: RunStatus
  /// The person picked a thread or fired an action: the order is no longer the lesson's.
  public var isYourSchedule: Bool
  /// The knobs that are turned, from the longest to the shortest way to say it; none where it runs as
  /// it is meant.
  public var whatIf: [String]
  /// The narrated step that the position is in.
  public var progress: Progress?
  /// How many questions were answered, once one was.
  public var score: Score?
  /// How fast it goes by itself, in a word or two; empty leaves it out.
  public var pace: String
  public var plan: PlanInput
  /// What the last step did, in words.
  public var narration: String
  /// The facts that the step shows: `S4`.
  public var facts: [String]
  public var question: Question?
  /// The actions of the scenario and what the keys beside them do: row 22.
  public var actions: [KeyItem]
  /// The keys that are always there: row 23.
  public var keys: [KeyItem]
  /// What is open below the plan, or in its place where there is no room for both.
  public var pane: Pane
  /// What stands below the plan whatever is open: the lesson asks for it.
  public var chart: Chart?
  /// How to get measurements where there are none, in a sentence.
  public var priceHint: String
  public var sources: SourceTexts
  public var log: LogState
  /// How many findings there are.
  public var warnings: Int
  /// A short answer to the last key: why it did nothing, what was saved.
  public var message: String
  /// A line being typed, in the place of the actions.
  public var input: InputLine?
  public var overlay: FrameOverlay?

  public init(
    title: String, status: RunStatus = .paused, isYourSchedule: Bool = false,
    whatIf: [String] = [],
    progress: Progress? = nil, score: Score? = nil, pace: String = "", plan: PlanInput,
    narration: String = "",
    facts: [String] = [], question: Question? = nil, actions: [KeyItem] = [],
    keys: [KeyItem] = [], pane: Pane = .source, chart: Chart? = nil, priceHint: String = "",
    sources: SourceTexts = SourceTexts(),
    log: LogState = LogState(), warnings: Int = 0, message: String = "",
    input: InputLine? = nil, overlay: FrameOverlay? = nil
  ) {
    self.title = title
    self.status = status
    self.isYourSchedule = isYourSchedule
    self.whatIf = whatIf
    self.progress = progress
    self.score = score
    self.pace = pace
    self.plan = plan
    self.narration = narration
    self.facts = facts
    self.question = question
    self.actions = actions
    self.keys = keys
    self.pane = pane
    self.chart = chart
    self.priceHint = priceHint
    self.sources = sources
    self.log = log
    self.warnings = warnings
    self.message = message
    self.input = input
    self.overlay = overlay
  }
}

/// How the picture stands to the run.
public enum RunStatus: Hashable, Sendable {
  /// The run goes on while one looks.
  case live
  /// At the edge of the run, which is stopped.
  case paused
  /// Behind the edge.
  case past
  /// A recording.
  case playback

  var word: String {
    switch self {
    case .live: "LIVE"
    case .paused: "PAUSED"
    case .past: "PAST"
    case .playback: "PLAYBACK"
    }
  }

  var style: Style {
    switch self {
    case .live: .acting
    case .paused, .playback: .title
    case .past: Style(.past, .reverse)
    }
  }
}

/// `step 5 of 8`.
public struct Progress: Hashable, Sendable {
  public var step: Int
  /// How many there are; nil where that is not known.
  public var total: Int?

  public init(step: Int, total: Int?) {
    self.step = step
    self.total = total
  }

  var text: String { total.map { "step \(step) of \($0)" } ?? "step \(step)" }
}

/// `3 of 4 right`: of the questions that were answered.
public struct Score: Hashable, Sendable {
  public var right: Int
  public var asked: Int

  public init(right: Int, asked: Int) {
    self.right = right
    self.asked = asked
  }

  var text: String { "\(right) of \(asked) right" }
}

/// A question about the next step.
public struct Question: Hashable, Sendable {
  public struct Choice: Hashable, Sendable {
    /// The digit that gives it: the number of a thread or process.
    public var key: String
    public var label: String

    public init(_ key: String, _ label: String) {
      self.key = key
      self.label = label
    }
  }

  public enum State: Hashable, Sendable {
    case open
    /// Answered or shown: a sentence says what happened. `wasRight` is nil where nobody guessed.
    case answered(String, wasRight: Bool?)
  }

  public var text: String
  public var choices: [Choice]
  public var state: State

  public init(_ text: String, choices: [Choice], state: State = .open) {
    self.text = text
    self.choices = choices
    self.state = state
  }
}

/// What is open below the plan.
public enum Pane: Hashable, Sendable {
  case source
  /// Of the plan's selection; `top` is the first line that shows.
  case inspector(top: Int)
  case log
  /// The selected thing is marked, where it is in the list.
  case objects
  /// Who got what: clients by threading models.
  case matrix
  /// What each way to call costs.
  case price
}

/// A table that a lesson is about: it has the lower half of the plan.
public enum Chart: Hashable, Sendable { case matrix, price, starts }
