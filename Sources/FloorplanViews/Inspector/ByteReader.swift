/// Reads bytes from the front and notes what each run of them means. It never reads past the end.
struct ByteReader {
  let bytes: [UInt8]
  private(set) var offset = 0
  private(set) var fields: [ObjrefField] = []
  /// Whether something was wrong: what follows cannot be trusted.
  private(set) var isBroken = false

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var remaining: Int { bytes.count - offset }

  /// The next `count` bytes with their meaning; nil, told as a fault, where fewer are left.
  mutating func take(_ count: Int, _ meaning: (ArraySlice<UInt8>) -> String) -> ArraySlice<UInt8>? {
    guard !isBroken else { return nil }
    guard count >= 0, count <= remaining else {
      fault("the packet ends here: \(count) bytes were to come, \(remaining) are left")
      return nil
    }
    let slice = bytes[offset..<offset + count]
    fields.append(ObjrefField(offset: offset, bytes: Array(slice), meaning: meaning(slice)))
    offset += count
    return slice
  }

  /// A little-endian number of `size` bytes.
  mutating func number(_ size: Int, _ meaning: (UInt64) -> String) -> UInt64? {
    take(size) { meaning(Self.value($0)) }.map(Self.value)
  }

  /// The number that stands `at` bytes from here, without going there.
  func peek16(at distance: Int = 0) -> UInt16? {
    guard distance >= 0, distance + 2 <= remaining else { return nil }
    return UInt16(Self.value(bytes[offset + distance..<offset + distance + 2]))
  }

  /// Says what is wrong, over all that is left.
  mutating func fault(_ meaning: String) {
    guard !isBroken else { return }
    isBroken = true
    fields.append(
      ObjrefField(
        offset: offset, bytes: Array(bytes[offset...]), meaning: meaning, isFault: true))
    offset = bytes.count
  }

  /// Marks the last field as wrong and says what is left unread.
  mutating func faultInLast() {
    guard !isBroken, !fields.isEmpty else { return }
    fields[fields.count - 1].isFault = true
    guard remaining > 0 else {
      isBroken = true
      return
    }
    fault("garbage: not read any further")
  }

  static func value(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}

/// A run of a packet's bytes and what it means.
public struct ObjrefField: Hashable, Sendable {
  public var offset: Int
  public var bytes: [UInt8]
  public var meaning: String
  /// The bytes are not what they have to be here.
  public var isFault = false
}
