import ApartmentRuntime
import ThreadKernel
import Trace

/// Calls from one apartment to another, in a free run.
struct CallBenchmark {
  let caller: Coinit
  let server: Coinit
  /// The core of the calling thread and of the object's.
  var cores = (caller: 0, server: 0)
  var isTold = true
  /// Whether the object has the free-threaded marshaller: the caller gets it in person.
  var isFreeThreaded = false

  /// Nanoseconds a call, over so many.
  func measure(_ count: Int) -> Double {
    Measured.nanoseconds(isTold: isTold, core: cores.server) { start($0, count, $1) }
      / Double(count)
  }

  private func start(_ process: ComProcess, _ count: Int, _ measured: Measured) {
    let stream = ComField<IStream>("bench.stream", in: process.kernel)
    let ready = Signal(in: process.kernel)
    let done = Signal(in: process.kernel)
    process.spawn("server", core: cores.server) { try? serve(stream, ready, done) }
    process.spawn("caller", core: cores.caller) {
      ready.wait()
      try? call(stream, count, measured)
      done.set()
    }
  }

  private func serve(
    _ stream: ComField<IStream>, _ ready: Signal, _ done: Signal
  ) throws(HResult) {
    try coInitializeEx(server)
    let object = try Counter()
    if isFreeThreaded { try object.aggregateFreeThreadedMarshaler() }
    let counter = ComPtr<ICounter>(object)
    stream.set(try coMarshalInterThreadInterfaceInStream(ICounter.self, counter))
    ready.set()
    try coWaitForHandle(.signal(done))
    _ = counter.count
  }

  private func call(
    _ stream: ComField<IStream>, _ count: Int, _ measured: Measured
  ) throws(HResult) {
    try coInitializeEx(caller)
    let counter = try coGetInterfaceAndReleaseStream(stream, ICounter.self)
    stream.detach()
    for _ in 0..<count / 10 { _ = try counter.increment(1) }
    try measured.measure(count) { () throws(HResult) in _ = try counter.increment(1) }
  }
}
