/// The names that somebody may have meant.
public enum Nearest {
  /// `did you mean "right-way"?`, or all there are where none is near.
  public static func sentence(to name: String, among known: [String]) -> String {
    let near = names(to: name, among: known)
    guard near.isEmpty else { return "did you mean \(listed(near, last: "or"))?" }
    guard !known.isEmpty else { return "there are none" }
    return "there \(known.count == 1 ? "is" : "are") \(listed(known, last: "and"))"
  }

  /// Those that are a few letters away or begin with it, the nearest first; three at most.
  static func names(to name: String, among known: [String]) -> [String] {
    let limit = max(2, name.count / 2)
    let ranked = known.enumerated().map { index, known in
      (known.hasPrefix(name) && !name.isEmpty ? 0 : distance(known, name), index, known)
    }
    let near = ranked.filter { $0.0 <= limit }.sorted { ($0.0, $0.1) < ($1.0, $1.1) }
    guard let best = near.first?.0 else { return [] }
    return near.filter { $0.0 <= best + 1 }.prefix(3).map(\.2)
  }

  private static func listed(_ names: [String], last: String) -> String {
    let quoted = names.map { "\"\($0)\"" }
    guard let end = quoted.last, quoted.count > 1 else { return quoted.joined() }
    return quoted.dropLast().joined(separator: ", ") + " \(last) " + end
  }

  /// How many letters have to be put in, taken out, changed or swapped with the next.
  static func distance(_ left: String, _ right: String) -> Int {
    let a = Array(left.lowercased())
    let b = Array(right.lowercased())
    var rows = [Array(0...b.count)]
    for i in 1..<(a.count + 1) {
      var row = [i]
      for j in 1..<(b.count + 1) {
        let change = rows[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
        var best = min(rows[i - 1][j] + 1, row[j - 1] + 1, change)
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
          best = min(best, rows[i - 2][j - 2] + 1)
        }
        row.append(best)
      }
      rows.append(row)
    }
    return rows[a.count][b.count]
  }
}
