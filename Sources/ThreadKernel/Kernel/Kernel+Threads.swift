import CKernel
import Trace

/// How a thread of a run starts, stands still and ends.
extension Kernel {
  /// Starts a thread of the run. Under a schedule it stands at its first point until it is picked.
  ///
  /// Where the run's controller starts threads, nobody is picked before it follows or controls the
  /// run again: how fast it starts them must not show.
  ///
  /// - Parameter core: the core that it keeps to, where it differs from the run's.
  /// - Returns: nil where the run is being ended, or the process has been killed: then nothing is
  ///   started any more; or where a run has no room for more threads.
  @discardableResult
  public func spawn(
    _ name: String, in process: ProcessID, origin: ThreadOrigin = .program, core: Int? = nil,
    _ body: @escaping @Sendable () -> Void
  ) -> KernelThread? {
    reserveRoom()
    let text = self.name(name)
    var startsAtOnce = false
    let thread: KernelThread? = settling { state in
      guard state.scheduler.mode != .abandoning, hasRoom(in: state),
        !state.processes.isGone(process)
      else { return nil }
      if KernelThread.current?.kernel !== self { state.isGathering = true }
      startsAtOnce = state.scheduler.mode == .free
      let (id, slot) = add(to: process, in: &state)
      if core != nil { state.haveOwnCore.insert(slot: slot) }
      tell(as: id, .threadStarted(name: text, slot: UInt8(slot), origin: origin))
      return KernelThread(id: id, name: name, kernel: self, slot: slot, ownCore: core, body: body)
    }
    if let thread { start(thread, atOnce: startsAtOnce) }
    return thread
  }

  func add(to id: ProcessID, in state: inout State) -> (ThreadID, slot: Int) {
    let process = UInt16(truncatingIfNeeded: id.number)
    let number = state.threadCounts[process, default: 0] + 1
    state.threadCounts[process] = number
    let thread = ThreadID(process: process, number: number)
    state.processes.threadStarts(in: id)
    return (thread, state.scheduler.add(thread))
  }

  func start(_ thread: KernelThread, atOnce: Bool) {
    ThreadPool.shared.run {
      thread.begin()
      if !atOnce { _ = thread.sleepUntilResumed(deadline: nil) }
      thread.runBody()
      // Before the worker is others': it must not wait for a collector then.
      self.reserveRoom()
    } atEnd: {
      self.end(thread)
      thread.finish()
    }
  }

  private func end(_ thread: KernelThread) {
    settling { state in
      guard !state.scheduler.isKilled(thread.slot) else {
        return state.scheduler.end(thread.slot)
      }
      tell(.threadEnded)
      state.scheduler.end(thread.slot)
      state.mail[thread.slot] = nil
      var waiters = state.endWaiters.removeValue(forKey: thread.slot) ?? ThreadSet()
      for joiner in state.scheduler.joiners(of: thread.id) { waiters.insert(slot: joiner) }
      waiters.forEachSlot { wake($0, in: &state) }
      let process = thread.id.processID
      if state.processes.threadEnds(in: process) { endProcess(process, in: &state) }
    }
  }

  /// A scheduling point of the calling thread: under a schedule another may be picked here. In a
  /// free run it costs one relaxed load.
  @inline(__always)
  public func point(_ point: Point) {
    if modeWord.relaxed != Kernel.free { stop(at: point, mark: nil) }
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
    let outcome = settling(as: me) { state in
      // The run may have become free since the look without the lock.
      if state.scheduler.freeze(me.slot) { return true }
      guard state.scheduler.mode != .free else { return false }
      state.scheduler.stop(me.slot, at: point, mark: mark)
      return true
    }
    if outcome == nil { _ = me.sleepUntilResumed(deadline: nil) }
  }

  /// Stands still until `unpark` or until the run's time `deadline`. A wake that came since the
  /// last wait is not lost. Whoever waits looks again at what it waits for.
  public func park(_ wait: Wait, deadline: UInt64? = nil) -> WaitOutcome {
    guard let me = KernelThread.current, me.kernel === self else {
      preconditionFailure("only a thread of the run can wait in it")
    }
    me.requireNoShortLocks()
    reserveRoom()
    let outcome = settling(as: me) { state in
      if state.scheduler.freeze(me.slot) { return true }
      let isParked = state.scheduler.park(me.slot, wait, deadline: deadline)
      if isParked { tell(.waits(wait)) }
      return isParked
    }
    return outcome ?? sleepParked(me, deadline: deadline)
  }

  private func sleepParked(_ me: KernelThread, deadline: UInt64?) -> WaitOutcome {
    while true {
      if let outcome = me.sleepUntilResumed(deadline: deadline) { return outcome }
      // The time is over in a free run; unless somebody woke it just now, its wait ends here.
      let isOver: Bool = settling { state in
        guard state.scheduler.mode == .free else { return false }
        guard state.scheduler.unpark(me.slot, outcome: .timedOut) == .runs else { return false }
        tell(.ready(me.id))
        return true
      }
      if isOver { return .timedOut }
    }
  }

  /// Ends a thread's wait, or the next one that it begins.
  public func unpark(_ thread: KernelThread) {
    reserveRoom()
    settling { state in wake(thread.slot, in: &state) }
  }

  /// The same for a thread of any process.
  public func unpark(_ id: ThreadID) {
    reserveRoom()
    settling { state in
      let slot = state.scheduler.entries.firstIndex { $0.id == id }
      if let slot { wake(slot, in: &state) }
    }
  }

  /// A thread that waits for a lock or a reply waits for another thread now: the lock changed hands,
  /// or a thread of a pool took the call. One that waits for something else is left alone.
  public func changeWait(of thread: KernelThread, to wait: Wait) {
    reserveRoom()
    settling { state in
      if state.scheduler.retarget(thread.slot, to: wait) { tell(as: thread.id, .waits(wait)) }
    }
  }

  /// Waits for the end of a thread.
  public func join(_ thread: KernelThread) {
    point(.wait)
    while !hasEnded(thread) {
      if park(.thread(thread.id, pumps: false)) == .abandoned { return }
    }
  }

  /// Has a thread woken when another one ends, whatever it waits for then: for a wait for several
  /// things.
  ///
  /// - Returns: whether the other one has ended already.
  public func wakeWhenEnded(_ thread: KernelThread, _ waiter: KernelThread) -> Bool {
    state.withLock { state in
      if state.scheduler.entries[thread.slot].isEnded { return true }
      state.endWaiters[thread.slot, default: ThreadSet()].insert(slot: waiter.slot)
      return false
    }
  }

  public func hasEnded(_ thread: KernelThread) -> Bool {
    state.withLock { $0.scheduler.entries[thread.slot].isEnded }
  }

  /// Stands still for so many nanoseconds of the run's clock.
  public func sleep(_ nanoseconds: UInt64) {
    let end = time &+ nanoseconds
    point(.sleep)
    while time < end {
      if park(.time(end), deadline: end) == .abandoned { return }
    }
  }
}
