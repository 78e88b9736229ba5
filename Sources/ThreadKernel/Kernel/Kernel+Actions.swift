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

  init(pending: [TimedAction]) { self.pending = pending }
}

extension Kernel {
  /// The next action among these; the calling thread waits for it.
  ///
  /// - Returns: nil when nothing more will be asked for.
  public func nextAction(among names: [String]) -> String? {
    guard let me = KernelThread.current else { return nil }
    point(.action)
    while true {
      let taken: String?? = state.withLock { state in
        state.actions.takers.removeAll { $0.slot == me.slot }
        if let index = state.actions.delivered.firstIndex(where: names.contains) {
          return .some(.some(state.actions.delivered.remove(at: index)))
        }
        if state.actions.isClosed { return .some(.none) }
        state.actions.takers.append((me.slot, names))
        return .none
      }
      if let taken { return taken }
      if park(.action) == .abandoned { return nil }
    }
  }

  /// Delivers an action at the next point, or at once where everybody stands still or runs free.
  public func deliver(_ action: String) {
    settling { $0.actions.pending.append(TimedAction(action, at: 0)) }
  }

  /// Asks a run to end by itself: nothing more will be asked for, loops end, then pools.
  public func finish() {
    settling { state in
      if state.finish == .none { _ = advanceFinish(in: &state, asked: true) }
    }
  }

  /// Whether loops without messages are to end.
  public var areLoopsEnding: Bool { finishWord.load(ordering: .acquiring) >= 1 }
  /// Whether pool threads without work are to end.
  public var arePoolsEnding: Bool { finishWord.load(ordering: .acquiring) >= 2 }

  // MARK: Under the lock

  /// Delivers what is due before the next choice.
  func deliverDue(in state: inout State) {
    guard state.scheduler.mode == .free || !state.scheduler.isAnyoneRunning else { return }
    while let index = state.actions.pending.firstIndex(where: { isDue($0, state) }) {
      deliver(at: index, in: &state)
    }
  }

  private func isDue(_ action: TimedAction, _ state: State) -> Bool {
    // A choice that is withheld is not made yet: what was asked for meanwhile comes before it.
    action.choice <= state.scheduler.choices
  }

  /// At rest no choice comes any more by itself: the first action that waits for one is due.
  func deliverFirst(in state: inout State) -> Bool {
    guard let first = state.actions.pending.indices.min(by: {
      state.actions.pending[$0].choice < state.actions.pending[$1].choice
    }) else { return false }
    deliver(at: first, in: &state)
    return true
  }

  private func deliver(at index: Int, in state: inout State) {
    let action = state.actions.pending.remove(at: index).name
    tell(as: .none, .action(name(action)))
    state.actions.delivered.append(action)
    for taker in state.actions.takers where taker.names.contains(action) {
      wake(taker.slot, in: &state)
    }
  }

  /// Goes one phase on towards the end of a run at rest; false when all phases are over.
  func advanceFinish(in state: inout State, asked: Bool = false) -> Bool {
    guard configuration.finishesAtRest || state.finish != .none || asked else { return false }
    switch state.finish {
    case .none:
      tell(as: .none, .finish)
      state.finish = .actions
      state.actions.isClosed = true
      wakeAll(in: &state) { $0 == .action }
    case .actions:
      state.finish = .loops
      finishWord.store(1, ordering: .releasing)
      wakeAll(in: &state) { $0 == .messageLoop }
    case .loops:
      state.finish = .pools
      finishWord.store(2, ordering: .releasing)
      wakeAll(in: &state) { $0 == .pool }
    case .pools: return false
    }
    return true
  }

  private func wakeAll(in state: inout State, where isMeant: (Wait) -> Bool) {
    for slot in state.scheduler.entries.indices {
      if case .parked(let wait) = state.scheduler.entries[slot].status, isMeant(wait) {
        wake(slot, in: &state)
      }
    }
  }
}
