import ThreadKernel
import Trace

/// A message on its way to a thread's window procedure, while its sender waits.
public final class SentMessage: Sendable {
  let number: UInt32
  /// Set when it was dispatched, or will not be.
  let done: Signal
  private let answer = ShortLock<Int32?>(nil)

  init(_ number: UInt32, in kernel: Kernel) {
    self.number = number
    done = Signal(in: kernel)
  }

  /// What the window procedure answered; nil where it was never called.
  var result: Int32? { answer.withLock { $0 } }

  func isDispatched(_ result: Int32) {
    answer.withLock { $0 = result }
    done.set()
  }

  func isNeverDispatched() { done.set() }
}

extension Message {
  /// WM_DDE_FIRST … WM_DDE_LAST: what COM's modal loops dispatch though it was posted (MSG-19).
  private static let dynamicDataExchange: ClosedRange<UInt32> = 0x03E0...0x03E8

  /// Whether COM's modal loops take it; other messages wait for the program's own loop.
  var isDispatchedByCOM: Bool {
    switch content {
    case .call, .sent: true
    case .posted(let number): Self.dynamicDataExchange.contains(number)
    case .quit: false
    }
  }
}

extension ComThread {
  /// Has the window procedure look at a message of another thread. Until it returns the thread may
  /// not call out: the sender stands still, and could not answer.
  func dispatch(_ message: SentMessage) {
    sentMessages += 1
    let result = runWindowProcedure(message.number)
    sentMessages -= 1
    message.isDispatched(result)
  }

  /// Without a window procedure a message is answered with 0 (`DefWindowProc`).
  func runWindowProcedure(_ number: UInt32) -> Int32 {
    guard let windowProcedure else { return 0 }
    kernel.tell(.entered(kernel.name(ofLiteral: "WindowProcedure")))
    defer { kernel.tell(.left(.S_OK)) }
    return windowProcedure(number)
  }

  /// Waits until a message was dispatched. Messages that others send are dispatched meanwhile;
  /// calls wait, for they are posted.
  func wait(for message: SentMessage) {
    guard let me = KernelThread.current else { return }
    while !message.done.wakeWhenSet(me) {
      if let entered, let other = entered.takeSent() {
        dispatch(other)
      } else if kernel.park(.signal(message.done.id, pumps: false)) == .abandoned {
        return
      }
    }
  }
}
