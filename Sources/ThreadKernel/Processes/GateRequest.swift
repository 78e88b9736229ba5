import Trace

/// What a thread of a child process asks of the kernel, which the parent has: a message over the
/// child's socket, with bytes behind it where the kind has some.
struct GateRequest: BitwiseCopyable {
  enum Kind: UInt8 {
    /// Scheduling points and waits: answered by the thread's go word.
    case stop, park
    /// The thread has ended; nobody waits for an answer.
    case end
    // The others are answered in the thread's slot.
    case timedOut, unpark, changeWait, spawn, hasEnded, watchEnd, takeAction
    case mail, enclose, closeMail, openMail, watch, ask, beginBurst, endBurst
  }

  static let mark: UInt64 = 0x4650_4741_5445_3031

  var mark = Self.mark
  private var rawKind: UInt8
  /// The thread that asks.
  var slot: UInt8
  var point: Point = .wake
  var flag = false
  /// Whether the thread sleeps until there is an answer. In a free run it has no need to where the
  /// order towards what others do means nothing.
  var isAwaited = true
  /// Of a wait: the slot of the thread that the asker stands in for, and 1.
  var number: UInt32 = 0
  /// Its place in the source, for what is told of it.
  var file: Name = .none
  var line: UInt32 = 0
  var thread: ThreadID = .none
  var process: ProcessID = .none
  var name: Name = .none
  var wait: Wait = .messageLoop
  /// `UInt64.max`: none.
  var deadline = UInt64.max
  /// Whether the bytes begin with an event, which is told with it for the thread.
  var hasEvent = false
  /// How many bytes stand behind it; then the next request of the message, if there is one.
  var length: UInt32 = 0

  init(_ kind: Kind, slot: Int) {
    rawKind = kind.rawValue
    self.slot = UInt8(slot)
  }

  var kind: Kind? { mark == Self.mark ? Kind(rawValue: rawKind) : nil }

  /// Whether somebody is to hear it now, and not with the next that the thread sends. What a thread
  /// waits for is of interest only when nobody runs any more, and whoever says that of another runs.
  /// What goes along with a piece of mail waits for that.
  var isUrgent: Bool {
    switch kind {
    case .enclose: false
    case .changeWait: isAwaited || flag
    default: true
    }
  }

  /// How many bytes it takes in a message.
  static let size = MemoryLayout<GateRequest>.size
  /// The most bytes that a message with a piece of mail has besides those of the piece.
  static let overhead = size + MemoryLayout<EventKind>.size

  /// Reads the first request of a message.
  ///
  /// - Returns: nil for bytes that are no request.
  static func read(_ message: UnsafeRawBufferPointer) -> (GateRequest, [UInt8])? {
    guard message.count >= size, message.loadUnaligned(as: UInt64.self) == Self.mark else {
      return nil
    }
    // Only the same program says this, so that the rest is what it wrote.
    let request = message.loadUnaligned(as: GateRequest.self)
    guard request.kind != nil, request.slot < SharedArena.slotCount,
      Int(request.length) <= message.count - size
    else { return nil }
    let bytes = message[size..<size + Int(request.length)]
    return (request, Array(UnsafeRawBufferPointer(rebasing: bytes)))
  }
}

/// What the kernel answers.
struct GateAnswer: BitwiseCopyable {
  var flag = false
  var outcome: MailOutcome = .dead
  var number: UInt32 = 0
  var thread: ThreadID = .none
  var slot: UInt32 = 0
  /// How many bytes stand behind it.
  var count: UInt32 = 0

  /// The most bytes that an answer can have.
  static let limit = SharedArena.answerCapacity - MemoryLayout<GateAnswer>.stride
}

extension SharedArena.Slot {
  /// Answers the thread, which waits for it and is to be woken then.
  func reply(_ answer: GateAnswer, _ bytes: [UInt8] = []) {
    precondition(bytes.count <= GateAnswer.limit, "an answer of \(bytes.count) bytes")
    var answer = answer
    answer.count = UInt32(bytes.count)
    self.answer.storeBytes(of: answer, as: GateAnswer.self)
    (self.answer + MemoryLayout<GateAnswer>.stride).copyMemory(
      from: bytes, byteCount: bytes.count)
    isAnswered.pointee.store(1, ordering: .releasing)
  }

  /// Sleeps until there is an answer.
  func awaitReply() -> (GateAnswer, [UInt8]) {
    while isAnswered.pointee.load(ordering: .acquiring) == 0 { isAnswered.sleep(while: 0) }
    let answer = self.answer.load(as: GateAnswer.self)
    let bytes = UnsafeRawBufferPointer(
      start: self.answer + MemoryLayout<GateAnswer>.stride, count: Int(answer.count))
    return (answer, Array(bytes))
  }
}
