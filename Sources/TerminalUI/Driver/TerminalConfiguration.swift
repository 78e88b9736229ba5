import Glibc

/// How a `Terminal` is opened. `fromEnvironment` is what a program uses; tests choose their own.
public struct TerminalConfiguration: Sendable {
  /// Which characters are drawn.
  public enum Glyphs: Hashable, Sendable {
    /// Unicode where the locale is UTF-8 and the terminal draws line glyphs one cell wide.
    case measured
    case fixed(GlyphSet)
  }

  /// The terminal's device. `/dev/tty` is the terminal that controls the process, whatever standard
  /// input is: a recording can come from there.
  public var device = "/dev/tty"
  /// The value of `TERM`.
  public var type: String
  /// The value of `NO_COLOR`, if it is set.
  public var noColour: String?
  /// The locale that decides about UTF-8; empty means the environment's.
  public var locale: String
  public var glyphs = Glyphs.measured
  /// Whether the mouse is taken; while it is, text cannot be selected with it.
  public var usesMouse = true
  /// Below this size opening is refused.
  public var minimumSize = Size(width: 40, height: 10)

  public init(type: String, noColour: String? = nil, locale: String = "") {
    self.type = type
    self.noColour = noColour
    self.locale = locale
  }

  /// What `TERM`, `NO_COLOR` and the locale's variables say.
  public static func fromEnvironment() -> TerminalConfiguration {
    TerminalConfiguration(type: variable("TERM") ?? "", noColour: variable("NO_COLOR"))
  }

  /// Sets the process's character type and says whether it is UTF-8.
  func activateLocale() -> Bool {
    if setlocale(LC_CTYPE, locale) == nil, TerminalConfiguration.environmentNamesUTF8 {
      // The locale is not installed here, but its name says what the terminal understands.
      setlocale(LC_CTYPE, "C.UTF-8")
    }
    guard let codeset = nl_langinfo(nl_item(CODESET)) else { return false }
    return String(cString: codeset) == "UTF-8"
  }

  private static var environmentNamesUTF8: Bool {
    let value = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap(variable).first { !$0.isEmpty }
    let name = (value ?? "").lowercased()
    return name.hasSuffix("utf-8") || name.hasSuffix("utf8")
  }

  private static func variable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }
}
