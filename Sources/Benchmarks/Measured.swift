import ApartmentRuntime
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

extension Measured {
  /// What a program left that ran free, to its end, with everything told or nothing.
  ///
  /// - Parameter core: where its threads run that ask for no other.
  static func nanoseconds(
    isTold: Bool, core: Int = 0, registry: Registry = Registry(),
    host: ServiceControlManager.Hosting? = nil, _ start: (ComProcess, Measured) -> Void
  ) -> Double {
    let kernel = Kernel(.init(startsFree: true, isTold: isTold, core: core))
    let collector = kernel.makeCollector()
    let measured = Measured()
    let process = ComProcess("bench", in: kernel, registry: registry, host: host)
    process.register(ICounter.self)
    start(process, measured)
    if isTold {
      kernel.runToEnd(collector)
    } else {
      while kernel.waitUntilStanding(seconds: 30) == .running {}
      kernel.abandon()
    }
    return measured.value
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
}
