import Trace

/// The head of a request: the parts of the RPC header that address an interface stub, then ORPCTHIS
/// (MS-DCOM 2.2.13.3, conformance/OBJREF.md).
struct RequestHead {
  /// The interface stub that is called.
  var ipid: GUID
  var iid: GUID
  /// The method: its place in the virtual table.
  var slot: UInt16
  /// The chain of nested calls that the call belongs to.
  var causality: GUID

  /// COM 5.7, the version that is spoken here.
  static let major: UInt16 = 5
  static let minor: UInt16 = 7
  static let size = 36 + 32

  func write(to writer: inout WireWriter) {
    writer.packed(ipid)
    writer.packed(iid)
    writer.packed(slot)
    writer.packed(UInt16(0))
    writer.packed(Self.major)
    writer.packed(Self.minor)
    writer.packed(UInt32(0))
    writer.packed(UInt32(0))
    writer.packed(causality)
    writer.packed(UInt32(0))
  }

  /// - Throws: `RPC_E_VERSION_MISMATCH` for a version that is not spoken here,
  ///   `RPC_E_INVALID_HEADER` for extensions, the reader's shortfall for bytes that end early.
  static func read(from reader: inout WireReader) throws(HResult) -> RequestHead {
    let ipid = try reader.guid()
    let iid = try reader.guid()
    let slot: UInt16 = try reader.packed()
    _ = try reader.packed(UInt16.self)
    let major: UInt16 = try reader.packed()
    let minor: UInt16 = try reader.packed()
    guard major == Self.major, minor <= Self.minor else { throw .RPC_E_VERSION_MISMATCH }
    _ = try reader.packed(UInt32.self)
    _ = try reader.packed(UInt32.self)
    let causality = try reader.guid()
    guard try reader.packed(UInt32.self) == 0 else { throw .RPC_E_INVALID_HEADER }
    return RequestHead(ipid: ipid, iid: iid, slot: slot, causality: causality)
  }
}

/// ORPCTHAT, the results, and the HRESULT as the last four bytes.
enum Response {
  /// The head that comes before the results.
  static func begin(_ writer: inout WireWriter) {
    writer.packed(UInt32(0))
    writer.packed(UInt32(0))
  }

  static func end(_ writer: inout WireWriter, _ result: HResult) {
    writer.align(to: 4)
    writer.packed(result.code)
  }

  /// A response without results.
  static func failed(_ result: HResult) -> Parcel {
    var writer = WireWriter()
    begin(&writer)
    end(&writer, result)
    return writer.parcel
  }

  /// The results, where the call succeeded.
  ///
  /// - Throws: the HRESULT that the response ends with, where it is a failure.
  static func results(of parcel: Parcel) throws(HResult) -> WireReader {
    var tail = WireReader(parcel, at: max(0, parcel.bytes.count - 4))
    let result = HResult(try tail.packed())
    if result.isFailure { throw result }
    return WireReader(parcel, at: 8)
  }
}

extension GUID {
  /// The wire's form of a causality number.
  static func causality(_ number: UInt32) -> GUID { GUID(number, 0, 0, 0) }

  /// The IPID of an interface stub: the numbers that it is made of, each in a field of its own.
  static func ipid(_ stub: InterfaceStubID, process: ProcessID, apartment: ApartmentID) -> GUID {
    GUID(
      stub.number, UInt16(truncatingIfNeeded: process.number),
      UInt16(truncatingIfNeeded: apartment.number), 0)
  }

  /// The interface stub that an IPID names; none for an apartment's IRemUnknown.
  var interfaceStub: InterfaceStubID { InterfaceStubID(data1) }

  /// The process that an IPID says its stub is in.
  var owner: ProcessID { ProcessID(UInt32(data2)) }
}
