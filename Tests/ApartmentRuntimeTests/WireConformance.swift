import Testing
import ThreadKernel
import Trace

@testable import ApartmentRuntime

/// Conformance: the layout of OBJREFs (CASES.md, group 17; OBJREF.md).
@Suite struct WireConformance {
  static let standard = StandardReference(
    publicReferences: 5, oxid: 0x1122_3344_5566_7788, oid: 0x0102_0304_0506_0708,
    ipid: "00003001-0400-0C24-AABB-CCDDEEFF0011")
  static let classFactory: GUID = "00000001-0000-0000-C000-000000000046"
  static let address = "127.0.0.1[50000]"

  /// One TCP binding and one NTLM security binding with no name.
  static let bindings = DualStringArray(
    units: [7] + Array(address.utf16) + [0, 0, 0x0A, 0xFFFF, 0, 0], securityOffset: 19)

  /// A worked dump of OBJREF.md and what it is a dump of.
  struct Dump: Sendable, CustomTestStringConvertible {
    let name: String
    let hex: String
    let reference: ObjectReference

    var bytes: [UInt8] { WireConformance.bytes(hex) }
    var testDescription: String { name }
  }

  static func bytes(_ hex: String) -> [UInt8] {
    hex.split(whereSeparator: \.isWhitespace).compactMap { UInt8($0, radix: 16) }
  }

  private static let head = "4d 45 4f 57"
  private static let factory = "01 00 00 00 00 00 00 00 c0 00 00 00 00 00 00 46"
  private static let location = """
    88 77 66 55 44 33 22 11 08 07 06 05 04 03 02 01
    01 30 00 00 00 04 24 0c aa bb cc dd ee ff 00 11
    """
  private static let strings = """
    17 00 13 00 07 00 31 00 32 00 37 00 2e 00 30 00 2e 00 30 00 2e 00 31 00 5b 00 35 00 30 00 30 00
    30 00 30 00 5d 00 00 00 00 00 0a 00 ff ff 00 00 00 00
    """

  static let dumps = [
    Dump(
      name: "A standard, no strings",
      hex: "\(head) 01 00 00 00 \(factory) 00 00 00 00 05 00 00 00 \(location) 00 00 00 00",
      reference: ObjectReference(iid: classFactory, body: .standard(standard, .none))),
    Dump(
      name: "B standard, not pinged, with bindings",
      hex: "\(head) 01 00 00 00 \(factory) 00 10 00 00 05 00 00 00 \(location) \(strings)",
      reference: ObjectReference(
        iid: classFactory,
        body: .standard(
          StandardReference(
            flags: StandardReference.noPing, publicReferences: 5, oxid: standard.oxid,
            oid: standard.oid, ipid: standard.ipid), bindings))),
    Dump(
      name: "C custom, of the free-threaded marshaller",
      hex: """
        \(head) 04 00 00 00 00 00 00 00 00 00 00 00 c0 00 00 00 00 00 00 46
        3a 03 00 00 00 00 00 00 c0 00 00 00 00 00 00 46 00 00 00 00 1c 00 00 00
        00 00 00 00 78 56 34 12 00 7f 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
        """,
      reference: ObjectReference(
        iid: IUnknown.iid,
        body: .custom(
          clsid: "0000033A-0000-0000-C000-000000000046", reserved: 28,
          data: bytes("00 00 00 00 78 56 34 12 00 7f 00 00") + Array(repeating: 0, count: 16)))),
    Dump(
      name: "D handler, the smallest strings",
      hex: """
        \(head) 02 00 00 00 \(factory) 00 00 00 00 05 00 00 00 \(location)
        06 09 02 00 00 00 00 00 c0 00 00 00 00 00 00 46 04 00 02 00 00 00 00 00 00 00 00 00
        """,
      reference: ObjectReference(
        iid: classFactory,
        body: .handler(
          standard, clsid: "00020906-0000-0000-C000-000000000046",
          DualStringArray(units: [0, 0, 0, 0], securityOffset: 2)))),
    Dump(
      name: "E extended, with five bytes",
      hex: """
        \(head) 08 00 00 00 \(factory) 00 00 00 00 05 00 00 00 \(location) 56 59 53 4e \(strings)
        01 00 00 00 56 59 53 4e 3b 03 00 00 00 00 00 00 c0 00 00 00 00 00 00 46
        05 00 00 00 08 00 00 00 aa aa aa aa aa 00 00 00
        """,
      reference: ObjectReference(
        iid: classFactory,
        body: .extended(
          standard, bindings,
          [
            DataElement(
              id: "0000033B-0000-0000-C000-000000000046", data: Array(repeating: 0xAA, count: 5))
          ]))),
  ]

  @Test(
    "WIRE-01 WIRE-02 WIRE-07 WIRE-10 the worked dumps, byte for byte both ways", arguments: dumps)
  func dump(_ dump: Dump) throws {
    #expect(dump.reference.bytes == dump.bytes)
    var reader = WireReader(dump.bytes)
    #expect(try ObjectReference.read(from: &reader) == dump.reference)
    #expect(reader.remaining == 0)
  }

  @Test("WIRE-01 the signature is MEOW, WIRE-02 exactly one flag stands behind it")
  func signatureAndFlags() {
    for dump in Self.dumps {
      #expect(Array(dump.reference.bytes.prefix(4)) == Array("MEOW".utf8))
      #expect([1, 2, 4, 8].contains(dump.reference.bytes[4]))
      #expect(Array(dump.reference.bytes[5..<8]) == [0, 0, 0])
    }
  }

  @Test("WIRE-04 a handler's offsets")
  func handler() {
    let bytes = Self.dumps[3].reference.bytes
    #expect(bytes.count == 92)
    #expect(Array(bytes[64..<68]) == [0x06, 0x09, 0x02, 0x00])
    #expect(Array(bytes[80..<84]) == [4, 0, 2, 0])
  }

  @Test("WIRE-05 a custom reference's offsets; cbExtension and size are ignored by a reader")
  func custom() throws {
    var bytes = Self.dumps[2].bytes
    #expect(bytes.count == 76)
    #expect(Array(bytes[40..<44]) == [0, 0, 0, 0])
    (bytes[40], bytes[44]) = (9, 99)
    var reader = WireReader(bytes)
    guard case .custom(_, _, let data) = try ObjectReference.read(from: &reader).body else {
      Issue.record("no custom reference")
      return
    }
    #expect(data.count == 28)
  }

  @Test("WIRE-06 an extended reference's signatures and its padded element")
  func extended() throws {
    let bytes = Self.dumps[4].bytes
    #expect(bytes.count == 158)
    #expect(Array(bytes[64..<68]) == Self.bytes("56 59 53 4e"))
    #expect(Array(bytes[0x76..<0x7E]) == Self.bytes("01 00 00 00 56 59 53 4e"))
    for (index, value) in [(64, 0), (0x7A, 0), (0x76, 2), (0x92, 16)] as [(Int, UInt8)] {
      var damaged = bytes
      damaged[index] = value
      var reader = WireReader(damaged)
      #expect(throws: HResult.RPC_E_INVALID_OBJREF) { try ObjectReference.read(from: &reader) }
    }
  }

  @Test("WIRE-07 STDOBJREF has 40 bytes; unknown flags are ignored")
  func standardReference() throws {
    var writer = WireWriter()
    Self.standard.write(to: &writer)
    #expect(writer.bytes.count == 40)
    var bytes = Self.dumps[0].bytes
    bytes[0x18] = 0xFF
    var reader = WireReader(bytes)
    #expect(try ObjectReference.read(from: &reader).standard?.oxid == Self.standard.oxid)
  }

  @Test("WIRE-10 a GUID's first three fields are little endian, the rest is as it is")
  func guid() throws {
    var writer = WireWriter()
    writer.packed("01020304-0506-0708-090A-0B0C0D0E0F10" as GUID)
    #expect(writer.bytes == [4, 3, 2, 1, 6, 5, 8, 7, 9, 10, 11, 12, 13, 14, 15, 16])
    var reader = WireReader(writer.bytes)
    #expect(try reader.guid().description == "{01020304-0506-0708-090A-0B0C0D0E0F10}")
  }

  @Test("WIRE-12 IRemUnknown's interface id and methods")
  func remoteUnknown() {
    #expect(IRemUnknown.iid == "00000131-0000-0000-C000-000000000046")
    #expect(IRemUnknown.remQueryInterface.slot == 3)
    #expect(IRemUnknown.remAddRef.slot == 4)
    #expect(IRemUnknown.remRelease.slot == 5)
    #expect(IRemUnknown.stubs.map(\.slot) == [3, 4, 5])
  }

  @Test("a string array of no units, of the smallest form, and ones that contradict themselves")
  func stringArrays() throws {
    for hex in ["00 00 00 00", "04 00 02 00 00 00 00 00 00 00 00 00"] {
      var reader = WireReader(Self.bytes(hex))
      let array = try DualStringArray.read(from: &reader)
      #expect(reader.remaining == 0)
      var writer = WireWriter()
      array.write(to: &writer)
      #expect(writer.bytes == Self.bytes(hex))
    }
    var beyond = WireReader(Self.bytes("01 00 02 00 00 00"))
    #expect(throws: HResult.RPC_E_INVALID_OBJREF) { try DualStringArray.read(from: &beyond) }
    var short = WireReader(Self.bytes("02 00 00 00 00 00"), shortfall: .STG_E_READFAULT)
    #expect(throws: HResult.STG_E_READFAULT) { try DualStringArray.read(from: &short) }
  }

  @Test("dump F: ORPCTHIS, and a version that is not spoken here")
  func requestHead() throws {
    let head = RequestHead(
      ipid: .null, iid: .null, slot: 3, causality: "DEADBEEF-1234-5678-9ABC-DEF012345678")
    var writer = WireWriter()
    head.write(to: &writer)
    let expected = """
      05 00 07 00 00 00 00 00 00 00 00 00 ef be ad de 34 12 78 56 9a bc de f0 12 34 56 78 00 00 00 00
      """
    #expect(Array(writer.bytes.suffix(32)) == Self.bytes(expected))
    var reader = WireReader(writer.bytes)
    #expect(try RequestHead.read(from: &reader).causality == head.causality)
    for (offset, value) in [(36, 4), (38, 8)] as [(Int, UInt8)] {
      var bytes = writer.bytes
      bytes[offset] = value
      var reader = WireReader(bytes)
      #expect(throws: HResult.RPC_E_VERSION_MISMATCH) { try RequestHead.read(from: &reader) }
    }
  }
}
