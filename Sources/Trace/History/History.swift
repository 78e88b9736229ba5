/// All events of a run so far, and any moment of it.
///
/// A *position* is a number of events that were folded: the World at position n is the one right
/// after event n - 1, and event n is the next to happen.
public struct History: Sendable {
  /// What can be gone to, forwards and back.
  public enum Landmark: Hashable, Sendable {
    /// A step of the story.
    case narrated
    /// A scheduling point: some thread was picked.
    case choice
    /// A scheduling point at which this thread was picked.
    case choiceOf(ThreadID)
    case deadlock
    /// A place that the lesson's schedule names.
    case mark
    case action
  }

  /// A World is kept every so many events.
  static let keyframeDistance = 4096
  /// A seek also keeps the World this many events before its goal, so that going on backwards from
  /// there is cheap.
  private static let runUp = 64
  private static let recentCapacity = 4

  public private(set) var events: [Event] = []
  /// The World after all events.
  public private(set) var edge = World()
  private var keyframes: [World] = [World()]
  /// The Worlds that were asked for last, the latest last.
  private var recent: [World] = []
  private var index = LandmarkIndex()

  public init() {}

  public init(_ events: some Sequence<Event>) {
    for event in events { append(event) }
  }

  /// How many events there are: the position of the edge.
  public var count: Int { events.count }

  /// Adds an event. One that contradicts the ones before stands in `edge.fault`.
  public mutating func append(_ event: Event) {
    index.note(event, at: events.count)
    events.append(event)
    edge.apply(event)
    if events.count.isMultiple(of: Self.keyframeDistance) { keyframes.append(edge) }
  }

  /// The World at a position; nil behind the edge, or before the start.
  public mutating func world(at position: Int) -> World? {
    guard position >= 0 && position <= events.count else { return nil }
    if position == events.count { return edge }
    var world = nearest(before: position)
    let pause = max(Int(world.position), position - Self.runUp)
    fold(&world, to: pause)
    if pause < position { remember(world) }
    fold(&world, to: position)
    remember(world)
    return world
  }

  private func nearest(before position: Int) -> World {
    let keyframe = keyframes[position / Self.keyframeDistance]
    let near = recent.filter { $0.position <= UInt64(position) }
    guard let best = near.max(by: { $0.position < $1.position }),
      best.position > keyframe.position
    else { return keyframe }
    return best
  }

  private func fold(_ world: inout World, to position: Int) {
    for index in Int(world.position)..<position { world.apply(events[index]) }
  }

  private mutating func remember(_ world: World) {
    recent.removeAll { $0.position == world.position }
    if recent.count >= Self.recentCapacity { recent.removeFirst() }
    recent.append(world)
  }

  /// The first such event that a World at `position` has not seen; nil where there is none (yet). Go
  /// to its number to stand before it, and one further to see it done.
  public func next(_ landmark: Landmark, from position: Int) -> Int? {
    let events = index.events(of: landmark)
    let place = events.partitioningIndex { $0 >= position }
    return place < events.count ? events[place] : nil
  }

  /// The last such event that a World at `position` has seen; nil where there is none.
  public func last(_ landmark: Landmark, before position: Int) -> Int? {
    let events = index.events(of: landmark)
    let place = events.partitioningIndex { $0 >= position }
    return place > 0 ? events[place - 1] : nil
  }
}

/// Where the landmarks are: event numbers, ascending.
struct LandmarkIndex: Sendable {
  private var narrated: [Int] = []
  private var choices: [Int] = []
  private var choicesOf: [ThreadID: [Int]] = [:]
  private var deadlocks: [Int] = []
  private var marks: [Int] = []
  private var actions: [Int] = []

  mutating func note(_ event: Event, at number: Int) {
    switch event.kind {
    case .narrated: narrated.append(number)
    case .choice:
      choices.append(number)
      choicesOf[event.thread, default: []].append(number)
    case .deadlock: deadlocks.append(number)
    case .marked: marks.append(number)
    case .action: actions.append(number)
    default: break
    }
  }

  func events(of landmark: History.Landmark) -> [Int] {
    switch landmark {
    case .narrated: narrated
    case .choice: choices
    case .choiceOf(let thread): choicesOf[thread] ?? []
    case .deadlock: deadlocks
    case .mark: marks
    case .action: actions
    }
  }
}

extension [Int] {
  /// The first place whose number, and every one after it, is as asked.
  fileprivate func partitioningIndex(where isBehind: (Int) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
