import CKernel
import Synchronization
import Trace

/// A child process's way to the kernel, which its parent has: a socket for what is asked and for
/// mail, and the arena for answers.
final class ParentLink: Sendable {
  private let process: ProcessID
  private let socket: Int32
  /// Wakes the parent's thread that listens.
  private let bell: Int32
  private let arena: SharedArena
  private let inbox: Guarded<MailInbox>
  /// The slot of the thread that was last asked to hear something.
  private let lastHearer = Atomic<Int>(0)

  init(of process: ProcessID, socket: Int32, bell: Int32, arena: SharedArena) {
    self.process = process
    self.socket = socket
    self.bell = bell
    self.arena = arena
    inbox = Guarded(MailInbox(socket: socket))
  }

  /// Sends a request that is answered by a go word, or not at all.
  func send(_ request: GateRequest, _ bytes: [UInt8] = []) {
    KernelThread.withCurrent { me in
      guard let me else { return send(request, bytes, behind: nil) }
      if me.unsent.keeps(request, bytes, isWaiting: me.unwoken != nil) { return }
      send(request, bytes, behind: me.unsent)
    }
  }

  /// What a thread has kept and another one waits for is sent now.
  func sendUnsent(of me: KernelThread) {
    if let receiver = me.unsent.receiver { me.unsent.take { send($0, [], to: receiver) } }
  }

  private func send(_ request: GateRequest, _ bytes: [UInt8], behind unsent: UnsentRequests?) {
    if let unsent, !unsent.isEmpty {
      let receiver = unsent.receiver ?? request.thread
      let isAppended = unsent.append(request, bytes)
      unsent.take { send($0, [], to: receiver) }
      if isAppended { return }
    }
    var request = request
    request.length = UInt32(bytes.count)
    withUnsafeBytes(of: request) { send($0, bytes, to: request.thread) }
  }

  /// Sends a message, and has somebody hear it: that thread, if it can.
  private func send(_ head: UnsafeRawBufferPointer, _ bytes: [UInt8], to thread: ThreadID) {
    // The parent is gone: so is this process, in a moment.
    if ck_send_parts(socket, head.baseAddress, head.count, bytes, bytes.count, 1) != 0 {
      ck_kill(ck_process_number())
    }
    arena.sent(process).increment()
    // Whoever is about to hear what was sent before hears this too.
    guard arena.isHeard(process).exchange(1) == 0 else { return }
    if !isHeard(by: thread) { ck_wake(bell) }
  }

  /// In a free run a thread of the parent's that sleeps is woken to hear what concerns it: that is
  /// one wake less than to have it done by the thread that listens.
  private func isHeard(by thread: ThreadID) -> Bool {
    guard !thread.isNone, Kernel.isFree(arena.mode.relaxed),
      let number = arena.slotNumber(of: thread, guess: lastHearer.load(ordering: .relaxed))
    else { return false }
    lastHearer.store(number, ordering: .relaxed)
    let slot = arena.slot(number)
    guard slot.asleep.replace(Asleep.sleeps, by: Asleep.toHear(process)) else { return false }
    // Where it is not to stay it is about to wake.
    _ = slot.go.pointee.compareExchange(
      expected: GoWord.stay, desired: GoWord.lookAgain, ordering: .acquiringAndReleasing)
    slot.go.wake()
    return true
  }

  /// Sends a request and sleeps until it is answered.
  func ask(
    _ request: GateRequest, _ bytes: [UInt8] = [], in memory: SharedArena.Slot
  ) -> (GateAnswer, [UInt8]) {
    memory.isAnswered.pointee.store(0, ordering: .relaxed)
    send(request, bytes)
    return memory.awaitReply()
  }

  /// The next piece of mail for a thread, where there is one that is meant.
  func receiveMail(
    slot: Int, _ memory: SharedArena.Slot, where isMeant: (Mail) -> Bool
  ) -> Mail? {
    inbox.withLock { inbox in
      // It is on its way at least, unless another thread was faster.
      guard memory.mailTaken.relaxed != memory.mail.acquired else { return nil }
      guard let mail = inbox.next(for: slot) else {
        ck_kill(ck_process_number())
        return nil
      }
      guard isMeant(mail) else {
        inbox.putBack(mail, for: slot)
        return nil
      }
      memory.mailTaken.relaxed &+= 1
      return mail
    }
  }

  /// The first message: nothing where the other end is closed.
  static func receive(from socket: Int32) -> [UInt8] {
    let capacity = Kernel.mailLimit + GateRequest.overhead
    return [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
      count = max(0, ck_receive(socket, buffer.baseAddress, capacity, 1))
    }
  }
}

/// Where mail for the threads of a child process is received.
private struct MailInbox: @unchecked Sendable {
  // Invariant: the buffer is touched by whoever has the only value of this type, and lives as long
  // as the process.

  private let socket: Int32
  private let buffer = UnsafeMutableRawBufferPointer.allocate(
    byteCount: Kernel.mailLimit + GateRequest.overhead, alignment: 8)
  /// Mail for other threads than the one that looked.
  private var others: [(slot: Int, mail: Mail)] = []

  init(socket: Int32) { self.socket = socket }

  mutating func putBack(_ mail: Mail, for slot: Int) { others.insert((slot, mail), at: 0) }

  /// The oldest piece for a thread, which is on its way at least; nil where no more comes.
  mutating func next(for slot: Int) -> Mail? {
    if let index = others.firstIndex(where: { $0.slot == slot }) {
      return others.remove(at: index).mail
    }
    while true {
      let count = ck_receive(socket, buffer.baseAddress, buffer.count, 1)
      guard count > 0, let (receiver, mail) = MailMessage.read(buffer[..<count]) else { return nil }
      if receiver == slot { return mail }
      others.append((receiver, mail))
    }
  }
}

/// The head of mail as it crosses to a child process, before its bytes.
struct MailMessage: BitwiseCopyable {

  /// The receiver's slot.
  let slot: UInt8
  let isShared: Bool
  let from: ThreadID

  init(_ mail: Mail, to slot: Int) {
    self.slot = UInt8(slot)
    isShared = mail.isShared
    from = mail.from
  }

  fileprivate static func read(_ message: Slice<UnsafeMutableRawBufferPointer>) -> (Int, Mail)? {
    let size = MemoryLayout<MailMessage>.size
    guard message.count >= size else { return nil }
    let message = UnsafeRawBufferPointer(rebasing: message)
    let head = message.loadUnaligned(as: MailMessage.self)
    let bytes = Array(UnsafeRawBufferPointer(rebasing: message[size...]))
    let mail = Mail(from: head.from, bytes: bytes, isShared: head.isShared)
    return (Int(head.slot), mail)
  }
}
