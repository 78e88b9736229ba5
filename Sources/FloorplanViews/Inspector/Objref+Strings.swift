/// DUALSTRINGARRAY: where the exporter can be reached, and how it wants to be asked.
extension ObjrefReader {
  mutating func strings() {
    let entries = reader.number(2) { "\($0) string units" }
    let security = reader.number(2) { "security from unit \($0)" }
    guard let entries, let security else { return }
    guard security <= entries, 2 * Int(entries) <= reader.remaining else {
      reader.fault("garbage: the strings do not fit into the packet")
      return
    }
    let end = reader.offset + 2 * Int(entries)
    bindings(before: reader.offset + 2 * Int(security), isSecurity: false)
    bindings(before: end, isSecurity: true)
  }

  /// Bindings up to the byte `limit`; each ends with a 0, the list with another one.
  private mutating func bindings(before limit: Int, isSecurity: Bool) {
    while reader.offset < limit, !reader.isBroken {
      guard let first = reader.peek16(), first != 0, reader.offset + 4 <= limit else {
        let length = min(2, limit - reader.offset)
        let isEnd = reader.peek16() == 0
        _ = reader.take(length) { _ in isEnd ? "end of list" : "a unit by itself" }
        continue
      }
      // A security binding has one more number before its name.
      let head = isSecurity ? 4 : 2
      var units: [UInt16] = []
      var length = head
      while reader.offset + length + 2 <= limit, let unit = reader.peek16(at: length) {
        length += 2
        if unit == 0 { break }
        units.append(unit)
      }
      let name = String(decoding: units, as: UTF16.self)
      _ = reader.take(min(length, limit - reader.offset)) { _ in
        isSecurity
          ? "security: \(Self.service(first)) \(name)" : "\(Self.tower(first)) \(name)"
      }
    }
  }

  private static func tower(_ id: UInt16) -> String {
    switch id {
    case 0x07: "TCP"
    case 0x08: "UDP"
    case 0x09: "IP"
    case 0x10: "named pipe"
    default: "tower \(id)"
    }
  }

  private static func service(_ id: UInt16) -> String {
    switch id {
    case 0x09: "negotiate"
    case 0x0A: "NTLM"
    case 0x10: "Kerberos"
    default: "service \(id)"
    }
  }
}
