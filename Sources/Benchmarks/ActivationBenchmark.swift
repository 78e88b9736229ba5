import ApartmentRuntime
import CKernel
import ThreadKernel
import Trace

/// `CoCreateInstance` of an in-process class whose module is loaded: what a client waits until it has
/// its pointer. Giving the object back is not counted.
struct ActivationBenchmark {
  let client: Coinit
  let model: String?
  let isTold: Bool

  /// Nanoseconds an activation, over so many.
  func measure(_ count: Int) -> Double {
    Measured.nanoseconds(isTold: isTold, registry: CounterServer.registry(model: model)) {
      process, measured in
      process.spawn("client") { try? create(count, measured) }
    } / Double(count)
  }

  private func create(_ count: Int, _ measured: Measured) throws(HResult) {
    try coInitializeEx(client)
    defer { coUninitialize() }
    // The module is loaded, and the host thread is there, before anything is measured.
    let first = try coCreateInstance(CounterServer.clsid, ICounter.self)
    var spent: UInt64 = 0
    for _ in 0..<count {
      let start = ck_now()
      let counter = try coCreateInstance(CounterServer.clsid, ICounter.self)
      spent += ck_now() - start
      _ = counter.count
    }
    measured.keep(spent)
    _ = first.count
  }
}
