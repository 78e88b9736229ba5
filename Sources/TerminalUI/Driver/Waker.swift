import CTerminal
import Glibc

/// A descriptor that any thread can make readable. It lives as long as somebody can call `wakeUp`, so
/// that a late call never writes into a descriptor that has become something else.
final class Waker: Sendable {
  let descriptor: Int32

  init() throws(TerminalError) {
    descriptor = ct_eventfd()
    if descriptor < 0 { throw .system(what: "eventfd", code: errno) }
  }

  deinit { close(descriptor) }

  func wakeUp() {
    var one: UInt64 = 1
    _ = write(descriptor, &one, MemoryLayout<UInt64>.size)
  }

  /// Takes all calls so far together; whether there were any.
  func takeCalls() -> Bool {
    var count: UInt64 = 0
    return read(descriptor, &count, MemoryLayout<UInt64>.size) > 0
  }
}
