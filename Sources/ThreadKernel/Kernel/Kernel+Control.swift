import CKernel
import Trace

/// What a run's controller does: hold it, step it, let it go, end it. None of it is for the run's
/// own threads.
extension Kernel {
  /// Why a thread cannot be stepped now.
  public enum StepRefusal: Error, Equatable, Sendable {
    case noSuchThread
    case ended
    /// It waits; nobody can pick it.
    case waits(Wait)
    /// It is running: in a free run, or until it reaches its next point.
    case runs
  }

  /// How the run stands now.
  public var standing: Standing {
    endGathering()
    return state.withLock { $0.standing }
  }

  /// How many choices were made.
  public var choices: UInt64 { state.withLock { $0.scheduler.choices } }

  /// The threads that the next choice is among, as things stand: those at a point, and those whose
  /// time has come, or would come because nobody else is left.
  public var runnable: [ThreadID] {
    state.withLock { state in
      state.scheduler.runnableSlots.map { state.scheduler.entries[$0].id }
    }
  }

  /// Allows so many more picks (nil: any number).
  public func allow(picks: Int?) {
    settling { state in
      state.isGathering = false
      state.scheduler.budget = picks
      state.scheduler.wanted = nil
    }
  }

  /// Withholds the pick. A free run becomes a scheduled one: its threads stop at their next points.
  public func hold() {
    settling { state in
      state.isGathering = false
      state.scheduler.budget = 0
      state.scheduler.wanted = nil
      state.isInBurst = false
      if state.scheduler.mode == .free { becomeScheduled(&state) }
    }
  }

  /// Lets one thread go on to its next point.
  public func step(_ thread: ThreadID) throws(StepRefusal) {
    let refusal: StepRefusal? = settling { state in
      state.isGathering = false
      guard let slot = state.scheduler.entries.firstIndex(where: { $0.id == thread }) else {
        return .noSuchThread
      }
      switch state.scheduler.entries[slot].status {
      case .ended: return .ended
      case .running: return .runs
      case .parked(let wait):
        guard state.scheduler.runnableSlots.contains(slot) else { return .waits(wait) }
      case .atPoint: break
      }
      state.scheduler.wanted = slot
      state.scheduler.budget = 1
      return nil
    }
    if let refusal { throw refusal }
  }

  /// Lets all threads go on in parallel. From here on the run cannot be replayed.
  public func goFree() {
    settling { state in
      state.isGathering = false
      state.isInBurst = false
      if state.scheduler.mode == .scheduled { becomeFree(&state) }
    }
  }

  /// Runs `body` on the calling thread with the run free, for what depends on real time: measuring.
  /// A scheduled run is scheduled again afterwards, unless its controller decided otherwise
  /// meanwhile. It cannot be replayed any more.
  public func freely<Result>(_ body: () -> Result) -> Result {
    beginBurst()
    let result = body()
    endBurst()
    return result
  }

  func beginBurst() {
    if link != nil { return doInParent(.beginBurst) }
    reserveRoom()
    settling { state in beginBurst(in: &state) }
  }

  func beginBurst(in state: inout State) {
    guard state.scheduler.mode == .scheduled else { return }
    becomeFree(&state)
    state.isInBurst = true
  }

  func endBurst() {
    if link != nil { return doInParent(.endBurst) }
    reserveRoom()
    settling { state in endBurst(in: &state) }
  }

  func endBurst(in state: inout State) {
    if state.isInBurst, state.scheduler.mode == .free { becomeScheduled(&state) }
    state.isInBurst = false
  }

  private func becomeFree(_ state: inout State) {
    tell(as: .none, .mode(.free))
    arena.realOffset.relaxed = ck_now() &- state.scheduler.now
    state.scheduler.mode = .free
    modeWord.release(state.processes.hasKilled ? Self.freeWithKilled : Self.free)
    moveThreads(state)
    for slot in state.scheduler.entries.indices where state.scheduler.entries[slot].isAtPoint {
      state.scheduler.entries[slot].status = .running
      state.resuming.insert(slot: slot)
    }
    lookAgain(state)
  }

  private func becomeScheduled(_ state: inout State) {
    state.scheduler.now = time
    arena.virtualNow.relaxed = state.scheduler.now
    tell(as: .none, .mode(.scheduled))
    state.scheduler.mode = .scheduled
    modeWord.release(Self.scheduled)
    moveThreads(state)
    lookAgain(state)
  }

  /// Timed waits go by another clock now. The word says it, not the wake alone: the thread may be on
  /// its way to sleep.
  private func lookAgain(_ state: State) {
    for slot in state.scheduler.entries.indices {
      let entry = state.scheduler.entries[slot]
      if entry.isParked, entry.deadline != nil { lookAgain(slot) }
    }
  }

  /// Has a thread that waits see by which clock it does.
  func lookAgain(_ slot: Int) {
    arena.slot(slot).go.pointee.store(GoWord.lookAgain, ordering: .releasing)
    arena.slot(slot).go.wake()
  }

  private func moveThreads(_ state: State) {
    publishCore()
    for slot in state.scheduler.entries.indices where !state.haveOwnCore.contains(slot: slot) {
      let number = arena.slot(slot).systemNumber.pointee.load(ordering: .relaxed)
      if number != 0, !state.scheduler.entries[slot].isEnded { _ = ck_set_core(number, core) }
    }
  }

  /// Waits until the run stands still, at most so long in real time. Somebody has to read what it
  /// tells meanwhile, or nobody listens.
  ///
  /// - Returns: how it stands; `.running` when the time was over first.
  public func waitUntilStanding(seconds: Double = 2) -> Standing {
    endGathering()
    let end = ck_now() &+ UInt64(seconds * 1e9)
    while true {
      let seen = arena.doorbell.pointee.load(ordering: .acquiring)
      let standing = standing
      if standing != .running { return standing }
      let now = ck_now()
      if now >= end { return .running }
      arena.doorbell.sleep(while: seen, nanoseconds: Int64(end - now))
    }
  }

  /// Ends the run wherever it is: every wait returns at once, nothing is told any more, and the
  /// threads go on one at a time until all have ended.
  ///
  /// - Returns: the threads that had not ended after 10,000 points or ten seconds: none, or the
  ///   code that they are in has a fault. They stand for good at their next point.
  @discardableResult
  public func abandon() -> [ThreadID] {
    stopListening()
    killChildren()
    settling { state in
      state.isGathering = false
      state.scheduler.abandon()
      modeWord.release(Self.abandoning)
      arena.finish.release(2)
      state.actions.isClosed = true
    }
    _ = waitUntilStanding(seconds: 10)
    return state.withLock { $0.scheduler.entries.filter { !$0.isEnded }.map(\.id) }
  }
}
