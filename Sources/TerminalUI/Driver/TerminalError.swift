/// Why there is no usable terminal: one line that says what is wrong and what to do.
public enum TerminalError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The device cannot be opened, or it is no terminal.
  case noTerminal(device: String)
  /// No description of the terminal `type` is installed; empty when `TERM` is not set.
  case unknownType(String)
  /// A terminal that cannot place its cursor cannot show a plan.
  case cannotPlaceCursor(type: String)
  case tooSmall(Size, minimum: Size)
  /// The system refused something that the driver needs.
  case system(what: String, code: Int32)

  public var description: String {
    switch self {
    case .noTerminal(let device):
      "no terminal (\(device) cannot be used): run it in one, or use --headless"
    case .unknownType(""):
      "the terminal's type is not known (TERM is not set): set TERM, or use --headless"
    case .unknownType(let type):
      "the terminal type \"\(type)\" is not known here: set TERM to xterm-256color, "
        + "or use --headless"
    case .cannotPlaceCursor(let type):
      "a terminal of the type \"\(type)\" cannot show a plan: set TERM, or use --headless"
    case .tooSmall(let size, let minimum):
      "the terminal has \(size.width) by \(size.height) cells, \(minimum.width) by "
        + "\(minimum.height) are needed: enlarge it, or use --headless"
    case .system(let what, let code):
      "the terminal cannot be used (\(what): error \(code)): use --headless"
    }
  }
}
