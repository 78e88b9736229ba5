import ApartmentRuntime

/// Classes of a registry that the person brought (`--registry FILE`): they take the place of the
/// lesson's own, by their CLSIDs.
public struct OwnRegistry: Sendable {
  /// What is wrong with the file, and in which line.
  public typealias Failure = RegistryFile.Failure

  let entries: [ClassEntry]

  /// None: the lesson's registry stands as it is.
  public static let none = OwnRegistry(entries: [])

  public var isEmpty: Bool { entries.isEmpty }

  private init(entries: [ClassEntry]) { self.entries = entries }

  /// Reads the text of a `.reg` file.
  ///
  /// - Throws: the first thing that is wrong with it.
  public init(parsing text: String) throws(Failure) {
    entries = try RegistryFile(parsing: text).entries
  }
}
