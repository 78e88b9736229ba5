import FloorplanViews
import Scenarios
import TerminalUI

/// Keys while something lies over the frame.
extension AppModel {
  /// What the key does there; nil where the cover closes and the key means what it always does.
  mutating func pressOverCover(_ key: Key, _ command: Command?) -> [Effect]? {
    if command == .close || command == .holdStill {
      session?.cover = nil
      return []
    }
    if command == .leave || command == .quit || command == .restart { return nil }
    switch session?.cover {
    case .help?, .threads?, .findings?: return scrollCover(key, command)
    case .knobs(let selected, let values)?:
      return pressOverKnobs(key, command, selected, values)
    case .explanation?:
      session?.cover = nil
      return []
    case .deadlock?:
      session?.cover = command == .goOn || command == .nextStep ? .card : nil
      return []
    case .card?: return pressOverCard(key, command)
    case nil: return nil
    }
  }

  /// Arrows and pages scroll, anything else closes.
  private mutating func scrollCover(_ key: Key, _ command: Command?) -> [Effect] {
    guard let offset = Self.lines(key, command) else {
      session?.cover = nil
      return []
    }
    scroll(by: offset) { session, offset in
      switch session.cover {
      case .help(let top)?: session.cover = .help(top: max(0, top + offset))
      case .threads(let top)?: session.cover = .threads(top: max(0, top + offset))
      case .findings(let row)?: session.cover = .findings(selected: max(0, row + offset))
      default: break
      }
    }
    return []
  }

  /// How many lines a key scrolls by; nil: it scrolls nothing.
  static func lines(_ key: Key, _ command: Command?) -> Int? {
    switch (key, command) {
    case (.pageDown, _): 8
    case (.pageUp, _): -8
    case (.down, _), (_, .selectNext): 1
    case (.up, _), (_, .selectPrevious): -1
    default: nil
    }
  }

  private mutating func pressOverKnobs(
    _ key: Key, _ command: Command?, _ selected: Int, _ values: [Int]
  ) -> [Effect] {
    guard let scenario = session?.lesson.scenario, !scenario.knobs.isEmpty else {
      session?.cover = nil
      return []
    }
    var selected = selected
    var values = values
    let count = scenario.knobs[selected].values.count
    switch command {
    case .selectNext: selected = (selected + 1) % values.count
    case .selectPrevious: selected = (selected + values.count - 1) % values.count
    case .pointForward: values[selected] = (values[selected] + 1) % count
    case .back: values[selected] = (values[selected] + count - 1) % count
    case .goOn:
      return openWith(
        zip(scenario.knobs, values).map { KnobSetting($0.id, $0.values[$1]) })
    case .whatIf:
      session?.cover = nil
      return []
    default: break
    }
    session?.cover = .knobs(selected: selected, values: values)
    return []
  }

  /// Starts the scenario again with these settings and the lesson's schedule.
  private mutating func openWith(_ settings: [KnobSetting]) -> [Effect] {
    guard let session, let scenario = session.lesson.scenario,
      let knobs = try? KnobValues(of: scenario.knobs, settings)
    else { return [] }
    return open(RunRequest(scenario, knobs: knobs))
  }

  // MARK: The card

  private mutating func pressOverCard(_ key: Key, _ command: Command?) -> [Effect]? {
    if case .character(let character) = key, let digit = character.wholeNumberValue {
      let whatIfs = session?.whatIfs ?? []
      guard whatIfs.indices.contains(digit - 1) else { return [] }
      return openWith([whatIfs[digit - 1]])
    }
    switch command {
    case .goOn, .nextStep: return openNext()
    case .back, .previousStep, .eventBack:
      session?.cover = nil
      return nil
    default:
      session?.cover = nil
      return nil
    }
  }

  private mutating func openNext() -> [Effect] {
    guard let id = session?.lesson.id else { return [] }
    guard session?.isPlayback == false else {
      session?.cover = nil
      session?.message = "The recording ends here; q leaves."
      return []
    }
    guard let next = Self.scenario(after: id) else {
      session?.cover = nil
      session?.message = "This was the last one; q leads to the menu."
      return []
    }
    return open(RunRequest(next))
  }

  /// The one behind it in the order of the menu.
  static func scenario(after id: String) -> Scenario? {
    let all = MenuModel().scenarios
    return all.firstIndex { $0.id == id }.flatMap { $0 + 1 < all.count ? all[$0 + 1] : nil }
  }
}

extension SessionModel {
  /// What the card offers to try: settings that are not the present ones.
  var whatIfs: [KnobSetting] {
    guard !isPlayback, let scenario = lesson.scenario, let knobs = lesson.knobs else { return [] }
    return scenario.whatIfs.filter { knobs[$0.knob] != $0.value }
  }
}
