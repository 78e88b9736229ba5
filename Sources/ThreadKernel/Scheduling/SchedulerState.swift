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
    /// The slot of a thread whose mail it may take while it waits, in a free run.
    var standsInFor: Int?
    var outcome = WaitOutcome.woken
    var mark: String?
    var pointsSinceAbandon = 0
    /// Whether its process was killed, and if so where the thread is by now.
    var killed: Killed?

    /// Where a thread of a killed process is. It counts as ended, and is let go on only when the
    /// run is abandoned, so that what it holds is given back.
    enum Killed { case running, frozen }

    /// Whether it did not end within the points that an abandoned run gives it. It stands for good.
    var isStubborn: Bool { pointsSinceAbandon >= SchedulerState.pointsToEnd && !isEnded }
    var isEnded: Bool { if case .ended = status { true } else { false } }
    var isRunning: Bool { if case .running = status { true } else { false } }
    var isAtPoint: Bool { if case .atPoint = status { true } else { false } }
    var isParked: Bool { if case .parked = status { true } else { false } }
    /// What it waits for, while it waits.
    var wait: Wait? { if case .parked(let wait) = status { wait } else { nil } }
  }

  enum Decision: Equatable {
    /// Somebody is running, or how everybody stands was said before.
    case nothing
    case run(slot: Int, runnable: ThreadSet, point: Point)
    case held
    case atRest
    case deadlock(ring: Bool, [ThreadID])
    case over
  }

  /// Within so many points a thread of an abandoned run has to end.
  static let pointsToEnd = 10_000

  var entries: [Entry] = []
  var mode: Mode
  private var strategy: any Strategy
  /// How many more picks may be made; nil: any number.
  var budget: Int?
  /// The slot that the person wants next.
  var wanted: Int?
  /// The virtual clock, in nanoseconds.
  var now: UInt64 = 0
  private(set) var choices: UInt64 = 0
  private(set) var previous: Int?
  /// How everybody stands, so that it is said once; `nothing` while somebody runs.
  var standing = Decision.nothing
  /// The candidates of the choice at hand; kept, so that a point allocates nothing.
  private var candidates: [Choice.Candidate] = []

  init(mode: Mode, strategy: any Strategy, budget: Int?) {
    self.mode = mode
    self.strategy = strategy
    self.budget = budget
  }

  func slot(of thread: ThreadID) -> Int? { entries.firstIndex { $0.id == thread } }

  var isAnyoneRunning: Bool { entries.contains { $0.isRunning } }

  /// Whether somebody runs, or could be picked now or when its time has come.
  var canAnyoneGoOn: Bool {
    entries.contains { $0.isRunning || $0.isAtPoint || ($0.isParked && $0.deadline != nil) }
  }

  /// Whether there were threads, and none is left.
  var haveAllEnded: Bool { !entries.isEmpty && entries.allSatisfy(\.isEnded) }

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

  /// Whether the thread has to sleep: what it waits for has not come.
  mutating func park(_ slot: Int, _ wait: Wait, deadline: UInt64?) -> Bool {
    if mode == .abandoning {
      entries[slot].outcome = .abandoned
      entries[slot].pointsSinceAbandon += 1
      // A loop that does not heed the answer would go on for ever.
      if entries[slot].isStubborn { entries[slot].status = .atPoint(.wait) }
      return entries[slot].isStubborn
    }
    if entries[slot].hasPermit || hasCome(wait) {
      entries[slot].hasPermit = false
      entries[slot].outcome = .woken
      return false
    }
    entries[slot].status = .parked(wait)
    entries[slot].deadline = deadline
    return true
  }

  /// Whether a thread waited for ended since the waiter looked.
  private func hasCome(_ wait: Wait) -> Bool {
    guard case .thread(let id, _) = wait else { return false }
    return entries.contains { $0.id == id && $0.isEnded }
  }

  enum Unparked { case nothing, ready, runs }

  /// Ends the wait of a thread, or leaves it a permit.
  mutating func unpark(_ slot: Int, outcome: WaitOutcome = .woken) -> Unparked {
    guard entries[slot].isParked else {
      if !entries[slot].isEnded { entries[slot].hasPermit = true }
      return .nothing
    }
    entries[slot].deadline = nil
    entries[slot].outcome = outcome
    standing = .nothing
    if mode == .free {
      entries[slot].status = .running
      return .runs
    }
    entries[slot].status = .atPoint(.wake)
    return .ready
  }

  /// Has a thread that waits for a lock or a reply wait for another thread with it; whether it did.
  /// One that is only about to wait gets a permit and looks again.
  mutating func retarget(_ slot: Int, to wait: Wait) -> Bool {
    if entries[slot].isRunning { entries[slot].hasPermit = true }
    switch (entries[slot].wait, wait) {
    case (.lock(let old, let owner), .lock(let new, let other)) where old == new && owner != other:
      break
    case (.reply(let old, let server, _), .reply(let new, let other, _))
    where old == new && server != other:
      break
    default: return false
    }
    entries[slot].status = .parked(wait)
    return true
  }

  /// Ends every wait, for good.
  mutating func abandon() {
    mode = .abandoning
    thaw()
    for slot in entries.indices where entries[slot].isParked {
      _ = unpark(slot, outcome: .abandoned)
    }
    standing = .nothing
  }

  mutating func end(_ slot: Int) {
    entries[slot].status = .ended
    entries[slot].killed = nil
  }

  /// The slots that wait for the end of a thread.
  func joiners(of id: ThreadID) -> [Int] {
    entries.indices.filter {
      if case .thread(id, _) = entries[$0].wait { true } else { false }
    }
  }

  // MARK: Deciding

  /// Who goes on, if nobody is running.
  mutating func decide() -> Decision {
    if isAnyoneRunning {
      standing = .nothing
      return .nothing
    }
    guard mode != .free else { return stand(stillness()) }
    let time = findCandidates()
    guard !candidates.isEmpty else { return stand(stillness()) }
    guard mode != .abandoning else { return run(placeOfFirstToEnd()) }
    guard budget != 0 else { return stand(.held) }
    // The clock goes on with the pick: while that is withheld an action may still come before it.
    now = time
    return run(pick())
  }

  private mutating func pick() -> Int {
    let choice = Choice(number: choices, candidates: candidates, previous: previous)
    budget = budget.map { $0 - 1 }
    if let slot = wanted, let place = candidates.firstIndex(where: { $0.slot == slot }) {
      wanted = nil
      strategy.wasOverruled(choice, by: place)
      return place
    }
    wanted = nil
    return strategy.pick(choice)
  }

  /// While a run is abandoned each thread goes on until it ends, the one that ran last first. One
  /// that spins until another has done something gives way from time to time.
  private func placeOfFirstToEnd() -> Int {
    let turn = 64
    if let place = candidates.firstIndex(where: { $0.slot == previous }),
      entries[candidates[place].slot].pointsSinceAbandon % turn != 0
    {
      return place
    }
    func points(_ place: Int) -> Int { entries[candidates[place].slot].pointsSinceAbandon }
    return candidates.indices.min { points($0) < points($1) } ?? 0
  }

  private mutating func run(_ place: Int) -> Decision {
    let slot = candidates[place].slot
    let point = candidates[place].point
    var set = ThreadSet()
    for candidate in candidates { set.insert(slot: candidate.slot) }
    if entries[slot].isParked { entries[slot].outcome = .timedOut }
    entries[slot].status = .running
    entries[slot].deadline = nil
    entries[slot].mark = nil
    previous = slot
    choices += 1
    standing = .nothing
    return .run(slot: slot, runnable: set, point: point)
  }

  private mutating func stand(_ decision: Decision) -> Decision {
    if decision == standing { return .nothing }
    standing = decision
    return decision
  }

  /// Finds who could go on: those at a point, and those whose time has come. Where there is nobody,
  /// the clock would jump to the first time that somebody waits for. Returns the clock's time then.
  private mutating func findCandidates() -> UInt64 {
    var found = candidates
    candidates = []
    defer { candidates = found }
    return collectCandidates(into: &found)
  }

  private func collectCandidates(into found: inout [Choice.Candidate]) -> UInt64 {
    collect(at: now, into: &found)
    guard found.isEmpty, let first = nextDeadline else { return now }
    collect(at: max(now, first), into: &found)
    return max(now, first)
  }

  private func collect(at time: UInt64, into found: inout [Choice.Candidate]) {
    found.removeAll(keepingCapacity: true)
    for slot in entries.indices where !entries[slot].isStubborn {
      switch entries[slot].status {
      case .atPoint(let point):
        let entry = entries[slot]
        found.append(.init(slot: slot, thread: entry.id, point: point, mark: entry.mark))
      case .parked:
        // Its wait ends when it is picked; until then it may still be woken otherwise.
        guard let deadline = entries[slot].deadline, deadline <= time else { continue }
        found.append(.init(slot: slot, thread: entries[slot].id, point: .sleep))
      case .running, .ended: continue
      }
    }
  }

  /// The slots that the next choice is among, as things stand.
  var runnableSlots: [Int] {
    guard mode != .free else { return [] }
    var found: [Choice.Candidate] = []
    _ = collectCandidates(into: &found)
    return found.map(\.slot)
  }

  var nextDeadline: UInt64? {
    var first: UInt64?
    for entry in entries where entry.isParked {
      if let deadline = entry.deadline { first = min(first ?? deadline, deadline) }
    }
    return first
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
