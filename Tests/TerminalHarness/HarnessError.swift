/// The system refused something that the harness needs.
public struct HarnessError: Error, Sendable {
  public let what: String
  /// The value of `errno`.
  public let code: Int32
}
