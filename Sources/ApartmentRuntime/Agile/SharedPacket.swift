import ThreadKernel
import Trace

/// A table-strong packet that the apartments of a process open as often as they like: what the
/// global interface table and agile references keep.
struct SharedPacket: Sendable {
  /// Where the packet leads, so that an apartment that has the pointer already need not read it.
  enum Way: Sendable {
    /// Every apartment gets the object itself.
    case direct(Carried<Unknown>)
    case stub(StubID, in: ApartmentID)
    /// An object's own marshaller has to read it each time.
    case custom
  }

  let iid: GUID
  let made: Marshalled
  let way: Way

  init(of object: Unknown, _ iid: GUID, _ made: Marshalled) throws(HResult) {
    self.iid = iid
    self.made = made
    let reference = try made.reference()
    if let standard = reference.standard {
      way = .stub(
        StubID(UInt32(truncatingIfNeeded: standard.oid)),
        in: ApartmentID(UInt32(truncatingIfNeeded: standard.oxid)))
    } else if case .custom(CLSID.inProcFreeMarshaler, _, _) = reference.body {
      way = .direct(Carried(object))
    } else {
      way = .custom
    }
  }
}

extension ComThread {
  /// Marshals an object for all apartments: an agile one as the free-threaded marshaller would.
  ///
  /// - Throws: `CO_E_NOT_SUPPORTED` for an object that does not want it; what marshalling answers.
  func share(_ object: Unknown, _ iid: GUID) throws(HResult) -> SharedPacket {
    if object.offers(INoMarshal.iid) { throw .CO_E_NOT_SUPPORTED }
    let made =
      object.offers(IAgileObject.iid) && !object.offers(IMarshal.iid)
      ? try marshalAgile(object, iid) : try marshal(object, iid, .tableStrong)
    return try SharedPacket(of: object, iid, made)
  }

  private func marshalAgile(_ object: Unknown, _ iid: GUID) throws(HResult) -> Marshalled {
    _ = try requireApartment()
    try object.refuseIfDead(.query, by: .com)
    let marshaler = FreeThreadedPackets(in: process)
    let request = MarshalRequest(
      iid: iid, pointer: RawPointer(PointerValue(object)), context: .inProcess, flags: .tableStrong)
    let stream = process.customStream(
      iid, CLSID.inProcFreeMarshaler, marshaler.getMarshalSizeMax(request))
    try marshaler.marshalInterface(stream, request)
    return process.seal(stream, of: object, by: "FreeThreadedMarshaler", .tableStrong)
  }

  /// A pointer of another interface than the packet's is asked of the one that is there.
  func open(
    _ shared: SharedPacket, _ iid: GUID, in apartment: Apartment
  ) throws(HResult) -> OwnedPointer {
    let owned = try process.unmarshal(
      try shared.made.reference(), shared.made.packet, in: apartment)
    guard iid != owned.iid else { return owned }
    defer { owned.dispose() }
    return try OwnedPointer(owned.unknown, iid)
  }

  /// Gives back what the packet holds. Where its apartment has ended, that is done already.
  func release(_ shared: SharedPacket) throws(HResult) {
    if case .stub(_, let exporter) = shared.way, process.apartment(exporter) == nil { return }
    try release(try shared.made.reference(), shared.made.packet)
  }
}

extension ComProcess {
  /// What an apartment has of a packet's object already, with a new reference; nil where the packet
  /// has to be opened.
  func known(
    _ shared: SharedPacket, _ iid: GUID, in apartment: ApartmentID, by holder: Holder,
    _ tables: inout Tables
  ) -> (Carried<Unknown>, ReferenceID)? {
    let found: Carried<Unknown>?
    switch shared.way {
    case .custom: return nil
    case .direct(let object): found = iid == shared.iid ? object : nil
    case .stub(let stub, apartment): found = tables.exports.object(of: stub)
    case .stub(let stub, _):
      guard tables.exports.object(of: stub) != nil,
        let proxy = tables.proxies[ProxyKey(apartment: apartment, stub: stub)]?.value,
        proxy.isConnected(by: iid)
      else { return nil }
      found = Carried(proxy)
    }
    guard let found, let reference = found.value.addRefIfAlive(by: holder) else { return nil }
    kernel.tell(.packetOpened(shared.made.packet, as: found.value.id))
    return (found, reference)
  }
}
