/// A recording that was read whole.
public struct Recording: Hashable, Sendable {
  public var header: RecordingHeader
  public var events: [Event]
  /// The lines of events that hold something that this version does not know, by event number.
  public var verbatim: [UInt64: [UInt8]]
  /// Whether the end line is missing: `events` goes to the last whole event.
  public var isCutShort: Bool

  public init(
    header: RecordingHeader, events: [Event], verbatim: [UInt64: [UInt8]] = [:],
    isCutShort: Bool = false
  ) {
    self.header = header
    self.events = events
    self.verbatim = verbatim
    self.isCutShort = isCutShort
  }

  /// Reads a recording. One that is cut short is no error; damage anywhere is.
  public init(_ bytes: some Collection<UInt8>) throws(RecordingError) {
    var reader = RecordingReader()
    reader.feed(bytes)
    reader.finish()
    var header: RecordingHeader?
    events = []
    verbatim = [:]
    while let item = try reader.next() {
      switch item {
      case .header(let read): header = read
      case .event(let event, let line):
        events.append(event)
        if let line { verbatim[event.n] = line }
      case .end: break
      }
    }
    guard let header else {
      throw RecordingError(.empty, line: 1, found: "no header", expected: "a header line")
    }
    self.header = header
    isCutShort = reader.isCutShort
  }

  /// The recording as bytes; one that was cut short stays without an end line.
  public func bytes() -> [UInt8] {
    var writer = RecordingWriter()
    writer.write(header)
    for event in events { writer.write(event, verbatim: verbatim[event.n]) }
    if !isCutShort { writer.writeEnd() }
    return writer.takeBytes()
  }
}
