/// Reads a recording as it comes in: bytes are fed, items are asked for. A line that is not whole yet
/// is held until the rest of it comes.
///
/// Lines of a kind that it does not know become `EventKind.foreign`. Such lines, and lines with fields
/// that it does not know, come with their bytes, to be written again as they were.
public struct RecordingReader: Sendable {
  public enum Item: Hashable, Sendable {
    case header(RecordingHeader)
    /// `verbatim`: the line, where it holds something that this version does not know.
    case event(Event, verbatim: [UInt8]?)
    /// The last line, with its count of events, which is right.
    case end(UInt64)
  }

  private enum Expectation { case header, event, nothing }

  private var buffer: [UInt8] = []
  private var start = 0
  /// The bytes before this place hold no end of a line.
  private var searched = 0
  private var fields = LineFields()
  private var expectation = Expectation.header
  private var failure: RecordingError?
  private var isFinished = false
  /// How many events were read.
  public private(set) var count: UInt64 = 0
  /// How many lines were read.
  public private(set) var line = 0
  /// Whether the input ended before the recording did.
  public private(set) var isCutShort = false

  public init() {}

  /// Takes more bytes, in any portions.
  public mutating func feed(_ bytes: some Collection<UInt8>) {
    if start > 0 && start * 2 > buffer.count {
      buffer.removeFirst(start)
      searched -= start
      start = 0
    }
    buffer.append(contentsOf: bytes)
  }

  /// There is no more to feed: what is left is the last line, or the piece of one.
  public mutating func finish() { isFinished = true }

  /// The next item; nil where more bytes are needed, and behind the end. Throws the same again after
  /// the first error.
  public mutating func next() throws(RecordingError) -> Item? {
    if let failure { throw failure }
    do {
      return try readNext()
    } catch {
      failure = error
      throw error
    }
  }

  private mutating func readNext() throws(RecordingError) -> Item? {
    guard let range = nextLine() else {
      if isFinished { try checkEnd() }
      return nil
    }
    line += 1
    do {
      return try read(range)
    } catch {
      if isFinished && range.upperBound == buffer.count && isPiece(range) {
        line -= 1
        try checkEnd()
        return nil
      }
      throw error
    }
  }

  /// The range of the next line without its end; nil where none is whole.
  private mutating func nextLine() -> Range<Int>? {
    let from = start
    if let end = buffer[max(searched, start)...].firstIndex(of: 0x0A) {
      start = end + 1
      searched = start
      return from..<end
    }
    searched = buffer.count
    guard isFinished, from < buffer.count else { return nil }
    start = buffer.count
    return from..<buffer.count
  }

  /// Whether the bytes are the beginning of a line rather than a line.
  private func isPiece(_ range: Range<Int>) -> Bool {
    var cursor = JSONCursor(buffer, range)
    do {
      _ = try cursor.skipValue()
      return false
    } catch {
      return true
    }
  }

  private mutating func checkEnd() throws(RecordingError) {
    switch expectation {
    case .header where buffer.isEmpty:
      throw RecordingError(.empty, line: 1, found: "no bytes", expected: "a header line")
    case .header:
      throw fault(.notARecording, "a piece of a line", expected: "a whole header line")
    case .event: isCutShort = true
    case .nothing: break
    }
  }

  // MARK: Lines

  private mutating func read(_ range: Range<Int>) throws(RecordingError) -> Item {
    defer { fields.forget() }
    do throws(LineFault) {
      guard isText(range) else {
        throw LineFault(found: "bytes that are not UTF-8", expected: "a line of JSON")
      }
      try fields.split(buffer, range)
    } catch {
      let kind: RecordingError.Kind = expectation == .header ? .notARecording : .damagedLine
      throw fault(kind, error.found, expected: error.expected)
    }
    switch expectation {
    case .header: return try readHeader()
    case .event: return try fields.has(.end) ? readEnd() : readEvent(range)
    case .nothing:
      throw fault(.outOfOrder, "another line", expected: "nothing after the end line")
    }
  }

  private func isText(_ range: Range<Int>) -> Bool {
    let bytes = buffer[range]
    return bytes.allSatisfy { $0 < 0x80 } || String(validating: bytes, as: UTF8.self) != nil
  }

  private mutating func readHeader() throws(RecordingError) -> Item {
    guard var cursor = fields.find(.floorplan) else {
      throw fault(.notARecording, "no \"floorplan\"", expected: "a header with its version")
    }
    let version = (try? cursor.skipValue()).map { buffer[$0].prefix(16) } ?? []
    guard version.elementsEqual(String(RecordingHeader.version).utf8) else {
      throw fault(
        .otherVersion, "version \(String(decoding: version, as: UTF8.self))",
        expected: "version \(RecordingHeader.version)")
    }
    let header: RecordingHeader
    do {
      header = try RecordingHeader(&fields)
    } catch {
      throw fault(.damagedLine, error.found, expected: error.expected)
    }
    expectation = .event
    return .header(header)
  }

  private mutating func readEnd() throws(RecordingError) -> Item {
    let said: UInt64
    do {
      said = try fields.integer(.end)
    } catch {
      throw fault(.damagedLine, error.found, expected: error.expected)
    }
    guard said == count else {
      throw fault(.outOfOrder, "an end after \(said) events", expected: "\(count), as were read")
    }
    expectation = .nothing
    return .end(said)
  }

  private mutating func readEvent(_ range: Range<Int>) throws(RecordingError) -> Item {
    let event: Event
    do {
      event = try fields.decodeEvent()
    } catch {
      throw fault(.damagedLine, error.found, expected: error.expected)
    }
    guard event.n == count else {
      throw fault(.outOfOrder, "event \(event.n)", expected: "event \(count)")
    }
    count += 1
    if case .text(let name, let chunk) = event.kind { fields.texts.note(name, chunk) }
    let isKnown = event.kind != .foreign && fields.areAllKnown
    return .event(event, verbatim: isKnown ? nil : Array(buffer[range]))
  }

  private func fault(
    _ kind: RecordingError.Kind, _ found: String, expected: String
  ) -> RecordingError {
    RecordingError(kind, line: max(line, 1), found: found, expected: expected)
  }
}

extension LineFields {
  /// The event of the line that was split.
  fileprivate mutating func decodeEvent() throws(LineFault) -> Event {
    let n: UInt64 = try integer(.n)
    let t: UInt64 = try integer(.t)
    let process: UInt16 = try find(.p).map(Self.integer) ?? 0
    let number: UInt16 = try find(.th).map(Self.integer) ?? 0
    let place = try find(.at).map(readPlace)
    var kindCursor = try cursor(.k)
    var kind = EventKind.foreign
    if let word = try kindCursor.word(), let tag = EventTag.byWord[word] {
      kind = try decode(tag)
    }
    return Event(
      n: n, t: t, thread: ThreadID(process: process, number: number),
      file: place?.file ?? .none, line: place?.line ?? 0, kind)
  }

  private static func integer(_ cursor: JSONCursor) throws(LineFault) -> UInt16 {
    var cursor = cursor
    return try cursor.integer()
  }

  /// `"GetService.swift:41"`, or `[file, line]`.
  private func readPlace(_ place: JSONCursor) throws(LineFault) -> (file: Name, line: UInt32) {
    var cursor = place
    if cursor.pass(UInt8(ascii: "[")) {
      let file = try name(at: &cursor)
      try cursor.expect(UInt8(ascii: ","))
      let line: UInt32 = try cursor.integer()
      try cursor.expect(UInt8(ascii: "]"))
      return (file, line)
    }
    let text = try cursor.string()
    cursor = place
    guard let colon = text.lastIndex(of: UInt8(ascii: ":")) else {
      throw cursor.fault(expected: "a file and a line such as \"GetService.swift:41\"")
    }
    var number = JSONCursor(text, colon + 1..<text.count)
    let line: UInt32 = try number.integer()
    guard number.isAtEnd, let file = texts.name(of: Array(text[..<colon])) else {
      throw cursor.fault(expected: "a file that a line before it has told, and a line")
    }
    return (file, line)
  }
}
