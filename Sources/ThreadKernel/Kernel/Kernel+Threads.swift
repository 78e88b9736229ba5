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
    let place =
      link == nil
      ? settling { state in
        if KernelThread.current?.kernel !== self { state.isGathering = true }
        return self.place(text, in: process, origin, hasOwnCore: core != nil, &state)
      } : askForPlace(text, in: process, origin, hasOwnCore: core != nil)
    guard let place else { return nil }
    let thread = KernelThread(
      id: place.id, name: name, kernel: self, slot: place.slot, ownCore: core, body: body)
    start(thread, atOnce: place.atOnce)
    return thread
  }

  /// A thread's number and slot, and whether it goes on without being picked.
  struct Place: Sendable {
    let id: ThreadID
    let slot: Int
    let atOnce: Bool
  }

  /// Gives a new thread its place; nil where nothing is started any more.
  func place(
    _ name: Name, in process: ProcessID, _ origin: ThreadOrigin, hasOwnCore: Bool,
    _ state: inout State
  ) -> Place? {
    guard state.scheduler.mode != .abandoning, hasRoom(in: state),
      !state.processes.isGone(process)
    else { return nil }
    let (id, slot) = add(to: process, in: &state)
    if hasOwnCore { state.haveOwnCore.insert(slot: slot) }
    tell(as: id, .threadStarted(name: name, slot: UInt8(slot), origin: origin))
    return Place(id: id, slot: slot, atOnce: state.scheduler.mode == .free)
  }

  func add(to id: ProcessID, in state: inout State) -> (ThreadID, slot: Int) {
    let process = UInt16(truncatingIfNeeded: id.number)
    let number = state.threadCounts[process, default: 0] + 1
    state.threadCounts[process] = number
    let thread = ThreadID(process: process, number: number)
    state.processes.threadStarts(in: id)
    let slot = state.scheduler.add(thread)
    arena.slot(slot).thread = thread
    return (thread, slot)
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
    if link != nil { return endAttached(thread) }
    settling { state in
      end(thread.id, slot: thread.slot, in: &state) { tell(.threadEnded) }
    }
  }

  /// A thread has ended, here or in a child process.
  ///
  /// - Parameter say: tells it.
  func end(_ thread: ThreadID, slot: Int, in state: inout State, say: () -> Void) {
    guard !state.scheduler.isKilled(slot) else { return state.scheduler.end(slot) }
    guard !state.scheduler.entries[slot].isEnded else { return }
    say()
    state.scheduler.end(slot)
    state.mail[slot] = Mailbox()
    var waiters = state.endWaiters.removeValue(forKey: slot) ?? ThreadSet()
    for joiner in state.scheduler.joiners(of: thread) { waiters.insert(slot: joiner) }
    waiters.forEachSlot { wake($0, in: &state) }
    if state.processes.threadEnds(in: thread.processID) {
      endProcess(thread.processID, in: &state)
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
    if link != nil { return stopAttached(me, at: point, mark: mark) }
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
  ///
  /// - Parameter other: a thread of the same process whose shared mail may wake this one in its
  ///   place, in a free run; it has to look for it then.
  public func park(
    _ wait: Wait, deadline: UInt64? = nil, standingInFor other: KernelThread? = nil
  ) -> WaitOutcome {
    guard let me = KernelThread.current, me.kernel === self else {
      preconditionFailure("only a thread of the run can wait in it")
    }
    me.requireNoShortLocks()
    reserveRoom()
    if link != nil {
      return parkAttached(me, wait, deadline: deadline, standingInFor: other)
    }
    // Told here whether or not it will stand still: a thread of a child process cannot know.
    if isTold { _ = me.fileName }
    let outcome = settling(as: me) { state in
      if state.scheduler.freeze(me.slot) { return true }
      let isParked = beginWait(
        me.slot, wait, deadline: deadline, standingInFor: other?.slot, &state)
      if isParked { tell(.waits(wait)) }
      return isParked
    }
    return outcome ?? sleepParked(me, deadline: deadline)
  }

  /// Whether the thread has to sleep for what it waits for.
  func beginWait(
    _ slot: Int, _ wait: Wait, deadline: UInt64?, standingInFor other: Int?,
    _ state: inout State
  ) -> Bool {
    state.scheduler.entries[slot].standsInFor = other
    // Who looked before the process was gone would wait for it for good.
    if let process = wait.process, state.processes.isGone(process) {
      state.scheduler.entries[slot].hasPermit = true
    }
    return state.scheduler.park(slot, wait, deadline: deadline)
  }

  func sleepParked(_ me: KernelThread, deadline: UInt64?) -> WaitOutcome {
    var deadline = deadline
    while true {
      if let outcome = me.sleepUntilResumed(deadline: deadline) { return outcome }
      // The time is over in a free run; unless somebody woke it just now, its wait ends here.
      if endWait(slot: me.slot, of: me.id) { return .timedOut }
      // No time ends the wait of one whose process was killed.
      if link == nil, state.withLock({ $0.scheduler.isKilled(me.slot) }) { deadline = nil }
    }
  }

  /// Ends a thread's wait because its time is over; false where it has ended otherwise.
  func endWait(slot: Int, of thread: ThreadID) -> Bool {
    if link != nil { return askParent(.timedOut).flag }
    return settling { state in endWait(slot: slot, of: thread, in: &state) }
  }

  func endWait(slot: Int, of thread: ThreadID, in state: inout State) -> Bool {
    guard state.scheduler.mode == .free else { return false }
    guard state.scheduler.unpark(slot, outcome: .timedOut) == .runs else { return false }
    tell(as: thread, .ready(thread))
    return true
  }

  /// Ends a thread's wait, or the next one that it begins.
  public func unpark(_ thread: KernelThread) {
    if link != nil { return unpark(thread.id) }
    reserveRoom()
    settling { state in wake(thread.slot, in: &state) }
  }

  /// The same for a thread of any process.
  public func unpark(_ id: ThreadID) {
    if link != nil { return leaveToParent(.unpark) { $0.thread = id } }
    reserveRoom()
    settling { state in unpark(id, in: &state) }
  }

  func unpark(_ id: ThreadID, in state: inout State) {
    if let slot = state.scheduler.slot(of: id) { wake(slot, in: &state) }
  }

  /// A thread that waits for a lock or a reply waits for another thread now: the lock changed hands,
  /// or a thread of a pool took the call. One that waits for something else is left alone.
  public func changeWait(of thread: KernelThread, to wait: Wait) {
    changeWait(of: thread.id, to: wait, wakes: true)
  }

  /// The same for a thread of any process. One that is only about to wait is left alone too: it is
  /// not the caller's to wake.
  public func changeWait(of thread: ThreadID, to wait: Wait) {
    changeWait(of: thread, to: wait, wakes: false)
  }

  /// - Parameter wakes: whether a thread that is only about to wait gets a permit.
  func changeWait(of thread: ThreadID, to wait: Wait, wakes: Bool) {
    if link != nil {
      return leaveToParent(.changeWait) { request in
        request.thread = thread
        request.wait = wait
        request.flag = wakes
      }
    }
    reserveRoom()
    settling { state in changeWait(of: thread, to: wait, wakes: wakes, in: &state) }
  }

  func changeWait(of thread: ThreadID, to wait: Wait, wakes: Bool, in state: inout State) {
    guard let slot = state.scheduler.slot(of: thread),
      wakes || state.scheduler.entries[slot].isParked,
      state.scheduler.retarget(slot, to: wait)
    else { return }
    tell(as: thread, .waits(wait))
  }

  /// Waits for the end of a thread.
  public func join(_ thread: KernelThread) {
    point(.wait)
    while !hasEnded(thread) {
      if park(.thread(thread.id, pumps: false)) == .abandoned { return }
    }
  }

  /// Has the calling thread woken when another one ends, whatever it waits for then: for a wait for
  /// several things.
  ///
  /// - Returns: whether the other one has ended already.
  public func wakeWhenEnded(_ thread: KernelThread) -> Bool {
    if link != nil { return askParent(.watchEnd) { $0.thread = thread.id }.flag }
    guard let me = KernelThread.current, me.kernel === self else {
      preconditionFailure("only a thread of the run can wait in it")
    }
    return state.withLock { state in wakeWhenEnded(thread.id, slot: me.slot, in: &state) }
  }

  func wakeWhenEnded(_ thread: ThreadID, slot waiter: Int, in state: inout State) -> Bool {
    guard let slot = state.scheduler.slot(of: thread), !state.scheduler.entries[slot].isEnded
    else { return true }
    state.endWaiters[slot, default: ThreadSet()].insert(slot: waiter)
    return false
  }

  public func hasEnded(_ thread: KernelThread) -> Bool { hasEnded(thread.id) }

  func hasEnded(_ thread: ThreadID) -> Bool {
    if link != nil { return askParent(.hasEnded) { $0.thread = thread }.flag }
    return state.withLock { state in hasEnded(thread, in: state) }
  }

  func hasEnded(_ thread: ThreadID, in state: State) -> Bool {
    state.scheduler.slot(of: thread).map { state.scheduler.entries[$0].isEnded } ?? true
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
