import Trace

/// A value that can cross from one apartment to another as bytes.
public protocol Wire: SendableMetatype {
  static func read(from reader: inout WireReader) throws(HResult) -> Self
  func write(to writer: inout WireWriter) throws(HResult)
}

extension Int32: Wire {
  public static func read(from reader: inout WireReader) throws(HResult) -> Self {
    try reader.number()
  }
  public func write(to writer: inout WireWriter) throws(HResult) { writer.number(self) }
}

extension UInt16: Wire {
  public static func read(from reader: inout WireReader) throws(HResult) -> Self {
    try reader.number()
  }
  public func write(to writer: inout WireWriter) throws(HResult) { writer.number(self) }
}

extension UInt32: Wire {
  public static func read(from reader: inout WireReader) throws(HResult) -> Self {
    try reader.number()
  }
  public func write(to writer: inout WireWriter) throws(HResult) { writer.number(self) }
}

extension Int64: Wire {
  public static func read(from reader: inout WireReader) throws(HResult) -> Self {
    try reader.number()
  }
  public func write(to writer: inout WireWriter) throws(HResult) { writer.number(self) }
}

/// `BOOL`: four bytes.
extension Bool: Wire {
  public static func read(from reader: inout WireReader) throws(HResult) -> Self {
    try reader.number(UInt32.self) != 0
  }
  public func write(to writer: inout WireWriter) throws(HResult) {
    writer.number(UInt32(self ? 1 : 0))
  }
}

extension GUID: Wire {
  public static func read(from reader: inout WireReader) throws(HResult) -> Self {
    try reader.align(to: 4)
    return try reader.guid()
  }
  public func write(to writer: inout WireWriter) throws(HResult) {
    writer.align(to: 4)
    writer.packed(self)
  }
}

extension HResult: Wire {
  public static func read(from reader: inout WireReader) throws(HResult) -> Self {
    HResult(try reader.number())
  }
  public func write(to writer: inout WireWriter) throws(HResult) { writer.number(code) }
}

/// A conformant varying string of UTF-16 units with its terminating zero (C706 14.3.4).
extension String: Wire {
  public static func read(from reader: inout WireReader) throws(HResult) -> Self {
    _ = try reader.number(UInt32.self)
    _ = try reader.number(UInt32.self)
    let count = Int(try reader.number(UInt32.self))
    guard count >= 1, count <= reader.remaining / 2 else { throw .RPC_E_INVALID_DATAPACKET }
    var units: [UInt16] = []
    units.reserveCapacity(count)
    for _ in 0..<count { units.append(try reader.packed()) }
    return String(decoding: units.dropLast(), as: UTF16.self)
  }

  public func write(to writer: inout WireWriter) throws(HResult) {
    let units = Array(utf16) + [0]
    writer.number(UInt32(units.count))
    writer.number(UInt32(0))
    writer.number(UInt32(units.count))
    for unit in units { writer.packed(unit) }
  }
}

/// A conformant array: its count, then its elements.
extension Array: Wire where Element: Wire {
  public static func read(from reader: inout WireReader) throws(HResult) -> Self {
    let count = Int(try reader.number(UInt32.self))
    // Every element has at least one byte: a count beyond the packet is garbage.
    guard count <= reader.remaining else { throw .RPC_E_INVALID_DATAPACKET }
    var elements: Self = []
    elements.reserveCapacity(count)
    for _ in 0..<count { elements.append(try Element.read(from: &reader)) }
    return elements
  }

  public func write(to writer: inout WireWriter) throws(HResult) {
    writer.number(UInt32(count))
    for element in self { try element.write(to: &writer) }
  }
}

/// The result of a method that has none.
public struct Nothing: Wire {
  public init() {}
  public static func read(from reader: inout WireReader) throws(HResult) -> Self { Nothing() }
  public func write(to writer: inout WireWriter) throws(HResult) {}
}
