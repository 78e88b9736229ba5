import CKernel
import Synchronization
import ThreadKernel

/// A figure that a thread of a run leaves for who measures.
final class Measured: Sendable {
  private let bits = Atomic<UInt64>(0)

  /// Nanoseconds.
  var value: Double { Double(bits.load(ordering: .relaxed)) }

  /// Keeps a time in nanoseconds.
  func keep(_ nanoseconds: UInt64) { bits.store(nanoseconds, ordering: .relaxed) }

  /// Runs `body` so often and keeps how long it took.
  func measure<Failure: Error>(
    _ count: Int, _ body: () throws(Failure) -> Void
  ) throws(Failure) {
    let start = ck_now()
    for _ in 0..<count { try body() }
    bits.store(ck_now() - start, ordering: .relaxed)
  }
}

/// Runs `body` so often. Nanoseconds each.
func nanosecondsEach(_ count: Int, _ body: () -> Void) -> Double {
  let start = ck_now()
  for _ in 0..<count { body() }
  return Double(ck_now() - start) / Double(count)
}

extension Kernel {
  /// Follows a free run to its end and ends it.
  func runToEnd(_ collector: Collector) {
    _ = follow(collector, quietSeconds: 30) { _ in }
    abandon()
  }

  /// The same where nobody listens.
  func runToEnd() {
    while waitUntilStanding(seconds: 30) == .running {}
    abandon()
  }
}
