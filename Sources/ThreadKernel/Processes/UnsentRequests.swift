import Trace

/// Requests that a thread of a child process keeps, to send them as one message with the next.
final class UnsentRequests {
  // Invariant: the first `count` bytes of the buffer are the message so far.
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: limit, alignment: 8)
  private var count = 0
  /// The thread that waits for what is kept; nil where nobody does.
  private(set) var receiver: ThreadID?

  /// How long a message of kept requests can be.
  static let limit = 2048

  deinit { buffer.deallocate() }

  var isEmpty: Bool { count == 0 }

  /// Keeps a request that need not be sent now.
  ///
  /// - Parameter isWaiting: whether the thread does nothing more before it waits.
  /// - Returns: false where it is to be sent.
  func keeps(_ request: GateRequest, _ bytes: [UInt8], isWaiting: Bool) -> Bool {
    let isMail = isWaiting && request.kind == .mail && !request.isAwaited
    guard isMail || !request.isUrgent, append(request, bytes) else { return false }
    if isMail { receiver = request.thread }
    return true
  }

  /// - Returns: false where there is no room.
  func append(_ request: GateRequest, _ bytes: [UInt8]) -> Bool {
    let start = count + GateRequest.size
    guard start + bytes.count <= buffer.count else { return false }
    var request = request
    request.length = UInt32(bytes.count)
    withUnsafeBytes(of: request) {
      UnsafeMutableRawBufferPointer(rebasing: buffer[count...]).copyMemory(from: $0)
    }
    UnsafeMutableRawBufferPointer(rebasing: buffer[start...]).copyBytes(from: bytes)
    count = start + bytes.count
    return true
  }

  /// Hands the message over, of which nothing is kept any more.
  func take(_ body: (UnsafeRawBufferPointer) -> Void) {
    guard count > 0 else { return }
    body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    count = 0
    receiver = nil
  }
}
