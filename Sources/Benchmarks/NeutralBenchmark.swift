import ApartmentRuntime
import ThreadKernel
import Trace

/// Calls that cross apartments on the caller's own thread: of an object with the free-threaded
/// marshaller, and of one in the neutral apartment through its light proxy.
struct NeutralBenchmark {
  enum Way { case freeThreaded, lightProxy }

  let way: Way
  let isTold: Bool

  /// Nanoseconds a call, over so many.
  func measure(_ count: Int) -> Double {
    let kernel = Kernel(.init(startsFree: true, isTold: isTold, core: 0))
    let collector = kernel.makeCollector()
    let measured = Measured()
    let process = ComProcess(
      "bench", in: kernel, registry: CounterServer.registry(model: "Neutral"))
    process.register(ICounter.self)
    switch way {
    case .freeThreaded: hand(to: process, count, measured)
    case .lightProxy: process.spawn("caller") { try? create(count, measured) }
    }
    if isTold {
      kernel.runToEnd(collector)
    } else {
      kernel.runToEnd()
    }
    return measured.value / Double(count)
  }

  private func create(_ count: Int, _ measured: Measured) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    let counter = try coCreateInstance(CounterServer.clsid, ICounter.self)
    try measured.measure(count) { () throws(HResult) in _ = try counter.increment(1) }
  }

  private func hand(to process: ComProcess, _ count: Int, _ measured: Measured) {
    let stream = ComField<IStream>("bench.stream", in: process.kernel)
    let ready = Signal(in: process.kernel)
    let done = Signal(in: process.kernel)
    process.spawn("owner") {
      try? own(stream, ready, done)
      ready.set()
    }
    process.spawn("caller") {
      ready.wait()
      try? call(stream, count, measured)
      done.set()
    }
  }

  private func own(
    _ stream: ComField<IStream>, _ ready: Signal, _ done: Signal
  ) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    let object = try Counter()
    try object.aggregateFreeThreadedMarshaler()
    let counter = ComPtr<ICounter>(object)
    stream.set(try coMarshalInterThreadInterfaceInStream(ICounter.self, counter))
    ready.set()
    try coWaitForHandle(.signal(done))
    _ = counter.count
  }

  private func call(
    _ stream: ComField<IStream>, _ count: Int, _ measured: Measured
  ) throws(HResult) {
    try coInitializeEx(.multithreaded)
    defer { coUninitialize() }
    let counter = try coGetInterfaceAndReleaseStream(stream, ICounter.self)
    stream.detach()
    try measured.measure(count) { () throws(HResult) in _ = try counter.increment(1) }
  }
}
