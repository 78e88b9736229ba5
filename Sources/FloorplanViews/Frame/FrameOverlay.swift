import TerminalUI

/// What lies over a frame until it is closed.
public enum FrameOverlay: Hashable, Sendable {
  /// `?`: every key, by group; `top` is the first line that shows.
  case help([HelpGroup], top: Int)
  /// `t`: the threads with their numbers.
  case threads(top: Int)
  /// `w`: the what-ifs of the scenario.
  case knobs([Knob], selected: Int)
  /// `e`: what looks wrong, and why.
  case findings([FindingText], selected: Int)
  /// `e` on a thing: what it is, in a few sentences.
  case explanation(title: String, text: String)
  /// Who waits for whom when nobody can go on.
  case deadlock
  case endCard(EndCard)
}

/// Keys with their meanings, under a heading.
public struct HelpGroup: Hashable, Sendable {
  public struct Row: Hashable, Sendable {
    public var keys: String
    public var meaning: String

    public init(_ keys: String, _ meaning: String) {
      self.keys = keys
      self.meaning = meaning
    }
  }

  public var title: String
  public var rows: [Row]

  public init(_ title: String, _ rows: [Row]) {
    self.title = title
    self.rows = rows
  }
}

/// A what-if of a scenario with its values.
public struct Knob: Hashable, Sendable {
  public var title: String
  public var values: [String]
  /// The index of the value that is set.
  public var value: Int

  public init(_ title: String, values: [String], value: Int) {
    self.title = title
    self.values = values
    self.value = value
  }
}

/// Something that looks wrong, in two sentences.
public struct FindingText: Hashable, Sendable {
  /// What is the case.
  public var sentence: String
  /// Why that is wrong, and what to do.
  public var explanation: String

  public init(_ sentence: String, _ explanation: String) {
    self.sentence = sentence
    self.explanation = explanation
  }
}

/// What stands at the end of a scenario.
public struct EndCard: Hashable, Sendable {
  public enum Verdict: Hashable, Sendable {
    /// What the scenario shows was seen; `aFailure` where the scenario is about one.
    case asExpected(aFailure: Bool)
    /// Another order, or a changed knob, brought something else about.
    case otherwise
    /// Nobody knows what was to be seen.
    case none
  }

  /// What was seen, in a sentence.
  public var sentence: String
  public var verdict: Verdict
  public var facts: [String]
  /// How the questions were answered, where some were.
  public var score: Score?
  /// Things to try next, with their keys.
  public var whatIfs: [KeyItem]
  /// The next scenario with its key, where there is one.
  public var next: KeyItem?
  /// What `q` leads to: there is no menu behind a recording.
  public var hasMenu: Bool

  public init(
    sentence: String, verdict: Verdict, facts: [String] = [], score: Score? = nil,
    whatIfs: [KeyItem] = [], next: KeyItem? = nil, hasMenu: Bool = true
  ) {
    self.sentence = sentence
    self.verdict = verdict
    self.facts = facts
    self.score = score
    self.whatIfs = whatIfs
    self.next = next
    self.hasMenu = hasMenu
  }
}
