/// What was found in a line where something else was expected.
struct LineFault: Error {
  var found: String
  var expected: String
}

/// A place in some JSON, moved on value by value. It checks what it passes, and never reads behind
/// its end, whatever the bytes.
struct JSONCursor {
  let bytes: [UInt8]
  private(set) var at: Int
  let end: Int

  /// Values may stand in one another this deep.
  static let depthLimit = 32

  init(_ bytes: [UInt8], _ range: Range<Int>) {
    self.bytes = bytes
    at = range.lowerBound
    end = range.upperBound
  }

  var isAtEnd: Bool { at >= end }

  /// Goes on by some bytes, to the end at most.
  mutating func move(by count: Int) { at = min(at + count, end) }

  /// The next byte that is not white space; nil at the end.
  mutating func peek() -> UInt8? {
    while at < end {
      let byte = bytes[at]
      guard byte == 0x20 || byte == 0x09 || byte == 0x0D else { return byte }
      at += 1
    }
    return nil
  }

  /// Passes the byte if it is next.
  mutating func pass(_ byte: UInt8) -> Bool {
    guard peek() == byte else { return false }
    at += 1
    return true
  }

  mutating func expect(_ byte: UInt8) throws(LineFault) {
    guard pass(byte) else { throw fault(expected: "\"\(Character(Unicode.Scalar(byte)))\"") }
  }

  /// A fault at this place.
  mutating func fault(expected: String) -> LineFault {
    guard let byte = peek() else {
      return LineFault(found: "the end of the line", expected: expected)
    }
    let rest = bytes[at..<min(end, at + 24)]
    guard byte >= 0x20, byte < 0x7F else {
      return LineFault(found: "byte \(byte)", expected: expected)
    }
    let shown = String(decoding: rest.prefix { $0 >= 0x20 && $0 < 0x7F }, as: UTF8.self)
    return LineFault(found: shown, expected: expected)
  }

  /// A fault at a place that was passed.
  func fault(at place: Int, expected: String) -> LineFault {
    var cursor = JSONCursor(bytes, place..<end)
    return cursor.fault(expected: expected)
  }

  // MARK: Values

  /// Passes one value of any kind and gives back where it stands.
  mutating func skipValue(depth: Int = 0) throws(LineFault) -> Range<Int> {
    guard depth < Self.depthLimit else {
      throw fault(expected: "values at most \(Self.depthLimit) deep")
    }
    let first = peek()
    let start = at
    switch first {
    case UInt8(ascii: "\""): _ = try passString()
    case UInt8(ascii: "{"): try skipObject(depth: depth)
    case UInt8(ascii: "["): try skipArray(depth: depth)
    case .some(UInt8(ascii: "-")), .some(UInt8(ascii: "0")...UInt8(ascii: "9")): try skipNumber()
    case UInt8(ascii: "t"): try passLiteral("true")
    case UInt8(ascii: "f"): try passLiteral("false")
    case UInt8(ascii: "n"): try passLiteral("null")
    default: throw fault(expected: "a JSON value")
    }
    return start..<at
  }

  private mutating func skipObject(depth: Int) throws(LineFault) {
    try expect(UInt8(ascii: "{"))
    if pass(UInt8(ascii: "}")) { return }
    repeat {
      _ = try passString()
      try expect(UInt8(ascii: ":"))
      _ = try skipValue(depth: depth + 1)
    } while pass(UInt8(ascii: ","))
    try expect(UInt8(ascii: "}"))
  }

  private mutating func skipArray(depth: Int) throws(LineFault) {
    try expect(UInt8(ascii: "["))
    if pass(UInt8(ascii: "]")) { return }
    repeat {
      _ = try skipValue(depth: depth + 1)
    } while pass(UInt8(ascii: ","))
    try expect(UInt8(ascii: "]"))
  }

  private mutating func skipNumber() throws(LineFault) {
    if bytes[at] == UInt8(ascii: "-") { at += 1 }
    try passDigits()
    if at < end, bytes[at] == UInt8(ascii: ".") {
      at += 1
      try passDigits()
    }
    if at < end, bytes[at] | 0x20 == UInt8(ascii: "e") {
      at += 1
      if at < end, bytes[at] == UInt8(ascii: "+") || bytes[at] == UInt8(ascii: "-") { at += 1 }
      try passDigits()
    }
  }

  private mutating func passDigits() throws(LineFault) {
    let start = at
    while at < end, bytes[at] >= UInt8(ascii: "0"), bytes[at] <= UInt8(ascii: "9") { at += 1 }
    if at == start { throw fault(expected: "a digit") }
  }

  private mutating func passLiteral(_ literal: String) throws(LineFault) {
    for byte in literal.utf8 {
      guard at < end, bytes[at] == byte else { throw fault(expected: literal) }
      at += 1
    }
  }

  /// Whether `null` is next; passes it.
  mutating func null() throws(LineFault) -> Bool {
    guard peek() == UInt8(ascii: "n") else { return false }
    try passLiteral("null")
    return true
  }

  mutating func boolean() throws(LineFault) -> Bool {
    switch peek() {
    case UInt8(ascii: "t"):
      try passLiteral("true")
      return true
    case UInt8(ascii: "f"):
      try passLiteral("false")
      return false
    default: throw fault(expected: "true or false")
    }
  }

  /// A whole number that fits its type.
  mutating func integer<Number: FixedWidthInteger>(
    as type: Number.Type = Number.self
  ) throws(LineFault) -> Number {
    _ = peek()
    let start = at
    let isNegative = Number.isSigned && pass(UInt8(ascii: "-"))
    var value: Number = 0
    let first = at
    while at < end, bytes[at] >= UInt8(ascii: "0"), bytes[at] <= UInt8(ascii: "9") {
      let digit = Number(truncatingIfNeeded: bytes[at] - UInt8(ascii: "0"))
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) =
        isNegative
        ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
      if overflow || carry { throw fault(at: start, expectedInteger: type) }
      value = sum
      at += 1
    }
    let isWhole = at == end || !Self.continuesNumber(bytes[at])
    guard at > first, isWhole else { throw fault(at: start, expectedInteger: type) }
    return value
  }

  private static func continuesNumber(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ".") || byte | 0x20 == UInt8(ascii: "e")
  }

  private func fault<Number: FixedWidthInteger>(
    at place: Int, expectedInteger: Number.Type
  ) -> LineFault {
    fault(at: place, expected: "a whole number from \(Number.min) to \(Number.max)")
  }
}
