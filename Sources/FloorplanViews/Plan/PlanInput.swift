import Trace

/// What the floor plan is drawn from.
public struct PlanInput: Hashable, Sendable {
  /// The World at the position.
  public var world: World
  /// The World at the previous narrated step: what differs from it is marked. Nil marks nothing.
  public var baseline: World?
  public var cast: Cast
  public var selection: Selectable?
  /// The numbers that the operating system gave to the processes of a live run; empty for a
  /// recording, in which they are not told.
  public var systemNumbers: [ProcessID: Int32] = [:]

  public init(world: World, baseline: World?, cast: Cast, selection: Selectable? = nil) {
    self.world = world
    self.baseline = baseline
    self.cast = cast
    self.selection = selection
  }
}

/// How much the plan says of each thing.
enum Detail: Hashable, Sendable {
  /// 80×24: counts with their holders in one line.
  case brief
  /// From about 110 columns on: holders one a line, with the place in the source.
  case full
}
