import Glibc

/// The modes that the kernel keeps for a terminal.
public struct TerminalModes: Hashable, Sendable {
  public let input: UInt32
  public let output: UInt32
  public let control: UInt32
  public let local: UInt32
  public let characters: [UInt8]

  init(of descriptor: Int32) {
    var modes = termios()
    tcgetattr(descriptor, &modes)
    input = modes.c_iflag
    output = modes.c_oflag
    control = modes.c_cflag
    local = modes.c_lflag
    characters = withUnsafeBytes(of: &modes.c_cc) { Array($0) }
  }

  /// Whether keys are gathered into lines.
  public var gathersLines: Bool { local & UInt32(ICANON) != 0 }
  /// Whether keys are shown as they are typed.
  public var echoes: Bool { local & UInt32(ECHO) != 0 }
}

/// What a program has to leave as it found it.
public struct TerminalState: Hashable, Sendable {
  public var modes: TerminalModes
  public var isAlternateScreen: Bool
  public var isCursorVisible: Bool
  public var takesMouse: Bool
}

/// Keys that send a sequence, as xterm does while a program is on screen.
public enum TerminalKey: String, CaseIterable, Sendable {
  case up = "\u{1B}OA"
  case down = "\u{1B}OB"
  case right = "\u{1B}OC"
  case left = "\u{1B}OD"
  case home = "\u{1B}OH"
  case end = "\u{1B}OF"
  case pageUp = "\u{1B}[5~"
  case pageDown = "\u{1B}[6~"
  case insert = "\u{1B}[2~"
  case delete = "\u{1B}[3~"
  case backTab = "\u{1B}[Z"
  case tab = "\t"
  case enter = "\r"
  case escape = "\u{1B}"
  case backspace = "\u{7F}"
  case f1 = "\u{1B}OP"
  case f5 = "\u{1B}[15~"
  case controlC = "\u{3}"
  case controlZ = "\u{1A}"

  var sequence: String { rawValue }
}
