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

  public var standing: Standing { state.withLock { $0.standing } }

  /// How many choices were made.
  public var choices: UInt64 { state.withLock { $0.scheduler.choices } }

  /// The threads that could go on now.
  public var runnable: [ThreadID] {
    state.withLock { state in
      state.scheduler.entries.compactMap {
        if case .atPoint = $0.status { $0.id } else { nil }
      }
    }
  }

  /// Allows so many more picks (nil: any number).
  public func allow(picks: Int?) {
    settling { state in
      state.scheduler.budget = picks
      state.scheduler.wanted = nil
    }
  }

  /// Withholds the pick. A free run becomes a scheduled one: its threads stop at their next points.
  public func hold() {
    settling { state in
      state.scheduler.budget = 0
      if state.scheduler.mode == .free { becomeScheduled(&state) }
    }
  }

  /// Lets one thread go on to its next point.
  public func step(_ thread: ThreadID) throws(StepRefusal) {
    let refusal: StepRefusal? = settling { state in
      guard let slot = state.threads.firstIndex(where: { $0.id == thread }) else {
        return .noSuchThread
      }
      switch state.scheduler.entries[slot].status {
      case .ended: return .ended
      case .parked(let wait):
        guard state.scheduler.entries[slot].deadline.map({ $0 <= state.scheduler.now }) ?? false
        else { return .waits(wait) }
      case .running: return .runs
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
      guard state.scheduler.mode == .scheduled else { return }
      tell(as: .none, .mode(.free))
      realOffset.store(ck_now() &- state.scheduler.now, ordering: .relaxed)
      state.scheduler.mode = .free
      modeWord.store(Self.free, ordering: .relaxed)
      moveThreads(state)
      for slot in state.scheduler.entries.indices {
        switch state.scheduler.entries[slot].status {
        case .atPoint:
          state.scheduler.entries[slot].status = .running
          state.resuming.append(state.threads[slot])
        case .parked:
          // It looks again at its deadline, which counts real time now.
          if state.scheduler.entries[slot].deadline != nil { state.threads[slot].memory.go.wake() }
        case .running, .ended: break
        }
      }
    }
  }

  private func becomeScheduled(_ state: inout State) {
    state.scheduler.now = time
    virtualNow.store(state.scheduler.now, ordering: .relaxed)
    tell(as: .none, .mode(.scheduled))
    state.scheduler.mode = .scheduled
    modeWord.store(Self.scheduled, ordering: .relaxed)
    moveThreads(state)
    for slot in state.scheduler.entries.indices where state.scheduler.entries[slot].deadline != nil {
      state.threads[slot].memory.go.wake()
    }
  }

  private func moveThreads(_ state: State) {
    for thread in state.threads {
      let number = thread.systemNumber.load(ordering: .relaxed)
      if number != 0, state.scheduler.entries[thread.slot].status != .ended {
        _ = ck_set_core(number, core)
      }
    }
  }

  /// Waits until the run stands still, at most so long in real time.
  ///
  /// - Returns: how it stands; `.running` when the time was over first.
  public func waitUntilStanding(seconds: Double = 2) -> Standing {
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
  ///   code that they are in has a fault.
  @discardableResult
  public func abandon() -> [ThreadID] {
    stopListening()
    arena.ring()
    settling { state in
      state.scheduler.abandon()
      modeWord.store(Self.abandoning, ordering: .relaxed)
      finishWord.store(2, ordering: .releasing)
      state.actions.isClosed = true
      state.standing = .running
    }
    let end = ck_now() &+ 10_000_000_000
    while ck_now() < end {
      if waitUntilStanding(seconds: 0.1) == .over { break }
    }
    return state.withLock { state in
      if !state.stubborn.isEmpty { return state.stubborn }
      return state.scheduler.entries.filter { $0.status != .ended }.map(\.id)
    }
  }
}
