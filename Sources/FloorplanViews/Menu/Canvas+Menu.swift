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
    write(lines.map { StyledText(" " + $0) }, in: text)
    return rest
  }

  /// The groups with their scenarios, scrolled so that the selected one shows, below its heading.
  private mutating func menuList(_ state: MenuState, in area: Rect) -> Point {
    let rows = menuRows(state)
    let selected = rows.firstIndex { $0.item == state.selected } ?? 0
    let heading = rows[..<min(selected, rows.count)].lastIndex { $0.isHeading } ?? 0
    var list = area
    var top = Self.top(showing: selected, of: rows.count, height: area.height)
    if top > heading, area.height > 2, rows.indices.contains(heading) {
      let (line, rest) = area.splitTop(1)
      write(rows[heading].text, at: line.origin, width: line.width)
      list = rest
      top = Self.top(showing: selected, of: rows.count, height: rest.height)
    }
    for (line, row) in rows.dropFirst(top).prefix(list.height).enumerated() {
      let rect = Rect(x: list.left, y: list.top + line, width: list.width, height: 1)
      write(row.text, at: rect.origin, width: rect.width)
      if let item = row.item { addHit(rect, "item \(item)") }
    }
    if top > 0 {
      write(String(Glyph.pointsUp), at: Point(x: list.right - 1, y: list.top), .dim)
    }
    if top + list.height < rows.count, list.height > 0 {
      let corner = Point(x: list.right - 1, y: list.bottom - 1)
      write(String(Glyph.pointsDown), at: corner, .dim)
    }
    return Point(x: list.left, y: list.top + max(0, selected - top))
  }

  /// The first row that shows: the selected one stands in the middle, away from both ends.
  private static func top(showing selected: Int, of count: Int, height: Int) -> Int {
    // The heading of the first group stays in view with its first scenario.
    max(0, min(selected <= 1 ? 0 : selected - height / 2, count - height))
  }

  private struct MenuRow {
    var text: StyledText
    var item: Int?
    var isHeading = false
  }

  private func menuRows(_ state: MenuState) -> [MenuRow] {
    var rows: [MenuRow] = []
    var number = 0
    let widest = (state.items.map(\.title.cellWidth).max() ?? 0) + 2
    let column = min(max(20, size.width - 26), widest)
    for (index, group) in state.groups.enumerated() {
      if index > 0 { rows.append(MenuRow(text: "")) }
      rows.append(MenuRow(text: heading(group), isHeading: true))
      for item in group.items {
        let isSelected = number == state.selected
        let text = menuRow(item, column: column, isSelected: isSelected)
        rows.append(MenuRow(text: text, item: number))
        number += 1
      }
    }
    return rows
  }

  /// `In-process servers   A–O   3 of 15 seen`.
  private func heading(_ group: MenuState.Group) -> StyledText {
    let seen = group.items.count { $0.isSeen }
    let keys = [group.items.first, group.items.last].compactMap { $0?.key }
    let range = keys.count == 2 && keys[0] != keys[1] ? keys.joined(separator: "–") : keys.first
    return StyledText(" " + group.title, .title)
      + StyledText("   \(range ?? "")   \(seen) of \(group.items.count) seen", .dim)
  }

  private func menuRow(
    _ item: MenuState.Item, column: Int, isSelected: Bool
  ) -> StyledText {
    let mark = isSelected ? String(Glyph.runs) : " "
    let seen = item.isSeen ? "seen" : "    "
    let style: Style = isSelected ? Style(.selection) : .plain
    return StyledText(" \(mark) ", .bold) + StyledText(item.key.padded(toWidth: 2), .key)
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
