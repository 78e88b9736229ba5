/// Strings.
extension JSONCursor {
  /// Passes a string; where its bytes stand between the quotes, and whether any is escaped.
  mutating func passString() throws(LineFault) -> (range: Range<Int>, isEscaped: Bool) {
    guard pass(UInt8(ascii: "\"")) else { throw fault(expected: "a string") }
    let start = at
    var isEscaped = false
    while at < end {
      let byte = bytes[at]
      if byte == UInt8(ascii: "\"") {
        move(by: 1)
        return (start..<at - 1, isEscaped)
      }
      if byte == UInt8(ascii: "\\") {
        isEscaped = true
        move(by: 2)
      } else if byte < 0x20 {
        throw fault(expected: "an escaped control character")
      } else {
        move(by: 1)
      }
    }
    throw fault(expected: "the closing quote of a string")
  }

  /// The bytes that a string stands for, as UTF-8.
  mutating func string() throws(LineFault) -> [UInt8] {
    let (range, isEscaped) = try passString()
    return isEscaped ? try unescape(range) : Array(bytes[range])
  }

  /// A string that is a word of the format, without escapes; nil where it is none.
  mutating func word() throws(LineFault) -> Word? {
    let (range, isEscaped) = try passString()
    return isEscaped ? nil : Word(bytes, range)
  }

  /// Pairs of hexadecimal digits.
  mutating func hexadecimal() throws(LineFault) -> [UInt8] {
    let start = at
    let (range, _) = try passString()
    guard range.count.isMultiple(of: 2) else {
      throw fault(at: start, expected: "pairs of hex digits")
    }
    var result: [UInt8] = []
    result.reserveCapacity(range.count / 2)
    for index in stride(from: range.lowerBound, to: range.upperBound, by: 2) {
      guard let high = Self.digit(bytes[index]), let low = Self.digit(bytes[index + 1]) else {
        throw fault(at: start, expected: "pairs of hex digits")
      }
      result.append(UInt8(high << 4 | low))
    }
    return result
  }

  /// A thread: `"1.2"`, or `null`.
  mutating func thread() throws(LineFault) -> ThreadID {
    if try null() { return .none }
    let start = at
    let (range, _) = try passString()
    guard let dot = bytes[range].firstIndex(of: UInt8(ascii: ".")) else {
      throw fault(at: start, expected: "a thread such as \"1.2\"")
    }
    var before = JSONCursor(bytes, range.lowerBound..<dot)
    var after = JSONCursor(bytes, dot + 1..<range.upperBound)
    let thread = ThreadID(process: try before.integer(), number: try after.integer())
    guard before.isAtEnd, after.isAtEnd else {
      throw fault(at: start, expected: "a thread such as \"1.2\"")
    }
    return thread
  }

  private mutating func unescape(_ range: Range<Int>) throws(LineFault) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(range.count)
    var index = range.lowerBound
    while index < range.upperBound {
      guard bytes[index] == UInt8(ascii: "\\") else {
        result.append(bytes[index])
        index += 1
        continue
      }
      let kind = index + 1 < range.upperBound ? bytes[index + 1] : 0
      index += 2
      switch kind {
      case UInt8(ascii: "n"): result.append(0x0A)
      case UInt8(ascii: "r"): result.append(0x0D)
      case UInt8(ascii: "t"): result.append(0x09)
      case UInt8(ascii: "b"): result.append(0x08)
      case UInt8(ascii: "f"): result.append(0x0C)
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): result.append(kind)
      case UInt8(ascii: "u"):
        result.append(contentsOf: try scalar(at: &index, range.upperBound).utf8)
      default: throw LineFault(found: "an unknown escape in a string", expected: "such as \\n")
      }
    }
    return result
  }

  /// The character of `\uXXXX`, or of two of them that make a pair; `index` stands behind the `u`.
  private func scalar(at index: inout Int, _ end: Int) throws(LineFault) -> String {
    guard let first = unit(at: index, end) else { throw Self.badEscape }
    index += 4
    if let scalar = Unicode.Scalar(first) { return String(Character(scalar)) }
    guard first < 0xDC00, index + 1 < end, bytes[index] == UInt8(ascii: "\\"),
      bytes[index + 1] == UInt8(ascii: "u"), let second = unit(at: index + 2, end),
      second & 0xFC00 == 0xDC00,
      let scalar = Unicode.Scalar(0x10000 + (first & 0x3FF) << 10 + second & 0x3FF)
    else { throw Self.badEscape }
    index += 6
    return String(Character(scalar))
  }

  private static var badEscape: LineFault {
    LineFault(found: "half a character in a \\u escape", expected: "\\u and four hex digits")
  }

  private func unit(at index: Int, _ end: Int) -> UInt32? {
    guard index + 4 <= end else { return nil }
    var value: UInt32 = 0
    for byte in bytes[index..<index + 4] {
      guard let digit = Self.digit(byte) else { return nil }
      value = value << 4 | digit
    }
    return value
  }

  private static func digit(_ byte: UInt8) -> UInt32? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a")) + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A")) + 10
    default: nil
    }
  }
}
