import FloorplanViews
import Scenarios
import TerminalUI
import ThreadKernel
import Trace

/// A scenario on the screen: what it has told, where one looks, and what is open.
///
/// The view has a *position*, the run has an *edge*. Going back moves the position; behind the edge a
/// step goes forward through what happened; at the edge a step is a pick.
struct SessionModel: Sendable {
  /// Where events come from.
  enum Source: Sendable {
    case run(RunRequest, recordingPath: String?)
    case recording(isCutShort: Bool)
  }

  /// What lies over the frame.
  enum Cover: Hashable, Sendable {
    case help(top: Int)
    case threads(top: Int)
    case knobs(selected: Int, values: [Int])
    case findings(selected: Int)
    case explanation(Selectable)
    case deadlock
    case card
  }

  /// A line being typed.
  enum Typing: Hashable, Sendable { case search, command }

  /// A place where one stood, and the size of the step that had led there.
  struct StoodPlace: Hashable, Sendable {
    var position: Int
    var stepSize: StepSize
  }

  let source: Source
  let lesson: Lesson
  var history = History()
  /// What had happened, at each position.
  private var happened = [Happenings()]
  /// How many events the view has seen.
  var position = 0 { didSet { furthest = max(furthest, position) } }
  /// As far as the view has ever been: what lies before it is the past.
  private(set) var furthest = 0
  /// Where one stood before steps on: what *back* undoes, the latest last.
  var places: [StoodPlace] = []
  /// The size of the last step: what *back* goes by, and what marks are counted from.
  var stepSize = StepSize.narrated
  var standing = Kernel.Standing.held
  /// The numbers that the operating system gave to the processes of this run.
  var systemNumbers: [ProcessID: Int32] = [:]
  /// What picks are being made for.
  var goal: StepSize? { didSet { if goal == nil { doing = nil } } }
  /// The action that picks are being made for, in words.
  var doing: String?
  /// The pick that is being made is the person's own.
  var isPicking = false
  var pace = Pace.byStep
  var isYourSchedule = false

  /// Answers given, by question.
  var guesses: [String: Int] = [:]
  /// The first answer to each question: the score goes by these.
  var firstGuesses: [String: Int] = [:]
  /// Questions that were put away unanswered.
  var closedQuestions: Set<String> = []

  var pane = Pane.source
  var selection: Selectable?
  var cover: Cover?
  var typing: Typing?
  var line: InputLine?
  var search = ""
  var message = ""
  /// Something was said once and is not to be said again: a key that asks twice was pressed.
  var warned: Warning?

  enum Warning: Hashable, Sendable { case atRest, leaving }

  init(_ request: RunRequest, recordingTo path: String?) {
    source = .run(request, recordingPath: path)
    lesson = Lesson(request.scenario, request.knobs)
    isYourSchedule = request.schedule != nil || !request.actions.isEmpty
  }

  init(_ recording: Recording) {
    source = .recording(isCutShort: recording.isCutShort)
    lesson = Lesson(recording.header)
    for event in recording.events { append(event) }
    standing = .over
    position = history.next(.narrated, from: 0).map { $0 + 1 } ?? 0
  }

  var isPlayback: Bool { if case .recording = source { true } else { false } }

  /// The request that is running; nil in playback.
  var request: RunRequest? { if case .run(let request, _) = source { request } else { nil } }

  /// Where the run is recorded.
  var recordingPath: String? { if case .run(_, let path) = source { path } else { nil } }

  var isAtEdge: Bool { position == history.count }

  /// Whether the person went back. The events of the last pick that its step did not need are no
  /// past: the view has not been there.
  var isInPast: Bool { position < furthest }

  /// One event more at the edge.
  mutating func append(_ event: Event) {
    history.append(event)
    var all = happened[happened.count - 1]
    all.add(event, in: history.edge)
    happened.append(all)
  }

  /// Whether the lesson's own words are true of a World of this run: what it says, asks and answers.
  func isLessonsStory(_ world: World) -> Bool {
    isLessonsStory(after: world.lastStep, at: Int(world.position))
  }

  /// The same of a position, by the key of the step that was the last one there.
  func isLessonsStory(after step: String, at position: Int) -> Bool {
    guard happened.indices.contains(position), lesson.scenario != nil else { return false }
    return lesson.own?.isTold(after: step, happened[position]) ?? true
  }

  /// The World at the position.
  mutating func world() -> World { history.world(at: position) ?? history.edge }
}
