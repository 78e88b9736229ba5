/// A what-if switch of a scenario.
public struct Knob: Hashable, Sendable {
  public let id: String
  /// What it can be set to; the first is the lesson's own.
  public let values: [String]

  init(_ id: String, _ values: [String]) {
    self.id = id
    self.values = values
  }

  public var defaultValue: String { values[0] }
}

/// A knob and a value of it.
public struct KnobSetting: Hashable, Sendable {
  public let knob: String
  public let value: String

  public init(_ knob: String, _ value: String) {
    self.knob = knob
    self.value = value
  }
}

/// A setting that cannot be made.
public enum KnobError: Error, Equatable, Sendable {
  case noSuchKnob(String, known: [String])
  case noSuchValue(String, knob: String, known: [String])
}

/// The settings of all knobs of a scenario, in the scenario's order.
public struct KnobValues: Hashable, Sendable {
  public private(set) var settings: [KnobSetting]

  /// The lesson's own settings with some changed.
  public init(
    of knobs: [Knob], _ changes: [KnobSetting] = []
  ) throws(KnobError) {
    settings = knobs.map { KnobSetting($0.id, $0.defaultValue) }
    for change in changes {
      guard let index = knobs.firstIndex(where: { $0.id == change.knob }) else {
        throw .noSuchKnob(change.knob, known: knobs.map(\.id))
      }
      guard knobs[index].values.contains(change.value) else {
        throw .noSuchValue(change.value, knob: change.knob, known: knobs[index].values)
      }
      settings[index] = change
    }
  }

  /// The value of a knob; a knob that the scenario does not have is a programming error.
  public subscript(_ id: String) -> String {
    guard let setting = settings.first(where: { $0.knob == id }) else {
      preconditionFailure("no knob \(id)")
    }
    return setting.value
  }
}
