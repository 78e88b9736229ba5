import FloorplanViews
import TerminalUI
import Trace

/// What the screen shows.
extension AppModel {
  /// The picture, and where the cursor belongs.
  public mutating func render() -> (canvas: Canvas, cursor: Cursor) {
    guard let frame = frame() else {
      let state = menuState
      let place = menuCursor(state, size: size)
      let canvas = FloorplanViews.menu(state, size: size)
      return (canvas, menu.line == nil ? .hidden(place) : .visible(place))
    }
    let isTyping = session?.line != nil
    return (frame.canvas, isTyping ? .visible(frame.cursor) : .hidden(frame.cursor))
  }

  private var menuState: MenuState {
    var keys = keyMap.bar { _ in true }
    if let shownKey { keys.insert(shownKey.item, at: 0) }
    return MenuState(
      groups: menu.groups, selected: menu.selected, keys: keys, message: menu.message,
      input: menu.line, overlay: menu.helpTop.map { .help(keyMap.help, top: $0) })
  }

  /// The frame of the scenario; nil in the menu.
  mutating func frame() -> Frame? {
    guard var session else { return nil }
    let keyMap = keyMap
    var state = session.frameState(keyMap)
    if let shownKey { state.actions.insert(shownKey.item, at: 0) }
    self.session = session
    return Frame(state, size: size)
  }

  /// What there is to read now, for the time that it takes.
  var readingText: String {
    guard var session else { return "" }
    let world = session.world()
    let question = session.openQuestion(in: world).flatMap {
      session.lesson.text.questions[$0.key]?.text
    }
    return session.narration(in: world).text + (question ?? "")
  }
}
