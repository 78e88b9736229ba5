/// Writes a recording as it comes about: header, events, end. Bytes pile up in it until they are
/// taken, so that it can stand before a file, a pipe or a test alike.
///
/// One event a line: `{"n":31,"t":0,"p":1,"th":2,"at":"GetService.swift:41","k":"packetMade",…}`. What
/// is zero or none in `p`, `th` and `at` is left out. Names stand as their texts (see `TextTable` for
/// when a number stands instead), ids as numbers, threads as `"1.2"`, bytes as digits.
public struct RecordingWriter: Sendable {
  private var encoder = EventEncoder()
  /// How many events were written.
  public private(set) var count: UInt64 = 0

  public init() {}

  public mutating func write(_ header: RecordingHeader) {
    header.write(to: &encoder.line)
    encoder.line.append("\n")
  }

  /// Writes one event; `verbatim` is its line as it was read, where it holds what this version does
  /// not know (`RecordingReader.Item.event`).
  public mutating func write(_ event: Event, verbatim: [UInt8]? = nil) {
    if let verbatim {
      encoder.line.bytes.append(contentsOf: verbatim)
      encoder.note(event.kind)
    } else {
      encoder.append(event)
    }
    encoder.line.append("\n")
    count += 1
  }

  /// Writes the last line, with the count.
  public mutating func writeEnd() {
    encoder.line.append("{\"end\":\(count)}\n")
  }

  /// What was written since the last time it was taken.
  public mutating func takeBytes() -> [UInt8] {
    let bytes = encoder.line.bytes
    encoder.line.bytes.removeAll(keepingCapacity: false)
    return bytes
  }
}
