/// What the numbers in a packet mean in this run, where that is known.
public struct ObjrefNames: Hashable, Sendable {
  /// The interface that was marshalled.
  public var interface: String?
  /// The apartment with that OXID.
  public var exporter: Known?
  /// The object with that OID.
  public var object: Known?
  /// The stub that the IPID names, where exporter and object are the known ones.
  public var stub: String?

  public init() {}

  /// A number and what it means.
  public struct Known: Hashable, Sendable {
    public var number: UInt64
    public var label: String

    public init(_ number: UInt64, _ label: String) {
      self.number = number
      self.label = label
    }
  }
}

/// An OBJREF read field by field (conformance/OBJREF.md). Any bytes can be read: what is not an
/// OBJREF is said to be garbage.
public struct Objref: Hashable, Sendable {
  public let fields: [ObjrefField]
  /// What the packet is, in a sentence.
  public let summary: String

  public var isWhole: Bool { !fields.contains(where: \.isFault) }

  public init(_ bytes: [UInt8], names: ObjrefNames = ObjrefNames()) {
    var reader = ObjrefReader(reader: ByteReader(bytes), names: names)
    summary = reader.read()
    fields = reader.reader.fields
  }
}

/// Reads the four kinds of OBJREF.
struct ObjrefReader {
  var reader: ByteReader
  let names: ObjrefNames

  private enum Kind: UInt64 {
    case standard = 1
    case handler = 2
    case custom = 4
    case extended = 8
  }
  private static let signature: UInt64 = 0x574F_454D
  private static let extendedSignature: UInt64 = 0x4E53_5956

  /// Reads everything and says what it is.
  mutating func read() -> String {
    guard !reader.bytes.isEmpty else { return "Nothing: the packet is empty." }
    guard let kind = header() else { return "Garbage: this is no OBJREF." }
    let summary = body(kind)
    if reader.remaining > 0, !reader.isBroken {
      reader.fault("\(reader.remaining) bytes that belong to nothing")
    }
    return reader.isBroken
      ? "Garbage: it begins like an OBJREF and does not end like one." : summary
  }

  private mutating func header() -> Kind? {
    let signature = reader.number(4) { $0 == Self.signature ? "\"MEOW\"" : "garbage: not MEOW" }
    guard signature == Self.signature else {
      reader.faultInLast()
      return nil
    }
    let flags = reader.number(4) { Kind(rawValue: $0).map(Self.name) ?? "garbage: no such kind" }
    guard let flags, let kind = Kind(rawValue: flags) else {
      reader.faultInLast()
      return nil
    }
    let interface = names.interface
    _ = reader.take(16) { "IID \(interface ?? Guid($0).label)" }
    return kind
  }

  private static func name(_ kind: Kind) -> String {
    switch kind {
    case .standard: "STANDARD"
    case .handler: "HANDLER"
    case .custom: "CUSTOM"
    case .extended: "EXTENDED"
    }
  }

  private mutating func body(_ kind: Kind) -> String {
    switch kind {
    case .standard:
      let references = standard()
      strings()
      return Self.sentence(references)
    case .handler:
      let references = standard()
      _ = reader.take(16) { "handler class \(Guid($0).label)" }
      strings()
      return Self.sentence(references) + " A handler class stands before the proxy."
    case .custom: return custom()
    case .extended: return extended()
    }
  }

  private static func sentence(_ references: UInt64?) -> String {
    switch references {
    case nil: "An address, cut short."
    case 0?: "An address. No references: who opens it asks for them. No object, no code."
    case 1?: "An address and 1 reference. No object, no code."
    case let count?: "An address and \(count) references. No object, no code."
    }
  }

  /// STDOBJREF; its public references.
  private mutating func standard() -> UInt64? {
    _ = reader.number(4) { $0 & 0x1000 == 0 ? "flags" : "flags: SORF_NOPING" }
    let references = reader.number(4) { "public refs \($0)" }
    let isOurs = number("OXID", names.exporter)
    let isKnown = number("OID ", names.object) && isOurs
    let stub = isKnown ? names.stub : nil
    _ = reader.take(16) { "IPID = " + (stub ?? Guid($0).text) }
    return references
  }

  /// An identifier of eight bytes; whether it is the known one.
  private mutating func number(_ name: String, _ known: ObjrefNames.Known?) -> Bool {
    let value = reader.number(8) { value in
      "\(name) = " + (known.flatMap { $0.number == value ? $0.label : nil } ?? Hex.number(value))
    }
    return value != nil && value == known?.number
  }

  private mutating func custom() -> String {
    var isFTM = false
    _ = reader.take(16) { bytes in
      let guid = Guid(bytes)
      isFTM = guid.text == "{0000033A-0000-0000-C000-000000000046}"
      return "unmarshaller: \(guid.label)"
    }
    _ = reader.number(4) { "cbExtension \($0)" }
    _ = reader.number(4) { "reserved \($0)" }
    guard !reader.isBroken else { return "" }
    guard isFTM, reader.remaining >= 28 else {
      if reader.remaining > 0 { _ = reader.take(reader.remaining) { "data, \($0.count) bytes" } }
      return "The object packed itself: only its own class can read this."
    }
    _ = reader.number(4) { "MSHLFLAGS \($0)\(Self.name(flags: $0))" }
    _ = reader.number(8) { "the object itself, \(Hex.number($0))" }
    _ = reader.take(16) { "process \(Guid($0).text)" }
    return "The object itself: good in its own process only. No proxy."
  }

  private static func name(flags: UInt64) -> String {
    switch flags {
    case 0: ", normal"
    case 1: ", table-strong"
    case 2: ", table-weak"
    default: ""
    }
  }

  private mutating func extended() -> String {
    let references = standard()
    extendedSignature("Signature1")
    strings()
    _ = reader.number(4) { "nElms \($0)" }
    extendedSignature("Signature2")
    _ = reader.take(16) { "dataID \(Guid($0).label)" }
    let size = reader.number(4) { "cbSize \($0)" }
    let rounded = reader.number(4) { "cbRounded \($0)" }
    guard let size, let rounded, !reader.isBroken else { return "" }
    guard size <= rounded, rounded <= UInt64(reader.remaining) else {
      reader.fault("garbage: \(rounded) bytes of data were to come")
      return ""
    }
    _ = reader.take(Int(size)) { _ in "data" }
    if rounded > size { _ = reader.take(Int(rounded - size)) { _ in "padding" } }
    return Self.sentence(references) + " Data of the context travels with it."
  }

  private mutating func extendedSignature(_ name: String) {
    let value = reader.number(4) {
      $0 == Self.extendedSignature ? "\(name) \"VYSN\"" : "garbage: not \(name)"
    }
    if value != nil, value != Self.extendedSignature { reader.faultInLast() }
  }
}
