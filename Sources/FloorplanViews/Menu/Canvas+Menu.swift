import TerminalUI

/// The menu on a screen of `size`.
public func menu(_ state: MenuState, size: Size) -> Canvas {
  var canvas = Canvas(size)
  _ = canvas.menu(state)
  return canvas
}

/// Where the cursor belongs in the menu: the selected row.
public func menuCursor(_ state: MenuState, size: Size) -> TerminalUI.Point {
  var canvas = Canvas(size)
  return canvas.menu(state)
}

extension Canvas {
  private static let apartment =
    "An apartment is a room for objects: it says which threads may run their code. A call "
    + "from another room goes through a proxy, and a thread of the object's own room runs it."

  /// Title, what an apartment is, the list, the question of the selected scenario, the keys.
  fileprivate mutating func menu(_ state: MenuState) -> Point {
    let (upper, keys) = bounds.splitBottom(1)
    keyBar(state.keys, in: keys)
    let (head, body) = upper.splitTop(1)
    let title = PlanRow(
      StyledText(" Floorplan", .title) + "  COM apartments, running and drawn",
      trailing: StyledText("\(state.items.count) scenarios ", .dim), rank: .acting)
    write(title.line(width: head.width), at: head.origin, width: head.width)
    var rest = body
    if size.height >= 16 { rest = introduction(in: rest) }
    let foot = size.height >= 10 ? 3 : size.height >= 6 ? 1 : 0
    let (list, bottom) = rest.splitBottom(foot)
    let cursor = menuList(state, in: list)
    let typing = menuFoot(state, in: bottom)
    if case .help(let groups, let top)? = state.overlay {
      overlay(Overlay.help(groups, top: top, width: max(1, min(size.width - 4, 74))), in: upper)
    }
    return typing ?? cursor
  }

  private mutating func introduction(in area: Rect) -> Rect {
    let lines = Self.apartment.wrapped(toWidth: max(1, size.width - 2))
    let (text, rest) = area.splitTop(lines.count + 1)
    write(lines.map { StyledText(" " + $0, .dim) }, in: text)
    return rest
  }

  /// The groups with their scenarios, scrolled so that the selected one shows.
  private mutating func menuList(_ state: MenuState, in area: Rect) -> Point {
    var rows: [(text: StyledText, item: Int?)] = []
    var number = 0
    let widest = (state.items.map(\.title.cellWidth).max() ?? 0) + 2
    let column = min(max(20, size.width - 24), widest)
    for (index, group) in state.groups.enumerated() {
      if index > 0 { rows.append(("", nil)) }
      rows.append((StyledText(" " + group.title, .title), nil))
      for item in group.items {
        let isSelected = number == state.selected
        rows.append((menuRow(item, number, column: column, isSelected: isSelected), number))
        number += 1
      }
    }
    let selectedRow = rows.firstIndex { $0.item == state.selected } ?? 0
    // The heading of the first group stays in view with its first scenario.
    let top = max(
      0, min(selectedRow <= 1 ? 0 : selectedRow - area.height / 2, rows.count - area.height))
    for (line, row) in rows.dropFirst(top).prefix(area.height).enumerated() {
      let rect = Rect(x: area.left, y: area.top + line, width: area.width, height: 1)
      write(row.text, at: rect.origin, width: rect.width)
      if let item = row.item { addHit(rect, "item \(item)") }
    }
    if top > 0 { write("▲", at: Point(x: area.right - 1, y: area.top), .dim) }
    if top + area.height < rows.count, area.height > 0 {
      write("▼", at: Point(x: area.right - 1, y: area.bottom - 1), .dim)
    }
    return Point(x: area.left, y: area.top + selectedRow - top)
  }

  private func menuRow(
    _ item: MenuState.Item, _ number: Int, column: Int, isSelected: Bool
  ) -> StyledText {
    let mark = isSelected ? "►" : " "
    let digit = number < 9 ? String(number + 1) : " "
    let seen = item.isSeen ? "seen" : "    "
    let style: Style = isSelected ? Style(.selection) : .plain
    return StyledText(" \(mark) ", .bold) + StyledText(digit + " ", .key)
      + StyledText(item.title.padded(toWidth: column), style)
      + StyledText(" \(seen)  ", .ok) + StyledText(item.facts.joined(separator: " "), .dim)
  }

  /// The question of the selected scenario, or what is being typed, or a message.
  private mutating func menuFoot(_ state: MenuState, in area: Rect) -> Point? {
    guard !area.isEmpty else { return nil }
    var rest = area
    if area.height > 2 {
      rule(area)
      rest = area.splitTop(1).rest
    }
    if let input = state.input { return inputLine(input, in: rest) }
    if !state.message.isEmpty {
      write([" " + StyledText(state.message, .bold)], in: rest)
      return nil
    }
    guard state.items.indices.contains(state.selected) else { return nil }
    let question = state.items[state.selected].question
    let lines = question.wrapped(toWidth: max(1, rest.width - 4))
    write(
      lines.enumerated().map {
        StyledText($0.offset == 0 ? " ? " : "   ") + StyledText($0.element)
      },
      in: rest)
    return nil
  }
}
