import Trace

/// Who has a place on the plan: the rooms of a scenario, known from the start, so that nothing moves
/// while it runs.
public struct Cast: Hashable, Sendable {
  /// The rooms of a scenario of one process.
  public var rooms: [Room]
  /// The processes and the SCM, for a scenario of several.
  public var buildings: [Building]
  /// How many rows the corridor keeps at 80×24. A scenario whose corridor carries the lesson asks
  /// for more and gets a lower plan; 0 leaves the corridor out.
  public var corridorRows: Int

  public init(rooms: [Room], corridorRows: Int = 4) {
    self.rooms = rooms
    buildings = []
    self.corridorRows = max(0, min(corridorRows, 5))
  }

  public init(buildings: [Building], corridorRows: Int = 0) {
    rooms = []
    self.buildings = buildings
    self.corridorRows = max(0, min(corridorRows, 5))
  }

  /// The names of all threads that are declared.
  var threads: [String] { rooms.flatMap(\.threads) + buildings.flatMap(\.threads) }

  /// Nothing declared: every apartment gets a room when it comes into being.
  public static let none = Cast(rooms: [])
}

/// The place of one apartment on the plan: declared by the scenario, also for an apartment that is
/// built later.
public struct Room: Hashable, Sendable {
  /// The column of the plan that the room stands in.
  public enum Side: Hashable, Sendable { case left, right }

  public var kind: ApartmentKind
  /// What stands in the wall: `main STA`.
  public var label: String
  /// The number of the process that it belongs to.
  public var process: UInt16
  /// The names of the threads that will live in it.
  public var threads: [String]
  public var side: Side
  /// Whether it is the main STA of its process.
  public var isMain: Bool
  /// A room that takes no part is one line.
  public var takesPart: Bool
  /// Its share of the height of its column.
  public var weight: Int

  /// The label in sentences: who started it is said in the wall only.
  var name: String {
    isStartedByCOM ? String(label.dropLast(Self.ofCOM.count)) : label
  }

  private static let ofCOM = " · started by COM"

  var isStartedByCOM: Bool { label.hasSuffix(Self.ofCOM) }

  public init(
    _ kind: ApartmentKind, _ label: String, process: UInt16 = 1, threads: [String] = [],
    side: Side, isMain: Bool = false, takesPart: Bool = true, weight: Int = 1
  ) {
    self.kind = kind
    self.label = label
    self.process = process
    self.threads = threads
    self.side = side
    self.isMain = isMain
    self.takesPart = takesPart
    self.weight = max(1, weight)
  }
}
