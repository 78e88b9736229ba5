import ApartmentRuntime
import ThreadKernel
import Trace

/// Calls by a direct pointer, beside a call of the same method through its Swift protocol.
struct DirectBenchmark {
  enum Way { case swiftProtocol, pointer }

  let way: Way
  let isTold: Bool

  /// Nanoseconds a call, over so many.
  func measure(_ count: Int) -> Double {
    Measured.nanoseconds(isTold: isTold) { process, measured in
      process.spawn("caller") { try? call(count, measured) }
    } / Double(count)
  }

  private func call(_ count: Int, _ measured: Measured) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    let object = try Counter()
    let pointer = ComPtr<ICounter>(object)
    switch way {
    case .swiftProtocol:
      let counting = hidden(object)
      try measured.measure(count) { () throws(HResult) in _ = try counting.increment(1) }
    case .pointer:
      try measured.measure(count) { () throws(HResult) in _ = try pointer.increment(1) }
    }
  }

  /// The compiler must not see which class is behind the protocol: it would call it directly.
  @inline(never)
  private func hidden(_ object: Counter) -> any Counting { object }
}
