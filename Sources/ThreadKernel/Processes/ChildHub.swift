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

/// The child processes of a run, as the parent has them: one thread, which is none of the run's,
/// hears what their threads ask and does it in the kernel.
final class ChildHub: Sendable {
  /// A child process. The hub has it from its beginning on.
  struct Child: Sendable {
    let process: ProcessID
    let pid: Int32
    let socket: Int32
    /// Readable when the operating system's process has ended.
    let ending: Int32
    /// Messages that the child was too slow to take.
    fileprivate var outbox: [[UInt8]] = []
  }

  private struct State: Sendable {
    var children: [Child] = []
    var isListening = false
    /// Has the thread that listens look anew; there from the first child on.
    var bell: Int32 = -1

    func ring() { ck_wake(bell) }
  }

  private let state = Guarded(State())

  deinit {
    let bell = state.withLock { $0.bell }
    if bell >= 0 { ck_close(bell) }
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
    var pid: Int32 = 0
    let error = ck_spawn(
      program.executable, arguments, sockets[1], kernel.arena.descriptor, &pid)
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
      if state.bell < 0 { state.bell = ck_wake_descriptor() }
      state.ring()
    }
  }

  /// Ends a child that has not begun.
  func discard(_ child: Child) {
    ck_kill(child.pid)
    forget(child)
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
    let message = MailMessage.write(mail, to: slot)
    return state.withLock { state in
      guard let index = state.children.firstIndex(where: { $0.process == process }) else {
        return false
      }
      if state.children[index].outbox.isEmpty,
        ck_send(state.children[index].socket, message, message.count, 0) == 0
      {
        return true
      }
      state.children[index].outbox.append(message)
      state.ring()
      return true
    }
  }

  /// Kills a process's child as kill -9 does, and waits until it is no more: what it told is told
  /// then.
  func kill(_ process: ProcessID) {
    let child = state.withLock { state -> Child? in
      state.children.firstIndex { $0.process == process }.map { state.children.remove(at: $0) }
    }
    guard let child else { return }
    ck_kill(child.pid)
    forget(child)
    state.withLock { $0.ring() }
  }

  /// The processes that are children now.
  var processes: [ProcessID] { state.withLock { $0.children.map(\.process) } }

  /// The operating system's number of a process's child, for looking at while it lives.
  func systemNumber(of process: ProcessID) -> Int32? {
    state.withLock { $0.children.first { $0.process == process }?.pid }
  }

  private func forget(_ child: Child) {
    ck_reap(child.pid)
    ck_close(child.socket)
    ck_close(child.ending)
  }

  // MARK: The thread that listens

  private func hearAll(for kernel: Kernel) {
    while true {
      let children = state.withLock { state in
        if state.children.isEmpty { state.isListening = false }
        return state.children
      }
      guard !children.isEmpty else { return }
      let ready = waitUntilReady(children)
      for (index, child) in children.enumerated() {
        if ready[2 * index] & 2 != 0 { flush(child.process) }
        if ready[2 * index] & 1 != 0 { hear(child, in: kernel) }
        if ready[2 * index + 1] != 0 { bury(child, in: kernel) }
      }
    }
  }

  private func waitUntilReady(_ children: [Child]) -> [UInt8] {
    var descriptors: [Int32] = []
    var writes: [UInt8] = []
    for child in children {
      descriptors += [child.socket, child.ending]
      writes += [child.outbox.isEmpty ? 0 : 1, 0]
    }
    let bell = state.withLock { $0.bell }
    descriptors.append(bell)
    writes.append(0)
    var ready = [UInt8](repeating: 0, count: descriptors.count)
    ck_wait_ready(descriptors, writes, &ready, Int32(descriptors.count))
    if ready[descriptors.count - 1] != 0 { ck_clear(bell) }
    return ready
  }

  private func flush(_ process: ProcessID) {
    state.withLock { state in
      guard let index = state.children.firstIndex(where: { $0.process == process }) else { return }
      while let first = state.children[index].outbox.first,
        ck_send(state.children[index].socket, first, first.count, 0) == 0
      {
        state.children[index].outbox.removeFirst()
      }
    }
  }

  /// Does all that a child's threads have asked for by now.
  private func hear(_ child: Child, in kernel: Kernel) {
    while let message = receive(from: child) {
      guard let (request, bytes) = GateRequest.read(message[...]) else {
        return kernel.childIsGone(child.process, isBad: true)
      }
      kernel.perform(request, bytes, for: child.process)
    }
  }

  /// The next message; nil where there is none now. One that is too long is no request.
  private func receive(from child: Child) -> [UInt8]? {
    let capacity = Kernel.mailLimit + MailMessage.overhead
    var isThere = false
    let message = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
      // Under the lock, so that the descriptor is still the child's.
      let length = state.withLock { state in
        state.children.contains { $0.socket == child.socket && $0.pid == child.pid }
          ? ck_receive(child.socket, buffer.baseAddress, capacity, 0) : -1
      }
      isThere = length > 0 || length == -Int(EMSGSIZE)
      count = max(0, length)
    }
    return isThere ? message : nil
  }

  /// The operating system says that a child has ended.
  private func bury(_ child: Child, in kernel: Kernel) {
    // What it had asked for before comes first.
    hear(child, in: kernel)
    kernel.childIsGone(child.process, isBad: false)
    let mine = state.withLock { state -> Child? in
      state.children.firstIndex { $0.pid == child.pid }.map { state.children.remove(at: $0) }
    }
    if let mine { forget(mine) }
  }
}
