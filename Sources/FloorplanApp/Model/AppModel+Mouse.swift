import FloorplanViews
import TerminalUI

/// The mouse: clicks do what the key or row under them says, the wheel goes through what happened.
extension AppModel {
  mutating func update(_ mouse: Mouse) -> [Effect] {
    session?.message = ""
    menu.message = ""
    switch mouse {
    case .click(let point):
      let id = hit(at: point)
      if id != "do \(Command.goOn.rawValue)" { forgetWarning(.atRest) }
      return id.map { click($0) } ?? []
    case .wheelUp: return wheel(by: -1)
    case .wheelDown: return wheel(by: 1)
    }
  }

  private mutating func hit(at point: Point) -> String? {
    // What was drawn last lies on top.
    render().canvas.hitRegions.last { $0.rect.contains(point) }?.id
  }

  private mutating func click(_ id: String) -> [Effect] {
    let words = id.split(separator: " ", maxSplits: 1).map(String.init)
    guard words.count == 2 else {
      if id == "warnings" { return perform(.explain) }
      return []
    }
    switch words[0] {
    case "do":
      guard let command = Command(rawValue: words[1]) else { return [] }
      return session == nil ? perform(inMenu: command) : perform(command)
    case "key": return press(words[1] == "→" ? .right : .character(words[1].first ?? " "))
    case "item": return Int(words[1]).map { openScenario(number: $0) } ?? []
    case "event":
      session?.stepSize = .event
      session?.go(to: (Int(words[1]) ?? 0) + 1)
    default:
      if let thing = Selectable(id: id) { session?.selection = thing }
    }
    return []
  }

  /// The wheel never picks: it moves the view, or scrolls what is open.
  private mutating func wheel(by offset: Int) -> [Effect] {
    guard let session else {
      menu.select(by: offset)
      return []
    }
    if session.cover != nil {
      _ = pressOverCover(offset > 0 ? .down : .up, offset > 0 ? .selectNext : .selectPrevious)
    } else if case .inspector = session.pane {
      scrollInspector(by: offset)
    } else if session.pace != .free {
      self.session?.stepSize = .event
      self.session?.go(to: session.position + offset)
    }
    return []
  }
}
