import Trace

/// Who may run: a pure state machine that says what to do next. The kernel holds it under a lock,
/// tells what it decides and wakes threads.
struct SchedulerState {
  enum Mode: Equatable {
    case free
    case scheduled
    /// The run is being ended: waits return at once, threads go on one at a time until they end.
    case abandoning
  }

  enum Status: Equatable {
    case running
    case atPoint(Point)
    case parked(Wait)
    case ended
  }

  struct Entry {
    var id: ThreadID
    var status: Status
    /// A wake that came before the wait.
    var hasPermit = false
    var deadline: UInt64?
    var outcome = WaitOutcome.woken
    var mark: String?
    var pointsSinceAbandon = 0
  }

  enum Decision: Equatable {
    /// Somebody is running, or the pick is withheld and that was said before.
    case nothing
    case run(slot: Int, runnable: ThreadSet, point: Point)
    case held
    case atRest
    case deadlock(ring: Bool, [ThreadID])
    case over
  }

  var entries: [Entry] = []
  var mode: Mode
  var strategy: any Strategy
  /// How many more picks may be made; nil: any number.
  var budget: Int?
  /// The slot that the person wants next.
  var wanted: Int?
  /// The virtual clock, in nanoseconds.
  var now: UInt64 = 0
  private(set) var choices: UInt64 = 0
  private(set) var previous: Int?
  /// What was decided last, so that standing still is said once.
  private(set) var standing = Decision.nothing

  init(mode: Mode, strategy: any Strategy, budget: Int?) {
    self.mode = mode
    self.strategy = strategy
    self.budget = budget
  }

  var isAnyoneRunning: Bool { entries.contains { $0.status == .running } }

  /// Whether every thread stands still with nobody to let go on.
  var isStanding: Bool { standing != .nothing }

  mutating func add(_ id: ThreadID) -> Int {
    let status: Status =
      switch mode {
      case .free: .running
      case .scheduled: .atPoint(.threadStarts)
      case .abandoning: .ended
      }
    entries.append(Entry(id: id, status: status))
    standing = .nothing
    return entries.count - 1
  }

  mutating func stop(_ slot: Int, at point: Point, mark: String?) {
    entries[slot].status = .atPoint(point)
    entries[slot].mark = mark
    if mode == .abandoning { entries[slot].pointsSinceAbandon += 1 }
  }

  /// Whether the thread has to sleep: no permit was there.
  mutating func park(_ slot: Int, _ wait: Wait, deadline: UInt64?) -> Bool {
    if mode == .abandoning {
      entries[slot].outcome = .abandoned
      return false
    }
    if entries[slot].hasPermit {
      entries[slot].hasPermit = false
      entries[slot].outcome = .woken
      return false
    }
    entries[slot].status = .parked(wait)
    entries[slot].deadline = deadline
    return true
  }

  enum Unparked { case nothing, ready, runs }

  /// Ends the wait of a thread, or leaves it a permit.
  mutating func unpark(_ slot: Int, outcome: WaitOutcome = .woken) -> Unparked {
    guard case .parked = entries[slot].status else {
      if entries[slot].status != .ended { entries[slot].hasPermit = true }
      return .nothing
    }
    entries[slot].deadline = nil
    entries[slot].outcome = outcome
    entries[slot].mark = nil
    standing = .nothing
    if mode == .free {
      entries[slot].status = .running
      return .runs
    }
    entries[slot].status = .atPoint(.wake)
    return .ready
  }

  /// Ends every wait, for good.
  mutating func abandon() {
    mode = .abandoning
    for slot in entries.indices { _ = unpark(slot, outcome: .abandoned) }
    standing = .nothing
  }

  mutating func end(_ slot: Int) { entries[slot].status = .ended }

  /// The slots that wait for the end of a thread.
  func joiners(of id: ThreadID) -> [Int] {
    entries.indices.filter {
      if case .parked(.thread(id, _)) = entries[$0].status { true } else { false }
    }
  }

  // MARK: Deciding

  /// Who goes on, if nobody is running.
  mutating func decide() -> Decision {
    guard !isAnyoneRunning else { return .nothing }
    if mode == .free { return stand(stillness()) }
    let candidates = runnable()
    guard !candidates.isEmpty else { return stand(stillness()) }
    return pick(among: candidates)
  }

  private mutating func pick(among candidates: [Choice.Candidate]) -> Decision {
    if mode == .abandoning { return run(firstToEnd(candidates), among: candidates) }
    if budget == 0 { return stand(.held) }
    let place: Int
    if let slot = wanted, let index = candidates.firstIndex(where: { $0.slot == slot }) {
      place = index
    } else {
      let choice = Choice(number: choices, candidates: candidates, previous: previous)
      place = strategy.pick(choice)
    }
    wanted = nil
    if let budget { self.budget = budget - 1 }
    return run(candidates[place], among: candidates)
  }

  /// While a run is abandoned each thread goes on until it ends, the one that ran last first.
  private func firstToEnd(_ candidates: [Choice.Candidate]) -> Choice.Candidate {
    candidates.first { $0.slot == previous } ?? candidates[0]
  }

  private mutating func run(
    _ candidate: Choice.Candidate, among candidates: [Choice.Candidate]
  ) -> Decision {
    var set = ThreadSet()
    for other in candidates { set.insert(slot: other.slot) }
    entries[candidate.slot].status = .running
    entries[candidate.slot].deadline = nil
    entries[candidate.slot].mark = nil
    previous = candidate.slot
    choices += 1
    standing = .nothing
    return .run(slot: candidate.slot, runnable: set, point: candidate.point)
  }

  private mutating func stand(_ decision: Decision) -> Decision {
    if decision == standing { return .nothing }
    standing = decision
    return decision
  }

  /// Who could go on: those at a point, and those whose time has come. Where there is nobody, the
  /// clock jumps to the first time that somebody waits for.
  private mutating func runnable() -> [Choice.Candidate] {
    let present = candidates(at: now)
    if !present.isEmpty { return present }
    guard let first = nextDeadline else { return [] }
    now = max(now, first)
    return candidates(at: now)
  }

  var nextDeadline: UInt64? {
    entries.compactMap { if case .parked = $0.status { $0.deadline } else { nil } }.min()
  }

  private mutating func candidates(at now: UInt64) -> [Choice.Candidate] {
    var found: [Choice.Candidate] = []
    for slot in entries.indices {
      let entry = entries[slot]
      switch entry.status {
      case .atPoint(let point):
        found.append(.init(slot: slot, thread: entry.id, point: point, mark: entry.mark))
      case .parked where entry.deadline.map({ $0 <= now }) ?? false:
        // Its wait ends when it is picked; until then it may still be woken otherwise.
        entries[slot].outcome = .timedOut
        found.append(.init(slot: slot, thread: entry.id, point: .sleep))
      case .parked, .running, .ended: break
      }
    }
    return found
  }

  // MARK: Standing still

  /// What it means that nobody can go on.
  private func stillness() -> Decision {
    if mode == .free, nextDeadline != nil { return .nothing }
    let living = entries.indices.filter { entries[$0].status != .ended }
    if living.isEmpty { return entries.isEmpty ? .nothing : .over }
    // A pick is withheld while the mode changes; that is no rest.
    if living.contains(where: { if case .atPoint = entries[$0].status { true } else { false } }) {
      return .nothing
    }
    for slot in living {
      let chain = follow(from: slot)
      if let stuck = chain.stuck { return .deadlock(ring: chain.ring, stuck) }
    }
    return .atRest
  }

  /// Goes from a thread to the one that it waits for, and on.
  private func follow(from slot: Int) -> (ring: Bool, stuck: [ThreadID]?) {
    var path: [Int] = []
    var at = slot
    while true {
      if let start = path.firstIndex(of: at) {
        return (true, path[start...].map { entries[$0].id })
      }
      path.append(at)
      guard case .parked(let wait) = entries[at].status else {
        return (false, path.map { entries[$0].id })
      }
      if wait.isForAnything { return (false, nil) }
      switch awaited(wait) {
      case .thread(let next): at = next
      case .anyone: return (false, nil)
      case .nobody: return (false, path.map { entries[$0].id })
      }
    }
  }

  private enum Awaited { case thread(Int), anyone, nobody }

  /// Who can end a wait.
  private func awaited(_ wait: Wait) -> Awaited {
    func slot(of id: ThreadID) -> Awaited {
      entries.firstIndex { $0.id == id }.map { .thread($0) } ?? .nobody
    }
    switch wait {
    case .messageLoop, .pool, .action: return .anyone
    case .reply(_, let server, _): return server.isNone ? .nobody : slot(of: server)
    case .lock(_, let owner): return slot(of: owner)
    case .thread(let id, _): return slot(of: id)
    case .signal:
      // Whoever still waits for a key or a message may set it.
      let idle = entries.contains {
        if case .parked(let other) = $0.status { other == .action || other == .messageLoop } else { false }
      }
      return idle ? .anyone : .nobody
    case .time: return .anyone
    }
  }
}

/// How a wait ended.
public enum WaitOutcome: Equatable, Sendable {
  case woken
  /// Its time was over.
  case timedOut
  /// The run is being ended: give up with `RPC_E_CALL_CANCELED`.
  case abandoned
}
