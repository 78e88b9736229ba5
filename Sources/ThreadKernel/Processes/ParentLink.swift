import CKernel
import Trace

/// A child process's way to the kernel, which its parent has: a socket for what is asked and for
/// mail, and the arena for answers.
final class ParentLink: Sendable {
  private let socket: Int32
  /// Mail that was received for other threads than the one that looked, by their slots.
  private let inbox = Guarded<[Int: [Mail]]>([:])

  init(socket: Int32) { self.socket = socket }

  /// Sends a request that is answered by a go word, or not at all.
  func send(_ request: GateRequest, _ bytes: [UInt8] = []) {
    let message = request.message(bytes)
    // The parent is gone: so is this process, in a moment.
    if ck_send(socket, message, message.count, 1) != 0 { ck_kill(ck_process_number()) }
  }

  /// Sends a request and sleeps until it is answered.
  func ask(
    _ request: GateRequest, _ bytes: [UInt8] = [], in memory: SharedArena.Slot
  ) -> (GateAnswer, [UInt8]) {
    memory.isAnswered.pointee.store(0, ordering: .relaxed)
    send(request, bytes)
    return memory.awaitReply()
  }

  /// The next piece of mail for a thread, which is on its way at least.
  func receiveMail(slot: Int) -> Mail? {
    inbox.withLock { inbox -> Mail? in
      while true {
        if var pieces = inbox[slot], !pieces.isEmpty {
          let first = pieces.removeFirst()
          inbox[slot] = pieces
          return first
        }
        let message = Self.receive(from: socket)
        guard let (receiver, mail) = MailMessage.read(message) else {
          ck_kill(ck_process_number())
          return nil
        }
        inbox[receiver, default: []].append(mail)
      }
    }
  }

  /// The next message: nothing where the other end is closed.
  static func receive(from socket: Int32) -> [UInt8] {
    let capacity = Kernel.mailLimit + MailMessage.overhead
    return [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
      count = max(0, ck_receive(socket, buffer.baseAddress, capacity, 1))
    }
  }
}

/// Mail as it crosses to a child process: the receiver's slot, the sender, then the bytes.
enum MailMessage {
  static let overhead = MemoryLayout<GateRequest>.size

  static func write(_ mail: Mail, to slot: Int) -> [UInt8] {
    let from = [UInt8(slot)] + mail.from.process.bytes + mail.from.number.bytes
    return from + mail.bytes
  }

  static func read(_ message: [UInt8]) -> (slot: Int, Mail)? {
    guard message.count >= 5 else { return nil }
    func number(_ place: Int) -> UInt16 {
      UInt16(message[place]) | UInt16(message[place + 1]) << 8
    }
    let from = ThreadID(process: number(1), number: number(3))
    return (Int(message[0]), Mail(from: from, bytes: Array(message.dropFirst(5))))
  }
}

extension UInt16 {
  /// Little endian.
  fileprivate var bytes: [UInt8] { [UInt8(self & 0xFF), UInt8(self >> 8)] }
}
