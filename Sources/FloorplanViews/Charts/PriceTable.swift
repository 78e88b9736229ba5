import TerminalUI
import Trace

/// What each way to call costs, or each way to start a server: exact counts of this run, and times of
/// a free burst.
struct PriceTable: Sendable {
  /// One way to call, or to start.
  struct Row: Hashable, Sendable {
    var name: String
    /// What was counted last under that name.
    var section: World.Section?
    /// What was measured last under that name.
    var measurement: World.Measurement?

    /// How many calls to the SCM a start makes: as this run has them, or a burst.
    var scmCalls: UInt64? { section?.scmCalls ?? measurement.map { UInt64($0.scmCalls) } }
  }

  private(set) var rows: [Row] = []
  /// Where it was measured.
  private(set) var machine = ""
  /// What the others are compared with, in picoseconds: a direct call, or the quickest.
  private(set) var base: UInt64?
  /// Its name in sentences.
  private(set) var baseName = "a direct call"
  /// Whether servers start: then it is about calls to the SCM.
  let isOfStarts: Bool
  private var dearest: UInt64 = 1

  init(_ world: World, isOfStarts: Bool = false) {
    self.isOfStarts = isOfStarts
    // By the text: each process has a number of its own for it.
    var places: [String: Int] = [:]
    func change(_ name: Name, _ rows: inout [Row], _ body: (inout Row) -> Void) {
      let text = world[name]
      let place = places[text] ?? rows.count
      if place == rows.count { rows.append(Row(name: text)) }
      places[text] = place
      body(&rows[place])
    }
    for section in world.sections { change(section.name, &rows) { $0.section = section } }
    for measurement in world.measurements {
      change(measurement.name, &rows) { $0.measurement = measurement }
    }
    machine = world.measurements.last.map { world[$0.machine] } ?? ""
    let measured = rows.filter { $0.measurement != nil }
    let times = measured.compactMap { $0.measurement?.picoseconds }
    let direct = measured.first { $0.name.lowercased().hasPrefix("direct") }
    if isOfStarts { baseName = "the quickest" }
    let first = isOfStarts ? times.min() : (direct ?? measured.first)?.measurement?.picoseconds
    base = first.map { max(1, $0) }
    dearest = times.max() ?? 1
  }

  /// How the bars are to be read, once there are some.
  var note: String { base == nil ? "" : "bars are logarithmic" }

  /// How many times the base it takes; nil where nothing was measured.
  func factor(_ row: Row) -> Double? {
    guard let base, let measurement = row.measurement else { return nil }
    return Double(measurement.picoseconds) / Double(base)
  }

  /// How long the bar is, of `room` cells: every tenfold price adds as much.
  func bar(_ row: Row, room: Int) -> Int {
    guard let factor = factor(row), let base, room > 0 else { return 0 }
    let most = Double(max(dearest, base)) / Double(base)
    let length = Self.log(factor) / Self.log(most) * Double(room - 1)
    // Prices that are all alike have no length: their logarithms are 0.
    guard length.isFinite, length > 0 else { return 1 }
    return min(room, 1 + Int(min(length, Double(room))))
  }

  /// The logarithm to the base of 10, near enough for a bar; nothing is imported for it.
  private static func log(_ value: Double) -> Double {
    var rest = value
    var whole = 0.0
    while rest >= 10 {
      rest /= 10
      whole += 1
    }
    // Between 1 and 10 each root halves what is left.
    var part = 0.0
    var share = 0.5
    for _ in 0..<10 {
      rest *= rest
      if rest >= 10 {
        rest /= 10
        part += share
      }
      share /= 2
    }
    return whole + part
  }

  /// `5,600`: two digits that count; `1.4` below ten.
  static func figure(_ factor: Double) -> String {
    guard factor.isFinite, factor < 1e15 else { return "very many" }
    if factor < 9.95 {
      let tenths = Int((factor * 10).rounded())
      return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }
    var unit = 1
    while factor / Double(unit) >= 99.5 { unit *= 10 }
    return grouped(Int((factor / Double(unit)).rounded()) * unit)
  }

  /// `5,600 times a direct call`.
  func words(_ row: Row) -> String {
    guard let factor = factor(row) else { return "" }
    if row.measurement?.picoseconds == base { return baseName }
    if factor < 1.05 { return "like \(baseName)" }
    return Self.figure(factor) + " times \(baseName)"
  }

  private static func grouped(_ number: Int) -> String {
    var digits = String(number)
    var groups: [String] = []
    while digits.count > 3 {
      groups.insert(String(digits.suffix(3)), at: 0)
      digits.removeLast(3)
    }
    return ([digits] + groups).joined(separator: ",")
  }
}
