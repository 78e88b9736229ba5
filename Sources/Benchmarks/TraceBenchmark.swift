import ApartmentRuntime
import CKernel
import ThreadKernel
import Trace

/// Telling, folding and seeking events.
struct TraceBenchmark {
  /// Nanoseconds that telling an event takes its thread, with the collector reading on another core.
  func told(_ count: Int) -> Double {
    let kernel = Kernel(.init(startsFree: true, core: 0))
    let collector = kernel.makeCollector()
    let measured = Measured()
    kernel.spawn("teller", in: kernel.numbers.process()) {
      let name = kernel.name("cell")
      var value: Int64 = 0
      measured.measure(count) { () throws(Never) in
        value += 1
        kernel.tell(.cellWritten(name, value))
      }
    }
    kernel.runToEnd(collector)
    return measured.value / Double(count)
  }

  /// A history of at least so many events: calls from an MTA to an STA.
  func makeHistory(_ count: Int) -> [Event] {
    let kernel = Kernel(.init(startsFree: true))
    let collector = kernel.makeCollector()
    let process = ComProcess("bench", in: kernel)
    process.register(ICounter.self)
    let stream = ComField<IStream>("bench.stream", in: kernel)
    let ready = Signal(in: kernel)
    let done = Signal(in: kernel)
    process.spawn("main") {
      try? serve(stream, ready, done)
    }
    process.spawn("worker") {
      ready.wait()
      // A call tells twelve events at least.
      try? call(stream, count / 12)
      done.set()
    }
    var events: [Event] = []
    events.reserveCapacity(count + count / 2)
    _ = kernel.follow(collector, quietSeconds: 30) { events.append($0) }
    kernel.abandon()
    return events
  }

  private func serve(
    _ stream: ComField<IStream>, _ ready: Signal, _ done: Signal
  ) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    let counter = ComPtr<ICounter>(try Counter())
    stream.set(try coMarshalInterThreadInterfaceInStream(ICounter.self, counter))
    ready.set()
    try coWaitForHandle(.signal(done))
    _ = counter.count
  }

  private func call(_ stream: ComField<IStream>, _ count: Int) throws(HResult) {
    try coInitializeEx(.multithreaded)
    let counter = try coGetInterfaceAndReleaseStream(stream, ICounter.self)
    stream.detach()
    for _ in 0..<count { _ = try counter.increment(1) }
  }

  /// Nanoseconds to fold an event, over all of them.
  func folded(_ events: [Event]) -> Double {
    var world = World()
    let start = ck_now()
    for event in events { world.apply(event) }
    return Double(ck_now() - start) / Double(max(1, events.count))
  }

  /// Nanoseconds to any moment of the history, one after another from all over it.
  func seek(_ history: inout History, _ count: Int) -> Double {
    var place = 7
    return nanosecondsEach(count) {
      place = (place + 387_421) % max(1, history.count)
      _ = history.world(at: place)
    }
  }
}
