/// The drawing characters, all from the set that the font of the Linux console has.
public enum Glyph {
  /// A thread that runs; the line that executes.
  public static let runs: Character = "►"
  /// A thread that is idle in its message loop.
  public static let idle: Character = "○"
  /// A thread that waits in a call and pumps.
  public static let waits: Character = "◘"
  /// A thread that is blocked and does not pump.
  public static let blocked: Character = "■"
  /// A thread that could run.
  public static let ready: Character = "•"
  /// A thread that has ended.
  public static let ended: Character = "×"
  public static let pointsLeft: Character = "◄"
  public static let pointsUp: Character = "▲"
  public static let pointsDown: Character = "▼"
  public static let left: Character = "←"
  public static let right: Character = "→"
  public static let up: Character = "↑"
  public static let down: Character = "↓"
  public static let ellipsis: Character = "…"
  public static let lightShade: Character = "░"
  public static let mediumShade: Character = "▒"
  public static let darkShade: Character = "▓"
  public static let full: Character = "█"
}

/// The characters that a terminal can show.
public enum GlyphSet: Hashable, Sendable {
  case unicode
  /// For a locale without UTF-8, and for a terminal that draws line glyphs two cells wide.
  case ascii

  /// The canvas as this set can show it. Views draw Unicode; this is the only place that knows.
  public func rendering(_ canvas: Canvas) -> Canvas {
    switch self {
    case .unicode: canvas
    case .ascii: canvas.ascii()
    }
  }

  /// What stands for a character in ASCII, always one cell: `?` if nothing better is known.
  public static func ascii(for character: Character) -> Character {
    if character.isASCII { return character }
    return counterparts[character] ?? "?"
  }

  /// Each drawing character with its ASCII counterpart.
  static let counterparts: [Character: Character] = {
    var table: [Character: Character] = [:]
    for (characters, ascii) in groups {
      for character in characters { table[character] = ascii }
    }
    return table
  }()

  private static let groups: [(String, Character)] = [
    ("═", "="),
    ("║╔╗╚╝╠╣╦╩╬╟╢╤╧╞╡", "#"),
    ("─—–‐", "-"),
    ("│", "|"),
    ("┌┐└┘├┤┬┴┼", "+"),
    ("·∙", "."),
    ("►→▶", ">"),
    ("◄←◀", "<"),
    ("▲↑", "^"),
    ("▼↓", "v"),
    ("○°", "o"),
    ("◘", "%"),
    ("■█▓", "*"),
    ("•", "@"),
    ("×", "x"),
    ("░", "."),
    ("▒", ":"),
    ("…", "~"),
    ("“”„", "\""),
    ("‘’", "'"),
    ("µ", "u"),
    ("≠", "!"),
    ("≥", ">"),
    ("≤", "<"),
    ("\u{A0}", " "),
  ]
}
