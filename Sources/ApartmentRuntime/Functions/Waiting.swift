import ThreadKernel
import Trace

/// What a thread can wait for with `CoWaitForMultipleHandles`.
public enum Waitable: Sendable {
  case signal(Signal)
  case thread(KernelThread)
}

/// `CoWaitForMultipleHandles` for one handle: a thread of an STA serves calls meanwhile.
///
/// - Parameter timeout: in nanoseconds of the run's clock; nil: for ever.
/// - Throws: `RPC_S_CALLPENDING` when the time is over, `RPC_E_CALL_CANCELED` when the run is ended.
public func coWaitForHandle(
  _ handle: Waitable, timeout: UInt64? = nil, file: StaticString = #fileID, line: UInt32 = #line
) throws(HResult) {
  try api("CoWaitForMultipleHandles", file, line) { thread throws(HResult) in
    let kernel = thread.kernel
    guard let me = KernelThread.current else { return }
    let pumps = thread.entered?.kind == .singleThreaded
    kernel.point(.wait)
    let deadline = timeout.map { kernel.time &+ $0 }
    let outcome =
      switch handle {
      case .signal(let signal):
        thread.wait(for: { .signal(signal.id, pumps: pumps) }, deadline: deadline) {
          signal.wakeWhenSet(me)
        }
      case .thread(let other):
        thread.wait(for: { .thread(other.id, pumps: pumps) }, deadline: deadline) {
          kernel.hasEnded(other)
        }
      }
    switch outcome {
    case .woken: return
    case .timedOut: throw .RPC_S_CALLPENDING
    case .abandoned: throw .RPC_E_CALL_CANCELED
    }
  }
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
