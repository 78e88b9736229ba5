import CKernel
import Trace

/// Where a process of the run lives.
public enum ProcessHost: Sendable {
  /// In this operating-system process: its threads are threads here. The closure is what its first
  /// thread does.
  case inside(@Sendable (ProcessID) -> Void)
  /// In one of its own.
  case child(ChildProgram)

  var isChild: Bool { if case .child = self { true } else { false } }
}

/// A text of a process: each has its own, so that none has to know what others have told.
struct TextKey: Hashable, Sendable {
  let process: UInt16
  let text: String
}

/// Answers what threads of any process ask: what there is one of on a machine.
public typealias Service = @Sendable (_ asker: ThreadID, _ request: [UInt8]) -> [UInt8]

extension Kernel {
  /// Whether a process of the run has neither ended nor been killed.
  public func isAlive(_ process: ProcessID) -> Bool {
    process.number < ProcessTable.capacity && gone.acquired & (1 << UInt64(process.number)) == 0
  }

  /// Whether this is a child process of the run's: the kernel that decides is its parent's.
  public var isAttached: Bool { link != nil }

  /// Asks the run's service. It answers at once: there is no scheduling point in it.
  public func ask(_ request: [UInt8]) -> [UInt8] {
    if link != nil { return askService(request) }
    guard let service = service.withLock({ $0 }) else { return [] }
    guard let me = KernelThread.current else { return service(.none, request) }
    // What the service tells is not the asker's: it is told though that is killed meanwhile.
    me.isInService = true
    defer { me.isInService = false }
    return service(me.id, request)
  }

  /// Sets who answers what is asked. It may be called on any thread and must not wait; it can tell,
  /// wake threads and start processes.
  public func provide(_ service: @escaping Service) {
    self.service.withLock { $0 = service }
  }

  /// Starts a process, with one thread that is called `main`.
  ///
  /// - Returns: nil where the run is being ended, or has no room for another thread or process, or
  ///   in a child process: its parent starts them.
  public func startProcess(_ name: String, _ host: ProcessHost) -> ProcessID? {
    guard link == nil else { return nil }
    reserveRoom()
    let text = ownName(name)
    let mainText = ownName("main")
    var startsAtOnce = false
    let started: (ProcessID, ThreadID, Int)? = settling { state in
      guard state.scheduler.mode != .abandoning, hasRoom(in: state) else { return nil }
      let process = numbers.process()
      guard process.number < ProcessTable.capacity else { return nil }
      // What a thread of a child asks for the run's service may start: that is no controller.
      if KernelThread.current?.kernel !== self, !state.scheduler.isAnyoneRunning {
        state.isGathering = true
      }
      startsAtOnce = state.scheduler.mode == .free
      tell(as: .none, .processStarted(process, name: text))
      state.processes.add(process, name, isChild: host.isChild)
      let (id, slot) = add(to: process, in: &state)
      tell(as: id, .threadStarted(name: mainText, slot: UInt8(slot), origin: .program))
      return (process, id, slot)
    }
    guard let (process, id, slot) = started else { return nil }
    switch host {
    case .inside(let main):
      let thread = KernelThread(id: id, name: "main", kernel: self, slot: slot, ownCore: nil) {
        main(process)
      }
      start(thread, atOnce: startsAtOnce)
    case .child(let program):
      startChild(program, as: process, slot: slot, atOnce: startsAtOnce)
    }
    return process
  }

  private func startChild(
    _ program: ChildProgram, as process: ProcessID, slot: Int, atOnce: Bool
  ) {
    let child = hub.spawn(program, as: process, in: self)
    settling { state in
      // Somebody may have killed it meanwhile, or have ended the run: then nothing of it begins.
      if let child, !state.processes.isGone(process), state.scheduler.mode != .abandoning {
        hub.begin(child, program, slot: slot, atOnce: atOnce)
      } else {
        if let child { hub.discard(child) }
        // One that cannot be loaded is there, and has ended with nothing done.
        kill(process, in: &state)
      }
    }
    hub.listen(for: self)
  }

  /// Kills a process, as a key with that meaning does (`Configuration.kills`): for a thread of the
  /// process that the run begins with.
  ///
  /// - Parameter name: the beginning of its name; the oldest living one that has it goes.
  /// - Returns: which one; nil where there is none.
  @discardableResult
  public func kill(named name: String) -> ProcessID? {
    guard link == nil else { return nil }
    reserveRoom()
    return settling { state in
      guard state.scheduler.mode != .abandoning else { return nil }
      let process = state.processes.living(named: name)
      if let process { kill(process, in: &state) }
      return process
    }
  }

  /// The operating system's number of a process that has one of its own, while it lives.
  public func systemNumber(of process: ProcessID) -> Int32? { hub.systemNumber(of: process) }

  /// The children have nothing to give back that outlives them.
  func killChildren() {
    for process in hub.processes { settling { state in kill(process, in: &state) } }
  }

  // MARK: Under the lock

  func hasRoom(in state: State) -> Bool { state.scheduler.entries.count < ThreadSet.capacity }

  /// `kill -9`: none of the process's threads goes on from where it stands.
  func kill(_ process: ProcessID, in state: inout State) {
    // One that is only being started is no child of the hub's yet; `startChild` looks.
    let isChild = state.processes.isChild(process)
    let rest = hub.kill(process)
    if isChild { arena.dead.release(arena.dead.relaxed | 1 << UInt64(process.number)) }
    settleRest(rest, of: process, in: &state)
    guard let watchers = state.processes.goes(process, isKilled: !isChild) else { return }
    for slot in state.scheduler.entries.indices
    where state.scheduler.entries[slot].id.processID == process {
      // One that was let go on and has not heard it stands, and hears it no more.
      state.scheduler.kill(slot, isLetGo: state.resuming.contains(slot: slot))
      if isChild { state.scheduler.end(slot) }
      state.resuming.remove(slot: slot)
      state.actions.takers.removeAll { $0.slot == slot }
    }
    if state.scheduler.mode == .free, !isChild { modeWord.release(Self.freeWithKilled) }
    tell(as: .none, .processKilled(process))
    isGone(process, watchers, in: &state)
  }

  /// The last thread of a process has ended.
  func endProcess(_ process: ProcessID, in state: inout State) {
    guard let watchers = state.processes.goes(process, isKilled: false) else { return }
    tell(as: .none, .processEnded(process))
    isGone(process, watchers, in: &state)
  }

  /// Wakes who waits for something of the process's, and sends the notices.
  private func isGone(
    _ process: ProcessID, _ watchers: [ProcessTable.Watcher], in state: inout State
  ) {
    gone.release(gone.relaxed | 1 << UInt64(process.number))
    for slot in state.scheduler.entries.indices {
      if state.scheduler.entries[slot].wait?.process == process { wake(slot, in: &state) }
    }
    for watcher in watchers {
      deliver(watcher.notice, to: state.scheduler.entries[watcher.slot].id, in: &state)
    }
  }
}

extension Wait {
  /// The process that alone can end it, where there is such a one.
  var process: ProcessID? {
    switch self {
    case .reply(_, let server, _): server == .none ? nil : server.processID
    case .thread(let id, _): id.processID
    case .scm(_, let server, _): server.isNone ? nil : server
    case .messageLoop, .pool, .action, .lock, .signal, .time: nil
    }
  }
}
