import Scenarios
import TerminalUI

/// What a key does: one way for all of them.
extension AppModel {
  var keyMap: KeyMap {
    KeyMap.map(for: session == nil ? .menu : .scenario, isPresenting: isPresenting)
  }

  mutating func press(_ key: Key) -> [Effect] {
    defer { lastKey = (key, now) }
    // A clicker's button bounces.
    if isPresenting, let lastKey, lastKey.key == key, now - lastKey.at < .milliseconds(150) {
      return []
    }
    pressedKey = key
    session?.message = ""
    menu.message = ""
    let command = keyMap.command(for: key)
    if command != .leave { forgetWarning(.leaving) }
    if command != .goOn && command != .nextStep { forgetWarning(.atRest) }
    show(key, command)
    if key == .control("c") { return leaveProgram() }
    return session == nil ? pressInMenu(key, command) : pressInScenario(key, command)
  }

  mutating func forgetWarning(_ warning: SessionModel.Warning) {
    if session?.warned == warning { session?.warned = nil }
  }

  /// The audience sees which key it was.
  private mutating func show(_ key: Key, _ command: Command?) {
    guard isPresenting, session?.line == nil, menu.line == nil, let command else { return }
    let meaning = keyMap.meaning(of: command)
    shownKey = (KeyItem(key.name, meaning, id: "shown"), now + .seconds(1))
  }

  // MARK: The menu

  private mutating func pressInMenu(_ key: Key, _ command: Command?) -> [Effect] {
    if menu.line != nil { return typeInMenu(key) }
    if let top = menu.helpTop { return scrollMenuHelp(key, command, top) }
    if case .character(let character) = key, command == nil, KeyMap.starts(character) {
      guard let row = menu.row(for: character) else {
        menu.message = "There is no scenario \(character)."
        return []
      }
      return openScenario(number: row)
    }
    return command.map { perform(inMenu: $0) } ?? unknown(key)
  }

  mutating func perform(inMenu command: Command) -> [Effect] {
    switch command {
    case .goOn: return openScenario(number: menu.selected)
    case .selectNext: menu.select(by: 1)
    case .selectPrevious: menu.select(by: -1)
    case .pageForward: menu.select(by: Self.page)
    case .pageBack: menu.select(by: -Self.page)
    case .toStart: menu.selected = 0
    case .toEdge: menu.select(by: .max / 2)
    case .help: menu.helpTop = 0
    case .search:
      menu.line = InputLine(prompt: "/")
      menu.isSearching = true
    case .commandLine:
      menu.line = InputLine(prompt: ":")
      menu.isSearching = false
    case .leave, .quit: return leaveProgram()
    default: break
    }
    return []
  }

  /// How many scenarios a page of the menu goes by.
  private static let page = 8

  mutating func openScenario(number: Int) -> [Effect] {
    guard menu.scenarios.indices.contains(number) else {
      menu.message = "There is no scenario \(number + 1)."
      return []
    }
    menu.selected = number
    return open(RunRequest(menu.scenarios[number]))
  }

  private mutating func scrollMenuHelp(
    _ key: Key, _ command: Command?, _ top: Int
  ) -> [Effect] {
    if command == .holdStill { return [] }
    guard let offset = Self.lines(key, command) else {
      menu.helpTop = nil
      return []
    }
    for row in 1...abs(offset) {
      let (before, old) = (render().canvas, menu.helpTop)
      menu.helpTop = max(0, top + row * offset.signum())
      guard render().canvas == before else { continue }
      menu.helpTop = old
      break
    }
    return []
  }

  private mutating func typeInMenu(_ key: Key) -> [Effect] {
    guard let outcome = menu.line?.apply(key) else { return [] }
    switch outcome {
    case .editing, .ignored: return []
    case .cancelled: menu.line = nil
    case .entered(let text):
      menu.line = nil
      if menu.isSearching { menu.find(text) } else { return runMenuCommand(text) }
    }
    return []
  }

  private mutating func runMenuCommand(_ text: String) -> [Effect] {
    if text == "q" || text == "quit" { return leaveProgram() }
    if let scenario = Catalog.scenario(text) { return open(RunRequest(scenario)) }
    let known = ["q"] + Catalog.all.map(\.id)
    menu.message = BadInput.unknown("command", text, known: known).line
    return []
  }

  /// A key that means nothing says so.
  mutating func unknown(_ key: Key) -> [Effect] {
    let text = "\(key.name) does nothing here; ? shows the keys."
    if session == nil { menu.message = text } else { session?.message = text }
    return []
  }
}

extension Key {
  /// What is printed on it.
  var name: String {
    switch self {
    case .character(" "): "Space"
    case .character(let character): String(character)
    case .control(let character): "^" + character.uppercased()
    case .up: "↑"
    case .down: "↓"
    case .left: "←"
    case .right: "→"
    case .pageUp: "PageUp"
    case .pageDown: "PageDown"
    case .home: "Home"
    case .end: "End"
    case .enter: "Enter"
    case .escape: "Esc"
    case .tab: "Tab"
    case .backTab: "Shift Tab"
    case .backspace: "Backspace"
    case .delete: "Delete"
    case .insert: "Insert"
    case .function(let number): "F\(number)"
    }
  }
}
