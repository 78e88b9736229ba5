import ApartmentRuntime
import CKernel
import ThreadKernel
import Trace

/// What a client of another process waits for, in a free run: both processes on one core.
struct LocalServerBenchmark {
  /// What is measured.
  enum Work {
    case call
    /// `CoCreateInstance` while the server is running. Giving the object back is not counted.
    case activation
    /// `CoCreateInstance` that has to start the server, which ends each time.
    case coldActivation
  }

  let work: Work
  let server: BenchmarkServer
  /// The program that the server's process is of.
  let executable: String
  var isTold = false

  /// Nanoseconds each, over so many.
  func measure(_ count: Int) -> Double {
    Measured.nanoseconds(
      isTold: isTold, registry: server.registry, host: BenchmarkServer.hosting(executable)
    ) { process, measured in
      process.spawn("client") { try? run(count, measured) }
    } / Double(count)
  }

  private func run(_ count: Int, _ measured: Measured) throws(HResult) {
    try coInitializeEx(.multithreaded)
    defer { coUninitialize() }
    switch work {
    case .call:
      let counter = try create()
      for _ in 0..<count / 10 { _ = try counter.increment(1) }
      try measured.measure(count) { () throws(HResult) in _ = try counter.increment(1) }
    case .activation:
      // The first one keeps the server.
      let first = try create()
      try createEach(count, measured)
      _ = first.isProxy
    case .coldActivation: try createEach(count, measured)
    }
  }

  private func createEach(_ count: Int, _ measured: Measured) throws(HResult) {
    var spent: UInt64 = 0
    for _ in 0..<count {
      let start = ck_now()
      let counter = try create()
      spent += ck_now() - start
      _ = counter.isProxy
    }
    measured.keep(spent)
  }

  private func create() throws(HResult) -> ComPtr<ICounter> {
    try coCreateInstance(BenchmarkServer.clsid, ICounter.self, .localServer)
  }

  /// Nanoseconds from starting the program to the first byte that it sends: what a cold activation
  /// is measured against.
  static func firstByte(of executable: String) -> Double {
    var sockets: [Int32] = [-1, -1]
    guard ck_socket_pair(&sockets) == 0 else { return 0 }
    defer { ck_close(sockets[0]) }
    let start = ck_now()
    var pid: Int32 = 0
    let isStarted = executable.withCString { path in
      "-Embedding".withCString { argument in
        let arguments = [
          UnsafeMutablePointer(mutating: path), UnsafeMutablePointer(mutating: argument), nil,
        ]
        return ck_spawn(path, arguments, sockets[1], sockets[1], sockets[1], &pid) == 0
      }
    }
    ck_close(sockets[1])
    guard isStarted else { return 0 }
    var byte: UInt8 = 1
    _ = ck_send(sockets[0], &byte, 1, 1)
    _ = ck_receive(sockets[0], &byte, 1, 1)
    let end = ck_now()
    ck_reap(pid)
    return Double(end - start)
  }
}
