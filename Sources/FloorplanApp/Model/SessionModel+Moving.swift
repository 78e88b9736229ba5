import ThreadKernel
import Trace

/// Going on and back: through what happened, and at the edge by picks.
extension SessionModel {
  /// One step of that size forward.
  mutating func advance(_ size: StepSize) -> [Effect] {
    guard goal == nil else { return [] }
    rememberPlace()
    stepSize = size
    if let place = placeAhead(size) {
      position = place
      sayCut()
      return []
    }
    if isInPast, standing == .atRest, !isPlayback {
      // Only forward: who comes from the past has not yet read that the next one ends the run.
      position = history.count
      message = atRestMessage
      warned = .atRest
      return []
    }
    if isPlayback {
      let wasAtEdge = isAtEdge
      position = history.count
      sayCut()
      if wasAtEdge || size == .narrated { end() }
      return []
    }
    return pick(size)
  }

  /// Back to where one stood before the last step on, and from there by steps of that size. The run
  /// does not move.
  mutating func goBack(_ size: StepSize) {
    goal = nil
    while let place = places.popLast() {
      guard place.position < position, place.position >= earliest else { continue }
      position = place.position
      stepSize = place.stepSize
      return
    }
    goBehind(size)
  }

  /// One step of that size back, wherever one stood.
  mutating func goBehind(_ size: StepSize) {
    goal = nil
    stepSize = size
    guard position > (size == .event ? 0 : earliest) else {
      message = "This is the start."
      return
    }
    switch size {
    case .event: position -= 1
    case .point: position = max(earliest, history.last(.choice, before: position) ?? 0)
    case .narrated: position = max(earliest, narratedPlace(before: position) ?? 0)
    }
  }

  /// The first narrated step: what lies before it has no words.
  var earliest: Int { history.next(.narrated, from: 0).map { $0 + 1 } ?? 0 }

  /// Before a step on: *back* is the undo of it.
  mutating func rememberPlace() {
    if places.last?.position == position { places.removeLast() }
    places.append(StoodPlace(position: position, stepSize: stepSize))
  }

  /// To an event's place, or as near as there is.
  mutating func go(to place: Int) {
    goal = nil
    rememberPlace()
    position = max(0, min(place, history.count))
    sayCut()
  }

  /// The last whole event of a recording that is cut short.
  private mutating func sayCut() {
    if isAtEdge, case .recording(isCutShort: true) = source {
      message = "The recording is cut short here."
    }
  }

  /// What is wrong in a recording that contradicts itself.
  var faultMessage: String? {
    history.edge.fault.map {
      "This recording contradicts itself at event \($0.at): \($0.sentence)"
    }
  }

  /// The position that marks are counted from: where one stood before a step of the last size.
  var baselinePosition: Int? {
    switch stepSize {
    case .event: position > 0 ? position - 1 : nil
    case .point: history.last(.choice, before: position)
    case .narrated:
      position > 0
        ? max(narratedPlace(before: firstOfGroup(position)) ?? 0, keyBehindTheStory ?? 0) : nil
    }
  }

  /// Where a key was pressed that no step of the story has come after: all since is what it brought.
  private var keyBehindTheStory: Int? {
    guard history.last(.narrated, before: position) != position - 1 else { return nil }
    return history.last(.action, before: position)
  }

  /// Behind the last narrated step that was seen before the position.
  private func narratedPlace(before position: Int) -> Int? {
    history.last(.narrated, before: position - 1).map { $0 + 1 }
  }

  /// Steps that one event reached stand side by side: what they changed is the same.
  private func firstOfGroup(_ position: Int) -> Int {
    var first = position
    while let event = history.last(.narrated, before: first), event == first - 1,
      let previous = history.last(.narrated, before: event), previous == event - 1
    {
      first = event
    }
    return first
  }

  /// Where a step of that size leads through what has happened; nil where that is not enough.
  private func placeAhead(_ size: StepSize) -> Int? {
    switch size {
    case .event: return isAtEdge ? nil : position + 1
    case .point:
      guard let choice = history.next(.choice, from: position) else {
        return isAtEdge ? nil : history.count
      }
      return history.next(.choice, from: choice + 1) ?? history.count
    case .narrated: return history.next(.narrated, from: position).map { $0 + 1 }
    }
  }
}

/// Picks, and what comes of them.
extension SessionModel {
  /// Begins to make picks until a step of that size is done.
  private mutating func pick(_ size: StepSize) -> [Effect] {
    switch standing {
    case .held, .running:
      goal = size
      return [.pick]
    case .atRest: return finishAtRest(size)
    case .deadlock, .over:
      position = history.count
      end()
      return []
    }
  }

  /// Everybody waits for anything. Whoever has no key to press for it lets the run end.
  private mutating func finishAtRest(_ size: StepSize) -> [Effect] {
    position = history.count
    if isActionAwaited, warned != .atRest {
      warned = .atRest
      message = atRestMessage
      return []
    }
    goal = size
    return [.finish]
  }

  /// Whether some thread waits for a key.
  var isActionAwaited: Bool {
    history.edge.threads.values.contains { $0.activity == .waiting(.action) }
  }

  /// Whether the last thing that happened is a key that was pressed.
  private var isActionUntaken: Bool {
    if case .action = history.events.last?.kind { true } else { false }
  }

  private var atRestMessage: String {
    let keys = (lesson.scenario?.actions ?? []).map { String($0.key) }.joined(separator: " ")
    let condition = isActionAwaited ? "without a key (\(keys))" : "by itself"
    return "At rest: nobody goes on \(condition). Space ends it."
  }

  /// The run told something.
  mutating func take(_ events: [Event]) {
    let follows = pace == .free && isAtEdge
    for event in events { append(event) }
    if follows { position = history.count }
  }

  /// The run stands so; what was told has been taken.
  mutating func take(_ standing: Kernel.Standing) -> [Effect] {
    self.standing = standing
    if isPicking {
      isYourSchedule = true
      isPicking = false
    }
    if pace == .free {
      if standing == .over || isStuck(standing) { pace = .byStep }
      return []
    }
    guard let goal else { return [] }
    let done = doing
    if let place = placeReached(goal) {
      position = place
      self.goal = nil
      if let done { message = "\(done): done." }
      return []
    }
    if standing == .held {
      // No step of the story was reached: what was picked is looked at, and the picture follows.
      if done != nil { position = history.count }
      return [.pick]
    }
    self.goal = nil
    position = history.count
    sayStanding(having: done)
    return []
  }

  private func isStuck(_ standing: Kernel.Standing) -> Bool {
    if case .deadlock = standing { true } else { false }
  }

  private func placeReached(_ goal: StepSize) -> Int? {
    switch goal {
    case .event: isAtEdge ? nil : position + 1
    case .point: isAtEdge ? nil : history.count
    case .narrated: history.next(.narrated, from: position).map { $0 + 1 }
    }
  }

  /// Why the run did not come to another step.
  private mutating func sayStanding(having done: String?) {
    switch standing {
    case .held, .running: break
    case .atRest:
      if let done {
        message =
          isActionUntaken
          ? "\(done): nobody takes that key now; it waits until somebody does."
          : "\(done): done. At rest again."
      } else {
        message = atRestMessage
        warned = .atRest
      }
    case .deadlock:
      message = "Deadlock: nobody can go on. Space shows who waits for whom."
    case .over: end()
    }
    pace = .byStep
  }

  /// There is nothing more to come: the picture of a deadlock first, then the card.
  mutating func end() {
    pace = .byStep
    if isPlayback, let faultMessage { message = faultMessage }
    if case .deadlock = history.edge.ending, cover != .deadlock {
      cover = .deadlock
    } else if history.edge.ending != .running {
      cover = .card
    } else if case .recording(true) = source {
      message = "The recording is cut short here."
    } else {
      message = "The recording ends here."
    }
  }
}
