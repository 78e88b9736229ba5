/// Finds out how wide the terminal draws the plan's glyphs. Unicode calls most of them *ambiguous*: a
/// Japanese terminal may give them two cells, and every wall would stand in the wrong place. So a few
/// are written, the terminal is asked how far the cursor moved, and they are erased again.
struct GlyphProbe {
  enum Answer: Equatable {
    /// How many cells the cursor moved.
    case moved(Int)
    case none
  }

  static let sample = "─═○■"
  static let patience = Duration.milliseconds(200)

  private(set) var answer = Answer.none
  /// What a person typed meanwhile: keys, not answers.
  private(set) var typedAhead: [UInt8] = []

  /// Whether the sample came out one cell for each glyph. Silence counts as yes: most terminals that
  /// do not answer are of that kind.
  var glyphsAreOneCellWide: Bool {
    switch answer {
    case .moved(let cells): cells == GlyphProbe.sample.count
    case .none: true
    }
  }

  /// Asks before and after the sample, then erases from where it began to the end of the line.
  static func ask(_ device: TerminalDevice) -> GlyphProbe {
    device.withRawModes {
      device.write("\u{1B}7\u{1B}[6n\(sample)\u{1B}[6n\u{1B}8\u{1B}[K")
      var probe = GlyphProbe()
      var reports = CursorReports()
      let deadline = ContinuousClock.now + patience
      while reports.columns.count < 2, let bytes = device.read(before: deadline) {
        reports.read(bytes)
      }
      if reports.columns.count >= 2 {
        probe.answer = .moved(reports.columns[1] - reports.columns[0])
      }
      probe.typedAhead = reports.finish()
      return probe
    }
  }
}

/// Picks `ESC [ row ; column R` out of what a terminal sends.
struct CursorReports {
  private(set) var columns: [Int] = []
  private var others: [UInt8] = []
  private var started: [UInt8] = []

  mutating func read(_ bytes: [UInt8]) {
    for byte in bytes {
      started.append(byte)
      if let column = CursorReports.column(of: started) {
        columns.append(column)
        started = []
      } else if !CursorReports.mayStart(started) {
        others += started.dropLast()
        started = byte == 0x1B ? [byte] : []
        if byte != 0x1B { others.append(byte) }
      }
    }
  }

  /// The bytes that belong to no report, also those that might have begun one.
  mutating func finish() -> [UInt8] {
    defer { started = [] }
    return others + started
  }

  private static func column(of bytes: [UInt8]) -> Int? {
    guard bytes.last == UInt8(ascii: "R"), mayStart(bytes.dropLast()) else { return nil }
    let inside = String(decoding: bytes.dropFirst(2).dropLast(), as: UTF8.self)
    let numbers = inside.split(separator: ";")
    return numbers.count == 2 ? Int(numbers[1]) : nil
  }

  private static func mayStart(_ bytes: some Collection<UInt8>) -> Bool {
    for (index, byte) in bytes.enumerated() {
      let fits =
        switch index {
        case 0: byte == 0x1B
        case 1: byte == UInt8(ascii: "[")
        default: byte == UInt8(ascii: ";") || (0x30...0x39).contains(byte)
        }
      guard fits else { return false }
    }
    return true
  }
}
