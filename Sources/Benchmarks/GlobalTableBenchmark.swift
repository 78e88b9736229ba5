import ApartmentRuntime
import ThreadKernel
import Trace

/// `GetInterfaceFromGlobal` in another apartment that has the object's proxy already.
struct GlobalTableBenchmark {
  let isTold: Bool

  /// Nanoseconds for a pointer got and given back, over so many.
  func measure(_ count: Int) -> Double {
    Measured.nanoseconds(isTold: isTold) { start($0, count, $1) } / Double(count)
  }

  private func start(_ process: ComProcess, _ count: Int, _ measured: Measured) {
    let cookie = SharedCell("bench.cookie", in: process.kernel)
    let ready = Signal(in: process.kernel)
    let done = Signal(in: process.kernel)
    process.spawn("owner") {
      try? own(cookie, ready, done)
      ready.set()
    }
    process.spawn("user") {
      ready.wait()
      try? use(UInt32(truncatingIfNeeded: cookie.read()), count, measured)
      done.set()
    }
  }

  private func own(_ cookie: SharedCell, _ ready: Signal, _ done: Signal) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    let table = try coCreateInstance(
      CLSID.stdGlobalInterfaceTable, IGlobalInterfaceTable.self)
    let number = try table.registerInterfaceInGlobal(ComPtr<ICounter>(try Counter()))
    cookie.write(Int64(number))
    ready.set()
    try coWaitForHandle(.signal(done))
    try table.revokeInterfaceFromGlobal(number)
  }

  private func use(_ cookie: UInt32, _ count: Int, _ measured: Measured) throws(HResult) {
    try coInitializeEx(.multithreaded)
    defer { coUninitialize() }
    let table = try coCreateInstance(
      CLSID.stdGlobalInterfaceTable, IGlobalInterfaceTable.self)
    let first = try table.getInterfaceFromGlobal(cookie, ICounter.self)
    try measured.measure(count) { () throws(HResult) in
      _ = try table.getInterfaceFromGlobal(cookie, ICounter.self)
    }
    _ = first.count
  }
}
