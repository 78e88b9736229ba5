import CKernel

/// Where the messages of child processes are received: one place for all, touched by one thread.
final class Inbox {
  private static let most = 8
  private static let capacity = Kernel.mailLimit + MailMessage.overhead

  // Invariant: `count` messages lie there, each in `capacity` bytes of its own and as long as its
  // length says; a view of one is used before the next ones are received.
  private let buffer = UnsafeMutableRawBufferPointer.allocate(
    byteCount: most * capacity, alignment: 8)
  private var lengths = [Int](repeating: 0, count: most)
  private var count = 0

  deinit { buffer.deallocate() }

  /// Takes the messages that are there, as many as there is room for; how many.
  func receive(from socket: Int32) -> Int {
    count = Int(
      ck_receive_many(
        socket, buffer.baseAddress, Self.capacity, &lengths, Int32(Self.most)))
    return count
  }

  /// Whether there may be more than was taken.
  var isFull: Bool { count == Self.most }

  /// Those received last; nil for one that is too long.
  var messages: some Sequence<UnsafeRawBufferPointer?> {
    (0..<count).lazy.map { [self] index in
      guard lengths[index] >= 0 else { return nil }
      let start = index * Self.capacity
      return UnsafeRawBufferPointer(rebasing: buffer[start..<start + lengths[index]])
    }
  }
}
