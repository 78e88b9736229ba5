import Scenarios
import ThreadKernel
import Trace

/// A request from the words of a command line.
extension RunRequest {
  /// - Parameters:
  ///   - settings: `KNOB=VALUE`.
  ///   - schedule: `rr`, `random:SEED`, `@FILE`, or constraints.
  ///   - actions: `ACTION@POINT`.
  ///   - registry: the path of a `.reg` file; nil: the lesson's own registry.
  public init(
    id: String, settings: [String], schedule: String?, actions: [String], registry: String? = nil
  ) throws(BadInput) {
    guard let scenario = Catalog.scenario(id) else {
      throw .unknown("scenario", id, known: Catalog.all.map(\.id))
    }
    var changes: [KnobSetting] = []
    var parsed: Schedule?
    if let schedule, schedule.hasPrefix("@") {
      let recorded = try RecordedSchedule(path: String(schedule.dropFirst()))
      try recorded.check(isOf: scenario)
      changes = recorded.knobs
      parsed = recorded.schedule
    }
    var areProcessesReal: Bool?
    for setting in settings {
      let change = try Self.setting(setting, of: scenario)
      if change.knob == ProcessKnob.id {
        areProcessesReal = try ProcessKnob.isReal(change.value)
      } else {
        changes.append(change)
      }
    }
    let knobs = try Self.values(changes, of: scenario)
    if let schedule, parsed == nil {
      parsed = try Self.schedule(schedule, of: scenario, knobs)
    }
    var timed: [TimedAction] = []
    for action in actions { timed.append(try Self.action(action, of: scenario)) }
    self.init(scenario, knobs: knobs, schedule: parsed, actions: timed)
    self.areProcessesReal = areProcessesReal
    if let registry { self.registry = try OwnRegistry(path: registry) }
  }

  private static func setting(
    _ text: String, of scenario: Scenario
  ) throws(BadInput) -> KnobSetting {
    guard let split = text.firstIndex(of: "=") else {
      throw BadInput(.usage, "--set \(text): write KNOB=VALUE, such as \(example(of: scenario))")
    }
    return KnobSetting(String(text[..<split]), String(text[text.index(after: split)...]))
  }

  private static func example(of scenario: Scenario) -> String {
    scenario.knobs.first.map { "\($0.id)=\($0.values.last ?? "")" } ?? "knob=value"
  }

  private static func values(
    _ changes: [KnobSetting], of scenario: Scenario
  ) throws(BadInput) -> KnobValues {
    do {
      return try KnobValues(of: scenario.knobs, changes)
    } catch {
      switch error {
      case .noSuchKnob(let knob, let known):
        throw .unknown("knob of \(scenario.id)", knob, known: known + [ProcessKnob.id])
      case .noSuchValue(let value, let knob, let known):
        throw .unknown("value of the knob \(knob)", value, known: known)
      }
    }
  }

  private static func schedule(
    _ text: String, of scenario: Scenario, _ knobs: KnobValues
  ) throws(BadInput) -> Schedule {
    if text == "rr" { return .roundRobin }
    if text.hasPrefix("random:") {
      let seed = text.dropFirst("random:".count)
      guard let number = UInt64(seed) else {
        throw BadInput(.usage, "--schedule \(text): the seed \"\(seed)\" is no whole number")
      }
      return .random(seed: number)
    }
    guard text.contains("<") else {
      throw .unknown("schedule", text, known: ["rr", "random:SEED", "@FILE", "a<b,c<d"])
    }
    let marks = scenario.order(knobs).flatMap { [$0.earlier, $0.later] }
    var constraints: [OrderConstraint] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let names = part.split(separator: "<", omittingEmptySubsequences: false).map(String.init)
      guard names.count == 2 else {
        throw BadInput(.usage, "--schedule: \"\(part)\" is no constraint; write EARLIER<LATER")
      }
      for name in names where !marks.contains(name) {
        throw .unknown("place in \(scenario.id)", name, known: marks)
      }
      constraints.append(OrderConstraint(names[0], before: names[1]))
    }
    return .lesson(constraints)
  }

  private static func action(
    _ text: String, of scenario: Scenario
  ) throws(BadInput) -> TimedAction {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, let choice = UInt64(parts[1]) else {
      throw BadInput(
        .usage, "--do \(text): write ACTION@POINT, the number of choices that come before it")
    }
    guard scenario.actions.contains(where: { $0.id == parts[0] }) else {
      throw .unknown("action of \(scenario.id)", parts[0], known: scenario.actions.map(\.id))
    }
    return TimedAction(parts[0], at: choice)
  }
}

/// `--set processes=…`, which every scenario has: where its processes live.
enum ProcessKnob {
  static let id = "processes"
  static let title = "The processes are"
  /// The first is what scripts get: recordings, and `--headless`.
  static let values = ["inside", "real"]

  static func isReal(_ value: String) throws(BadInput) -> Bool {
    guard values.contains(value) else {
      throw .unknown("value of the knob \(id)", value, known: values)
    }
    return value == "real"
  }
}

/// What a recording says of its schedule.
struct RecordedSchedule {
  let path: String
  let scenario: String
  let knobs: [KnobSetting]
  let schedule: Schedule

  init(path: String) throws(BadInput) {
    self.path = path
    let recording = try Recording(path: path)
    var picks: [ThreadID] = []
    var actions: [TimedAction] = []
    var names: [Name: [UInt8]] = [:]
    for event in recording.events {
      switch event.kind {
      case .text(let name, let chunk): names[name, default: []] += chunk.bytes
      case .choice: picks.append(event.thread)
      case .action(let name):
        let text = String(decoding: names[name] ?? [], as: UTF8.self)
        actions.append(TimedAction(text, at: UInt64(picks.count)))
      case .mode(.free):
        throw BadInput(
          .data,
          "\(path): this run was free for a while, so its choices cannot be replayed; "
            + "record one that is scheduled all the time")
      default: break
      }
    }
    scenario = recording.header.scenario
    knobs = recording.header.knobs.map { KnobSetting($0.id, $0.value) }
    schedule = .recorded(picks: picks, actions: actions)
  }

  func check(isOf wanted: Scenario) throws(BadInput) {
    guard scenario == wanted.id else {
      throw BadInput(
        .data, "\(path): this is a recording of \(scenario); run \(scenario) with its schedule")
    }
  }
}

extension Recording {
  /// Reads a recording; `-` is standard input. One that is cut short is no error.
  public init(path: String) throws(BadInput) {
    let bytes = try FileBytes.read(path)
    do {
      try self.init(bytes)
    } catch {
      throw BadInput(.data, "\(path): \(error.sentence)")
    }
  }
}

extension OwnRegistry {
  /// Reads a `.reg` file; `-` is standard input.
  init(path: String) throws(BadInput) {
    let bytes = try FileBytes.read(path)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw BadInput(.data, "\(path): this is no UTF-8; save the file as UTF-8")
    }
    do throws(Failure) {
      try self.init(parsing: text)
    } catch {
      throw BadInput(.data, "\(path):\(error.line): \(error.sentence)")
    }
  }
}
