import TerminalUI
import Trace

/// The lines of an object: its count as a sum of its holders, and its values.
extension PlanContext {
  func rows(object: World.Object, width: Int) -> [PlanRow] {
    let old = baseline?.objects[object.id]
    let key = Selectable.object(object.id)
    var first = StyledText(label(object.id), nameStyle(key, .object))
    for value in object.values {
      let before = old?.values.first { $0.name == value.name }?.value
      let isNew = before == nil && old != nil
      first += StyledText("   \(world[value.name]) ")
      first += isNew ? StyledText("\(value.value)", .changed) : count(value.value, was: before)
    }
    let mark = object.isAlive ? newMark(old == nil) : freedMark
    let fault = misuse(of: object.id)
    let isChanged = hasChanged(object, old) || !fault.isEmpty
    var faultRows = fault.isEmpty ? [] : [PlanRow("  " + fault, rank: .trouble, key)]
    faultRows += partRows(object)
    let total = StyledText("refs ") + count(object.count, was: old?.count)
    let isBeside =
      (object.values.isEmpty || detail == .full) && first.width + 2 + total.width <= width
    guard isBeside else {
      let head = headRows(first, mark: mark, key, width: width)
      let rows = head + faultRows + countRows(object, old, indent: 2, width: width)
      return lasting(block(rows, isChanged), object, old)
    }
    let room = width - (mark.isEmpty ? 0 : mark.width + 1)
    first = padded(first, before: total, width: room) + total
    let head = headRows(first, mark: mark, key, width: width)
    let rows = head + faultRows + holderRows(object, old, width: width)
    return lasting(block(rows, isChanged), object, old)
  }

  /// The rows of what lives, or was misused, before those of what is gone.
  func lasting(
    _ rows: [PlanRow], _ object: World.Object, _ old: World.Object?
  ) -> [PlanRow] {
    guard !object.isAlive, index.misuses[object.id] == nil else { return rows }
    return rows.lowered(to: rankOfGone(old))
  }

  /// How long the row of an object lasts that lives no more.
  func rankOfGone(_ old: World.Object?) -> Rank { old?.isAlive == true ? .freed : .gone }

  /// `  + FreeThreadedMarshaler`: what the object consists of, and where its code is.
  private func partRows(_ object: World.Object) -> [PlanRow] {
    let parts = index.parts[object.id, default: []].map { part in
      let key = Selectable.object(part.id)
      let isNew = baseline != nil && !wasThere(part.id)
      let mark = part.isAlive ? newMark(isNew) : freedMark
      return PlanRow(
        StyledText("  + ") + StyledText(world[part.name], nameStyle(key, .object)), trailing: mark,
        rank: isNew ? .changed : .count, key)
    }
    guard detail == .full, !object.module.isNone else { return parts }
    let code = StyledText("  code in \(label(object.module))", .dim)
    return parts + [PlanRow(code, rank: .detail, .module(object.module))]
  }

  /// What was done to an object that is gone: `! released again`.
  func misuse(of object: ObjectID) -> StyledText {
    switch index.misuses[object] {
    case .addRef, .query: StyledText("! asked for after it was freed", .error)
    case .release: StyledText("! released again", .error)
    case .call: StyledText("! called after it was freed", .error)
    case nil: ""
    }
  }

  func block(_ rows: [PlanRow], _ isChanged: Bool) -> [PlanRow] {
    guard isChanged, let head = rows.first else { return rows.asBlock() }
    let heads = [head].raised(to: .changed)
    return (heads + rows.dropFirst().map { $0 }.raised(to: .changedCount)).asBlock()
  }

  /// A thing's first line with its mark at the right edge; below it where there is no room.
  func headRows(
    _ text: StyledText, mark: StyledText, _ key: Selectable, wire: StubID? = nil, width: Int
  ) -> [PlanRow] {
    var head = PlanRow(text, trailing: mark, rank: .thing, key)
    head.wire = wire
    guard !mark.isEmpty, text.width + mark.width + 1 > width else { return [head] }
    head.trailing = ""
    return [head, PlanRow("  " + mark, rank: .changed, key)]
  }

  var freedMark: StyledText { StyledText("FREED", .changed) }

  func nameStyle(_ key: Selectable, _ style: Style) -> Style {
    selection == key ? .selection : style
  }

  func hasChanged(_ object: World.Object, _ old: World.Object?) -> Bool {
    guard baseline != nil else { return false }
    guard let old else { return true }
    return old.count != object.count || old.isAlive != object.isAlive
      || old.values != object.values || old.isDisconnected != object.isDisconnected
      || old.holders != object.holders
  }

  /// Names of objects stand in a column where that leaves room for the count.
  private func padded(_ text: StyledText, before total: StyledText, width: Int) -> StyledText {
    let column = max(18, text.width + 3)
    return column + total.width <= width ? text.padded(toWidth: column) : text + "  "
  }

  /// `refs 2 = shell.site + stub 1`, in one line or the count alone.
  func countRows(
    _ object: World.Object, _ old: World.Object?, label text: String = "refs", indent: Int,
    width: Int
  ) -> [PlanRow] {
    let margin = String(repeating: " ", count: indent)
    let head = StyledText("\(margin)\(text) ") + count(object.count, was: old?.count)
    let sum = holderSum(object, old, width: width - head.width - 3)
    let line = sum.isEmpty ? head : head + " = " + sum
    return [PlanRow(line, rank: .count, .object(object.id))]
  }

  /// The holders below the count: as one sum, or one a line.
  func holderRows(_ object: World.Object, _ old: World.Object?, width: Int) -> [PlanRow] {
    guard !object.holders.isEmpty else { return [] }
    if detail == .full { return holderList(object, old, width: width) }
    let sum = holderSum(object, old, width: width - 4)
    return [PlanRow("  = " + sum, rank: .count, .object(object.id))]
  }

  /// `shell.site + stub 1`; `7 holders` where that does not fit.
  private func holderSum(_ object: World.Object, _ old: World.Object?, width: Int) -> StyledText {
    let references = world.holders(of: object.id)
    guard !references.isEmpty else { return "" }
    // Names that are the same without their owners say nothing.
    let shorts = references.prefix(12).map { shortLabel($0.holder) }
    for short in Set(shorts).count == shorts.count ? [false, true] : [false] {
      let sum = references.prefix(12).map { reference in
        holderText(reference, old, short: short)
      }.joined(separator: " + ")
      if references.count <= 12, sum.width <= width { return sum }
    }
    return StyledText(references.count == 1 ? "1 holder" : "\(references.count) holders")
  }

  private func holderText(
    _ reference: World.Reference, _ old: World.Object?, short: Bool
  ) -> StyledText {
    let text = short ? shortLabel(reference.holder) : label(reference.holder)
    return StyledText(text, isNewHolder(reference, old) ? .changed : .plain)
  }

  private func isNewHolder(_ reference: World.Reference, _ old: World.Object?) -> Bool {
    guard let baseline, old != nil else { return false }
    return baseline.references[reference.id]?.holder != reference.holder
  }

  private func holderList(
    _ object: World.Object, _ old: World.Object?, width: Int
  ) -> [PlanRow] {
    let references = world.holders(of: object.id)
    let limit = 6
    var rows = references.prefix(limit).map { reference in
      let text = "  1  " + holderText(reference, old, short: false)
      return PlanRow(
        text, trailing: StyledText(label(reference.site), .dim), rank: .count,
        .object(object.id))
    }
    if references.count > limit {
      let text = StyledText("  and \(references.count - limit) more", .dim)
      rows.append(PlanRow(text, rank: .detail, .object(object.id)))
    }
    return rows
  }
}
