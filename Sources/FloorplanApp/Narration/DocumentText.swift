import Scenarios

extension Document {
  /// What the menu and `list` call it.
  public var title: String {
    switch self {
    case .service: "A service from a background thread"
    case .localServers: "Local servers"
    case .inProcessServers: "In-process servers"
    }
  }
}
