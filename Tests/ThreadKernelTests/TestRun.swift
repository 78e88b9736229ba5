import ThreadKernel
import Trace

/// A run of some threads until it stands still, what it told, and who was left after its end.
struct TestRun {
  var events: [Event] = []
  var standing = Kernel.Standing.running
  var leftOver: [ThreadID] = []

  init(_ configuration: Kernel.Configuration = .init(), _ body: (Kernel) -> Void) {
    let kernel = Kernel(configuration)
    let collector = kernel.makeCollector()
    body(kernel)
    var told: [Event] = []
    standing = kernel.follow(collector) { told.append($0) }
    events = told
    leftOver = kernel.abandon()
  }

  var kinds: [EventKind] { events.map(\.kind) }
  var picks: [ThreadID] { events.picks }
  /// The numbers of the picked threads.
  var order: [UInt16] { picks.map(\.number) }
}

extension [Event] {
  var picks: [ThreadID] {
    compactMap { if case .choice = $0.kind { $0.thread } else { nil } }
  }

  /// The texts that were told, by their names.
  var texts: [Name: String] {
    var bytes: [Name: [UInt8]] = [:]
    for case .text(let name, let chunk) in map(\.kind) { bytes[name, default: []] += chunk.bytes }
    return bytes.mapValues { String(decoding: $0, as: UTF8.self) }
  }

  /// The bytes that were told, by their numbers.
  var blobs: [Blob: [UInt8]] {
    var bytes: [Blob: [UInt8]] = [:]
    for case .bytes(let blob, let chunk) in map(\.kind) { bytes[blob, default: []] += chunk.bytes }
    return bytes
  }

  /// Whether the places in the order are 0, 1, 2 …
  var isDense: Bool { enumerated().allSatisfy { $0.element.n == UInt64($0.offset) } }
}

/// A run that its controller holds and steps; what it tells is gathered as it goes.
final class HeldRun {
  let kernel: Kernel
  private let collector: Collector
  private(set) var events: [Event] = []

  init(_ configuration: Kernel.Configuration) {
    kernel = Kernel(configuration)
    collector = kernel.makeCollector()
  }

  var kinds: [EventKind] { events.map(\.kind) }

  @discardableResult
  func follow() -> Kernel.Standing { kernel.follow(collector) { events.append($0) } }
}

let process = ProcessID(1)

/// The thread of the tests' process with this number.
func thread(_ number: UInt16) -> ThreadID { ThreadID(process: 1, number: number) }

/// A little program with a bit of everything: it ends under every schedule and in free runs.
func mixedProgram(_ kernel: Kernel) {
  kernel.spawn("main", in: process) {
    let lock = VisibleLock(in: kernel)
    let ready = Signal(in: kernel)
    let cell = SharedCell("cell", in: kernel)
    let worker = kernel.spawn("worker", in: process) {
      lock.lock()
      cell.write(cell.read() + 1)
      lock.unlock()
      ready.set()
      kernel.sleep(1_000)
    }
    let other = kernel.spawn("other", in: process) {
      ready.wait()
      lock.lock()
      kernel.mark("in the lock")
      cell.write(cell.read() + 1)
      lock.unlock()
    }
    _ = kernel.nextAction(among: ["go"])
    if let worker { kernel.join(worker) }
    if let other { kernel.join(other) }
  }
}

/// Two threads that take two locks in opposite orders.
func ringProgram(_ kernel: Kernel) {
  let left = VisibleLock(in: kernel)
  let right = VisibleLock(in: kernel)
  let hasLeft = Signal(in: kernel)
  let hasRight = Signal(in: kernel)
  kernel.spawn("a", in: process) {
    left.lock()
    hasLeft.set()
    hasRight.wait()
    right.lock()
  }
  kernel.spawn("b", in: process) {
    right.lock()
    hasRight.set()
    hasLeft.wait()
    left.lock()
  }
}
