import Trace

/// Keys that make something happen, on their way to the threads that take them.
struct ActionQueue: Sendable {
  /// Asked for and not delivered.
  var pending: [TimedAction]
  /// Delivered and not taken.
  var delivered: [String] = []
  /// Threads that wait for an action, with the names that they take.
  var takers: [(slot: Int, names: [String])] = []
  var isClosed = false
  /// The number of choices after which the run is to finish; nil: nobody asked.
  var finishAt: UInt64?

  init(pending: [TimedAction], finishAt: UInt64?) {
    self.pending = pending
    self.finishAt = finishAt
  }

  var isEmpty: Bool { pending.isEmpty && finishAt == nil }
}

extension Kernel {
  /// The next action among these; the calling thread waits for it.
  ///
  /// - Returns: nil when nothing more will be asked for.
  public func nextAction(among names: [String]) -> String? {
    guard let me = KernelThread.current else { return nil }
    point(.action)
    while true {
      let action =
        link == nil
        ? state.withLock { takeAction(among: names, slot: me.slot, in: &$0) } : askForAction(names)
      switch action {
      case .taken(let name): return name
      case .closed: return nil
      case .none: if park(.action) == .abandoned { return nil }
      }
    }
  }

  enum TakenAction: Sendable {
    case taken(String)
    /// Nothing more will be asked for.
    case closed
    /// The thread is woken when there is one.
    case none
  }

  func takeAction(among names: [String], slot: Int, in state: inout State) -> TakenAction {
    state.actions.takers.removeAll { $0.slot == slot }
    if let index = state.actions.delivered.firstIndex(where: names.contains) {
      return .taken(state.actions.delivered.remove(at: index))
    }
    if state.actions.isClosed { return .closed }
    state.actions.takers.append((slot, names))
    return .none
  }

  /// Delivers an action before the next choice, or at once where everybody stands still or runs
  /// free.
  public func deliver(_ action: String) {
    settling { state in
      state.isGathering = false
      state.actions.pending.append(TimedAction(action, at: 0))
    }
  }

  /// Asks a run to end by itself, as an action would: nothing more will be asked for, loops end,
  /// then pools.
  public func finish() {
    settling { state in
      state.isGathering = false
      if state.finish == .none { state.actions.finishAt = 0 }
    }
  }

  /// Whether loops without messages are to end.
  public var areLoopsEnding: Bool { arena.finish.acquired >= 1 }
  /// Whether pool threads without work are to end.
  public var arePoolsEnding: Bool { arena.finish.acquired >= 2 }

  // MARK: Under the lock

  /// Delivers what is due before the next choice.
  ///
  /// Where nobody could be picked that waits until the rest was told, so that an action stands in
  /// the same place whether it came while the last thread was still running or after.
  func deliverDue(in state: inout State) {
    guard !state.actions.isEmpty else { return }
    switch state.scheduler.mode {
    case .abandoning: return
    case .free:
      // A key that comes when all have ended changes nothing any more.
      guard !state.scheduler.haveAllEnded else { return }
    case .scheduled:
      guard !state.scheduler.isAnyoneRunning, state.scheduler.canAnyoneGoOn else { return }
    }
    let choices = state.scheduler.choices
    while let index = state.actions.pending.firstIndex(where: { $0.choice <= choices }) {
      deliver(at: index, in: &state)
    }
    if let finishAt = state.actions.finishAt, finishAt <= choices { beginToFinish(in: &state) }
  }

  /// Where everybody stands still no choice comes any more by itself: the first action that waits
  /// for one is due, and at rest the end of the run after it. Whether somebody can go on now.
  func goOn(in state: inout State) -> Bool {
    repeat {
      switch state.scheduler.standing {
      case .atRest:
        guard deliverFirst(in: &state) || advanceFinish(in: &state) else { return false }
      case .deadlock:
        // Others may still wait for a key. Nobody is asked to finish by itself.
        if !deliverFirst(in: &state) {
          guard state.actions.finishAt != nil else { return false }
          beginToFinish(in: &state)
        }
      case .nothing, .run, .held, .over: return false
      }
      // A kill can leave nobody, or end what somebody waits for: that is decided anew.
      if state.scheduler.standing == .nothing { return true }
    } while !state.scheduler.canAnyoneGoOn
    return true
  }

  private func deliverFirst(in state: inout State) -> Bool {
    let first = state.actions.pending.indices.min {
      state.actions.pending[$0].choice < state.actions.pending[$1].choice
    }
    guard let first else { return false }
    deliver(at: first, in: &state)
    return true
  }

  private func deliver(at index: Int, in state: inout State) {
    let action = state.actions.pending.remove(at: index).name
    tell(as: .none, .action(ownName(action)))
    if let prefix = configuration.kills[action] {
      if let process = state.processes.living(named: prefix) { kill(process, in: &state) }
      return
    }
    state.actions.delivered.append(action)
    for taker in state.actions.takers where taker.names.contains(action) {
      wake(taker.slot, in: &state)
    }
  }

  // MARK: Finishing

  /// Goes one phase on towards the end of a run at rest; false when all phases are over.
  private func advanceFinish(in state: inout State) -> Bool {
    switch state.finish {
    case .none:
      guard configuration.finishesAtRest || state.actions.finishAt != nil else { return false }
      beginToFinish(in: &state)
    case .actions:
      state.finish = .loops
      arena.finish.release(1)
      wakeAll(in: &state) { $0 == .messageLoop }
    case .loops:
      state.finish = .pools
      arena.finish.release(2)
      wakeAll(in: &state) { $0 == .pool }
    case .pools: return false
    }
    return true
  }

  private func beginToFinish(in state: inout State) {
    tell(as: .none, .finish)
    state.finish = .actions
    state.actions.finishAt = nil
    state.actions.isClosed = true
    // One that is about to wait gets a permit.
    for taker in state.actions.takers { wake(taker.slot, in: &state) }
  }

  private func wakeAll(in state: inout State, where isMeant: (Wait) -> Bool) {
    for slot in state.scheduler.entries.indices {
      if let wait = state.scheduler.entries[slot].wait, isMeant(wait) { wake(slot, in: &state) }
    }
  }
}
