/// Why some bytes are no whole recording.
public struct RecordingError: Error, Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    /// The first line is no header.
    case notARecording
    case empty
    case otherVersion
    /// A line is not what the format wants.
    case damagedLine
    /// A line whose number is not the next, or that stands where none may.
    case outOfOrder
    /// An event contradicts what the ones before it told, or an invariant does not hold after it.
    case contradiction
    /// The end line is missing. Reading gives everything up to the last whole event all the same.
    case cutShort
  }

  public var kind: Kind
  /// From 1.
  public var line: Int
  public var found: String
  public var expected: String

  public init(_ kind: Kind, line: Int, found: String, expected: String) {
    self.kind = kind
    self.line = line
    self.found = found
    self.expected = expected
  }

  /// One line: where, what was found, what was expected.
  public var sentence: String {
    switch kind {
    case .notARecording: "line \(line): this is no Floorplan recording: \(detail)"
    case .empty: "the recording is empty: \(detail)"
    case .otherVersion: "line \(line): the recording is of another version: \(detail)"
    case .damagedLine: "line \(line) is damaged: \(detail)"
    case .outOfOrder: "line \(line) is out of order: \(detail)"
    case .contradiction: "line \(line) contradicts what came before: \(detail)"
    case .cutShort: "the recording is cut short after line \(line): \(detail)"
    }
  }

  private var detail: String { "found \(found); expected \(expected)" }
}

extension RecordingError: CustomStringConvertible {
  public var description: String { sentence }
}
