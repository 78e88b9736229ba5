import Trace

extension Kernel {
  /// Tells an event of the calling thread, if anybody listens.
  ///
  /// Call it under whatever guards the change that it tells of, and before others can see the
  /// effect: the place in the one order is claimed here.
  @inline(__always)
  public func tell(_ kind: @autoclosure () -> EventKind) {
    if isTold { tellNow(kind(), as: nil) }
  }

  /// Tells an event that is about another thread than the one that tells it.
  public func tell(as thread: ThreadID, _ kind: @autoclosure () -> EventKind) {
    if isTold { tellNow(kind(), as: thread) }
  }

  @inline(never)
  private func tellNow(_ kind: EventKind, as subject: ThreadID?) {
    KernelThread.withCurrent { me in
      guard let me, me.kernel === self, !me.isInService, subject != ThreadID.none else {
        return tellAsNobody(kind, as: subject)
      }
      if subject != nil || modeWord.relaxed == Self.freeWithKilled, !isAlive(me.id.processID) {
        // One that was killed while it ran comes to no point before it would tell of itself. What it
        // has brought about for others is so, and is told: under a schedule too, where a thread that
        // stops has the key delivered that kills it. Not in its ring, of which the collector expects
        // nothing more.
        if let subject, subject.processID != me.id.processID { tellAsNobody(kind, as: subject) }
        return
      }
      if let subject {
        // What is told of another has no place in the teller's source: who tells it may differ.
        me.writer.write(Event(n: 0, t: time, thread: subject, kind))
      } else {
        let file = me.fileName
        me.writer.write(Event(n: 0, t: time, thread: me.id, file: file, line: me.site.line, kind))
      }
    }
  }

  private func tellAsNobody(_ kind: EventKind, as subject: ThreadID?) {
    let event = Event(n: 0, t: time, thread: subject ?? .none, kind)
    ownEvents.write(event, ticket: arena.ticket)
  }

  /// The number of a text, told once. Without a listener every text is none.
  public func name(_ text: @autoclosure () -> String) -> Name {
    isTold ? name(of: text(), in: KernelThread.current?.id.process ?? 1) { tell($0) } : .none
  }

  /// The same for a literal; a thread that asks again gets it with no look at the text.
  public func name(ofLiteral text: StaticString) -> Name {
    guard isTold else { return .none }
    return KernelThread.withCurrent { me in
      if let me, me.kernel === self { return me.name(ofLiteral: text) }
      return name(String(describing: text))
    }
  }

  /// The same for what is told by nobody of the run: by the kernel, and by the run's service.
  public func ownName(_ text: String) -> Name {
    isTold ? name(of: text, in: 1) { tell(as: .none, $0) } : .none
  }

  /// Telling may wait for the collector, so it is done without the lock. Where two threads of a free
  /// run tell the same text at once, the second number is never used.
  private func name(
    of text: String, in process: UInt16, tell: (EventKind) -> Void
  ) -> Name {
    let key = TextKey(process: process, text: text)
    if let known = texts.withLock({ $0[key] }) { return known }
    let name = numbers.text()
    for piece in Chunk.pieces(of: Array(text.utf8)) { tell(.text(name, piece)) }
    return texts.withLock { texts in
      if let known = texts[key] { return known }
      texts[key] = name
      return name
    }
  }

  /// Tells bytes and answers their number; none where nobody listens.
  public func blob(_ bytes: @autoclosure () -> [UInt8]) -> Blob {
    guard isTold else { return .none }
    let blob = numbers.bytes()
    let bytes = bytes()
    var start = 0
    repeat {
      let end = min(start + Chunk.capacity, bytes.count)
      tell(.bytes(blob, Chunk(bytes[start..<end], isContinued: end < bytes.count)))
      start = end
    } while start < bytes.count
    return blob
  }

  /// Sets the thread's place in the source.
  ///
  /// - Returns: the place before, for `leave`.
  public static func enter(_ site: SourceSite) -> SourceSite {
    KernelThread.withCurrent { thread in
      guard let thread else { return .unknown }
      let before = thread.site
      thread.site = site
      return before
    }
  }

  /// Sets the thread's place in the source back.
  public static func leave(to site: SourceSite) {
    KernelThread.withCurrent { $0?.site = site }
  }

  /// Runs `body` with the thread's place in the source set, and sets it back.
  @inline(__always)
  public static func at<Result: ~Copyable, Failure: Error>(
    _ site: SourceSite, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    guard let thread = KernelThread.current else { return try body() }
    let before = thread.site
    thread.site = site
    defer { thread.site = before }
    return try body()
  }
}
