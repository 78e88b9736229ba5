import ThreadKernel
import Trace

/// The window procedure of the calling thread's STA: what it does with a message that is sent to
/// it, until the apartment ends.
///
/// - Parameter procedure: gets the message's number; what it answers goes to the sender.
public func setWindowProcedure(_ procedure: ((UInt32) -> Int32)?) {
  ComThread.current.windowProcedure = procedure
}

/// `SendMessage` to a window of an STA: waits until its thread has dispatched the message, which
/// happens wherever the thread pumps.
///
/// - Returns: what the window procedure answered; nil where the apartment has ended or the run is
///   being ended.
@discardableResult
public func sendThreadMessage(
  _ number: UInt32, to apartment: Apartment, file: StaticString = #fileID, line: UInt32 = #line
) -> Int32? {
  try? api("SendMessage", file, line) { thread throws(HResult) -> Int32 in
    // To a window of its own thread it is a plain call.
    if apartment.thread === KernelThread.current { return thread.runWindowProcedure(number) }
    let message = SentMessage(number, in: thread.kernel)
    guard apartment.post(.sent(message)) else { throw .E_FAIL }
    thread.wait(for: message)
    guard let result = message.result else { throw .E_FAIL }
    return result
  }
}
