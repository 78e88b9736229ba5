/// What a COM function answers: a severity, a facility and a code in 32 bits.
///
/// Failures are thrown as this type; successes other than `S_OK` (`S_FALSE`) are returned as it.
/// Values and meanings follow conformance/HRESULTS.md.
public struct HResult: Error, Hashable, Sendable, BitwiseCopyable {
  /// The 32 bits, as COM prints them.
  public var code: UInt32

  public init(_ code: UInt32) { self.code = code }

  /// Whether the sign bit is set.
  public var isFailure: Bool { code & 0x8000_0000 != 0 }

  /// COM's own name (`RPC_E_WRONG_THREAD`), or the eight hexadecimal digits where it has none.
  public var name: String { Self.entry(of: code)?.name ?? hexadecimal }

  /// What the code means here, in a few words; empty for a code that the table does not hold.
  public var meaning: String { Self.entry(of: code)?.meaning ?? "" }

  /// `0x8001010E`.
  public var hexadecimal: String {
    let digits = String(code, radix: 16, uppercase: true)
    return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
  }

  /// The code of a name, where the table holds it.
  public init?(named name: String) {
    guard let entry = Self.table.first(where: { $0.name == name }) else { return nil }
    self.init(entry.code)
  }

  struct Entry: Sendable {
    let code: UInt32
    let name: String
    let meaning: String

    init(_ code: UInt32, _ name: String, _ meaning: String) {
      self.code = code
      self.name = name
      self.meaning = meaning
    }
  }

  private static func entry(of code: UInt32) -> Entry? { table.first { $0.code == code } }
}

extension HResult: CustomStringConvertible {
  public var description: String { name }
}

extension HResult {
  /// Whether a call came back with it because its server was not there, or went while it was out.
  public var tellsServerIsGone: Bool {
    switch self {
    case .RPC_S_SERVER_UNAVAILABLE, .RPC_S_CALL_FAILED, .RPC_S_CALL_FAILED_DNE: true
    default: false
    }
  }
}
