import FloorplanViews
import Scenarios
import TerminalUI
import Trace

/// Keys that only look: nothing of the run or of the position changes.
extension AppModel {
  mutating func look(_ command: Command) {
    switch command {
    case .selectNext: select(by: 1)
    case .selectPrevious: select(by: -1)
    case .inspect: toggleInspector()
    case .explain: explain()
    case .objects: toggleObjects()
    case .log: toggle(.log)
    case .matrix: toggle(.matrix)
    case .price: toggle(.price)
    case .threads: session?.cover = .threads(top: 0)
    case .help: session?.cover = .help(top: 0)
    case .whatIf: openKnobs()
    case .search: beginTyping(.search, "/")
    case .commandLine: beginTyping(.command, ":")
    case .nextMatch: session?.findMatch(forward: true)
    case .previousMatch: session?.findMatch(forward: false)
    case .close: close()
    default: break
    }
  }

  private mutating func toggle(_ pane: Pane) {
    let isOpen = session?.pane == pane
    session?.pane = isOpen ? .source : pane
  }

  /// The list opens with a thing of it selected.
  private mutating func toggleObjects() {
    toggle(.objects)
    guard session?.pane == .objects, let first = listed.first else { return }
    if session?.selection.map(listed.contains) != true { session?.selection = first }
  }

  /// What the list of objects has, also where it is scrolled out of sight.
  private var listed: [Selectable] {
    guard var session else { return [] }
    return session.plan().listedThings
  }

  /// What is open last goes first: Esc never quits.
  private mutating func close() {
    guard var session else { return }
    if session.pane != .source {
      session.pane = .source
    } else if session.selection != nil {
      session.selection = nil
    } else if !session.search.isEmpty {
      session.search = ""
    } else if let question = session.openQuestion(in: session.world()) {
      session.closedQuestions.insert(question.key)
      session.message = "The question is put away; digits step threads."
    } else {
      session.message = "Nothing is open; q leaves."
    }
    self.session = session
  }

  private mutating func select(by offset: Int) {
    if case .inspector? = session?.pane, lastPressedMovesLines {
      scrollInspector(by: offset)
      return
    }
    let all = session?.pane == .objects ? listed : drawn
    guard !all.isEmpty else {
      session?.message = "There is nothing to select."
      return
    }
    let current = session?.selection.flatMap { all.firstIndex(of: $0) }
    let next = current.map { ($0 + offset + all.count) % all.count }
    session?.selection = all[next ?? (offset > 0 ? 0 : all.count - 1)]
  }

  /// What the plan has, also where a pane lies over it.
  private var drawn: [Selectable] {
    var uncovered = self
    uncovered.session?.pane = .source
    return uncovered.frame()?.selectables ?? []
  }

  mutating func scrollInspector(by offset: Int) {
    scroll(by: offset) { session, offset in
      guard case .inspector(let top) = session.pane else { return }
      session.pane = .inspector(top: max(0, top + offset))
    }
  }

  /// Scrolls line by line as far as the picture changes; says so where it does not.
  mutating func scroll(by offset: Int, _ move: (inout SessionModel, Int) -> Void) {
    var hasMoved = false
    for _ in 0..<abs(offset) {
      guard let session else { return }
      let before = render().canvas
      var moved = session
      move(&moved, offset.signum())
      self.session = moved
      guard render().canvas != before else {
        self.session = session
        break
      }
      hasMoved = true
    }
    if !hasMoved { session?.message = "There is no more to see that way." }
  }

  /// In the inspector the arrows scroll, and Tab goes on to the next thing.
  private var lastPressedMovesLines: Bool {
    pressedKey != .tab && pressedKey != .backTab
  }

  private mutating func toggleInspector() {
    if case .inspector? = session?.pane {
      session?.pane = .source
      return
    }
    if session?.selection == nil { selectWhereItHappens() }
    session?.pane = .inspector(top: 0)
  }

  /// The room of the thread that acts; else the first thing there is.
  private mutating func selectWhereItHappens() {
    guard var session else { return }
    let world = session.world()
    let room = world.threads[world.acting].map { Selectable.apartment($0.current) }
    if let room, drawn.contains(room) { self.session?.selection = room } else { select(by: 1) }
  }

  private mutating func explain() {
    guard var session else { return }
    let world = session.world()
    if let selection = session.selection {
      session.cover = .explanation(selection)
    } else if case .deadlock = world.ending {
      session.cover = .deadlock
    } else if world.wrongThings.isEmpty {
      session.message = "Nothing looks wrong. Tab selects a thing to explain."
    } else {
      session.cover = .findings(selected: 0)
    }
    self.session = session
  }

  private mutating func openKnobs() {
    guard let scenario = session?.lesson.scenario, let knobs = session?.lesson.knobs,
      session?.isPlayback == false
    else {
      session?.message = "A recording has its knobs set: run the scenario to change them."
      return
    }
    let values = scenario.knobs.map { knob in knob.values.firstIndex(of: knobs[knob.id]) ?? 0 }
    session?.cover = .knobs(selected: 0, values: values)
  }

  private mutating func beginTyping(_ typing: SessionModel.Typing, _ prompt: String) {
    session?.typing = typing
    session?.line = InputLine(prompt: prompt)
    if typing == .search { session?.pane = .log }
  }
}

/// Search in the log.
extension SessionModel {
  /// Goes to the next event that says what is searched for; the view moves, the run does not.
  mutating func findMatch(forward: Bool) {
    guard !search.isEmpty else {
      message = "/ says what to search for."
      return
    }
    guard let place = forward ? matchAhead() : matchBehind() else {
      message =
        "No event \(forward ? "after" : "before") this one says \"\(search)\": "
        + "only what has run so far is searched."
      return
    }
    stepSize = .event
    go(to: place)
  }

  /// The position right after the match.
  private mutating func matchAhead() -> Int? {
    var world = world()
    for index in position..<history.count {
      world.apply(history.events[index])
      if matches(history.events[index], in: world) { return index + 1 }
    }
    return nil
  }

  private mutating func matchBehind() -> Int? {
    var end = position - 1
    while end > 0 {
      let start = max(0, end - 512)
      guard var world = history.world(at: start) else { return nil }
      var found: Int?
      for index in start..<end {
        world.apply(history.events[index])
        if matches(history.events[index], in: world) { found = index + 1 }
      }
      if let found { return found }
      end = start
    }
    return nil
  }

  private func matches(_ event: Event, in world: World) -> Bool {
    event.kind.isInLog && world.line(for: event).lowercased().contains(search.lowercased())
  }
}

extension EventKind {
  /// What the log has no line for: texts and bytes that go ahead of the events that use them, picks,
  /// and the story, which has its own place.
  var isInLog: Bool {
    switch self {
    case .text, .bytes, .foreign, .choice, .narrated, .ready: false
    default: true
    }
  }
}
