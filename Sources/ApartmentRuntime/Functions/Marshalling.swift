import ThreadKernel
import Trace

/// How a packet is to be marshalled (`MSHLFLAGS`).
public struct MarshalFlags: Hashable, Sendable {
  public var kind: MarshalKind
  /// MSHLFLAGS_NOPING: the object is not pinged.
  public var noPing: Bool

  public init(_ kind: MarshalKind, noPing: Bool = false) {
    self.kind = kind
    self.noPing = noPing
  }

  public static let normal = MarshalFlags(.normal)
  public static let tableStrong = MarshalFlags(.tableStrong)
  public static let tableWeak = MarshalFlags(.tableWeak)
}

/// `CoMarshalInterface`: writes an OBJREF of the interface into the stream.
///
/// - Parameter context: how far away it will be opened, for objects that marshal themselves.
/// - Throws: `CO_E_NOTINITIALIZED`; `E_NOINTERFACE` where the object lacks the interface or no
///   proxy and stub are registered for it (MSH-02); `CO_E_NOT_SUPPORTED` for an object that does
///   not want to be marshalled (`INoMarshal`); what the object's own marshaller answers.
public func coMarshalInterface<Stream, Pointer>(
  _ stream: borrowing Stream, _ iid: GUID, _ pointer: borrowing Pointer,
  _ flags: MarshalFlags = .normal, for context: MarshalContext = .inProcess,
  file: StaticString = #fileID, line: UInt32 = #line
) throws(HResult)
where
  Stream: InterfacePointer<IStream> & ~Copyable, Pointer: InterfacePointer & ~Copyable
{
  let stream = try stream.stream()
  let object = pointer.value.unknown
  try api("CoMarshalInterface", file, line) { thread throws(HResult) in
    try thread.marshal(object, iid, flags, for: context, into: stream)
  }
}

/// `CoUnmarshalInterface`: reads an OBJREF and answers a pointer that is right for the calling
/// thread's apartment.
///
/// - Parameter iid: the interface to answer; `IID_NULL`: the one that was marshalled (UNM-11).
public func coUnmarshalInterface<Stream>(
  _ stream: borrowing Stream, _ iid: GUID, file: StaticString = #fileID, line: UInt32 = #line
) throws(HResult) -> OwnedPointer where Stream: InterfacePointer<IStream> & ~Copyable {
  let stream = try stream.stream()
  return try api("CoUnmarshalInterface", file, line) { thread throws(HResult) in
    try thread.unmarshal(iid, from: stream)
  }
}

/// The same, typed.
public func coUnmarshalInterface<Stream, I: ComInterface>(
  _ stream: borrowing Stream, _ interface: I.Type, as holder: String? = nil,
  file: StaticString = #fileID, line: UInt32 = #line
) throws(HResult) -> ComPtr<I> where Stream: InterfacePointer<IStream> & ~Copyable {
  try coUnmarshalInterface(stream, I.iid, file: file, line: line).take(I.self, as: holder)
}

/// `CoReleaseMarshalData`: gives back what a packet holds that will not be used (any more).
public func coReleaseMarshalData<Stream>(
  _ stream: borrowing Stream, file: StaticString = #fileID, line: UInt32 = #line
) throws(HResult) where Stream: InterfacePointer<IStream> & ~Copyable {
  let stream = try stream.stream()
  try api("CoReleaseMarshalData", file, line) { thread throws(HResult) in
    try thread.releasePacket(in: stream)
  }
}

/// `CoMarshalInterThreadInterfaceInStream`: a new stream with a normal packet in it, at its
/// beginning.
public func coMarshalInterThreadInterfaceInStream<I: ComInterface, Pointer>(
  _ interface: I.Type, _ pointer: borrowing Pointer, as holder: String? = nil,
  file: StaticString = #fileID, line: UInt32 = #line
) throws(HResult) -> ComPtr<IStream> where Pointer: InterfacePointer & ~Copyable {
  let object = pointer.value.unknown
  return try api("CoMarshalInterThreadInterfaceInStream", file, line) {
    thread throws(HResult) in
    let stream = createStream(as: holder)
    try thread.marshal(object, I.iid, .normal, into: stream.stream())
    try stream.seek(to: 0)
    return stream
  }
}

/// `CoGetInterfaceAndReleaseStream`: unmarshals the packet and releases the stream, also when the
/// unmarshalling fails.
public func coGetInterfaceAndReleaseStream<I: ComInterface>(
  _ stream: consuming ComPtr<IStream>, _ interface: I.Type, as holder: String? = nil,
  file: StaticString = #fileID, line: UInt32 = #line
) throws(HResult) -> ComPtr<I> {
  let owned = stream.detach()
  return try getInterface(I.self, owned.unknown, as: holder, file, line) { owned.dispose() }
}

/// The same for a stream that a field owns. The field's reference is given back here, and the field
/// still points at the stream: it has to be detached, or it will give the same reference back a
/// second time (S7).
public func coGetInterfaceAndReleaseStream<I: ComInterface>(
  _ field: ComField<IStream>, _ interface: I.Type, as holder: String? = nil,
  file: StaticString = #fileID, line: UInt32 = #line
) throws(HResult) -> ComPtr<I> {
  let stream = try field.pointer().value.unknown
  let reference = field.ownedReference
  return try getInterface(I.self, stream, as: holder, file, line) {
    stream.release(reference, by: .com)
  }
}

private func getInterface<I: ComInterface>(
  _ interface: I.Type, _ stream: Unknown, as holder: String?, _ file: StaticString,
  _ line: UInt32, release: () -> Void
) throws(HResult) -> ComPtr<I> {
  try api("CoGetInterfaceAndReleaseStream", file, line) { thread throws(HResult) in
    try stream.refuseIfDead(.call, by: .of(nil, in: thread.kernel))
    guard let stream = stream as? ComStream else { throw .E_INVALIDARG }
    let pointer: OwnedPointer
    do throws(HResult) {
      pointer = try thread.unmarshal(I.iid, from: stream)
    } catch {
      release()
      throw error
    }
    release()
    return try pointer.take(I.self, as: holder)
  }
}

extension ComThread {
  func marshal(
    _ object: Unknown, _ iid: GUID, _ flags: MarshalFlags,
    for context: MarshalContext = .inProcess, into stream: ComStream
  ) throws(HResult) {
    let made = try marshal(object, iid, flags, for: context)
    stream.write(made.bytes, packet: made.packet)
  }

  /// Marshals by stub manager and proxy, whatever the object's own marshaller is.
  func marshalStandard(
    _ object: Unknown, _ iid: GUID, _ flags: MarshalFlags, for context: MarshalContext
  ) throws(HResult) -> Marshalled {
    let apartment = try requireApartment()
    try object.refuseIfDead(.query, by: .com)
    if object.offers(INoMarshal.iid) { throw .CO_E_NOT_SUPPORTED }
    guard let interface = process.registered(iid) else { throw process.refused(.E_NOINTERFACE) }
    guard try object.hasInterface(iid) else { throw .E_NOINTERFACE }
    if context != .inProcess { try process.announceHome(of: object, apartment) }
    let (reference, packet) =
      if let proxy = object as? Proxy {
        try proxy.marshalAgain(iid, flags.kind)
      } else {
        try process.export(object, interface, in: apartment, flags.kind, noPing: flags.noPing)
      }
    return Marshalled(bytes: reference.bytes, packet: packet)
  }

  func unmarshal(_ iid: GUID, from stream: ComStream) throws(HResult) -> OwnedPointer {
    let apartment = try requireApartment()
    let (reference, packet) = try read(stream)
    let pointer: OwnedPointer
    if reference.isCustom {
      let start = stream.position - reference.bytes.count
      let (made, consumed) = try process.openCustom(reference, packet)
      // What the class did not read belongs to whatever comes behind.
      stream.seek(to: start + consumed)
      pointer = made
    } else {
      pointer = try process.unmarshal(reference, packet, in: apartment)
    }
    guard iid != .null, iid != pointer.iid else { return pointer }
    // Another interface than the packet's: it is asked for once the pointer is there.
    do throws(HResult) {
      let asked = try OwnedPointer(pointer.unknown, iid)
      pointer.dispose()
      return asked
    } catch {
      pointer.dispose()
      throw error
    }
  }

  func releasePacket(in stream: ComStream) throws(HResult) {
    _ = try requireApartment()
    let (reference, packet) = try read(stream)
    guard reference.isCustom else { return try release(reference, packet) }
    let start = stream.position - reference.bytes.count
    stream.seek(to: start + (try process.releaseCustom(reference, packet)))
  }

  /// Gives back what the packets of a parcel hold that nobody has opened and nobody will.
  func discard(_ parcel: Parcel) {
    for (reference, packet) in parcel.references where process.isOut(reference, packet) {
      do throws(HResult) {
        try release(reference, packet)
      } catch {
        // Its exporter is gone, and with it what the packet held.
      }
    }
  }

  /// The OBJREF that the stream stands at. It is COM that says no to bytes that are none.
  private func read(_ stream: ComStream) throws(HResult) -> (ObjectReference, PacketID) {
    do throws(HResult) {
      return try stream.readReference()
    } catch {
      throw process.refuse(.none, error)
    }
  }

  /// Gives back what a packet holds, in the apartment where its object lives.
  func release(_ reference: ObjectReference, _ packet: PacketID) throws(HResult) {
    let apartment = try requireApartment()
    guard let standard = reference.standard else {
      _ = try process.releaseCustom(reference, packet)
      return
    }
    guard standard.ipid.owner == process.id else {
      return try process.releaseForeign(standard, packet)
    }
    if standard.oxid == UInt64(apartment.id.number) {
      return try process.releasePacket(standard, packet)
    }
    try RemoteUnknownClient(to: standard, in: process)
      .release(PacketToRelease(standard: standard, id: packet))
  }
}
