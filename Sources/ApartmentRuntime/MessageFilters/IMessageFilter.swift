import Trace

/// What a message filter does: it says which calls come in, and what becomes of a call that
/// another apartment's filter refused.
public protocol MessageFiltering: AnyObject {
  /// A call came in. It is served where the answer is `.isHandled`; an asynchronous one is served
  /// whatever the answer is.
  func handleInComingCall(_ type: CallType, _ call: IncomingCall) -> ServerCall

  /// A call that the thread made was refused.
  func retryRejectedCall(_ call: RejectedCall) -> Retry

  /// A message of the program's own came while the thread waits for an answer.
  func messagePending(_ type: PendingType, _ call: PendingCall) -> PendingMessage
}

/// `IMessageFilter`. It is never marshalled: an apartment's filter is called on its thread.
public enum IMessageFilter: ComInterface {
  public typealias Methods = any MessageFiltering
  public static let iid: GUID = "00000016-0000-0000-C000-000000000046"
  public static let name = "IMessageFilter"
  public static func methods(of object: AnyObject) -> (any MessageFiltering)? {
    object as? any MessageFiltering
  }
  public static var stubs: [StubMethod<Methods>] { [] }
}

/// How an incoming call finds the thread (`CALLTYPE`).
public enum CallType: UInt32, Sendable {
  /// The thread has no call of its own out.
  case topLevel = 1
  /// It belongs to the chain of a call that the thread has out.
  case nested = 2
  /// Its caller does not wait for it.
  case async = 3
  /// The thread has a call out, and this one is of another chain.
  case topLevelCallPending = 4
  /// Its caller does not wait for it, and the thread has a call out.
  case asyncCallPending = 5
}

/// What a filter is told of a call that came in.
public struct IncomingCall: Sendable {
  /// The thread that made it.
  public let caller: ThreadID
  /// The interface and the method's place in it (`INTERFACEINFO`).
  public let iid: GUID
  public let slot: UInt16
  /// How long the thread's own innermost call has been out; 0 where none is.
  public let milliseconds: UInt32
}

/// What a filter is told of a call that was refused.
public struct RejectedCall: Sendable {
  /// The thread that refused it.
  public let callee: ThreadID
  /// The time since the call was made.
  public let milliseconds: UInt32
  /// `.rejected` or `.retryLater`.
  public let reason: ServerCall
}

/// What a caller's filter wants done with a refused call.
public enum Retry: Hashable, Sendable {
  /// Nothing: the call fails (−1).
  case cancel
  /// It is sent again: at once for 0…99, after so many milliseconds from 100 on.
  case after(milliseconds: UInt32)
}

/// Where the thread was when it made the call that it waits for (`PENDINGTYPE`).
public enum PendingType: UInt32, Sendable {
  /// It was serving no call.
  case topLevel = 1
  /// It was serving one.
  case nested = 2
}

/// What a filter is told of the call that its thread waits for.
public struct PendingCall: Sendable {
  /// The thread that has the call; none where nobody has taken it.
  public let callee: ThreadID
  /// The time since the call was made.
  public let milliseconds: UInt32
}

/// What becomes of the call when a message comes (`PENDINGMSG`).
public enum PendingMessage: UInt32, Sendable {
  /// It fails with `RPC_E_CALL_CANCELED`; the message stays.
  case cancelCall = 0
  /// The thread goes on waiting; the message stays.
  case waitNoProcess = 1
  /// The same for messages that a program posts: COM has a default for input only.
  case waitDefaultProcess = 2
}
