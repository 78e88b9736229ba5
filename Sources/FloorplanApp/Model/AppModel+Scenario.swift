import FloorplanViews
import Scenarios
import TerminalUI
import Trace

/// Keys while a scenario is on the screen.
extension AppModel {
  mutating func pressInScenario(_ key: Key, _ command: Command?) -> [Effect] {
    if session?.typing != nil { return type(key) }
    if session?.cover != nil, let effects = pressOverCover(key, command) { return effects }
    if case .character(let character) = key {
      if let digit = character.wholeNumberValue, digit > 0 { return session?.number(digit) ?? [] }
      if let action = session?.action(for: character) { return session?.fire(action) ?? [] }
    }
    // An open question offers → as "show me".
    if key == .right, isQuestionOpen { return perform(.goOn) }
    if key == .enter, session?.selection != nil { return perform(.inspect) }
    return command.map { perform($0) } ?? unknown(key)
  }

  var isQuestionOpen: Bool {
    guard var session else { return false }
    return session.openQuestion(in: session.world()) != nil
  }

  mutating func perform(_ command: Command) -> [Effect] {
    switch command {
    case .goOn, .nextStep: return goOn()
    case .pointForward: return step(.point)
    case .eventForward: return step(.event)
    case .back: return back { $0.goBack($0.stepSize) }
    case .eventBack: return back { $0.goBehind(.event) }
    case .previousStep: return back { $0.goBehind(.narrated) }
    case .toStart: return jump(to: session?.earliest ?? 0)
    case .toEdge: return jump(to: session?.history.count ?? 0)
    case .faster:
      steppedAt = now
      return session?.faster() ?? []
    case .slower:
      steppedAt = now
      return session?.slower() ?? []
    case .holdStill: return session?.hold() ?? []
    case .restart: return restart()
    case .leave: return leave()
    case .quit: return leaveProgram()
    case .number: return []
    default:
      look(command)
      return []
    }
  }

  // MARK: Moving

  private mutating func goOn() -> [Effect] {
    let waits = session?.pace != .free && session?.goal == nil && isQuestionOpen
    if let session, session.pace != .byStep || session.goal != nil, !waits {
      return self.session?.hold() ?? []
    }
    return step(.narrated)
  }

  private mutating func step(_ size: StepSize) -> [Effect] {
    let held = holdIfFree()
    guard held.isEmpty else { return held }
    session?.pace = .byStep
    return session?.advance(size) ?? []
  }

  private mutating func back(_ goBack: (inout SessionModel) -> Void) -> [Effect] {
    let held = holdIfFree()
    session?.pace = .byStep
    if var session {
      goBack(&session)
      self.session = session
    }
    return held
  }

  private mutating func jump(to place: Int) -> [Effect] {
    let held = holdIfFree()
    session?.pace = .byStep
    session?.stepSize = .narrated
    session?.go(to: place)
    return held
  }

  private mutating func holdIfFree() -> [Effect] {
    session?.pace == .free ? session?.hold() ?? [] : []
  }

  // MARK: Starting again and leaving

  /// The same scenario with the same knobs by the lesson's own schedule.
  mutating func restart() -> [Effect] {
    guard let session else { return [] }
    guard case .run(var request, _) = session.source else {
      self.session?.stepSize = .narrated
      self.session?.go(to: session.earliest)
      return []
    }
    request.schedule = nil
    request.actions = []
    return open(request)
  }

  /// One level up.
  mutating func leave() -> [Effect] {
    guard let session else { return [] }
    if let path = session.recordingPath, session.standing != .over, session.warned != .leaving {
      self.session?.warned = .leaving
      self.session?.message = "The recording ends here, in \(path): q again leaves."
      return []
    }
    guard hasMenu else { return leaveProgram() }
    if let row = menu.scenarios.firstIndex(where: { $0.id == session.lesson.id }) {
      menu.selected = row
    }
    self.session = nil
    return [.end]
  }

  // MARK: Typing

  private mutating func type(_ key: Key) -> [Effect] {
    guard let outcome = session?.line?.apply(key) else { return [] }
    switch outcome {
    case .editing, .ignored: return []
    case .cancelled: endTyping()
    case .entered(let text):
      let typing = session?.typing
      endTyping()
      if typing == .search {
        session?.search = text
        session?.findMatch(forward: true)
      } else {
        return runCommand(text)
      }
    }
    return []
  }

  private mutating func endTyping() {
    session?.typing = nil
    session?.line = nil
  }

  private mutating func runCommand(_ text: String) -> [Effect] {
    let words = text.split(separator: " ").map(String.init)
    switch words.first {
    case nil: return []
    case "q", "quit": return leaveProgram()
    default:
      guard let place = session?.place(named: words) else {
        let why = session?.whyNoStep(named: words)
        session?.message =
          why ?? "There is no command \"\(text)\"; there are 50%, event N, step N, q."
        return []
      }
      return jump(to: place)
    }
  }
}

extension SessionModel {
  /// `50%`, `event 412`, `412`, `step 3`.
  func place(named words: [String]) -> Int? {
    if words.count == 1, let text = words.first {
      if text.hasSuffix("%"), let share = Int(text.dropLast()) {
        return history.count * max(0, min(100, share)) / 100
      }
      return Int(text)
    }
    guard words.count == 2, let number = Int(words[1]) else { return nil }
    switch words[0] {
    case "event": return number
    case "step":
      let steps = history.edge.steps
      return steps.indices.contains(number - 1) ? Int(steps[number - 1].at) + 1 : nil
    default: return nil
    }
  }

  /// Why there is no such step to go to; nil where none was asked for.
  func whyNoStep(named words: [String]) -> String? {
    guard words.count == 2, words[0] == "step", let number = Int(words[1]) else { return nil }
    let reached = history.edge.steps.count
    guard number > reached else { return "Steps are numbered from 1." }
    if standing == .over { return "The run is over, and had \(reached) steps." }
    return "Step \(number) has not come yet: \(reached) were reached. Space goes on."
  }
}
