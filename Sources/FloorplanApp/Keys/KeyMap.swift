import FloorplanViews
import TerminalUI

/// Which key does what: the one table that keys are looked up in, and that the help and the key bar
/// are made from.
struct KeyMap: Sendable {
  enum Place: Hashable, Sendable { case menu, scenario }

  /// Some keys and what they do.
  struct Binding: Sendable {
    let command: Command
    let keys: [Key]
    /// The keys' names, for the help.
    let names: String
    let meaning: String
    let group: String
    /// The name and the word in the key bar, and how early it goes when the bar is narrow.
    let bar: (key: String, word: String, rank: Int)?

    init(
      _ command: Command, _ keys: [Key], _ names: String, _ meaning: String, in group: String,
      bar: (key: String, word: String, rank: Int)? = nil
    ) {
      self.command = command
      self.keys = keys
      self.names = names
      self.meaning = meaning
      self.group = group
      self.bar = bar
    }
  }

  let bindings: [Binding]
  private let commands: [Key: Command]

  private init(_ bindings: [Binding]) {
    self.bindings = bindings
    var commands: [Key: Command] = [:]
    for binding in bindings {
      for key in binding.keys { commands[key] = commands[key] ?? binding.command }
    }
    self.commands = commands
  }

  static func map(for place: Place, isPresenting: Bool) -> KeyMap {
    switch (place, isPresenting) {
    case (.menu, false): menu
    case (.menu, true): presentedMenu
    case (.scenario, false): scenario
    case (.scenario, true): presentedScenario
    }
  }

  static let menu = KeyMap(menuBindings)
  static let presentedMenu = KeyMap(clickerHolds + clickerStarts + menuBindings)
  static let scenario = KeyMap(scenarioBindings)
  static let presentedScenario = KeyMap(clicker + scenarioBindings)

  func command(for key: Key) -> Command? { commands[key] }

  /// Whether the character is one that scenarios have in the menu.
  static func starts(_ character: Character) -> Bool {
    ("1"..."9").contains(character) || ("A"..."Z").contains(character)
  }

  /// Keys that actions cannot have.
  var letters: Set<Character> {
    Set(
      commands.keys.compactMap { key in
        if case .character(let character) = key { character } else { nil }
      })
  }

  /// The table as the help shows it, by group.
  var help: [HelpGroup] {
    var groups: [HelpGroup] = []
    for binding in bindings {
      let row = HelpGroup.Row(binding.names, binding.meaning)
      if let index = groups.firstIndex(where: { $0.title == binding.group }) {
        groups[index].rows.append(row)
      } else {
        groups.append(HelpGroup(binding.group, [row]))
      }
    }
    return groups
  }

  /// The key bar; `canAct` says which of them can do something now.
  func bar(canAct: (Command) -> Bool) -> [KeyItem] {
    bindings.compactMap { binding in
      binding.bar.map {
        KeyItem(
          $0.key, $0.word, isEnabled: canAct(binding.command), rank: $0.rank,
          id: "do \(binding.command.rawValue)")
      }
    }
  }

  /// What a key does, in the fewest words, for an audience.
  func meaning(of command: Command) -> String {
    guard let binding = bindings.first(where: { $0.command == command }) else { return "" }
    return binding.bar?.word ?? binding.meaning
  }
}
