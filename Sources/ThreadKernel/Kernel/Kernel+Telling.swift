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
    guard let me = KernelThread.current, me.kernel === self else {
      kernelWriter.write(Event(n: 0, t: time, thread: subject ?? .none, kind))
      return
    }
    // What is told of another thread has no place in the teller's source: who tells it may differ.
    let event =
      if let subject {
        Event(n: 0, t: time, thread: subject, kind)
      } else {
        Event(n: 0, t: time, thread: me.id, file: fileName(of: me), line: me.site.line, kind)
      }
    me.writer.write(event)
  }

  /// The ring for what the controller tells. It tells under the scheduler's lock, or before the
  /// first thread was started, so the ring has one writer at a time.
  private var kernelWriter: EventWriter {
    EventWriter(slot: arena.slot(SharedArena.slotCount - 1), arena: arena)
  }

  private func fileName(of thread: KernelThread) -> Name {
    let file = thread.site.file
    guard thread.site.line != 0 else { return .none }
    if let known = thread.fileName, known.file.utf8Start == file.utf8Start { return known.name }
    let site = thread.site
    // The text's own event must not ask for the file's name again.
    thread.site = .unknown
    // `#fileID` begins with the module's name.
    let path = String(describing: file)
    let name = name(path.split(separator: "/").last.map(String.init) ?? path)
    thread.site = site
    thread.fileName = (file, name)
    return name
  }

  /// The number of a text, told once. Without a listener every text is none.
  public func name(_ text: @autoclosure () -> String) -> Name {
    guard isTold else { return .none }
    let text = text()
    return texts.withLock { texts in
      if let known = texts[text] { return known }
      let name = numbers.text()
      for piece in Chunk.pieces(of: Array(text.utf8)) { tell(.text(name, piece)) }
      texts[text] = name
      return name
    }
  }

  /// Tells bytes and answers their number; none where nobody listens.
  public func blob(_ bytes: @autoclosure () -> [UInt8]) -> Blob {
    guard isTold else { return .none }
    let blob = numbers.bytes()
    for piece in Chunk.pieces(of: bytes()) { tell(.bytes(blob, piece)) }
    return blob
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
