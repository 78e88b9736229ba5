import Trace

/// The place of one process on the plan, or of the SCM: declared by the scenario, also for a process
/// that is started later.
public struct Building: Hashable, Sendable {
  public enum Kind: Hashable, Sendable { case client, server, scm }

  public var kind: Kind
  /// What the process is started as: `server 1`.
  public var name: String
  /// The apartments that it will have.
  public var rooms: [Room]
  /// The names of its threads, in the order of their numbers.
  public var threads: [String]
  /// Where it stands; nil: that follows from its kind.
  public var side: Room.Side?
  /// A building that takes no part is one line.
  public var takesPart: Bool
  /// Its share of the height of its column; nil: that follows from its kind.
  public var share: Int?

  public init(
    _ kind: Kind, _ name: String, rooms: [Room] = [], threads: [String]? = nil,
    side: Room.Side? = nil, takesPart: Bool = true, share: Int? = nil
  ) {
    self.kind = kind
    self.name = name
    self.rooms = rooms
    self.threads = threads ?? rooms.flatMap(\.threads)
    self.side = side
    self.takesPart = takesPart
    self.share = share.map { max(1, $0) }
  }
}
