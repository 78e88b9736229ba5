import TerminalUI
import Trace

/// The lines of stubs and proxies: the two ends of a wire, known by one number.
extension PlanContext {
  func rows(stub: World.StubManager, width: Int) -> [PlanRow] {
    let old = baseline?.stubs[stub.id]
    let key = Selectable.stub(stub.id)
    let text =
      StyledText(column("stub \(stub.id)"), nameStyle(key, .stub))
      + StyledText(interfaces(stub.interfaces))
    let mark = stateMark(stub, isNew: old == nil)
    let wire = stub.state == .connected ? stub.id : nil
    let head = headRows(text, mark: mark, key, wire: wire, width: width)
    let shares = publicShares(stub.interfaces, world)
    let before = baseline.map { publicShares(stub.interfaces, $0) } ?? shares
    let isRuin = world.apartments[stub.apartment].map { world.isKilled($0.process) } ?? false
    // Who has let go of what lies in a ruin changes nothing in it.
    let isChanged =
      baseline != nil && (old == nil || old != stub || shares != before && !isRuin)
    let references =
      isRuin
      ? ruinRows(stub, shares, key, width: width)
      : publicRows(key, shares, before, width: width)
    let rows = head + references + lockRows(stub, old, key)
    let all = block(rows, isChanged)
    guard stub.state == .ended else { return all }
    return all.lowered(to: old == nil ? .gone : .freed)
  }

  /// Interfaces stand in a column, unless the name before them is long.
  private func column(_ name: String) -> String {
    name.cellWidth < 9 ? name.padded(toWidth: 10) : name + "  "
  }

  private func stateMark(_ stub: World.StubManager, isNew: Bool) -> StyledText {
    switch stub.state {
    case .connected: newMark(isNew)
    case .disconnected: StyledText("DISCONNECTED", .changed)
    case .ended: StyledText("ENDED", .changed)
    }
  }

  private func lockRows(
    _ stub: World.StubManager, _ old: World.StubManager?, _ key: Selectable
  ) -> [PlanRow] {
    var rows: [PlanRow] = []
    if stub.locks > 0 || (old?.locks ?? 0) > 0 {
      let text = StyledText("  external locks ") + count(stub.locks, was: old?.locks)
      rows.append(PlanRow(text, rank: .count, key))
    }
    if stub.weak > 0 || (old?.weak ?? 0) > 0 {
      let text = StyledText("  weak table packets ") + count(stub.weak, was: old?.weak)
      rows.append(PlanRow(text, rank: .detail, key))
    }
    return rows
  }

  /// Who has how many public references to the stub's interfaces, in the order of first getting.
  private func publicShares(_ interfaces: [InterfaceStubID], _ world: World) -> [World.PublicShare]
  {
    var shares: [World.PublicShare] = []
    for share in interfaces.flatMap({ world.interfaceStubs[$0]?.publicReferences ?? [] }) {
      if let index = shares.firstIndex(where: { $0.holder == share.holder }) {
        // A damaged recording can claim any count.
        shares[index].count &+= share.count
      } else {
        shares.append(share)
      }
    }
    return shares
  }

  /// In a ruin the references lie as they stood, also where clients have let go of theirs since:
  /// nobody is there who could take them back.
  private func ruinRows(
    _ stub: World.StubManager, _ shares: [World.PublicShare], _ key: Selectable, width: Int
  ) -> [PlanRow] {
    let held = shares.reduce(UInt32(0)) { $0 &+ $1.count }
    guard held == 0, stub.strong > 0 else { return publicRows(key, shares, shares, width: width) }
    let text = "  \(stub.strong) " + World.publicRefs(UInt32(clamping: stub.strong))
    return [PlanRow(StyledText(text), rank: .count, key)]
  }

  private func publicRows(
    _ key: Selectable, _ shares: [World.PublicShare], _ before: [World.PublicShare], width: Int
  ) -> [PlanRow] {
    let total = shares.reduce(0) { $0 &+ $1.count }
    let oldTotal = before.reduce(0) { $0 &+ $1.count }
    guard total > 0 || oldTotal > 0 else { return [] }
    if detail == .full { return publicList(key, shares, before, total, oldTotal) }
    let head =
      StyledText("  ") + count(total, was: oldTotal)
      + StyledText(" " + World.publicRefs(total))
    return [PlanRow(head + publicHolders(shares, before, width - head.width), rank: .count, key)]
  }

  /// `, with proxy 1`; `= 2 holders` where the names do not fit.
  private func publicHolders(
    _ shares: [World.PublicShare], _ before: [World.PublicShare], _ width: Int
  ) -> StyledText {
    func style(_ share: World.PublicShare) -> Style {
      before.contains { $0.holder == share.holder } ? .plain : .changed
    }
    guard let first = shares.first else { return "" }
    if shares.count == 1 {
      let holder = StyledText(label(first.holder), style(first))
      let texts = [", with " + holder, ": " + holder]
      return texts.first { $0.width <= width } ?? ""
    }
    let sum = shares.prefix(6).map { share in
      StyledText("\(share.count) ") + StyledText(label(share.holder), style(share))
    }.joined(separator: " + ")
    let text = StyledText(" = ") + sum
    return shares.count <= 6 && text.width <= width
      ? text : StyledText(" = \(shares.count) holders")
  }

  private func publicList(
    _ key: Selectable, _ shares: [World.PublicShare], _ before: [World.PublicShare],
    _ total: UInt32, _ oldTotal: UInt32
  ) -> [PlanRow] {
    let head = StyledText("  public refs ") + count(total, was: oldTotal)
    let gone = before.filter { old in !shares.contains { $0.holder == old.holder } }
    let lines =
      gone.map { ($0.holder, UInt32(0), $0.count) }
      + shares.map { share in
        let old = before.first { $0.holder == share.holder }?.count ?? 0
        return (share.holder, share.count, old)
      }
    let column = min(16, max(10, lines.map { label($0.0).cellWidth }.max() ?? 0))
    return [PlanRow(head, rank: .count, key)]
      + lines.prefix(6).map { holder, now, old in
        let name = "    " + label(holder).padded(toWidth: column) + " "
        return PlanRow(StyledText(name) + count(now, was: old), rank: .count, key)
      }
  }

  func rows(proxy: World.Object, width: Int) -> [PlanRow] {
    let old = baseline?.objects[proxy.id]
    let key = Selectable.object(proxy.id)
    let text =
      StyledText(column(label(proxy.id)), nameStyle(key, .proxy))
      + StyledText(interfaces(proxy.interfaces))
    let isWired =
      proxy.isAlive && !proxy.isDisconnected && !proxy.stub.isNone && !isCutOff(proxy)
    let head = headRows(
      text, mark: proxyMark(proxy, old), key, wire: isWired ? proxy.stub : nil, width: width)
    let counts = proxyCounts(proxy, old, width: width)
    let extra = detail == .full ? proxyDetails(proxy, key) : []
    return lasting(block(head + extra + counts, hasChanged(proxy, old)), proxy, old)
  }

  /// Whether the proxy is in a ruin and what it held has been taken back.
  private func isCutOff(_ proxy: World.Object) -> Bool {
    guard world.isKilled(proxy.process) else { return false }
    let shares = publicShares(world.stubs[proxy.stub]?.interfaces ?? [], world)
    return !shares.contains { $0.holder == .proxy(proxy.id) && $0.count > 0 }
  }

  private func proxyMark(_ proxy: World.Object, _ old: World.Object?) -> StyledText {
    if !proxy.isAlive { return freedMark }
    if proxy.isDisconnected {
      return StyledText("DISCONNECTED", old?.isDisconnected == false ? .changed : .warning)
    }
    return newMark(old == nil)
  }

  private func proxyCounts(
    _ proxy: World.Object, _ old: World.Object?, width: Int
  ) -> [PlanRow] {
    let long = countRows(proxy, old, label: "local refs", indent: 2, width: width)
    let short = countRows(proxy, old, indent: 2, width: width)
    // Who holds is worth more than the word.
    let isCut = long[0].text.string.contains("holder") && !short[0].text.string.contains("holder")
    let line = isCut ? short : long
    guard detail == .full, proxy.holders.count > 1 else { return line }
    let head = StyledText("  local refs ") + count(proxy.count, was: old?.count)
    return [PlanRow(head, rank: .count, .object(proxy.id))]
      + holderRows(proxy, old, width: width).map { row in
        var row = row
        row.text = "  " + row.text
        return row
      }
  }

  private func proxyDetails(_ proxy: World.Object, _ key: Selectable) -> [PlanRow] {
    guard let stub = world.stubs[proxy.stub] else { return [] }
    let text = "  → stub \(stub.id) in \(label(stub.apartment))"
    let own = publicShares(stub.interfaces, world).first { $0.holder == .proxy(proxy.id) }
    let share =
      own.map { [PlanRow(StyledText("  public refs \($0.count)"), rank: .detail, key)] } ?? []
    return [PlanRow(StyledText(text), rank: .detail, key)] + share
  }
}
