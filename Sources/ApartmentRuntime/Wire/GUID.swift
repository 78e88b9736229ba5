/// A globally unique identifier in the layout of MS-DTYP 2.3.4.2: three fields in little endian,
/// then eight bytes as they are.
public struct GUID: Hashable, Sendable, BitwiseCopyable {
  public var data1: UInt32
  public var data2: UInt16
  public var data3: UInt16
  /// The last eight bytes, the first of them in the lowest bits.
  public var data4: UInt64

  public init(_ data1: UInt32, _ data2: UInt16, _ data3: UInt16, _ data4: UInt64) {
    self.data1 = data1
    self.data2 = data2
    self.data3 = data3
    self.data4 = data4
  }

  /// All zero: `IID_NULL`, which asks for the interface that was marshalled.
  public static let null = GUID(0, 0, 0, 0)

  /// Parses `6D5140C1-7436-11CE-8034-00AA006009FA`, with or without braces.
  public init?(_ text: String) {
    var digits: [UInt8] = []
    for character in text where character != "-" && character != "{" && character != "}" {
      guard let digit = character.hexDigitValue else { return nil }
      digits.append(UInt8(digit))
    }
    guard digits.count == 32 else { return nil }
    func number(_ range: Range<Int>) -> UInt64 {
      digits[range].reduce(0) { $0 << 4 | UInt64($1) }
    }
    self.init(
      UInt32(number(0..<8)), UInt16(number(8..<12)), UInt16(number(12..<16)),
      number(16..<32).byteSwapped)
  }
}

extension GUID: ExpressibleByStringLiteral {
  public init(stringLiteral text: StaticString) {
    guard let guid = GUID(String(describing: text)) else { preconditionFailure("no GUID: \(text)") }
    self = guid
  }
}

extension GUID: CustomStringConvertible {
  public var description: String {
    func hex(_ value: UInt64, _ width: Int) -> String {
      let digits = String(value, radix: 16, uppercase: true)
      return String(repeating: "0", count: width - digits.count) + digits
    }
    let tail = hex(data4.byteSwapped, 16)
    return "{\(hex(UInt64(data1), 8))-\(hex(UInt64(data2), 4))-\(hex(UInt64(data3), 4))-"
      + "\(tail.prefix(4))-\(tail.suffix(12))}"
  }
}
