import ThreadKernel
import Trace

/// A room of a process: threads that may call its objects directly.
public final class Apartment: Sendable {
  public let id: ApartmentID
  public let kind: ApartmentKind
  public let isMain: Bool
  public let startedBy: ThreadOrigin
  /// The one thread of an STA.
  let thread: KernelThread?
  unowned let process: ComProcess
  let queue = ShortLock(MessageQueue())
  let pool = ShortLock(Pool())

  init(
    _ kind: ApartmentKind, in process: ComProcess, thread: KernelThread?, isMain: Bool,
    startedBy: ThreadOrigin
  ) {
    id = process.kernel.numbers.apartment()
    self.kind = kind
    self.process = process
    self.thread = thread
    self.isMain = isMain
    self.startedBy = startedBy
    process.kernel.tell(.apartmentCreated(id, kind, isMain: isMain, startedBy: startedBy))
  }

  /// The messages of an STA.
  struct MessageQueue: Sendable {
    var messages: [Message] = []
    /// The apartment has ended: nothing more is taken.
    var isClosed = false
  }

  /// The threads on which COM serves calls to the MTA.
  struct Pool: Sendable {
    var idle: [KernelThread] = []
    var work: [Work] = []
    var started = 0
    /// The thread that gets the MTA's mail, while it does.
    var mailThread: MailThread?
    /// An idle thread that looks at the mail: it serves the next call itself.
    var taker: KernelThread?
    var isClosed = false
  }
}

extension Apartment {
  /// A call for a thread of the pool, and where it goes: to the MTA itself, or to the neutral
  /// apartment, whose calls from other processes come this way.
  struct Work: Sendable {
    let call: Call
    let target: Apartment
  }
}

/// A message in an STA's queue.
public struct Message: Sendable {
  public enum Content: Sendable {
    case call(Call)
    /// WM_QUIT.
    case quit
    /// A message of the program's own, with its number.
    case posted(UInt32)
    /// The same, and its sender waits until it was dispatched.
    case sent(SentMessage)

    var kind: MessageKind {
      switch self {
      case .call: .call
      case .quit: .quit
      case .posted: .posted
      case .sent: .sent
      }
    }
  }

  public let id: MessageID
  public let content: Content
  /// The thread that it is for, in an apartment of several: there each has a queue of its own.
  let addressee: ThreadID

  init(id: MessageID, content: Content, to addressee: ThreadID = .none) {
    self.id = id
    self.content = content
    self.addressee = addressee
  }

  var call: Call? {
    if case .call(let call) = content { call } else { nil }
  }

  var sent: SentMessage? {
    if case .sent(let message) = content { message } else { nil }
  }
}

extension Apartment {
  var kernel: Kernel { process.kernel }

  /// Puts a message into the queue and wakes the thread.
  ///
  /// - Parameter addressee: which thread, in an apartment of several.
  /// - Returns: false where the apartment has ended.
  func post(_ content: Message.Content, to addressee: KernelThread? = nil) -> Bool {
    kernel.point(.messagePosted)
    let isTaken = queue.withLock { queue in
      guard !queue.isClosed else { return false }
      let message = Message(
        id: kernel.numbers.message(), content: content, to: addressee?.id ?? .none)
      kernel.tell(.messagePosted(id, message.id, content.kind, message.call?.identity.id ?? .none))
      queue.messages.append(message)
      return true
    }
    if isTaken, let thread = thread ?? addressee { kernel.unpark(thread) }
    return isTaken
  }

  /// Takes the oldest message: sent ones come first; WM_QUIT only where nothing else is left.
  func takeNext() -> Message? {
    take(at: { messages in
      messages.firstIndex { $0.content.kind == .sent }
        ?? messages.firstIndex { $0.content.kind != .quit } ?? messages.indices.first
    })
  }

  /// Takes the oldest message that COM's modal loops dispatch: sent ones come first.
  func takeDispatched() -> Message? {
    take(at: { messages in
      messages.firstIndex { $0.content.kind == .sent }
        ?? messages.firstIndex { $0.isDispatchedByCOM }
    })
  }

  /// Takes the oldest message that was sent.
  func takeSent() -> SentMessage? {
    take(at: { messages in messages.firstIndex { $0.content.kind == .sent } })?.sent
  }

  /// The newest message in the queue. One of another process can have an older number than those
  /// before it.
  var lastMessage: MessageID { queue.withLock { $0.messages.map(\.id).max() ?? .none } }

  /// The oldest message of the program's own behind that one.
  func firstPosted(after last: MessageID) -> MessageID? {
    queue.withLock { queue in
      queue.messages.first { $0.id > last && $0.content.kind == .posted }?.id
    }
  }

  private func take(at place: ([Message]) -> Int?) -> Message? {
    let me = KernelThread.current?.id ?? .none
    return queue.withLock { queue in
      let mine = queue.messages.indices.filter { index in
        let addressee = queue.messages[index].addressee
        return addressee.isNone || addressee == me
      }
      guard let place = place(mine.map { queue.messages[$0] }) else { return nil }
      let index = mine[place]
      let message = queue.messages.remove(at: index)
      kernel.tell(.messageTaken(id, message.id))
      return message
    }
  }

  // MARK: The pool of the MTA

  /// Has a call served on a thread of the pool: one that is idle, or a new one. Nothing is queued
  /// behind other calls (APT-08).
  func dispatchToPool(_ call: Call, into target: Apartment? = nil) -> Bool {
    enum Answer {
      case closed, taken
      case wake(KernelThread)
      case start(Int)
    }
    let answer = pool.withLock { pool -> Answer in
      guard !pool.isClosed else { return .closed }
      pool.work.append(Work(call: call, target: target ?? self))
      if let taker = pool.taker, taker === KernelThread.current {
        pool.taker = nil
        return .taken
      }
      if let idle = pool.idle.popLast() { return .wake(idle) }
      pool.started += 1
      return .start(pool.started)
    }
    switch answer {
    case .closed: return false
    case .taken: break
    case .wake(let thread): kernel.unpark(thread)
    case .start(let number): startPoolThread(number)
    }
    return true
  }

  private func startPoolThread(_ number: Int) {
    process.spawn("pool \(number)", origin: .com) { [self] in
      if isJoined() { servePool() }
    }
  }

  private func servePool(until isOver: () -> Bool = { false }) {
    while let work = nextPoolCall(until: isOver) {
      if let me = KernelThread.current { work.call.isTaken(by: me) }
      ComThread.current.servesForPool = true
      work.call.serve(in: work.target)
      ComThread.current.servesForPool = false
    }
    ComThread.current.leavePool(of: self)
  }

  /// Serves calls on the host thread of the MTA, the first of its pool.
  ///
  /// - Parameter isOpen: called once calls find the thread.
  func servePoolAsHost(isOpen: () -> Void, until isOver: () -> Bool) {
    guard let me = KernelThread.current else { return }
    ComThread.current.joinPool(of: self)
    pool.withLock { $0.idle.append(me) }
    isOpen()
    servePool(until: isOver)
  }

  /// Puts the calling thread into the pool. An MTA that has ended before takes nobody in, and the
  /// call that the thread was started for has nobody to serve it.
  private func isJoined() -> Bool {
    let orphan = pool.withLock { pool -> Work? in
      guard pool.isClosed else {
        ComThread.current.joinPool(of: self)
        return nil
      }
      return pool.work.isEmpty ? nil : pool.work.removeFirst()
    }
    orphan?.call.fail(.CO_E_OBJNOTCONNECTED)
    return ComThread.current.isOfPool
  }

  private func nextPoolCall(until isOver: () -> Bool) -> Work? {
    defer { Kernel.endWaking() }
    guard let me = KernelThread.current else { return nil }
    var mailThread: MailThread?
    while true {
      kernel.point(.messageTaken)
      ComThread.current.lookAtMail()
      if let mailThread { takeCalls(from: mailThread, as: me) }
      enum Next {
        case work(Work)
        case wait, end
      }
      let isOver = isOver()
      let next = pool.withLock { pool -> Next in
        pool.idle.removeAll { $0 === me }
        if !pool.work.isEmpty { return .work(pool.work.removeFirst()) }
        if pool.isClosed || isOver || kernel.arePoolsEnding { return .end }
        pool.idle.append(me)
        mailThread = kernel.isFree ? pool.mailThread : nil
        return .wait
      }
      switch next {
      case .work(let work): return work
      case .end: return nil
      case .wait:
        if kernel.park(.pool, standingInFor: mailThread?.thread) == .abandoned { return nil }
      }
    }
  }

  func closePool() {
    let idle = pool.withLock { pool in
      pool.isClosed = true
      return pool.idle + (pool.mailThread.map { [$0.thread] } ?? [])
    }
    for thread in idle { kernel.unpark(thread) }
  }
}
