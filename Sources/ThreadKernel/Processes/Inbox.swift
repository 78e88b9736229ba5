import CKernel

/// Where the messages of a child process are received.
final class Inbox: @unchecked Sendable {
  // Invariant: it is only touched by a thread that holds the scheduler's lock. `count` messages lie
  // in the buffer, each in `capacity` bytes of its own and as long as its length says.

  private static let most = 8
  private static let capacity = Kernel.mailLimit + MailMessage.overhead

  private let buffer = UnsafeMutableRawBufferPointer.allocate(
    byteCount: most * capacity, alignment: 8)
  private var lengths = [Int](repeating: 0, count: most)
  private var count = 0
  private var place = 0
  /// How many ever came.
  private var received: UInt32 = 0

  deinit { buffer.deallocate() }

  /// A message of a child's.
  enum Message {
    case request(GateRequest, [UInt8])
    /// One that is too long or says nothing, or the other end is closed.
    case noRequest
  }

  /// The next message that is there; nil where there is none.
  ///
  /// - Parameter sent: how many were sent at least: no more are looked for. nil: looks until there
  ///   is none.
  func next(from socket: Int32, sent: UInt32?) -> Message? {
    if place == count {
      let most = sent.map { Int($0 &- received) } ?? Self.most
      place = 0
      count = most == 0 ? 0 : receive(from: socket, min(most, Self.most))
      received &+= UInt32(count)
      if count == 0 { return nil }
    }
    defer { place += 1 }
    guard lengths[place] >= 0 else { return .noRequest }
    let start = place * Self.capacity
    let bytes = UnsafeRawBufferPointer(rebasing: buffer[start..<start + lengths[place]])
    return GateRequest.read(bytes).map(Message.request) ?? .noRequest
  }

  private func receive(from socket: Int32, _ most: Int) -> Int {
    Int(
      ck_receive_many(socket, buffer.baseAddress, Self.capacity, &lengths, Int32(most)))
  }
}
