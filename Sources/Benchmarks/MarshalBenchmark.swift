import ApartmentRuntime
import ThreadKernel
import Trace

/// `CoMarshalInterface` of an object that has its stub, and `CoUnmarshalInterface` in another
/// apartment that has its proxy.
struct MarshalBenchmark {
  /// Nanoseconds for each, over so many.
  func measure(_ count: Int) -> (marshal: Double, unmarshal: Double) {
    let kernel = Kernel(.init(startsFree: true, core: 0))
    let collector = kernel.makeCollector()
    let marshal = Measured()
    let unmarshal = Measured()
    start(ComProcess("bench", in: kernel), count, marshal, unmarshal)
    kernel.runToEnd(collector)
    return (marshal.value / Double(count), unmarshal.value / Double(count))
  }

  private func start(
    _ process: ComProcess, _ count: Int, _ marshal: Measured, _ unmarshal: Measured
  ) {
    process.register(ICounter.self)
    let field = ComField<IStream>("bench.stream", in: process.kernel)
    let ready = Signal(in: process.kernel)
    let done = Signal(in: process.kernel)
    process.spawn("server") {
      try? fill(field, count, marshal)
      ready.set()
      try? coWaitForHandle(.signal(done))
    }
    process.spawn("client") {
      ready.wait()
      try? empty(field, count, unmarshal)
      done.set()
    }
  }

  private func fill(
    _ field: ComField<IStream>, _ count: Int, _ measured: Measured
  ) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    let counter = ComPtr<ICounter>(try Counter())
    let stream = createStream()
    try measured.measure(count) { () throws(HResult) in
      try coMarshalInterface(stream, ICounter.iid, counter)
    }
    try stream.seek(to: 0)
    field.set(stream)
  }

  private func empty(
    _ field: ComField<IStream>, _ count: Int, _ measured: Measured
  ) throws(HResult) {
    try coInitializeEx(.multithreaded)
    let stream = try field.pointer()
    let first = try coUnmarshalInterface(stream, ICounter.self)
    try measured.measure(count - 1) { () throws(HResult) in
      _ = try coUnmarshalInterface(stream, ICounter.self)
    }
    _ = first.count
  }
}
