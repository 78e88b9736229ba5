import ThreadKernel
import Trace

/// `GetMessage`: the next message of the thread's STA; the thread is IDLE while there is none. A
/// thread of the MTA gets only what was posted to it: its calls come another way.
///
/// - Returns: nil for `WM_QUIT`, which comes when nothing else is left.
public func getMessage(file: StaticString = #fileID, line: UInt32 = #line) -> Message? {
  Kernel.at(SourceSite(file, line)) {
    guard let apartment = ComThread.current.entered else { return nil }
    while true {
      apartment.kernel.point(.messageTaken)
      ComThread.current.lookAtMail()
      if let message = apartment.takeNext() {
        switch message.content {
        case .quit: return nil
        case .call, .posted: return message
        case .sent(let sent):
          ComThread.current.dispatch(sent)
          continue
        }
      }
      if apartment.kernel.areLoopsEnding { return nil }
      if apartment.kernel.park(.messageLoop) == .abandoned { return nil }
    }
  }
}

/// `DispatchMessage`: serves a call. A message of the program's own is the program's to look at.
public func dispatchMessage(
  _ message: Message, file: StaticString = #fileID, line: UInt32 = #line
) {
  Kernel.at(SourceSite(file, line)) {
    guard let call = message.call, let apartment = ComThread.current.entered else { return }
    call.arrive(in: apartment)
  }
}

/// `PostThreadMessage` to the thread of an STA, or to one of the MTA's that has a message loop.
///
/// - Parameter thread: which thread of the MTA.
/// - Returns: false where the apartment has ended.
@discardableResult
public func postThreadMessage(
  _ content: PostedMessage, to apartment: Apartment, of thread: KernelThread? = nil,
  file: StaticString = #fileID, line: UInt32 = #line
) -> Bool {
  Kernel.at(SourceSite(file, line)) {
    switch content {
    case .quit: apartment.post(.quit, to: thread)
    case .user(let number): apartment.post(.posted(number), to: thread)
    }
  }
}

/// What a program can post.
public enum PostedMessage: Sendable {
  /// WM_QUIT.
  case quit
  /// A message of its own.
  case user(UInt32)
}

extension ComThread {
  /// Stands still until `isOver`, and serves calls meanwhile where the thread has an STA: the modal
  /// loop. Messages of the program's own stay in the queue.
  ///
  /// - Parameter wait: what is waited for, asked anew each time: who serves a call is known only
  ///   when somebody takes it.
  /// - Parameter call: the call that is waited for, where it is one: the apartment's filter is asked
  ///   what becomes of it when other messages come.
  func wait(
    for wait: () -> Wait, deadline: UInt64? = nil, during call: Call? = nil,
    until isOver: () -> Bool
  ) -> WaitOutcome {
    while !isOver() {
      if wait().pumps, let apartment = entered, apartment.kind == .singleThreaded {
        kernel.point(.messageTaken)
        lookAtMail()
        if let message = apartment.takeDispatched() {
          dispatch(message, in: apartment)
          continue
        }
        if let call { askAboutMessages(during: call, in: apartment) }
        if isOver() { break }
      } else if takeMail() {
        continue
      }
      // Asked after the point: who serves the call may have changed there.
      switch kernel.park(wait(), deadline: deadline) {
      case .woken: continue
      case .timedOut: return isOver() ? .woken : .timedOut
      case .abandoned: return .abandoned
      }
    }
    return .woken
  }

  /// What the modal loop does with a message that it took.
  func dispatch(_ message: Message, in apartment: Apartment) {
    switch message.content {
    case .call(let call): call.arrive(in: apartment)
    case .sent(let sent): dispatch(sent)
    case .posted(let number): _ = runWindowProcedure(number)
    case .quit: break
    }
  }
}
