/// What a cell means. A `Palette` decides how each role looks, so that a view never names a colour.
public enum Role: UInt8, CaseIterable, Hashable, Sendable {
  /// Ordinary text.
  case plain
  /// Of little interest now; a key that cannot act.
  case dim
  /// What acts now, and nothing else.
  case acting
  /// What the last step changed.
  case changed
  case warning
  case error
  case proxy
  case stub
  case object
  /// A packet or a stream between apartments.
  case packet
  /// The walls of rooms and panes.
  case wall
  case title
  /// The name of a key in a key bar or a help text.
  case key
  /// The row that the next key is about.
  case selection
  /// Something that held or went well.
  case ok
  /// Shown while the position is behind the edge of the run.
  case past
}

/// Marks that a style carries whatever its colours.
public struct Attributes: OptionSet, Hashable, Sendable {
  public let rawValue: UInt8

  public init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  public static let bold = Attributes(rawValue: 1)
  public static let dim = Attributes(rawValue: 2)
  public static let reverse = Attributes(rawValue: 4)
  public static let underline = Attributes(rawValue: 8)
}

/// How a cell is drawn: its role, and marks added to those that the role has itself.
public struct Style: Hashable, Sendable {
  public var role: Role
  public var attributes: Attributes

  public init(_ role: Role, _ attributes: Attributes = []) {
    self.role = role
    self.attributes = attributes
  }

  /// The same role with more marks.
  public func with(_ more: Attributes) -> Style {
    Style(role, attributes.union(more))
  }

  public static let plain = Style(.plain)
  public static let dim = Style(.dim)
  public static let acting = Style(.acting)
  public static let changed = Style(.changed)
  public static let warning = Style(.warning)
  public static let error = Style(.error)
  public static let proxy = Style(.proxy)
  public static let stub = Style(.stub)
  public static let object = Style(.object)
  public static let packet = Style(.packet)
  public static let wall = Style(.wall)
  public static let title = Style(.title)
  public static let key = Style(.key)
  public static let selection = Style(.selection)
  public static let ok = Style(.ok)
  public static let past = Style(.past)
  public static let bold = Style(.plain, .bold)
}
