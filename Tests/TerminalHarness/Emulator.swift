import CVterm

/// One cell of the emulated screen.
public struct ScreenCell: Hashable, Sendable {
  /// What it shows; empty for a blank that was never written and for a wide character's second half.
  public var text: String
  /// 1 or 2 cells.
  public var width: Int
  public var isBold: Bool
  public var isUnderlined: Bool
  public var isReversed: Bool
  /// The number of the colour; nil for the terminal's own.
  public var foreground: Int?
  public var background: Int?
}

/// How the emulated terminal draws line glyphs, which Unicode calls ambiguous.
public enum GlyphWidth: Hashable, Sendable {
  case one
  /// As a Japanese terminal may: each becomes 〓, which everybody agrees is wide.
  case two
}

/// libvterm's terminal. Not `Sendable`: `PseudoTerminal` keeps it under a lock.
struct Emulator: ~Copyable {
  private let terminal: UnsafeMutablePointer<cvt_terminal>
  private let glyphWidth: GlyphWidth
  private(set) var rows: Int
  private(set) var columns: Int
  /// Every byte that came, for tests about sequences.
  private(set) var received: [UInt8] = []
  /// How many NUL bytes came. Terminals ignore them, so the harness marks places with them.
  private(set) var marks = 0

  init(columns: Int, rows: Int, glyphWidth: GlyphWidth) {
    self.columns = columns
    self.rows = rows
    self.glyphWidth = glyphWidth
    terminal = cvt_new(Int32(rows), Int32(columns))
  }

  deinit { cvt_free(terminal) }

  /// Takes output of the program and returns what the terminal answers to its questions.
  mutating func feed(_ bytes: [UInt8]) -> [UInt8] {
    let output = bytes.filter { $0 != 0 }
    marks += bytes.count - output.count
    received += output
    let separated = Emulator.withSeparateModes(output)
    let shown = glyphWidth == .two ? Emulator.widened(separated) : separated
    shown.withUnsafeBytes { buffer in
      _ = vterm_input_write(
        terminal.pointee.vterm, buffer.baseAddress?.assumingMemoryBound(to: CChar.self),
        buffer.count)
    }
    var answer = [CChar](repeating: 0, count: 512)
    let count = vterm_output_read(terminal.pointee.vterm, &answer, answer.count)
    return answer.prefix(count).map { UInt8(bitPattern: $0) }
  }

  mutating func resize(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
    vterm_set_size(terminal.pointee.vterm, Int32(rows), Int32(columns))
  }

  var isAlternateScreen: Bool { terminal.pointee.alternate != 0 }
  var isCursorVisible: Bool { terminal.pointee.cursor_visible != 0 }
  var takesMouse: Bool { terminal.pointee.mouse != 0 }

  var cursor: (x: Int, y: Int) {
    var row: Int32 = 0
    var column: Int32 = 0
    cvt_cursor(terminal, &row, &column)
    return (Int(column), Int(row))
  }

  func cell(x: Int, y: Int) -> ScreenCell {
    var source = cvt_get(terminal, Int32(y), Int32(x))
    var text = ""
    var index: Int32 = 0
    while case let value = cvt_scalar(&source, index), value != 0 {
      // libvterm marks the second half of a wide character with a value that is no scalar.
      if let scalar = Unicode.Scalar(value) { text.unicodeScalars.append(scalar) }
      index += 1
    }
    return ScreenCell(
      text: text, width: Int(source.width), isBold: source.bold != 0,
      isUnderlined: source.underline != 0, isReversed: source.reverse != 0,
      foreground: source.foreground < 0 ? nil : Int(source.foreground),
      background: source.background < 0 ? nil : Int(source.background))
  }

  /// One row as text, without blanks at its end.
  func row(_ y: Int) -> String {
    var line = ""
    var x = 0
    while x < columns {
      let cell = cell(x: x, y: y)
      line += cell.text.isEmpty ? " " : cell.text
      x += max(1, cell.width)
    }
    while line.last == " " { line.removeLast() }
    return line
  }

  /// `ESC[?1006;1000h` as `ESC[?1006h ESC[?1000h`: libvterm sees only the first mode of several.
  private static func withSeparateModes(_ bytes: [UInt8]) -> [UInt8] {
    let start = Array("\u{1B}[?".utf8)
    var result: [UInt8] = []
    var rest = bytes[...]
    while let first = rest.first {
      let parameters = rest.dropFirst(start.count).prefix { (0x30...0x3B).contains($0) }
      let final = rest.dropFirst(start.count + parameters.count).first
      guard rest.starts(with: start), let final, final == 0x68 || final == 0x6C else {
        result.append(first)
        rest = rest.dropFirst()
        continue
      }
      for mode in parameters.split(separator: UInt8(ascii: ";")) {
        result += start + mode + [final]
      }
      rest = rest.dropFirst(start.count + parameters.count + 1)
    }
    return result
  }

  /// Line and block glyphs (U+2500 to U+25FF) replaced by a wide character of as many bytes.
  private static func widened(_ bytes: [UInt8]) -> [UInt8] {
    var result = bytes
    var index = 0
    while index + 2 < result.count {
      if result[index] == 0xE2, (0x94...0x97).contains(result[index + 1]) {
        result.replaceSubrange(index..<index + 3, with: [0xE3, 0x80, 0x93])
      }
      index += 1
    }
    return result
  }
}
