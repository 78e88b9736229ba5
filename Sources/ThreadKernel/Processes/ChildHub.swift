import CKernel
import Glibc
import Trace

/// A program to start as a child process.
public struct ChildProgram: Sendable {
  /// The executable: this program, as a rule.
  public var executable: String
  public var arguments: [String]
  /// What the child is told first, for `ChildProcess`.
  public var start: [UInt8]

  public init(executable: String, arguments: [String], start: [UInt8]) {
    self.executable = executable
    self.arguments = arguments
    self.start = start
  }
}

/// The child processes of a run, as the parent has them. What their threads ask is heard by a
/// thread that is none of the run's, when they ring, or by one of the run's that they wake
/// (`Kernel.hear`).
final class ChildHub: Sendable {
  /// A child process. The hub has it from its beginning on.
  struct Child: Sendable {
    let process: ProcessID
    let pid: Int32
    let socket: Int32
    /// Readable when the operating system's process has ended.
    let ending: Int32
    fileprivate let inbox = Inbox()
    /// Messages that the child was too slow to take.
    fileprivate var outbox: [[UInt8]] = []
    /// Whether it rings when it has sent something. Any program can have been started: until it has
    /// sent a request its socket is looked at.
    fileprivate var rings = false
  }

  /// What is ready, as the system says it: a process and one of its two descriptors, or the bell.
  private enum Key: UInt64 {
    case bell, socket, ending

    func of(_ process: ProcessID) -> UInt64 { UInt64(process.number) << 2 | rawValue }
  }

  private struct State: Sendable {
    var children: [Child] = []
    var isListening = false
    /// What the thread that listens waits for, and what has it look anew, children too; there from
    /// the first child on.
    var poll: Int32 = -1
    var bell: Int32 = -1

    mutating func open() {
      guard poll < 0 else { return }
      poll = ck_poll_create()
      bell = ck_wake_descriptor()
      ck_poll_add_bell(poll, bell, Key.bell.rawValue)
    }

    func ring() { ck_wake(bell) }

    func watch(_ child: Child) {
      ck_poll_change(
        poll, child.socket, Key.socket.of(child.process), child.rings ? 0 : 1,
        child.outbox.isEmpty ? 0 : 1)
    }
  }

  private let state = Guarded(State())

  deinit {
    let (poll, bell) = state.withLock { ($0.poll, $0.bell) }
    if bell >= 0 { ck_close(bell) }
    if poll >= 0 { ck_close(poll) }
  }

  /// Starts a child process for a process of the run. It does nothing before it is told to begin.
  ///
  /// - Returns: nil where the operating system did not.
  func spawn(_ program: ChildProgram, as process: ProcessID, in kernel: Kernel) -> Child? {
    var sockets: [Int32] = [-1, -1]
    guard ck_socket_pair(&sockets) == 0 else { return nil }
    defer { ck_close(sockets[1]) }
    let arguments = ([program.executable] + program.arguments).map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    let bell = state.withLock { state in
      state.open()
      return state.bell
    }
    var pid: Int32 = 0
    let error = ck_spawn(
      program.executable, arguments, sockets[1], kernel.arena.descriptor, bell, &pid)
    guard error == 0 else {
      ck_close(sockets[0])
      return nil
    }
    return Child(
      process: process, pid: pid, socket: sockets[0], ending: ck_process_descriptor(pid))
  }

  /// Has a child begin: its first thread has that slot. From here on it can be sent mail and killed.
  func begin(_ child: Child, _ program: ChildProgram, slot: Int, atOnce: Bool) {
    let start = ChildStart(
      process: child.process, slot: UInt32(slot), parent: ck_process_number(), atOnce: atOnce)
    let message = start.message(program.start)
    _ = ck_send(child.socket, message, message.count, 0)
    state.withLock { state in
      state.children.append(child)
      ck_poll_add(state.poll, child.socket, Key.socket.of(child.process))
      ck_poll_add(state.poll, child.ending, Key.ending.of(child.process))
    }
  }

  /// Ends a child that has not begun.
  func discard(_ child: Child) {
    ck_kill(child.pid)
    ck_reap(child.pid)
    close(child)
  }

  /// Has a thread hear what children ask, as long as there are any.
  func listen(for kernel: Kernel) {
    let isFirst = state.withLock { state in
      guard !state.isListening, !state.children.isEmpty else { return false }
      state.isListening = true
      return true
    }
    guard isFirst else { return }
    // Its workers never end: what starts a child has to live as long as that does.
    ThreadPool.shared.run {
      self.hearAll(for: kernel)
    } atEnd: {
    }
  }

  /// Sends mail to a thread of a child; false where there is no such child.
  func send(_ mail: Mail, to process: ProcessID, slot: Int) -> Bool {
    let head = MailMessage(mail, to: slot)
    return state.withLock { state in
      guard let index = state.children.firstIndex(where: { $0.process == process }) else {
        return false
      }
      let socket = state.children[index].socket
      let isSent =
        state.children[index].outbox.isEmpty
        && withUnsafeBytes(of: head) {
          ck_send_parts(socket, $0.baseAddress, $0.count, mail.bytes, mail.bytes.count, 0) == 0
        }
      if !isSent {
        state.children[index].outbox.append(withUnsafeBytes(of: head) { Array($0) } + mail.bytes)
        state.watch(state.children[index])
      }
      return true
    }
  }

  /// The next message of a child; nil where there is none, or no such child. Under the scheduler's
  /// lock.
  ///
  /// - Parameter sent: how many it says that it has sent; nil: that is not known.
  func nextMessage(of process: ProcessID, sent: UInt32?) -> Inbox.Message? {
    state.withLock { state in
      guard let index = state.children.firstIndex(where: { $0.process == process }) else {
        return nil
      }
      return state.children[index].inbox.next(from: state.children[index].socket, sent: sent)
    }
  }

  /// Kills a process's child as kill -9 does, and waits until it is no more: what it told is told
  /// then.
  ///
  /// - Returns: what its threads had asked and nobody has done yet.
  func kill(_ process: ProcessID) -> [(GateRequest, [UInt8])] {
    let child = state.withLock { state -> Child? in
      state.children.firstIndex { $0.process == process }.map { state.children.remove(at: $0) }
    }
    guard let child else { return [] }
    ck_kill(child.pid)
    ck_reap(child.pid)
    var rest: [(GateRequest, [UInt8])] = []
    while case .request(let request, let bytes)? = child.inbox.next(from: child.socket, sent: nil) {
      rest.append((request, bytes))
    }
    close(child)
    state.withLock { $0.ring() }
    return rest
  }

  /// Has the thread that listens look at all children.
  func ring() { state.withLock { $0.ring() } }

  /// The processes that are children now.
  var processes: [ProcessID] { state.withLock { $0.children.map(\.process) } }

  /// The operating system's number of a process's child, for looking at while it lives.
  func systemNumber(of process: ProcessID) -> Int32? {
    state.withLock { $0.children.first { $0.process == process }?.pid }
  }

  private func close(_ child: Child) {
    ck_close(child.socket)
    ck_close(child.ending)
  }

  // MARK: The thread that listens

  private func hearAll(for kernel: Kernel) {
    // A child's thread that asks two things in a row is heard once.
    ck_give_way(1)
    defer { ck_give_way(0) }
    let poll = state.withLock { $0.poll }
    var ready = [ck_ready](repeating: ck_ready(), count: 16)
    while true {
      let isOver = state.withLock { state in
        if state.children.isEmpty { state.isListening = false }
        return state.children.isEmpty
      }
      if isOver { return }
      let count = ck_poll_wait(poll, &ready, Int32(ready.count))
      for sign in ready[..<Int(count)] { answer(sign, in: kernel) }
    }
  }

  private func answer(_ sign: ck_ready, in kernel: Kernel) {
    let process = ProcessID(UInt32(sign.key >> 2))
    switch Key(rawValue: sign.key & 3) {
    case .bell:
      for process in processes where kernel.arena.isHeard(process).acquired != 0 {
        kernel.hear(process)
      }
    case .socket:
      if sign.writes != 0 { flush(process) }
      if sign.reads != 0 { hearFirst(of: process, in: kernel) }
      // With its end goes all that it could do here.
      if sign.ends != 0 { bury(process, in: kernel) }
    case .ending: bury(process, in: kernel)
    case nil: break
    }
  }

  /// Something of a child that has sent nothing before. If it is a request the child rings.
  private func hearFirst(of process: ProcessID, in kernel: Kernel) {
    kernel.hear(process, isCounted: false)
    state.withLock { state in
      guard let index = state.children.firstIndex(where: { $0.process == process }) else { return }
      state.children[index].rings = true
      state.watch(state.children[index])
    }
  }

  /// A child has ended. What it had asked for before comes first.
  private func bury(_ process: ProcessID, in kernel: Kernel) {
    kernel.hear(process)
    kernel.childIsGone(process)
  }

  private func flush(_ process: ProcessID) {
    state.withLock { state in
      guard let index = state.children.firstIndex(where: { $0.process == process }) else { return }
      while let first = state.children[index].outbox.first,
        ck_send(state.children[index].socket, first, first.count, 0) == 0
      {
        state.children[index].outbox.removeFirst()
      }
      if state.children[index].outbox.isEmpty { state.watch(state.children[index]) }
    }
  }
}
