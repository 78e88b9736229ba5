import ThreadKernel
import Trace

/// What a thread can wait for with `CoWaitForMultipleHandles`.
public enum Waitable: Sendable {
  case signal(Signal)
  case thread(KernelThread)
}

/// `COWAIT_FLAGS`.
public struct WaitFlags: OptionSet, Sendable {
  public let rawValue: UInt32

  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// Until all handles are signalled, not one of them.
  public static let waitAll = WaitFlags(rawValue: 1)
}

/// `CoWaitForMultipleHandles`: a thread of an STA serves calls meanwhile.
///
/// - Parameter timeout: in nanoseconds of the run's clock; nil: for ever.
/// - Returns: the index of the first handle that is signalled; 0 where all had to be.
/// - Throws: `RPC_E_NO_SYNC` for no handles, `RPC_S_CALLPENDING` when the time is over,
///   `RPC_E_CALL_CANCELED` when the run is ended.
@discardableResult
public func coWaitForMultipleHandles(
  _ flags: WaitFlags, timeout: UInt64? = nil, _ handles: [Waitable],
  file: StaticString = #fileID, line: UInt32 = #line
) throws(HResult) -> Int {
  try api("CoWaitForMultipleHandles", file, line) { thread throws(HResult) in
    guard !handles.isEmpty else { throw .RPC_E_NO_SYNC }
    guard let me = KernelThread.current else { throw .CO_E_NOTINITIALIZED }
    let kernel = thread.kernel
    let pumps = thread.entered?.kind == .singleThreaded
    kernel.point(.wait)
    let deadline = timeout.map { kernel.time &+ $0 }
    var signalled: Int?
    let outcome = thread.wait(
      for: { handles.wait(pumps: pumps) }, deadline: deadline,
      until: {
        signalled = handles.signalled(flags, orWake: me)
        return signalled != nil
      })
    switch outcome {
    case .woken: return signalled ?? 0
    case .timedOut: throw .RPC_S_CALLPENDING
    case .abandoned: throw .RPC_E_CALL_CANCELED
    }
  }
}

extension [Waitable] {
  /// Looks at each, and has the thread woken by those that are not signalled.
  ///
  /// - Returns: the index to answer, where the wait is over.
  fileprivate func signalled(_ flags: WaitFlags, orWake thread: KernelThread) -> Int? {
    var first: Int?
    var areAll = true
    for (index, handle) in enumerated() {
      if handle.isSignalled(orWake: thread, isAlone: count == 1) {
        first = first ?? index
      } else {
        areAll = false
      }
    }
    guard flags.contains(.waitAll) else { return first }
    return areAll ? 0 : nil
  }

  /// What is shown of a wait for several: the first event that is not set, for somebody may set it;
  /// where there is none, the first thread that has not ended.
  fileprivate func wait(pumps: Bool) -> Wait {
    let open = count == 1 ? self : filter { !$0.isSignalled }
    let shown = open.first { if case .signal = $0 { true } else { false } } ?? open.first ?? self[0]
    switch shown {
    case .signal(let signal): return .signal(signal.id, pumps: pumps)
    case .thread(let thread): return .thread(thread.id, pumps: pumps)
    }
  }
}

extension Waitable {
  fileprivate var isSignalled: Bool {
    switch self {
    case .signal(let signal): signal.isSet
    case .thread(let thread): thread.kernel.hasEnded(thread)
    }
  }

  /// - Parameter isAlone: whether the thread is going to wait for this only.
  fileprivate func isSignalled(orWake waiter: KernelThread, isAlone: Bool) -> Bool {
    switch self {
    case .signal(let signal): signal.wakeWhenSet(waiter)
    case .thread(let thread):
      isAlone ? thread.kernel.hasEnded(thread) : thread.kernel.wakeWhenEnded(thread)
    }
  }
}

/// `CoWaitForMultipleHandles` for one handle.
public func coWaitForHandle(
  _ handle: Waitable, timeout: UInt64? = nil, file: StaticString = #fileID, line: UInt32 = #line
) throws(HResult) {
  try coWaitForMultipleHandles([], timeout: timeout, [handle], file: file, line: line)
}

/// `WaitForSingleObject`: a raw wait. The thread is BLOCKED: nothing is served meanwhile.
///
/// - Throws: `RPC_E_CALL_CANCELED` when the run is ended.
public func waitForSingleObject(
  _ handle: Waitable, file: StaticString = #fileID, line: UInt32 = #line
) throws(HResult) {
  try api("WaitForSingleObject", file, line) { thread throws(HResult) in
    switch handle {
    case .signal(let signal): signal.wait()
    case .thread(let other): thread.kernel.join(other)
    }
    if thread.kernel.isAbandoned { throw .RPC_E_CALL_CANCELED }
  }
}

/// `Sleep`: the thread does nothing else for so many nanoseconds of the run's clock.
public func sleepThread(
  _ nanoseconds: UInt64, file: StaticString = #fileID, line: UInt32 = #line
) {
  Kernel.at(SourceSite(file, line)) { ComThread.current.kernel.sleep(nanoseconds) }
}
