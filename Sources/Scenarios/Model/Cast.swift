import Trace

/// Who has a place on the plan from the start, so that nothing moves while it runs.
public struct Cast: Hashable, Sendable {
  public enum Side: Hashable, Sendable { case left, right }

  /// The place of one apartment, also of one that is built later.
  public struct Room: Hashable, Sendable {
    public let kind: ApartmentKind
    /// What stands in its wall: `main STA`.
    public let label: String
    /// The names of the threads that will live in it.
    public let threads: [String]
    public let side: Side
    public let isMain: Bool
    /// A room that takes no part is one line.
    public let takesPart: Bool

    init(
      _ kind: ApartmentKind, _ label: String, _ threads: [String], _ side: Side,
      isMain: Bool = false, takesPart: Bool = true
    ) {
      self.kind = kind
      self.label = label
      self.threads = threads
      self.side = side
      self.isMain = isMain
      self.takesPart = takesPart
    }
  }

  /// The rooms of a lesson of one process; none where there are buildings.
  public let rooms: [Room]
  /// The processes and the SCM, for a lesson of several.
  public let buildings: [Building]
  /// How many rows of 80×24 the strip for what is in no apartment keeps.
  public let corridorRows: Int

  init(_ rooms: [Room], corridorRows: Int = 4) {
    self.rooms = rooms
    buildings = []
    self.corridorRows = corridorRows
  }

  /// Several processes: see `Building`. What is in no apartment has no strip unless one is asked for.
  init(buildings: [Building], corridorRows: Int = 0) {
    rooms = []
    self.buildings = buildings
    self.corridorRows = corridorRows
  }
}

extension Cast.Room {
  /// The room of the thread that the shell runs on.
  static let main = Self(.singleThreaded, "main STA", ["main"], .left, isMain: true)
  /// The room of the background thread.
  static let background = Self(.multithreaded, "MTA", ["worker"], .right)
}
