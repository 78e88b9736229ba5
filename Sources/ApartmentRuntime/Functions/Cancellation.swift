import ThreadKernel
import Trace

/// `CoEnableCallCancellation`: other threads may cancel the calling thread's calls, those that are
/// out among them. It counts.
public func coEnableCallCancellation(
  file: StaticString = #fileID, line: UInt32 = #line
) {
  _ = try? api("CoEnableCallCancellation", file, line) { thread throws(HResult) in
    thread.allowCancellation()
  }
}

/// `CoDisableCallCancellation`: takes one `coEnableCallCancellation` back.
///
/// - Throws: `CO_E_CANCEL_DISABLED` where there was none.
public func coDisableCallCancellation(
  file: StaticString = #fileID, line: UInt32 = #line
) throws(HResult) {
  try api("CoDisableCallCancellation", file, line) { thread throws(HResult) in
    guard let allowed = thread.cancellations else { throw .CO_E_CANCEL_DISABLED }
    if allowed.count > 1 {
      thread.cancellations = (allowed.count - 1, allowed.calls)
    } else {
      thread.forbidCancellation()
    }
  }
}

/// `CoCancelCall`: ends the innermost call that the thread waits for. The server is not stopped: it
/// finds out by `coTestCancel`.
///
/// - Parameter timeout: how long the server has to finish before the caller goes on, in nanoseconds
///   of the run's clock.
/// - Throws: `CO_E_CANCEL_DISABLED` where the thread does not allow it, `E_NOINTERFACE` where it
///   waits for no call, `RPC_E_CALL_COMPLETE` where the call is done or was in time,
///   `RPC_E_CALL_CANCELED` where it was cancelled before.
public func coCancelCall(
  _ target: KernelThread, timeout: UInt64 = 0, file: StaticString = #fileID,
  line: UInt32 = #line
) throws(HResult) {
  try api("CoCancelCall", file, line) { thread throws(HResult) in
    let calls = thread.process.tables.withLock { $0.cancellable[target.id] }
    guard let calls else { throw .CO_E_CANCEL_DISABLED }
    guard let call = calls.innermost else { throw .E_NOINTERFACE }
    try call.cancel(timeout: timeout, by: thread)
  }
}

/// `CoTestCancel`, for the method that serves a call.
///
/// - Returns: `RPC_S_CALLPENDING` where nobody asked for the call's end, `RPC_E_CALL_CANCELED` where
///   somebody did, `RPC_E_CALL_COMPLETE` where the thread serves none.
public func coTestCancel(
  file: StaticString = #fileID, line: UInt32 = #line
) -> HResult {
  do throws(HResult) {
    return try api("CoTestCancel", file, line) { thread throws(HResult) -> HResult in
      guard let call = thread.serving.last else { throw .RPC_E_CALL_COMPLETE }
      // A caller in another process says so by mail.
      thread.takeMail()
      throw call.isCancelRequested ? .RPC_E_CALL_CANCELED : .RPC_S_CALLPENDING
    }
  } catch {
    return error
  }
}
