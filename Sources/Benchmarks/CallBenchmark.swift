import ApartmentRuntime
import CKernel
import Synchronization
import ThreadKernel
import Trace

/// Calls from one apartment to another, in a free run with everything told.
struct CallBenchmark {
  let caller: Coinit
  let server: Coinit
  /// The core of the calling thread and of the object's.
  let cores: (caller: Int, server: Int)

  /// Nanoseconds a call, over so many.
  func measure(_ count: Int) -> Double {
    let kernel = Kernel(.init(startsFree: true, core: cores.server))
    let collector = kernel.makeCollector()
    let process = ComProcess("bench", in: kernel)
    process.register(ICounter.self)
    let nanoseconds = Atomic<UInt64>(0)
    withExtendedLifetime(nanoseconds) {}
    let result = Result()
    start(process, count, result)
    _ = kernel.follow(collector) { _ in }
    kernel.abandon()
    return Double(result.nanoseconds.load(ordering: .relaxed)) / Double(count)
  }

  final class Result: Sendable {
    let nanoseconds = Atomic<UInt64>(0)
  }

  private func start(_ process: ComProcess, _ count: Int, _ result: Result) {
    let stream = ComField<IStream>("bench.stream", in: process.kernel)
    let ready = Signal(in: process.kernel)
    let done = Signal(in: process.kernel)
    process.spawn("server", core: cores.server) {
      try? serve(stream, ready, done)
    }
    process.spawn("caller", core: cores.caller) {
      ready.wait()
      try? call(stream, count, result)
      done.set()
    }
  }

  private func serve(_ stream: ComField<IStream>, _ ready: Signal, _ done: Signal) throws(HResult) {
    try coInitializeEx(server)
    let counter = ComPtr<ICounter>(try Counter())
    stream.set(try coMarshalInterThreadInterfaceInStream(ICounter.self, counter))
    ready.set()
    try coWaitForHandle(.signal(done))
    _ = counter.count
  }

  private func call(
    _ stream: ComField<IStream>, _ count: Int, _ result: Result
  ) throws(HResult) {
    try coInitializeEx(caller)
    let counter = try coGetInterfaceAndReleaseStream(stream, ICounter.self)
    stream.detach()
    for _ in 0..<200 { _ = try counter.increment(1) }
    let start = ck_now()
    for _ in 0..<count { _ = try counter.increment(1) }
    result.nanoseconds.store(ck_now() - start, ordering: .relaxed)
  }
}
