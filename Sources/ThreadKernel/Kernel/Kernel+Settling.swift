import Trace

/// The one place where the scheduler's state changes: under its lock, with a decision after each
/// change, and the threads woken once the lock is released.
extension Kernel {
  /// Changes the state, decides who goes on, and lets them.
  func settling<Result>(_ change: (inout State) -> Result) -> Result {
    var result: Result?
    var resuming = ThreadSet()
    var isNews = false
    state.withLock { state in
      result = change(&state)
      isNews = settle(&state)
      resuming = takeResuming(from: &state, except: nil)
    }
    KernelThread.withCurrent { wake(resuming, by: $0) }
    if isNews { arena.ring() }
    return result!
  }

  /// The same for a thread of the run that stops or waits in `change`, which says whether it did.
  ///
  /// - Returns: how its wait ended, where it never stood still or was picked again at once; nil
  ///   where it has to sleep.
  func settling(as me: KernelThread, _ change: (inout State) -> Bool) -> WaitOutcome? {
    var outcome: WaitOutcome?
    var resuming = ThreadSet()
    var isNews = false
    state.withLock { state in
      let stands = change(&state)
      isNews = settle(&state)
      if !stands || state.resuming.contains(slot: me.slot) {
        outcome = state.scheduler.entries[me.slot].outcome
      }
      resuming = takeResuming(from: &state, except: me.slot)
    }
    wake(resuming, by: me)
    if isNews { arena.ring() }
    return outcome
  }

  /// The same for a row of changes, with a decision after each: until there is none.
  func settlingAll(_ next: (inout State) -> Bool) {
    var resuming = ThreadSet()
    var isNews = false
    state.withLock { state in
      while next(&state) {
        if settle(&state) { isNews = true }
      }
      resuming = takeResuming(from: &state, except: nil)
    }
    // Whoever calls is awake.
    if let me = KernelThread.current, me.kernel === self { resuming.remove(slot: me.slot) }
    wake(resuming)
    if isNews { arena.ring() }
  }

  /// Sets the go words. Under the lock, so that a word never says what is over.
  private func takeResuming(from state: inout State, except me: Int?) -> ThreadSet {
    var resuming = state.resuming
    state.resuming = ThreadSet()
    if let me { resuming.remove(slot: me) }
    resuming.forEachSlot { slot in
      let outcome = state.scheduler.entries[slot].outcome
      arena.slot(slot).go.pointee.store(GoWord.go(outcome), ordering: .releasing)
    }
    return resuming
  }

  func wake(_ threads: ThreadSet) {
    threads.forEachSlot { arena.slot($0).go.wake() }
  }

  private func wake(_ threads: ThreadSet, by me: KernelThread?) {
    guard let me, me.kernel === self, let unwoken = me.unwoken else { return wake(threads) }
    me.unwoken = ThreadSet(bits: unwoken.bits | threads.bits)
  }

  /// The calling thread is about to let another go on and to wait for it, with nothing in between:
  /// that one is woken as the caller goes to sleep. Woken before, on the same core it would run at
  /// once, only to find that nobody waits yet.
  public static func beginWaking() {
    KernelThread.withCurrent { me in
      if let me, me.unwoken == nil { me.unwoken = ThreadSet() }
    }
  }

  /// It has waited, or does not.
  public static func endWaking() { KernelThread.withCurrent { $0?.wakeUnwoken() } }

  /// Decides until somebody goes on or everybody stands still for good; whether that is news.
  private func settle(_ state: inout State) -> Bool {
    guard !state.isGathering else { return false }
    var isNews = false
    while true {
      deliverDue(in: &state)
      switch state.scheduler.decide() {
      case .nothing:
        // A key may have come while everybody stood still.
        if !state.actions.isEmpty, goOn(in: &state) { continue }
      case .run(let slot, let runnable, let point):
        letGo(slot, runnable, point, in: &state)
      case .held, .over: isNews = true
      case .atRest:
        isNews = true
        tell(as: .none, .atRest)
        if goOn(in: &state) { continue }
      case .deadlock(let ring, let threads):
        isNews = true
        tell(as: .none, .deadlock(ring: ring, ThreadList(threads)))
        if goOn(in: &state) { continue }
      }
      isStill.store(state.scheduler.standing != .nothing, ordering: .releasing)
      return isNews
    }
  }

  private func letGo(
    _ slot: Int, _ runnable: ThreadSet, _ point: Point, in state: inout State
  ) {
    arena.virtualNow.relaxed = state.scheduler.now
    tell(as: state.scheduler.entries[slot].id, .choice(runnable: runnable, point: point))
    state.resuming.insert(slot: slot)
  }

  /// Ends a thread's wait, or leaves it a permit.
  func wake(_ slot: Int, in state: inout State) {
    switch state.scheduler.unpark(slot) {
    case .nothing: return
    case .ready: break
    case .runs: state.resuming.insert(slot: slot)
    }
    tell(as: state.scheduler.entries[slot].id, .ready(state.scheduler.entries[slot].id))
  }

  /// What the controller started goes on from here.
  func endGathering() { settling { $0.isGathering = false } }

  /// Makes sure that what the thread tells next needs no wait for the collector: for use before a
  /// lock that others may spin on, or the scheduler's.
  public func reserveRoom() {
    guard isTold, let me = KernelThread.current, me.kernel === self else { return }
    me.writer.reserve(Self.eventsUnderLock)
  }

  /// The most events of its own that a thread tells under the lock: a wake for every other.
  private static let eventsUnderLock = UInt64(2 * ThreadSet.capacity)
}

extension ThreadSet {
  mutating func remove(slot: Int) { bits &= ~(1 << UInt64(slot)) }

  func forEachSlot(_ body: (Int) -> Void) {
    var rest = bits
    while rest != 0 {
      body(rest.trailingZeroBitCount)
      rest &= rest &- 1
    }
  }
}
