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

extension KeyDecoder {
  /// `inputs` without answers to a question about the cursor's place (`ESC [ 12 ; 5 R`) that came too
  /// late for whoever asked.
  static func withoutCursorReports(_ inputs: [Input]) -> [Input] {
    var result: [Input] = []
    var rest = inputs[...]
    while let first = rest.first {
      if let length = cursorReportLength(rest) {
        rest = rest.dropFirst(length)
      } else {
        result.append(first)
        rest = rest.dropFirst()
      }
    }
    return result
  }

  private static func cursorReportLength(_ inputs: ArraySlice<Input>) -> Int? {
    guard inputs.starts(with: [.key(.escape), .key(.character("["))]) else { return nil }
    let numbers = inputs.dropFirst(2).prefix { input in
      guard case .key(.character(let character)) = input else { return false }
      return "0123456789;".contains(character)
    }
    guard inputs.dropFirst(2 + numbers.count).first == .key(.character("R")) else { return nil }
    return numbers.count + 3
  }
}
