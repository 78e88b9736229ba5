import CKernel
import Trace

extension Kernel {
  /// Starts a thread of the run. Under a schedule it stands at its first point until it is picked.
  ///
  /// - Parameter core: the core that it keeps to, where it differs from the run's.
  /// - Returns: nil where the run is being ended: then nothing is started any more.
  @discardableResult
  public func spawn(
    _ name: String, in process: ProcessID, origin: ThreadOrigin = .program, core: Int? = nil,
    _ body: @escaping @Sendable () -> Void
  ) -> KernelThread? {
    reserveRoom()
    let text = self.name(name)
    var startsAtOnce = false
    let thread: KernelThread? = settling { state in
      guard state.scheduler.mode != .abandoning else { return nil }
      startsAtOnce = state.scheduler.mode == .free
      let process = UInt16(truncatingIfNeeded: process.number)
      let number = state.threadCounts[process, default: 0] + 1
      state.threadCounts[process] = number
      let id = ThreadID(process: process, number: number)
      let slot = state.scheduler.add(id)
      precondition(slot < ThreadSet.capacity, "a run has at most \(ThreadSet.capacity) threads")
      let thread = KernelThread(id: id, name: name, kernel: self, slot: slot)
      state.threads.append(thread)
      tell(as: id, .threadStarted(name: text, slot: UInt8(slot), origin: origin))
      return thread
    }
    guard let thread else { return nil }
    start(thread, atOnce: startsAtOnce, core: core, body)
    return thread
  }

  private func start(
    _ thread: KernelThread, atOnce startsAtOnce: Bool, core: Int?,
    _ body: @escaping @Sendable () -> Void
  ) {
    ThreadPool.shared.run {
      thread.begin(core: core.map(Int32.init) ?? self.core)
      if !startsAtOnce { _ = thread.sleepUntilResumed(deadline: nil) }
      body()
    } atEnd: {
      self.end(thread)
      thread.finish()
    }
  }

  private func end(_ thread: KernelThread) {
    thread.requireNoShortLocks()
    reserveRoom()
    settling { state in
      tell(.threadEnded)
      state.scheduler.end(thread.slot)
      for joiner in state.scheduler.joiners(of: thread.id) { wake(joiner, in: &state) }
    }
  }

  /// A scheduling point of the calling thread: under a schedule another may be picked here. In a
  /// free run it costs one relaxed load.
  @inline(__always)
  public func point(_ point: Point) {
    if modeWord.load(ordering: .relaxed) != Kernel.free { stop(at: point, mark: nil) }
  }

  /// A point with a name, which a lesson's schedule can put in order with others.
  public func mark(_ name: String) {
    if !isFree { stop(at: .marked, mark: name) }
    tell(.marked(self.name(name)))
  }

  @inline(never)
  private func stop(at point: Point, mark: String?) {
    guard let me = KernelThread.current, me.kernel === self else { return }
    me.requireNoShortLocks()
    reserveRoom()
    var isStopped = true
    let staysOn: Bool = settling(as: me) { state in
      // The run may have become free since the look without the lock.
      isStopped = state.scheduler.mode != .free
      guard isStopped else { return }
      state.scheduler.stop(me.slot, at: point, mark: mark)
      if state.scheduler.mode == .abandoning { noteStubborn(me, in: &state) }
    }
    if isStopped, !staysOn { _ = me.sleepUntilResumed(deadline: nil) }
  }

  private func noteStubborn(_ thread: KernelThread, in state: inout State) {
    if state.scheduler.entries[thread.slot].pointsSinceAbandon == Self.pointsToEnd {
      state.stubborn.append(thread.id)
    }
  }

  /// Within so many points a thread of an abandoned run has to end.
  static let pointsToEnd = 10_000

  /// Stands still until `unpark` or until the run's time `deadline`. A wake that came since the
  /// last wait is not lost. Whoever waits looks again at what it waits for.
  public func park(_ wait: Wait, deadline: UInt64? = nil) -> WaitOutcome {
    guard let me = KernelThread.current, me.kernel === self else {
      preconditionFailure("only a thread of the run can wait in it")
    }
    me.requireNoShortLocks()
    reserveRoom()
    var isParked = false
    let staysOn: Bool = settling(as: me) { state in
      isParked = state.scheduler.park(me.slot, wait, deadline: deadline)
      if isParked { tell(.waits(wait)) }
    }
    if isParked, !staysOn { sleepParked(me, deadline: deadline) }
    return state.withLock { $0.scheduler.entries[me.slot].outcome }
  }

  private func sleepParked(_ me: KernelThread, deadline: UInt64?) {
    while !me.sleepUntilResumed(deadline: deadline) {
      // The time is over in a free run; unless somebody woke it just now, its wait ends here.
      let ended = state.withLock { state in
        guard case .parked = state.scheduler.entries[me.slot].status, isFree else { return false }
        _ = state.scheduler.unpark(me.slot, outcome: .timedOut)
        tell(.ready(me.id))
        return true
      }
      if ended { return }
    }
  }

  /// Ends a thread's wait, or the next one that it begins.
  public func unpark(_ thread: KernelThread) {
    reserveRoom()
    settling { state in wake(thread.slot, in: &state) }
  }

  /// Waits for the end of a thread.
  public func join(_ thread: KernelThread) {
    point(.wait)
    while !hasEnded(thread) {
      if park(.thread(thread.id, pumps: false)) == .abandoned { return }
    }
  }

  public func hasEnded(_ thread: KernelThread) -> Bool {
    state.withLock { $0.scheduler.entries[thread.slot].status == .ended }
  }

  /// Stands still for so many nanoseconds of the run's clock.
  public func sleep(_ nanoseconds: UInt64) {
    let end = time &+ nanoseconds
    point(.sleep)
    while time < end {
      if park(.time(end), deadline: end) == .abandoned { return }
    }
  }

  // MARK: Under the lock

  func wake(_ slot: Int, in state: inout State) {
    switch state.scheduler.unpark(slot) {
    case .nothing: return
    case .ready: tell(.ready(state.threads[slot].id))
    case .runs:
      tell(.ready(state.threads[slot].id))
      state.resuming.append(state.threads[slot])
    }
  }

  /// Makes sure that telling needs no wait while the scheduler's lock is held.
  func reserveRoom() {
    guard isTold, let me = KernelThread.current, me.kernel === self else { return }
    me.writer.reserve(Self.eventsUnderLock)
  }

  /// The most events that one step under the lock tells, a wake for every thread among them.
  private static let eventsUnderLock = UInt64(2 * ThreadSet.capacity)

  /// Changes the state, decides who goes on, and lets them.
  ///
  /// - Returns: whether the calling thread, if it stood still, was picked again itself.
  @discardableResult
  func settling(as me: KernelThread, _ change: (inout State) -> Void) -> Bool {
    var isMe = false
    let resuming = state.withLock { state in
      change(&state)
      settle(&state)
      let threads = state.resuming
      state.resuming.removeAll()
      return threads
    }
    for thread in resuming {
      if thread === me { isMe = true } else { thread.resume() }
    }
    // One that found a permit or came to a point in a free run never stood still.
    return isMe
  }

  @discardableResult
  func settling<Result>(_ change: (inout State) -> Result) -> Result {
    var result: Result?
    let resuming = state.withLock { state in
      result = change(&state)
      settle(&state)
      let threads = state.resuming
      state.resuming.removeAll()
      return threads
    }
    for thread in resuming { thread.resume() }
    return result!
  }

  /// Decides until somebody goes on or everybody stands still for good.
  private func settle(_ state: inout State) {
    while true {
      deliverDue(in: &state)
      switch state.scheduler.decide() {
      case .nothing:
        if !state.scheduler.isStanding { state.standing = .running }
        return
      case .run(let slot, let runnable, let point):
        letGo(slot, runnable, point, in: &state)
        return
      case .held: return stand(.held, in: &state)
      case .atRest:
        tell(as: .none, .atRest)
        if deliverFirst(in: &state) || advanceFinish(in: &state) { continue }
        return stand(.atRest, in: &state)
      case .deadlock(let ring, let threads):
        tell(as: .none, .deadlock(ring: ring, ThreadList(threads)))
        return stand(.deadlock(ring: ring, threads), in: &state)
      case .over: return stand(.over, in: &state)
      }
    }
  }

  private func letGo(
    _ slot: Int, _ runnable: ThreadSet, _ point: Point, in state: inout State
  ) {
    virtualNow.store(state.scheduler.now, ordering: .relaxed)
    tell(as: state.threads[slot].id, .choice(runnable: runnable, point: point))
    state.standing = .running
    state.resuming.append(state.threads[slot])
  }

  private func stand(_ standing: Standing, in state: inout State) {
    state.standing = standing
    arena.ring()
  }
}
