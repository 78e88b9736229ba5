import Scenarios
import ThreadKernel
import Trace

/// A scenario and how to run it: what the command line and the screens agree on.
public struct RunRequest: Sendable {
  public var scenario: Scenario
  public var knobs: KnobValues
  /// Nil: the lesson's own.
  public var schedule: Schedule?
  /// Actions to deliver by themselves.
  public var actions: [TimedAction]
  /// Classes that take the place of the lesson's own.
  public var registry = OwnRegistry.none
  /// Whether the processes of the scenario are processes of the operating system's; nil: where a
  /// person looks and nothing is recorded.
  public var areProcessesReal: Bool?

  public init(
    _ scenario: Scenario, knobs: KnobValues, schedule: Schedule? = nil,
    actions: [TimedAction] = []
  ) {
    self.scenario = scenario
    self.knobs = knobs
    self.schedule = schedule
    self.actions = actions
  }

  /// What is to be known of a run with a registry of one's own.
  static let registryNote =
    "your registry: what happens is said here, for the lesson's own words may not fit"

  /// The lesson as it is meant.
  public init(_ scenario: Scenario) {
    self.init(scenario, knobs: KnobValues(standardOf: scenario))
  }

  /// - Parameters:
  ///   - isHeadless: a run at rest is told to finish, for nobody can press a key.
  ///   - executable: the program that child processes are of; nil: there can be none.
  func makeRun(isHeadless: Bool, isRecorded: Bool = false, executable: String? = nil) -> Run {
    let wantsChildren = areProcessesReal ?? (!isHeadless && !isRecorded)
    let home = wantsChildren ? executable.map { ProcessHome.children(executable: $0) } : nil
    return Run(
      scenario, knobs: knobs, schedule: schedule, budget: isHeadless ? nil : 0, actions: actions,
      finishesAtRest: isHeadless, registry: registry, home: home ?? .inside)
  }

  /// The first line of a recording of it; `size` is the screen's, where there is one.
  func header(of run: Run, size: RecordingHeader.Size? = nil) -> RecordingHeader {
    var seed: UInt64?
    if case .random(let value)? = schedule { seed = value }
    return RecordingHeader(
      scenario: scenario.id,
      knobs: knobs.settings.map { .init(id: $0.knob, value: $0.value) },
      strategy: run.schedule.text, seed: seed, size: size,
      sources: scenario.sources)
  }
}

extension KnobValues {
  /// The lesson's own settings.
  init(standardOf scenario: Scenario) {
    do {
      try self.init(of: scenario.knobs)
    } catch {
      preconditionFailure("no changes, so nothing that could be unknown")
    }
  }
}

extension Scenario {
  /// The sources that it shows, for a recording's header.
  var sources: [RecordingHeader.Source] {
    files.compactMap { file in
      LessonSources.text(of: file).map { RecordingHeader.Source(file: file, text: $0) }
    }
  }
}
