/// Turns what ncurses reads into keys. Codes of keys that the terminal description names are given
/// by the caller, so that the rule can be tested without a terminal.
struct KeyDecoder {
  /// The key for a character code; nil for a code that is no character.
  static func key(character code: UInt32) -> Key? {
    switch code {
    case 8, 0x7F: return .backspace
    case 9: return .tab
    case 10, 13: return .enter
    case 27: return .escape
    case 0: return .control(" ")
    case 1...26:
      return .control(Character(Unicode.Scalar(UInt8(code) + 0x60)))
    case 28...31:
      return .control(Character(Unicode.Scalar(UInt8(code) + 0x40)))
    default:
      return Unicode.Scalar(code).map { .character(Character($0)) }
    }
  }
}
