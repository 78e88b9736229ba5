import ThreadKernel
import Trace

/// `IRemUnknown`: how an apartment counts and queries for others (MS-DCOM 3.1.1.5.6). Each
/// apartment serves its own, on its own thread.
enum IRemUnknown: ComInterface {
  typealias Methods = RemoteUnknown
  static let iid: GUID = "00000131-0000-0000-C000-000000000046"
  static let name = "IRemUnknown"
  static func methods(of object: AnyObject) -> RemoteUnknown? { object as? RemoteUnknown }

  static let remQueryInterface = Method(3, "RemQueryInterface") {
    (exporter: RemoteUnknown, ipid: GUID, count: UInt32, iids: [GUID]) throws(HResult)
      -> [RemoteQueryResult] in
    try exporter.queryInterface(ipid, count, iids)
  }
  static let remAddRef = Method(4, "RemAddRef") {
    (exporter: RemoteUnknown, references: [RemoteReference]) throws(HResult) -> [HResult] in
    exporter.addRef(references)
  }
  static let remRelease = Method(5, "RemRelease") {
    (exporter: RemoteUnknown, references: [RemoteReference]) throws(HResult) -> Nothing in
    exporter.release(references)
  }
  static var stubs: [StubMethod<Methods>] {
    [remQueryInterface.stub, remAddRef.stub, remRelease.stub]
  }
}

/// What apartments ask of each other beyond MS-DCOM.
enum ILocalExporter: ComInterface {
  typealias Methods = RemoteUnknown
  static let iid: GUID = "A1F00131-0000-4000-8000-F100F1A00001"
  static let name = "ILocalExporter"
  static func methods(of object: AnyObject) -> RemoteUnknown? { object as? RemoteUnknown }

  /// `CoReleaseMarshalData` for a packet of the apartment's, called elsewhere (UNM-16).
  static let releasePacket = Method(3, "ReleaseMarshalData") {
    (exporter: RemoteUnknown, packet: PacketToRelease) throws(HResult) -> Nothing in
    try exporter.process.releasePacket(packet.standard, packet.id)
    return Nothing()
  }
  /// A proxy of another process was marshalled for a table: the packet keeps what the exporter's own
  /// would keep.
  static let sealPacket = Method(4, "SealPacket") {
    (exporter: RemoteUnknown, packet: PacketToRelease) throws(HResult) -> Nothing in
    try exporter.process.seal(packet.standard, packet.id, for: exporter.process.servedClient)
    return Nothing()
  }
  static var stubs: [StubMethod<Methods>] { [releasePacket.stub, sealPacket.stub] }
}

/// A packet as its exporter has to know it: where it leads, and its number where that is known.
struct PacketToRelease: Wire {
  var standard: StandardReference
  var id: PacketID

  static func read(from reader: inout WireReader) throws(HResult) -> Self {
    PacketToRelease(standard: try .read(from: &reader), id: PacketID(try reader.packed()))
  }

  func write(to writer: inout WireWriter) throws(HResult) {
    standard.write(to: &writer)
    writer.packed(id.number)
  }
}

/// REMINTERFACEREF: 24 bytes.
struct RemoteReference: Wire {
  var ipid: GUID
  var publicReferences: UInt32
  var privateReferences: UInt32 = 0

  static func read(from reader: inout WireReader) throws(HResult) -> Self {
    RemoteReference(
      ipid: try .read(from: &reader), publicReferences: try reader.number(),
      privateReferences: try reader.number())
  }

  func write(to writer: inout WireWriter) throws(HResult) {
    try ipid.write(to: &writer)
    writer.number(publicReferences)
    writer.number(privateReferences)
  }
}

/// REMQIRESULT: an HRESULT, padding, a STDOBJREF: 48 bytes.
struct RemoteQueryResult: Wire {
  var result: HResult
  var standard: StandardReference

  static func read(from reader: inout WireReader) throws(HResult) -> Self {
    try reader.align(to: 8)
    let result = HResult(try reader.packed())
    _ = try reader.packed(UInt32.self)
    return RemoteQueryResult(result: result, standard: try .read(from: &reader))
  }

  func write(to writer: inout WireWriter) throws(HResult) {
    writer.align(to: 8)
    writer.packed(result.code)
    writer.packed(UInt32(0))
    standard.write(to: &writer)
  }
}

/// An apartment's IRemUnknown, for the length of a call.
final class RemoteUnknown {
  let process: ComProcess

  init(in apartment: Apartment) { process = apartment.process }

  /// QueryInterface is made on the object's identity, not on the interface that was named
  /// (STUB-18).
  func queryInterface(
    _ ipid: GUID, _ count: UInt32, _ iids: [GUID]
  ) throws(HResult) -> [RemoteQueryResult] {
    let object = process.tables.withLock { tables in
      process.find(ipid, &tables)?.0.object
    }
    guard let object else { throw .RPC_E_INVALID_OBJECT }
    var results: [RemoteQueryResult] = []
    for iid in iids { results.append(query(object.value, ipid, count, iid)) }
    return results
  }

  private func query(
    _ object: Unknown, _ ipid: GUID, _ count: UInt32, _ iid: GUID
  ) -> RemoteQueryResult {
    let none = StandardReference(publicReferences: 0, oxid: 0, oid: 0, ipid: .null)
    guard let interface = process.registered(iid) else {
      return RemoteQueryResult(result: process.refused(.E_NOINTERFACE), standard: none)
    }
    guard (try? object.hasInterface(iid)) ?? false,
      let standard = process.exportMore(
        interface, beside: ipid, count, for: process.servedClient)
    else { return RemoteQueryResult(result: .E_NOINTERFACE, standard: none) }
    return RemoteQueryResult(result: .S_OK, standard: standard)
  }

  func addRef(_ references: [RemoteReference]) -> [HResult] {
    references.map { reference in
      do throws(HResult) {
        try process.addPublicReferences(
          reference.ipid, reference.publicReferences, for: process.servedClient)
        return .S_OK
      } catch {
        return error
      }
    }
  }

  func release(_ references: [RemoteReference]) -> Nothing {
    for reference in references {
      process.takeBack(
        reference.ipid, reference.publicReferences, from: process.servedClient)
    }
    return Nothing()
  }
}

/// The caller's side of an apartment's IRemUnknown.
struct RemoteUnknownClient {
  let apartment: ApartmentID
  /// The apartment's process.
  let owner: ProcessID
  let process: ComProcess
  /// Whether what is answered may be packets that objects made themselves.
  let allowsCustom: Bool

  /// - Parameter owner: the apartment's process; nil: the client's own.
  init(
    _ apartment: ApartmentID, of owner: ProcessID? = nil, in process: ComProcess,
    allowsCustom: Bool = true
  ) {
    self.apartment = apartment
    self.owner = owner ?? process.id
    self.process = process
    self.allowsCustom = allowsCustom
  }

  /// The exporter that a packet names.
  init(to standard: StandardReference, in process: ComProcess) {
    self.init(
      ApartmentID(UInt32(truncatingIfNeeded: standard.oxid)), of: standard.ipid.owner,
      in: process)
  }

  func query(_ ipid: GUID, _ iid: GUID, _ count: UInt32) throws(HResult) -> StandardReference {
    let results = try call(IRemUnknown.self, IRemUnknown.remQueryInterface, ipid, count, [iid])
    guard let first = results.first else { throw .RPC_E_INVALID_DATAPACKET }
    if first.result.isFailure { throw first.result }
    return first.standard
  }

  func addReferences(_ ipid: GUID, _ count: UInt32) throws(HResult) {
    let reference = RemoteReference(ipid: ipid, publicReferences: count)
    let results = try call(IRemUnknown.self, IRemUnknown.remAddRef, [reference])
    if let first = results.first, first.isFailure { throw first }
  }

  /// Gives references back. Where the apartment is gone, so are they.
  func release(_ references: [RemoteReference]) {
    do throws(HResult) {
      _ = try call(IRemUnknown.self, IRemUnknown.remRelease, references)
    } catch {
      // Nobody is there to count: nothing is left to do.
    }
  }

  /// Has the stub manager know of a table packet.
  func seal(_ packet: PacketToRelease) throws(HResult) {
    _ = try call(ILocalExporter.self, ILocalExporter.sealPacket, packet)
  }

  func release(_ packet: PacketToRelease) throws(HResult) {
    _ = try call(ILocalExporter.self, ILocalExporter.releasePacket, packet)
  }

  /// Calls an interface that every apartment has.
  func call<I: ComInterface, Result: Wire, each Argument: Wire>(
    _ interface: I.Type, _ method: Method<I.Methods, Result, repeat each Argument>,
    _ argument: repeat each Argument
  ) throws(HResult) -> Result {
    let ipid = GUID.ipid(.none, process: owner, apartment: apartment)
    let outgoing = Outgoing(
      to: ipid, I.iid, slot: method.slot, method: method.name, proxy: .none, target: apartment,
      isAway: owner != process.id)
    var writer = outgoing.writer
    repeat try (each argument).write(to: &writer)
    var reader = try outgoing.send(writer)
    reader.allowsCustom = allowsCustom
    do throws(HResult) {
      let result = try Result.read(from: &reader)
      outgoing.finish()
      return result
    } catch {
      outgoing.fail(error, reader)
      throw error
    }
  }
}
