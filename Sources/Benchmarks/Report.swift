/// The rows as people and scripts read them.
public enum Report {
  /// `{"rows":[{"id","unit","min","median","max","ratioTo","ratio"}…]}`.
  public static func json(_ rows: [Row]) -> String {
    "{\"rows\":[" + rows.map(json).joined(separator: ",") + "]}"
  }

  private static func json(_ row: Row) -> String {
    let base = row.ratioTo.map { "\"\($0)\"" } ?? "null"
    let ratio = row.ratio.map { decimal($0, 3) } ?? "null"
    return "{\"id\":\"\(row.id)\",\"unit\":\"\(row.unit)\",\"min\":\(decimal(row.min, 1)),"
      + "\"median\":\(decimal(row.median, 1)),\"max\":\(decimal(row.max, 1)),"
      + "\"ratioTo\":\(base),\"ratio\":\(ratio)}"
  }

  /// A table with a line a row.
  public static func table(_ rows: [Row]) -> String {
    let width = rows.map(\.id.count).max() ?? 0
    let lines = rows.map { row in
      let ratio = row.ratio.map { "   \(decimal($0, 2)) × \(row.ratioTo ?? "")" } ?? ""
      return padded(row.id, -width)
        + [row.min, row.median, row.max].map {
          padded(decimal($0, 1), 12)
        }.joined() + " \(row.unit)" + ratio
    }
    let head = padded("", -width) + ["least", "middle", "most"].map { padded($0, 12) }.joined()
    return ([head] + lines).joined(separator: "\n")
  }

  /// A number with so many places behind the point.
  static func decimal(_ value: Double, _ places: Int) -> String {
    guard value.isFinite else { return "0" }
    let scale = (0..<places).reduce(1.0) { scale, _ in scale * 10 }
    let whole = Int((value * scale).rounded())
    let digits = String(abs(whole))
    let filled = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
    let sign = whole < 0 ? "-" : ""
    return sign + filled.dropLast(places) + "." + filled.suffix(places)
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    let blanks = String(repeating: " ", count: max(0, abs(width) - text.count))
    return width < 0 ? text + blanks : blanks + text
  }
}
