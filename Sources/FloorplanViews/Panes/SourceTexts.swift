/// The texts of the source files that threads stand in: a run's own, or those that a recording
/// carries.
public struct SourceTexts: Hashable, Sendable {
  private var files: [String: [String]]

  public init(_ files: [String: [String]] = [:]) { self.files = files }

  /// The lines of a file, by its name or by the last part of it; nil for one that is not there.
  func lines(of file: String) -> [String]? { files[file] ?? files[Self.lastPart(of: file)] }

  static func lastPart(of file: String) -> String {
    file.split(separator: "/").last.map(String.init) ?? file
  }
}
