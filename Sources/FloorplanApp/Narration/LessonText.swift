import Scenarios
import Trace

/// What a lesson says, in one language. The scenario has the keys, this has the words.
public struct LessonText: Sendable {
  /// A question before a step.
  struct QuestionText: Sendable {
    let text: String
    /// What to say of each answer that can come out; the number is the right choice's.
    let answers: [Int: String]
    /// The words of choices that are no threads, by number.
    let choices: [Int: String]

    init(_ text: String, choices: [Int: String] = [:], answers: [Int: String]) {
      self.text = text
      self.choices = choices
      self.answers = answers
    }
  }

  /// A what-if switch.
  struct KnobText: Sendable {
    let title: String
    let values: [String: String]

    init(_ title: String, _ values: [String: String]) {
      self.title = title
      self.values = values
    }
  }

  public let title: String
  /// The menu's question.
  public let question: String
  let steps: [String: String]
  /// What a step says with a knob changed, where the lesson's own words would not be true then: by
  /// `knob=value`, then by the step's key.
  let variants: [String: [String: String]]
  let questions: [String: QuestionText]
  let knobs: [String: KnobText]
  let actions: [String: String]
  /// What the actions do, in a few words more.
  let actionHelp: [String: String]
  /// What was seen, in a sentence, with the lesson's own settings.
  let ending: String
  /// What was seen with a knob changed, by `knob=value`.
  let endings: [String: String]

  init(
    title: String, question: String, steps: [String: String],
    variants: [String: [String: String]] = [:], questions: [String: QuestionText] = [:],
    knobs: [String: KnobText] = [:], actions: [String: String] = [:],
    actionHelp: [String: String] = [:], ending: String, endings: [String: String] = [:]
  ) {
    self.title = title
    self.question = question
    self.steps = steps
    self.variants = variants
    self.questions = questions
    self.knobs = knobs
    self.actions = actions
    self.actionHelp = actionHelp
    self.ending = ending
    self.endings = endings
  }

  /// The scenario's words; its keys stand for themselves where there are none.
  public static func of(_ scenario: Scenario) -> LessonText { of(id: scenario.id) }

  static func of(id: String) -> LessonText {
    all[id] ?? LessonText(title: id, question: "", steps: [:], ending: "")
  }

  static let all: [String: LessonText] = [
    "straight": straight, "fetched": fetched, "right-way": rightWay, "query-again": queryAgain,
    "no-ticket": noTicket, "forget-detach": forgetDetach, "second-sta": secondSTA,
    "no-pump": noPump, "managed": managed,
    "who-decides": whoDecides,
    "same-room": sameRoom,
    "main-for-all": mainForAll,
    "host-sta": hostSTA,
    "host-mta": hostMTA,
    "matrix": clientMatrix,
    "no-road": noRoad,
    "price": price,
    "re-entrancy": reEntrancy,
    "factory-race": factoryRace,
    "unload": unload,
    "both": bothModels,
    "ftm": freeThreaded,
    "ftm-with-proxy": freeThreadedProxy,
    "busy": busy,
    "normal-life": normalLife,
    "queue-protects": queueProtects,
    "two-threads": twoThreads,
    "cumbersome": cumbersome,
    "at-zero": atZero,
    "half-the-places": halfThePlaces,
    "dead-factory": deadFactory,
    "open-too-early": openTooEarly,
    "ready-then-open": readyThenOpen,
    "kill-server": killServer,
    "kill-client": killClient,
  ]

  /// The step's words under these settings; its key where there are none. Of several settings with
  /// words of their own the first counts.
  func step(_ key: String, _ knobs: KnobValues?) -> String {
    for setting in knobs?.settings ?? [] {
      if let text = variants["\(setting.knob)=\(setting.value)"]?[key] { return text }
    }
    return steps[key] ?? key
  }

  public func title(ofKnob knob: String) -> String { knobs[knob]?.title ?? knob }

  public func title(of value: String, ofKnob knob: String) -> String {
    knobs[knob]?.values[value] ?? value
  }

  public func title(ofAction action: String) -> String { actions[action] ?? action }

  /// What help says of an action.
  func help(ofAction action: String) -> String { actionHelp[action] ?? title(ofAction: action) }

  /// The sentence for the card: of the first setting that is not the lesson's own, where it has one.
  /// Where another order brought something else about, it says that.
  func ending(_ knobs: KnobValues, of scenario: Scenario, in world: World) -> String {
    if let missed = scenario.shows(knobs).first(where: { !$0.holds(world) }) {
      return "In this order it did not come about that \(missed.sentence)."
    }
    for (setting, knob) in zip(knobs.settings, scenario.knobs)
    where setting.value != knob.defaultValue {
      if let text = endings["\(setting.knob)=\(setting.value)"] { return world.filling(text) }
    }
    return world.filling(ending)
  }
}
