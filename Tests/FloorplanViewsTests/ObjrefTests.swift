import FloorplanViews
import Testing

/// The worked dumps of conformance/OBJREF.md, read field by field.
@Suite struct ObjrefTests {
  private static func bytes(_ dump: String) -> [UInt8] {
    dump.split(whereSeparator: \.isWhitespace).compactMap { UInt8($0, radix: 16) }
  }

  private static let standard = """
    00 00 00 00 05 00 00 00 88 77 66 55 44 33 22 11 08 07 06 05 04 03 02 01
    01 30 00 00 00 04 24 0c aa bb cc dd ee ff 00 11
    """
  private static let factory = "01 00 00 00 00 00 00 00 c0 00 00 00 00 00 00 46"
  private static let strings = """
    17 00 13 00 07 00 31 00 32 00 37 00 2e 00 30 00 2e 00 30 00 2e 00 31 00 5b 00 35 00 30 00 30 00
    30 00 30 00 5d 00 00 00 00 00 0a 00 ff ff 00 00 00 00
    """
  private static let dumpA = bytes("4d 45 4f 57 01 00 00 00 \(factory) \(standard) 00 00 00 00")
  private static let dumpB = bytes(
    "4d 45 4f 57 01 00 00 00 \(factory) 00 10" + standard.dropFirst(5) + " " + strings)
  private static let dumpC = bytes(
    """
    4d 45 4f 57 04 00 00 00 00 00 00 00 00 00 00 00 c0 00 00 00 00 00 00 46 3a 03 00 00 00 00 00 00
    c0 00 00 00 00 00 00 46 00 00 00 00 1c 00 00 00 00 00 00 00 78 56 34 12 00 7f 00 00 00 00 00 00
    00 00 00 00 00 00 00 00 00 00 00 00
    """)
  private static let dumpD = bytes(
    """
    4d 45 4f 57 02 00 00 00 \(factory) \(standard)
    06 09 02 00 00 00 00 00 c0 00 00 00 00 00 00 46 04 00 02 00 00 00 00 00 00 00 00 00
    """)
  private static let dumpE = bytes(
    """
    4d 45 4f 57 08 00 00 00 \(factory) \(standard) 56 59 53 4e \(strings)
    01 00 00 00 56 59 53 4e 3b 03 00 00 00 00 00 00 c0 00 00 00 00 00 00 46
    05 00 00 00 08 00 00 00 aa aa aa aa aa 00 00 00
    """)
  private static let dumps = [dumpA, dumpB, dumpC, dumpD, dumpE]

  /// The meaning of the field that begins there.
  private func meaning(_ objref: Objref, at offset: Int) -> String? {
    objref.fields.first { $0.offset == offset }?.meaning
  }

  @Test func theDumpsHaveTheirLengths() {
    #expect(Self.dumps.map(\.count) == [68, 114, 76, 92, 158])
  }

  @Test(arguments: dumps) func everyByteHasOneMeaning(_ dump: [UInt8]) {
    let objref = Objref(dump)
    #expect(objref.isWhole)
    #expect(objref.fields.flatMap(\.bytes) == dump)
    var offset = 0
    for field in objref.fields {
      #expect(field.offset == offset)
      offset += field.bytes.count
    }
  }

  @Test func standardIsAnAddressAndReferences() {
    let objref = Objref(Self.dumpA)
    #expect(meaning(objref, at: 0) == "\"MEOW\"")
    #expect(meaning(objref, at: 4) == "STANDARD")
    #expect(meaning(objref, at: 8) == "IID IClassFactory")
    #expect(meaning(objref, at: 0x1C) == "public refs 5")
    #expect(meaning(objref, at: 0x20) == "OXID = 0x1122334455667788")
    #expect(meaning(objref, at: 0x28) == "OID  = 0x102030405060708")
    #expect(meaning(objref, at: 0x30) == "IPID = {00003001-0400-0C24-AABB-CCDDEEFF0011}")
    #expect(meaning(objref, at: 0x40) == "0 string units")
    #expect(objref.summary == "An address and 5 references. No object, no code.")
  }

  @Test func knownNumbersAreNamed() {
    var names = ObjrefNames()
    names.interface = "IServiceProvider"
    names.exporter = .init(0x1122_3344_5566_7788, "main STA")
    names.object = .init(0x0102_0304_0506_0708, "ServiceProvider")
    names.stub = "stub 1"
    let objref = Objref(Self.dumpA, names: names)
    #expect(meaning(objref, at: 8) == "IID IServiceProvider")
    #expect(meaning(objref, at: 0x20) == "OXID = main STA")
    #expect(meaning(objref, at: 0x28) == "OID  = ServiceProvider")
    #expect(meaning(objref, at: 0x30) == "IPID = stub 1")
    names.object = .init(7, "another")
    #expect(meaning(Objref(Self.dumpA, names: names), at: 0x30)?.hasPrefix("IPID = {") == true)
  }

  @Test func stringsAreRead() {
    let objref = Objref(Self.dumpB)
    #expect(meaning(objref, at: 0x18) == "flags: SORF_NOPING")
    #expect(meaning(objref, at: 0x40) == "23 string units")
    #expect(meaning(objref, at: 0x42) == "security from unit 19")
    #expect(meaning(objref, at: 0x44) == "TCP 127.0.0.1[50000]")
    #expect(meaning(objref, at: 0x68) == "end of list")
    #expect(meaning(objref, at: 0x6A)?.hasPrefix("security: NTLM") == true)
  }

  @Test func customCarriesTheObjectItself() {
    let objref = Objref(Self.dumpC)
    #expect(meaning(objref, at: 4) == "CUSTOM")
    #expect(meaning(objref, at: 8) == "IID IUnknown")
    #expect(meaning(objref, at: 0x18) == "unmarshaller: the free-threaded marshaller")
    #expect(meaning(objref, at: 0x34) == "the object itself, 0x7f0012345678")
  }

  @Test func handlerAndExtended() {
    let handler = Objref(Self.dumpD)
    #expect(
      meaning(handler, at: 0x40) == "handler class {00020906-0000-0000-C000-000000000046}")
    #expect(meaning(handler, at: 0x50) == "4 string units")
    let extended = Objref(Self.dumpE)
    #expect(meaning(extended, at: 0x40) == "Signature1 \"VYSN\"")
    #expect(meaning(extended, at: 0x76) == "nElms 1")
    #expect(meaning(extended, at: 0x8E) == "cbSize 5")
    #expect(meaning(extended, at: 0x96) == "data")
    #expect(meaning(extended, at: 0x9B) == "padding")
  }

  @Test func garbageIsSaidToBeGarbage() {
    #expect(Objref([]).summary == "Nothing: the packet is empty.")
    #expect(Objref([1, 2, 3, 4, 5]).summary == "Garbage: this is no OBJREF.")
    #expect(!Objref(Array(Self.dumpA.dropLast(10))).isWhole)
    #expect(!Objref(Self.dumpA + [7]).isWhole)
    var flags = Self.dumpA
    flags[4] = 3
    #expect(Objref(flags).fields[1].meaning == "garbage: no such kind")
  }

  @Test func tenThousandMutatedPacketsAreRead() {
    var state: UInt64 = 42
    func random(_ limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % max(1, limit)
    }
    for round in 0..<10_000 {
      var bytes = Self.dumps[round % Self.dumps.count]
      for _ in 0...random(4) where !bytes.isEmpty {
        switch random(3) {
        case 0: bytes[random(bytes.count)] = UInt8(random(256))
        case 1: bytes.removeLast(random(bytes.count))
        default: bytes.insert(UInt8(random(256)), at: random(bytes.count))
        }
      }
      #expect(Objref(bytes).fields.flatMap(\.bytes) == bytes)
    }
  }
}
