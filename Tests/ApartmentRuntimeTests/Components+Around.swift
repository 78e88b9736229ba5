import ApartmentRuntime
import ThreadKernel
import Trace

/// What was noted, in order.
final class Log: Sendable {
  private let content = ShortLock<[String]>([])

  var lines: [String] { content.withLock { $0 } }

  func add(_ line: String) { content.withLock { $0.append(line) } }
}

/// A message filter that answers what the test says, and logs what it is asked.
final class TestFilter: ComObject, MessageFiltering {
  override class var interfaces: [any ComInterface.Type] { [IMessageFilter.self] }

  private let log: Log
  private let incoming: @Sendable (IncomingCall) -> ServerCall
  private let retry: @Sendable (RejectedCall) -> Retry
  private let pending: @Sendable (PendingCall) -> PendingMessage

  init(
    _ log: Log = Log(),
    incoming: @escaping @Sendable (IncomingCall) -> ServerCall = { _ in .isHandled },
    retry: @escaping @Sendable (RejectedCall) -> Retry = { _ in .cancel },
    pending: @escaping @Sendable (PendingCall) -> PendingMessage = { _ in .waitDefaultProcess }
  ) throws(HResult) {
    self.log = log
    self.incoming = incoming
    self.retry = retry
    self.pending = pending
    try super.init(name: "Filter")
  }

  func handleInComingCall(_ type: CallType, _ call: IncomingCall) -> ServerCall {
    log.add("\(type)")
    return incoming(call)
  }

  func retryRejectedCall(_ call: RejectedCall) -> Retry {
    log.add("\(call.reason) after \(call.milliseconds) ms")
    return retry(call)
  }

  func messagePending(_ type: PendingType, _ call: PendingCall) -> PendingMessage {
    log.add("message, \(type)")
    return pending(call)
  }

  /// Has the calling thread's apartment ask it.
  func register() throws(HResult) {
    _ = try coRegisterMessageFilter(ComPtr<IMessageFilter>(self))
  }
}

/// A filter that QueryInterface does not find.
final class HiddenFilter: ComObject, MessageFiltering {
  override class var interfaces: [any ComInterface.Type] { [] }

  init() throws(HResult) { try super.init(name: "Hidden") }

  func handleInComingCall(_ type: CallType, _ call: IncomingCall) -> ServerCall { .rejected }
  func retryRejectedCall(_ call: RejectedCall) -> Retry { .cancel }
  func messagePending(_ type: PendingType, _ call: PendingCall) -> PendingMessage {
    .waitDefaultProcess
  }
}

/// Opens one gate and waits for another, in every method.
final class Gate: ComObject, Counting, Registering, Keeping {
  override class var interfaces: [any ComInterface.Type] {
    [ICounter.self, IRegistry.self, IKeeper.self]
  }

  private let entered: Signal
  private let awaited: Signal
  /// Whether it serves calls while it waits.
  private let pumps: Bool
  private let meanwhile: @Sendable () -> Void

  init(
    open entered: Signal, waitFor awaited: Signal, pumps: Bool = false,
    meanwhile: @escaping @Sendable () -> Void = {}
  ) throws(HResult) {
    self.entered = entered
    self.awaited = awaited
    self.pumps = pumps
    self.meanwhile = meanwhile
    try super.init(name: "Gate")
  }

  private func pass() throws(HResult) {
    entered.set()
    if pumps {
      try coWaitForHandle(.signal(awaited))
    } else {
      try waitForSingleObject(.signal(awaited))
    }
    meanwhile()
  }

  func increment(_ amount: Int32) throws(HResult) -> Int32 {
    try pass()
    return amount
  }

  func pass(_ code: HResult) throws(HResult) -> HResult { code }

  func find(_ name: String) throws(HResult) -> OwnedPointer {
    try pass()
    return ComPtr<ICounter>(try Counter(name: "Found")).detach()
  }

  func keep(_ pointer: OwnedPointer) throws(HResult) -> Nothing {
    try pass()
    return Nothing()
  }

  func use(_ pointer: OwnedPointer, _ amount: Int32) throws(HResult) -> Int32 { amount }
  func useKept(_ amount: Int32) throws(HResult) -> Int32 { amount }

  func exchange(_ pointer: OwnedPointer) throws(HResult) -> OwnedPointer {
    try pass()
    return pointer
  }

  func drop() throws(HResult) -> Nothing { Nothing() }
}

extension ComRun {
  /// The calls of that method, in the order in which they were made.
  func calls(of method: String) -> [World.Call] {
    world.callsInOrder.filter { world[$0.method] == method }
  }

  /// The run's time at each event of that kind.
  func times(of isMeant: (EventKind) -> Bool) -> [UInt64] {
    events.filter { isMeant($0.kind) }.map(\.t)
  }

  /// Components that are still there at the end, by name.
  var leftovers: [String] {
    world.objectsInOrder.filter { $0.role == .component && $0.isAlive }.map { world[$0.name] }
  }
}
