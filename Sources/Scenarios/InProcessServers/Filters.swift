import ApartmentRuntime
import ThreadKernel
import Trace

/// The filter of the room that is called: it is asked before a stub is.
final class ServerFilter: ComObject, MessageFiltering {
  override class var interfaces: [any ComInterface.Type] { [IMessageFilter.self] }

  enum Answer: Sendable { case later, rejected, alwaysLater }

  private let stage: Stage
  private let whileBusy: Answer
  private let isBuilt: Signal

  init(_ whileBusy: Answer, until isBuilt: Signal, in stage: Stage) throws(HResult) {
    self.stage = stage
    self.whileBusy = whileBusy
    self.isBuilt = isBuilt
    try super.init(name: "Main's filter")
  }

  func handleInComingCall(_ type: CallType, _ call: IncomingCall) -> ServerCall {
    stage.markOwn("is asked")
    switch whileBusy {
    case .alwaysLater: return .retryLater
    case .later: return isBuilt.isSet ? .isHandled : .retryLater
    case .rejected: return isBuilt.isSet ? .isHandled : .rejected
    }
  }

  // Main makes no calls of its own.
  func retryRejectedCall(_ call: RejectedCall) -> Retry { .cancel }
  func messagePending(_ type: PendingType, _ call: PendingCall) -> PendingMessage {
    .waitDefaultProcess
  }
}

/// The filter of the room that calls: it is asked when a call was refused.
final class CallerFilter: ComObject, MessageFiltering {
  override class var interfaces: [any ComInterface.Type] { [IMessageFilter.self] }

  private let isPatient: Bool

  init(isPatient: Bool) throws(HResult) {
    self.isPatient = isPatient
    try super.init(name: "Desk's filter")
  }

  func retryRejectedCall(_ call: RejectedCall) -> Retry {
    guard isPatient, call.reason == .retryLater else { return .cancel }
    // Every tenth of a second, up to the third time.
    return call.milliseconds < 200 ? .after(milliseconds: 100) : .cancel
  }

  // Nobody calls desk.
  func handleInComingCall(_ type: CallType, _ call: IncomingCall) -> ServerCall {
    .isHandled
  }
  func messagePending(_ type: PendingType, _ call: PendingCall) -> PendingMessage {
    .waitDefaultProcess
  }
}
