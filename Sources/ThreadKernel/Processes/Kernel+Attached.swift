import Trace

/// A child process's side: what its threads do in the kernel that the parent has.
extension Kernel {
  /// Asks the parent's kernel, and sleeps until it has answered.
  private func exchange(
    _ kind: GateRequest.Kind, _ bytes: [UInt8], _ change: (inout GateRequest) -> Void
  ) -> (GateAnswer, [UInt8]) {
    guard let link, let me = KernelThread.current else {
      preconditionFailure("a child process asks on a thread of no run")
    }
    var request = GateRequest(kind, slot: me.slot)
    change(&request)
    return link.ask(request, bytes, in: me.memory)
  }

  /// The same for what has nothing to answer.
  func doInParent(
    _ kind: GateRequest.Kind, _ bytes: [UInt8] = [], change: (inout GateRequest) -> Void = { _ in }
  ) {
    _ = exchange(kind, bytes, change)
  }

  /// The same; in a free run the thread goes on meanwhile.
  func leaveToParent(
    _ kind: GateRequest.Kind, _ bytes: [UInt8] = [], change: (inout GateRequest) -> Void
  ) {
    guard isFree, let link, let me = KernelThread.current else {
      return doInParent(kind, bytes, change: change)
    }
    var request = GateRequest(kind, slot: me.slot)
    request.isAwaited = false
    change(&request)
    link.send(request, bytes)
  }

  func askParent(
    _ kind: GateRequest.Kind, _ bytes: [UInt8] = [], change: (inout GateRequest) -> Void = { _ in }
  ) -> GateAnswer {
    exchange(kind, bytes, change).0
  }

  /// The bytes that the run's service answers.
  func askService(_ request: [UInt8]) -> [UInt8] { exchange(.ask, request) { _ in }.1 }

  /// A request that is told of has the thread's place in the source, as if it told that itself.
  private func toldRequest(_ kind: GateRequest.Kind, of me: KernelThread) -> GateRequest {
    var request = GateRequest(kind, slot: me.slot)
    request.file = isTold ? me.fileName : .none
    request.line = me.site.line
    return request
  }

  func mailByParent(
    _ bytes: [UInt8], to thread: ThreadID, with enclosures: [Enclosure],
    telling event: EventKind?, isAwaited: Bool, isShared: Bool
  ) -> MailOutcome {
    guard let me = KernelThread.current else { return .dead }
    // The parent keeps them for the piece that comes next.
    for enclosure in enclosures {
      var request = GateRequest(.enclose, slot: me.slot)
      request.thread = enclosure.thread
      request.isAwaited = false
      link?.send(request, enclosure.bytes)
    }
    var (file, line) = (Name.none, UInt32(0))
    var bytes = bytes
    // Asked once: it may change at any time.
    let told = isTold ? event : nil
    if let told {
      (file, line) = (me.fileName, me.site.line)
      bytes = withUnsafeBytes(of: told) { Array($0) } + bytes
    }
    func fill(_ request: inout GateRequest) {
      request.thread = thread
      request.flag = isShared
      request.hasEvent = told != nil
      request.file = file
      request.line = line
    }
    if isAwaited { return askParent(.mail, bytes, change: fill).outcome }
    leaveToParent(.mail, bytes, change: fill)
    return .delivered
  }

  func stopAttached(_ me: KernelThread, at point: Point, mark: String?) {
    var request = GateRequest(.stop, slot: me.slot)
    request.point = point
    link?.send(request, Array((mark ?? "").utf8))
    _ = me.sleepUntilResumed(deadline: nil)
  }

  func parkAttached(
    _ me: KernelThread, _ wait: Wait, deadline: UInt64?, standingInFor other: KernelThread?
  ) -> WaitOutcome {
    var request = toldRequest(.park, of: me)
    request.wait = wait
    request.number = other.map { UInt32($0.slot) + 1 } ?? 0
    request.deadline = deadline ?? .max
    link?.send(request)
    return sleepParked(me, deadline: deadline)
  }

  func askForPlace(
    _ name: Name, in process: ProcessID, _ origin: ThreadOrigin, hasOwnCore: Bool
  ) -> Place? {
    let answer = askParent(.spawn) { request in
      request.name = name
      request.process = process
      request.flag = origin == .com
      request.number = hasOwnCore ? 1 : 0
    }
    guard answer.number != 0 else { return nil }
    livingThreads.withLock { $0 += 1 }
    return Place(id: answer.thread, slot: Int(answer.slot), atOnce: answer.flag)
  }

  func askForAction(_ names: [String]) -> TakenAction {
    let (answer, bytes) = exchange(.takeAction, Array(names.joined(separator: "\n").utf8)) { _ in }
    switch answer.number {
    case 1: return .taken(String(decoding: bytes, as: UTF8.self))
    case 2: return .closed
    default: return .none
    }
  }

  func endAttached(_ thread: KernelThread) {
    link?.send(toldRequest(.end, of: thread))
    let isLast = livingThreads.withLock { count in
      count -= 1
      return count == 0
    }
    if isLast { lastThreadEnded.signal() }
  }
}
