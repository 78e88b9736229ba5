/// A GUID as it stands in a packet: 16 bytes, the first three numbers little endian.
struct Guid: Hashable, Sendable {
  let bytes: [UInt8]

  init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

  var isZero: Bool { bytes.allSatisfy { $0 == 0 } }

  /// `{00000001-0000-0000-C000-000000000046}`.
  var text: String {
    guard bytes.count == 16 else { return "{}" }
    let order = [3, 2, 1, 0, -1, 5, 4, -1, 7, 6, -1, 8, 9, -1, 10, 11, 12, 13, 14, 15]
    let digits = order.map { $0 < 0 ? "-" : Hex.byte(bytes[$0]).uppercased() }
    return "{" + digits.joined() + "}"
  }

  /// COM's own name of it, where it has one.
  var name: String? { Self.names[text] }

  /// The name, or the GUID itself.
  var label: String { name ?? text }

  private static let names = [
    "{00000000-0000-0000-C000-000000000046}": "IUnknown",
    "{00000001-0000-0000-C000-000000000046}": "IClassFactory",
    "{00000003-0000-0000-C000-000000000046}": "IMarshal",
    "{0000000C-0000-0000-C000-000000000046}": "IStream",
    "{00000131-0000-0000-C000-000000000046}": "IRemUnknown",
    "{00000143-0000-0000-C000-000000000046}": "IRemUnknown2",
    "{0000033A-0000-0000-C000-000000000046}": "the free-threaded marshaller",
    "{00020400-0000-0000-C000-000000000046}": "IDispatch",
    "{6D5140C1-7436-11CE-8034-00AA006009FA}": "IServiceProvider",
    "{FC4801A3-2BA9-11CF-A229-00AA003D7352}": "IObjectWithSite",
  ]
}

/// Bytes as hexadecimal digits.
enum Hex {
  static func byte(_ value: UInt8) -> String {
    let digits = String(value, radix: 16)
    return digits.count == 1 ? "0" + digits : digits
  }

  /// `4d 45 4f 57`; a run too long for `limit` bytes is cut in the middle: `34 cd .. d5 c6`.
  static func run(_ bytes: some Collection<UInt8>, limit: Int = .max) -> String {
    guard bytes.count > limit, limit >= 2 else { return bytes.map(byte).joined(separator: " ") }
    let tail = max(1, (limit - 1) / 2)
    let head = max(1, limit - 1 - tail)
    return bytes.prefix(head).map(byte).joined(separator: " ") + " .. "
      + bytes.suffix(tail).map(byte).joined(separator: " ")
  }

  static func number(_ value: UInt64) -> String { "0x" + String(value, radix: 16) }

  /// An offset: two digits, or as many as it takes.
  static func offset(_ value: Int) -> String {
    let digits = String(value, radix: 16)
    return digits.count == 1 ? "0" + digits : digits
  }
}
