/// The first line of a recording: what was run, and how.
public struct RecordingHeader: Hashable, Sendable {
  public enum Clock: String, Hashable, Sendable, CaseIterable {
    case virtual, real
  }

  /// A what-if switch and its setting.
  public struct Knob: Hashable, Sendable {
    public var id: String
    public var value: String

    public init(id: String, value: String) {
      self.id = id
      self.value = value
    }
  }

  /// A terminal's size in cells.
  public struct Size: Hashable, Sendable {
    public var columns: Int
    public var rows: Int

    public init(columns: Int, rows: Int) {
      self.columns = columns
      self.rows = rows
    }
  }

  /// A source file whose lines the run was on.
  public struct Source: Hashable, Sendable {
    public var file: String
    public var text: String

    public init(file: String, text: String) {
      self.file = file
      self.text = text
    }
  }

  /// The only version of the format that there is.
  public static let version = 1

  public var scenario: String
  /// In the scenario's order.
  public var knobs: [Knob]
  /// As on the command line: `rr`, `random:7`, constraints.
  public var strategy: String
  public var seed: UInt64?
  public var clock: Clock
  public var size: Size?
  /// In the order in which they are first needed.
  public var sources: [Source]
  /// Fields that this version does not know, as they stood: `"key":value`.
  var others: [[UInt8]] = []

  public init(
    scenario: String, knobs: [Knob] = [], strategy: String, seed: UInt64? = nil,
    clock: Clock = .virtual, size: Size? = nil, sources: [Source] = []
  ) {
    self.scenario = scenario
    self.knobs = knobs
    self.strategy = strategy
    self.seed = seed
    self.clock = clock
    self.size = size
    self.sources = sources
  }
}

extension RecordingHeader {
  /// Appends the line, without its end.
  func write(to line: inout LineBuffer) {
    line.append("{\"floorplan\":\(Self.version),\"scenario\":")
    line.append(quoting: scenario)
    line.append(",\"knobs\":{")
    for (index, knob) in knobs.enumerated() {
      if index > 0 { line.append(",") }
      line.append(quoting: knob.id)
      line.append(":")
      line.append(quoting: knob.value)
    }
    line.append("},\"strategy\":")
    line.append(quoting: strategy)
    if let seed { line.append(",\"seed\":\(seed)") }
    line.append(",\"clock\":")
    line.append(quoting: clock.rawValue)
    if let size { line.append(",\"size\":[\(size.columns),\(size.rows)]") }
    line.append(",\"sources\":[")
    for (index, source) in sources.enumerated() {
      line.append(index > 0 ? ",{\"file\":" : "{\"file\":")
      line.append(quoting: source.file)
      line.append(",\"text\":")
      line.append(quoting: source.text)
      line.append("}")
    }
    line.append("]")
    for other in others {
      line.append(",")
      line.bytes.append(contentsOf: other)
    }
    line.append("}")
  }

  private static let keys: [FieldKey] = [
    .floorplan, .scenario, .knobs, .strategy, .seed, .clock, .size, .sources,
  ]

  /// Reads the line that `fields` holds; its version was checked.
  init(_ fields: inout LineFields) throws(LineFault) {
    func text(_ key: FieldKey) throws(LineFault) -> String {
      var cursor = try fields.cursor(key)
      return String(decoding: try cursor.string(), as: UTF8.self)
    }
    let clock = try text(.clock)
    guard let clock = Clock(rawValue: clock) else {
      throw LineFault(found: "the clock \"\(clock)\"", expected: "virtual or real")
    }
    self.init(
      scenario: try text(.scenario), knobs: try Self.readKnobs(&fields),
      strategy: try text(.strategy), seed: fields.has(.seed) ? try fields.integer(.seed) : nil,
      clock: clock, size: try Self.readSize(&fields), sources: try Self.readSources(&fields))
    others = fields.others(than: Self.keys)
  }

  private static func readKnobs(_ fields: inout LineFields) throws(LineFault) -> [Knob] {
    var cursor = try fields.cursor(.knobs)
    var knobs: [Knob] = []
    try cursor.expect(UInt8(ascii: "{"))
    if cursor.pass(UInt8(ascii: "}")) { return knobs }
    repeat {
      let id = String(decoding: try cursor.string(), as: UTF8.self)
      try cursor.expect(UInt8(ascii: ":"))
      knobs.append(Knob(id: id, value: String(decoding: try cursor.string(), as: UTF8.self)))
    } while cursor.pass(UInt8(ascii: ","))
    return knobs
  }

  private static func readSize(_ fields: inout LineFields) throws(LineFault) -> Size? {
    guard var cursor = fields.find(.size) else { return nil }
    try cursor.expect(UInt8(ascii: "["))
    let columns: Int = try cursor.integer()
    try cursor.expect(UInt8(ascii: ","))
    let rows: Int = try cursor.integer()
    try cursor.expect(UInt8(ascii: "]"))
    return Size(columns: columns, rows: rows)
  }

  private static func readSources(_ fields: inout LineFields) throws(LineFault) -> [Source] {
    var cursor = try fields.cursor(.sources)
    var sources: [Source] = []
    try cursor.forEachItem { cursor throws(LineFault) in
      let range = try cursor.skipValue()
      var source = LineFields()
      try source.split(cursor.bytes, range)
      var file = try source.cursor(FieldKey.file)
      var text = try source.cursor(.text)
      sources.append(
        Source(
          file: String(decoding: try file.string(), as: UTF8.self),
          text: String(decoding: try text.string(), as: UTF8.self)))
    }
    return sources
  }
}
