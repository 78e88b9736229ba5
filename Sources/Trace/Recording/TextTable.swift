/// The texts that a recording has told so far, as its writer and its reader both keep them.
///
/// A name is written as its text wherever that text leads back to the same number: the number first
/// told with those very bytes. Any other name (a second number for the same text, a text that is not
/// UTF-8 or not yet whole) is written as `{"#":7}`, and none as `null`, so that reading is exact.
struct TextTable: Sendable {
  /// A text between quotes, as JSON has it.
  private var quoted: [UInt32: [UInt8]] = [:]
  private var numbers: [[UInt8]: UInt32] = [:]
  private var open: [UInt32: [UInt8]] = [:]

  /// Learns what an event of kind `text` tells.
  mutating func note(_ name: Name, _ chunk: Chunk) {
    let whole = (open.removeValue(forKey: name.number) ?? []) + chunk.bytes
    guard !chunk.isContinued else {
      open[name.number] = whole
      return
    }
    guard let text = String(validating: whole, as: UTF8.self) else {
      quoted[name.number] = nil
      return
    }
    if numbers[whole] == nil { numbers[whole] = name.number }
    if numbers[whole] == name.number {
      var line = LineBuffer()
      line.append(quoting: text)
      quoted[name.number] = line.bytes
    } else {
      quoted[name.number] = nil
    }
  }

  /// The quoted text of a name that can be written as its text.
  func quotedText(of name: Name) -> [UInt8]? { quoted[name.number] }

  /// The name of a text.
  func name(of text: [UInt8]) -> Name? { numbers[text].map { Name($0) } }
}
