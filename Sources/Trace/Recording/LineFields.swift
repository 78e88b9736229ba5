/// The fields of one line's object, found by key, and the texts told so far.
///
/// It counts the fields that were asked for: a line with more than those holds something that this
/// version does not know, and is kept as it was.
struct LineFields: Sendable {
  private struct Field: Sendable {
    var key: Word?
    var keyRange: Range<Int>
    var value: Range<Int>
  }

  var texts = TextTable()
  private var bytes: [UInt8] = []
  private var fields: [Field] = []
  /// The field after the one asked for last: in our own lines, the one asked for next.
  private var next = 0
  private var used = 0

  /// Whether all fields were asked for.
  var areAllKnown: Bool { used == fields.count }

  /// Takes a line apart. The bytes are the line's own and of anything before and after it.
  mutating func split(_ bytes: [UInt8], _ range: Range<Int>) throws(LineFault) {
    self.bytes = bytes
    fields.removeAll(keepingCapacity: true)
    next = 0
    used = 0
    var cursor = JSONCursor(bytes, range)
    try cursor.expect(UInt8(ascii: "{"))
    if !cursor.pass(UInt8(ascii: "}")) {
      repeat {
        let (key, isEscaped) = try cursor.passString()
        try cursor.expect(UInt8(ascii: ":"))
        fields.append(
          Field(
            key: isEscaped ? nil : Word(bytes, key),
            keyRange: key.lowerBound - 1..<key.upperBound + 1, value: try cursor.skipValue()))
      } while cursor.pass(UInt8(ascii: ","))
      try cursor.expect(UInt8(ascii: "}"))
    }
    if cursor.peek() != nil { throw cursor.fault(expected: "the end of the line") }
  }

  /// Lets the bytes go, so that their owner can change them in place.
  mutating func forget() { bytes = [] }

  /// The place of a field's value; nil where the line has no such field.
  mutating func find(_ key: FieldKey) -> JSONCursor? {
    var index = next
    if index >= fields.count || fields[index].key != key.word {
      guard let found = fields.firstIndex(where: { $0.key == key.word }) else { return nil }
      index = found
    }
    next = index + 1
    used += 1
    return JSONCursor(bytes, fields[index].value)
  }

  /// The place of a field's value.
  mutating func cursor(_ key: FieldKey) throws(LineFault) -> JSONCursor {
    guard let cursor = find(key) else {
      throw LineFault(found: "a line without \"\(key.name)\"", expected: "that field")
    }
    return cursor
  }

  func has(_ key: FieldKey) -> Bool { fields.contains { $0.key == key.word } }

  /// The fields with none of these keys, each as it stands: `"key":value`.
  func others(than keys: [FieldKey]) -> [[UInt8]] {
    fields.filter { field in !keys.contains { $0.word == field.key } }
      .map { Array(bytes[$0.keyRange] + [UInt8(ascii: ":")] + bytes[$0.value]) }
  }
}
