import Trace

/// What follows from the answers of message filters: rules without state, apart from the threads
/// that they hold for.
extension CallType {
  /// How a call finds a thread that has calls of these chains out.
  init(causality: UInt32, isAsynchronous: Bool, pending: [UInt32]) {
    if isAsynchronous {
      self = pending.isEmpty ? .async : .asyncCallPending
    } else if pending.isEmpty {
      self = .topLevel
    } else {
      self = pending.contains(causality) ? .nested : .topLevelCallPending
    }
  }
}

/// What a caller does about a call that was refused.
enum AfterRefusal: Equatable {
  case fails(HResult)
  /// Sent again at that time of the run's clock.
  case isRetried(at: UInt64)

  /// From here on an answer is a delay; below it means at once.
  static let leastDelay: UInt32 = 100

  /// - Parameter retry: what the caller's filter answered; nil where it has none.
  init(_ reason: ServerCall, retry: Retry?, now: UInt64) {
    switch retry {
    case nil:
      self = .fails(reason == .retryLater ? .RPC_E_SERVERCALL_RETRYLATER : .RPC_E_CALL_REJECTED)
    case .cancel: self = .fails(.RPC_E_CALL_REJECTED)
    case .after(let milliseconds):
      let delay = milliseconds < Self.leastDelay ? 0 : UInt64(milliseconds) * 1_000_000
      self = .isRetried(at: now &+ delay)
    }
  }
}
