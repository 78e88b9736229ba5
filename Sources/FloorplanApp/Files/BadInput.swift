/// Something that a person gave and that cannot be used: one line that says what, where and what to
/// do, and the exit code.
public struct BadInput: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Kind: Int32, Sendable {
    case usage = 64
    case data = 65
    case noTerminal = 69
  }

  public var kind: Kind
  public var line: String

  public init(_ kind: Kind, _ line: String) {
    self.kind = kind
    self.line = line
  }

  /// A name that is not among those known, with the nearest of them.
  public static func unknown(_ what: String, _ name: String, known: [String]) -> BadInput {
    BadInput(.usage, "there is no \(what) \"\(name)\"; " + Nearest.sentence(to: name, among: known))
  }

  public var description: String { line }
}
