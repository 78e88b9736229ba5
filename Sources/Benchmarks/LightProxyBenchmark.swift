import ApartmentRuntime
import ThreadKernel
import Trace

/// Calls of an object in the neutral apartment, through its light proxy: on the caller's own thread.
struct LightProxyBenchmark {
  let isTold: Bool

  /// Nanoseconds a call, over so many.
  func measure(_ count: Int) -> Double {
    Measured.nanoseconds(isTold: isTold, registry: CounterServer.registry(model: "Neutral")) {
      process, measured in
      process.spawn("caller") { try? call(count, measured) }
    } / Double(count)
  }

  private func call(_ count: Int, _ measured: Measured) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    let counter = try coCreateInstance(CounterServer.clsid, ICounter.self)
    try measured.measure(count) { () throws(HResult) in _ = try counter.increment(1) }
  }
}
