import ApartmentRuntime
import ThreadKernel
import Trace

/// A scenario being run: its kernel, what it has told so far, and where its story stands.
///
/// Whoever controls it (the program's main thread, a test) drains what was told; the steps of the
/// story that an event reaches are told right behind it.
public final class Run {
  public let scenario: Scenario
  public let knobs: KnobValues
  public let schedule: Schedule
  public let registry: OwnRegistry
  /// Where its processes live.
  public let home: ProcessHome
  public let kernel: Kernel
  /// The World after all events that were drained.
  public private(set) var world = World()
  private let collector: Collector
  private var story: Story
  private var told: [Event] = []
  private var hasStarted = false

  public init(
    _ scenario: Scenario, knobs: KnobValues, schedule: Schedule? = nil, startsFree: Bool = false,
    budget: Int? = nil, actions: [TimedAction] = [], finishesAtRest: Bool = true,
    registry: OwnRegistry = .none, home: ProcessHome = .inside
  ) {
    self.scenario = scenario
    self.knobs = knobs
    self.registry = registry
    self.home = home
    let schedule = schedule ?? .lesson(scenario.order(knobs))
    self.schedule = schedule
    kernel = Kernel(
      .init(
        schedule: schedule, startsFree: startsFree, budget: budget, actions: actions,
        finishesAtRest: finishesAtRest, kills: scenario.kills))
    collector = kernel.makeCollector()
    // The steps' names are told first, so that a step can be told wherever it is reached.
    story = Story(scenario.steps(knobs)) { [kernel] in kernel.name($0) }
  }

  /// Starts the program. Under a schedule nothing happens until a pick is allowed.
  public func start() {
    guard !hasStarted else { return }
    hasStarted = true
    let process = ComProcess(
      scenario.cast(for: knobs).firstProcess ?? "program", in: kernel,
      registry: scenario.makeRegistry(knobs),
      settings: scenario.settings(knobs), host: scenario.hosting(home, knobs))
    scenario.program(
      Stage(
        kernel: kernel, process: process, knobs: knobs, ownClasses: registry.entries, home: home))
  }

  /// What was told since the last time, in the run's one order, with the steps of the story where
  /// they were reached.
  public func drain() -> [Event] {
    told.removeAll(keepingCapacity: true)
    collector.drain(into: &told)
    return told.flatMap { take($0) }
  }

  /// Runs until it stands still, and hands on what it tells.
  ///
  /// - Returns: how it stands; `.running` where a thread reached no point for two seconds.
  public func runUntilStanding(_ body: (Event) -> Void) -> Kernel.Standing {
    start()
    return kernel.follow(collector) { event in
      for told in take(event) { body(told) }
    }
  }

  /// Numbers the event, folds it, and adds the steps that it reaches.
  private func take(_ event: Event) -> [Event] {
    var event = event
    event.n = world.position
    world.apply(event)
    var events = [event]
    guard event.kind.canReachAStep else { return events }
    for step in story.reached(in: world) {
      let narrated = Event(n: world.position, t: event.t, .narrated(step))
      world.apply(narrated)
      events.append(narrated)
    }
    return events
  }

  /// The expectations that do not hold in the World as it stands: *always*, and *shows* under the
  /// lesson's own schedule. With a registry of the person's own nothing is expected.
  public func unmetExpectations() -> [Expectation] {
    guard registry.isEmpty else { return [] }
    // Whoever kills a process, or has one end, has a story of one's own.
    let isItsOwn =
      schedule == .lesson(scenario.order(knobs)) && !world.wasEverFree
      && !world.actions.contains { scenario.changesStory(world[$0.name]) }
    return scenario.expectations(knobs, isItsOwn: isItsOwn).filter { !$0.holds(world) }
  }

  /// Ends the run wherever it is.
  ///
  /// - Returns: threads that would not end: none, unless the program has a fault.
  @discardableResult
  public func abandon() -> [ThreadID] { kernel.abandon() }
}

extension EventKind {
  /// Texts and bytes come ahead of the event that uses them, and change nothing by themselves.
  fileprivate var canReachAStep: Bool {
    switch self {
    case .text, .bytes: false
    default: true
    }
  }
}

/// Which steps of a scenario were reached.
struct Story {
  private var open: [(step: Step, name: Name)]

  init(_ steps: [Step], name: (String) -> Name) {
    open = steps.map { ($0, name($0.key)) }
  }

  /// The steps that the World reaches for the first time, in the lesson's order.
  mutating func reached(in world: World) -> [Name] {
    guard open.contains(where: { $0.step.isReached(world) }) else { return [] }
    let reached = open.filter { $0.step.isReached(world) }.map(\.name)
    open.removeAll { reached.contains($0.name) }
    return reached
  }
}
