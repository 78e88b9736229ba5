/// Bytes of JSON being written.
struct LineBuffer: Sendable {
  var bytes: [UInt8] = []

  mutating func append(_ literal: String) { bytes.append(contentsOf: literal.utf8) }

  mutating func append(number: UInt64) {
    guard number >= 10 else {
      bytes.append(UInt8(ascii: "0") + UInt8(number))
      return
    }
    let start = bytes.count
    var rest = number
    while rest > 0 {
      bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
      rest /= 10
    }
    bytes[start...].reverse()
  }

  mutating func append(number: Int64) {
    if number < 0 { bytes.append(UInt8(ascii: "-")) }
    append(number: number.magnitude)
  }

  /// A text between quotes; what JSON wants escaped is escaped, everything else stands as it is.
  mutating func append(quoting text: String) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): append("\\\"")
      case UInt8(ascii: "\\"): append("\\\\")
      case 0x0A: append("\\n")
      case 0x0D: append("\\r")
      case 0x09: append("\\t")
      case 0..<0x20, 0x7F:
        append("\\u00")
        append(hexadecimal: byte)
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  /// Two digits.
  mutating func append(hexadecimal byte: UInt8) {
    for digit in [byte >> 4, byte & 15] {
      bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
    }
  }

  mutating func append(thread: ThreadID) {
    guard thread != .none else {
      append("null")
      return
    }
    append("\"")
    append(number: UInt64(thread.process))
    append(".")
    append(number: UInt64(thread.number))
    append("\"")
  }
}
