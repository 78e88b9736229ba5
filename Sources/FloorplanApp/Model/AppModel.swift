import FloorplanViews
import Scenarios
import TerminalUI
import ThreadKernel
import Trace

/// The whole state of the interactive program: a value that keys change and frames are drawn from.
public struct AppModel: Sendable {
  /// The screen's.
  var size: Size
  let isPresenting: Bool
  var menu = MenuModel()
  /// The scenario on the screen; nil: the menu.
  var session: SessionModel?
  /// Whether leaving the scenario leads to the menu, or out.
  let hasMenu: Bool
  /// What to do first.
  private let opening: [Effect]
  /// The last key with its meaning, for an audience, and until when.
  var shownKey: (item: KeyItem, until: Duration)?
  /// The last key, and when it came.
  var lastKey: (key: Key, at: Duration)?
  /// The key that is being answered.
  var pressedKey: Key?
  /// The time of the last input.
  var now = Duration.zero
  /// When the last step by itself was made.
  var steppedAt = Duration.zero
  /// The program is to end.
  public internal(set) var isOver = false

  public init(_ start: Interactive.Start, size: Size, isPresenting: Bool = false) {
    self.size = size
    self.isPresenting = isPresenting
    switch start {
    case .menu:
      hasMenu = true
      opening = []
    case .scenario(let request, let path):
      hasMenu = true
      opening = [.start(request, recordingTo: path, size), .pick]
      session = SessionModel(request, recordingTo: path)
      session?.goal = .narrated
    case .recording(let recording):
      hasMenu = false
      opening = []
      session = SessionModel(recording)
      if let fault = session?.faultMessage {
        session?.message = fault
      } else if recording.isCutShort {
        session?.message = "The recording is cut short; what is there plays."
      }
    }
  }

  /// The effects to begin with.
  public func begin() -> [Effect] { opening }

  /// How long to wait for an input before `.timedOut` is due; nil: as long as it takes.
  public var patience: Duration? {
    var ends: [Duration] = []
    if let shownKey { ends.append(shownKey.until) }
    if let due = stepDue { ends.append(due) }
    if session?.pace == .free { ends.append(now + .milliseconds(40)) }
    return ends.min().map { max(.zero, $0 - now) }
  }

  /// When the next step by itself is due.
  var stepDue: Duration? {
    guard let session, session.goal == nil, session.cover == nil, session.typing == nil,
      !isQuestionOpen
    else { return nil }
    return session.pace.delay(reading: readingText).map { steppedAt + $0 }
  }

  /// Changes the model as the input says.
  public mutating func update(_ input: AppInput) -> [Effect] {
    switch input {
    case .screen(let input, let time):
      now = time
      return update(input)
    case .told(let events):
      session?.take(events)
      return []
    case .live(let numbers):
      session?.systemNumbers = numbers
      return []
    case .stands(let standing):
      let effects = session?.take(standing) ?? []
      noteSeen()
      return effects
    case .refused(let thread, let refusal):
      session?.refuse(thread, refusal)
      return []
    case .stuck(let threads):
      session?.goal = nil
      session?.pace = .byStep
      session?.sayStuck(threads)
      return []
    case .silent(let threads):
      session?.sayStuck(threads)
      return []
    case .failed(let line):
      session?.message = line
      return []
    }
  }

  private mutating func update(_ input: Input) -> [Effect] {
    switch input {
    case .key(let key):
      let effects = press(key)
      noteSeen()
      return effects
    case .mouse(let mouse): return update(mouse)
    case .resize(let size): self.size = size
    case .terminate, .hangup, .endOfInput: return leaveProgram()
    case .timedOut: return tick()
    case .resumed, .wakeUp: break
    }
    return []
  }

  /// Time has passed.
  private mutating func tick() -> [Effect] {
    if let until = shownKey?.until, until <= now { shownKey = nil }
    guard let due = stepDue, due <= now, let pace = session?.pace else { return [] }
    steppedAt = now
    let effects = session?.advance(pace.stepSize) ?? []
    noteSeen()
    return effects
  }

  /// A scenario whose card was seen is marked in the menu.
  private mutating func noteSeen() {
    if let session, session.cover == .card { menu.seen.insert(session.lesson.id) }
  }

  mutating func leaveProgram() -> [Effect] {
    isOver = true
    return session == nil ? [] : [.end]
  }

  /// Opens a scenario; it plays to its first narrated step.
  /// Only the run that the program was started with is recorded.
  mutating func open(_ request: RunRequest) -> [Effect] {
    let recorded = session?.recordingPath
    session = SessionModel(request, recordingTo: nil)
    if let recorded {
      session?.message = "The recording is in \(recorded); this run is not recorded."
    }
    session?.goal = .narrated
    steppedAt = now
    return [.start(request, recordingTo: nil, size), .pick]
  }
}
