import CKernel

/// Where the messages of a child process are received.
final class Inbox: @unchecked Sendable {
  // Invariant: it is only touched by a thread that holds the scheduler's lock. `count` messages lie
  // in the buffer, each in `capacity` bytes of its own and as long as its length says.

  private static let most = 8
  private static let capacity = Kernel.mailLimit + GateRequest.overhead

  private let buffer = UnsafeMutableRawBufferPointer.allocate(
    byteCount: most * capacity, alignment: 8)
  private var lengths = [Int](repeating: 0, count: most)
  private var count = 0
  private var place = 0
  /// How much of the message there has been read.
  private var offset = 0
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
    let request = readNext()
    if request == nil || offset == lengths[place] {
      place += 1
      offset = 0
    }
    return request.map(Message.request) ?? .noRequest
  }

  private func readNext() -> (GateRequest, [UInt8])? {
    guard lengths[place] > offset else { return nil }
    let start = place * Self.capacity
    let rest = UnsafeRawBufferPointer(
      rebasing: buffer[start + offset..<start + lengths[place]])
    guard let (request, bytes) = GateRequest.read(rest) else { return nil }
    offset += GateRequest.size + bytes.count
    return (request, bytes)
  }

  private func receive(from socket: Int32, _ most: Int) -> Int {
    Int(
      ck_receive_many(socket, buffer.baseAddress, Self.capacity, &lengths, Int32(most)))
  }
}
