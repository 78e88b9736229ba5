import CNcurses

/// What the system's terminal database says about a type, as far as it is needed before and beside
/// ncurses' own screen.
struct TerminalDescription {
  /// Whether the terminal answers where its cursor is (by convention `u7` holds the question).
  let reportsCursor: Bool
  /// What a crash writes: out of the alternate screen, cursor shown, mouse and key modes off.
  let leaveBytes: [UInt8]

  init(type: String, descriptor: Int32) throws(TerminalError) {
    var status: Int32 = 0
    guard !type.isEmpty, setupterm(type, descriptor, &status) == OK else {
      throw .unknownType(type)
    }
    defer { del_curterm(set_curterm(nil)) }
    guard TerminalDescription.string("cup") != nil else { throw .cannotPlaceCursor(type: type) }
    reportsCursor = TerminalDescription.string("u7") == "\u{1B}[6n"
    let mouseOff = TerminalDescription.string("kmous") == nil ? "" : "\u{1B}[?1000l\u{1B}[?1006l"
    let names = ["sgr0", "rmkx", "rmcup", "cnorm"]
    leaveBytes = Array(
      (mouseOff + names.compactMap { TerminalDescription.string($0) }.joined() + "\r\n").utf8)
  }

  /// A capability without its delays (`$<5>`), which no terminal of today needs.
  private static func string(_ name: String) -> String? {
    guard let value = tigetstr(name), Int(bitPattern: value) != -1 else { return nil }
    var rest = String(cString: value)[...]
    var result = ""
    while let start = rest.firstRange(of: "$<") {
      result += rest[..<start.lowerBound]
      rest = rest[start.upperBound...].drop { $0 != ">" }.dropFirst()
    }
    return result + rest
  }
}
