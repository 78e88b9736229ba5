import ThreadKernel
import Trace

/// The marshaller of an object, which is a part of it or the object itself; its code is told.
struct ObjectMarshaler {
  let part: Unknown
  private let methods: any Marshaling

  /// Nil for an object that has none: COM's standard one is used.
  init?(of object: Unknown) {
    guard object.offers(IMarshal.iid) else { return nil }
    part = object.part(with: IMarshal.iid)
    guard let methods = IMarshal.methods(of: part) else { return nil }
    self.methods = methods
  }

  func run<Result>(
    _ method: StaticString, _ body: (any Marshaling) throws(HResult) -> Result
  ) throws(HResult) -> Result {
    part.tellEntered(method, .direct)
    do throws(HResult) {
      let result = try body(methods)
      part.tellLeft(.S_OK)
      return result
    } catch {
      part.tellLeft(error)
      throw error
    }
  }
}

extension ComThread {
  /// Marshals an interface of an object: by the object's own marshaller where it has one.
  func marshal(
    _ object: Unknown, _ iid: GUID, _ flags: MarshalFlags, for context: MarshalContext = .inProcess
  ) throws(HResult) -> Marshalled {
    _ = try requireApartment()
    try object.refuseIfDead(.query, by: .com)
    guard let marshaler = ObjectMarshaler(of: object) else {
      return try marshalStandard(object, iid, flags, for: context)
    }
    let request = MarshalRequest(
      iid: iid, pointer: RawPointer(PointerValue(object)), context: context, flags: flags)
    let clsid = try marshaler.run("GetUnmarshalClass") { methods throws(HResult) in
      try methods.getUnmarshalClass(request)
    }
    if clsid == CLSID.stdMarshal {
      let stream = MarshalStream()
      try marshaler.run("MarshalInterface") { methods throws(HResult) in
        try methods.marshalInterface(stream, request)
      }
      return Marshalled(bytes: stream.bytes, packet: stream.packet)
    }
    let size = try marshaler.run("GetMarshalSizeMax") { methods throws(HResult) in
      try methods.getMarshalSizeMax(request)
    }
    let stream = process.customStream(iid, clsid, size)
    try marshaler.run("MarshalInterface") { methods throws(HResult) in
      try methods.marshalInterface(stream, request)
    }
    return process.seal(stream, of: object, by: marshaler.part.name, flags.kind)
  }
}

extension ComProcess {
  /// A stream with the header of a custom packet: its data follow.
  func customStream(_ iid: GUID, _ clsid: GUID, _ size: UInt32) -> MarshalStream {
    let header = ObjectReference(iid: iid, body: .custom(clsid: clsid, reserved: size, data: []))
    return MarshalStream(
      header.bytes, at: ObjectReference.customHeader, of: kernel.numbers.packet())
  }

  /// Has COM know of a packet that an object made itself.
  func seal(
    _ stream: MarshalStream, of object: Unknown, by marshaler: String, _ kind: MarshalKind
  ) -> Marshalled {
    let made = Marshalled(bytes: stream.bytes, packet: stream.packet)
    let id = object.id
    tables.withLock { tables in
      kernel.tell(
        .customPacketMade(
          made.packet, of: id, marshaller: kernel.name(marshaler), kind, kernel.blob(made.bytes)))
      tables.exports.note(made.packet)
      tables.customPackets[made.packet] = kind
    }
    object.move(stream.held, to: .packet(made.packet))
    return made
  }

  // MARK: Opening

  /// Has the class that a custom packet names read its data.
  ///
  /// - Returns: the pointer, and how many bytes the class has read.
  /// - Throws: `REGDB_E_CLASSNOTREG` where there is no such class, `E_NOINTERFACE` where it is no
  ///   marshaller, what it answers.
  func openCustom(
    _ reference: ObjectReference, _ packet: PacketID
  ) throws(HResult) -> (OwnedPointer, consumed: Int) {
    do throws(HResult) {
      let (pointer, stream) = try withUnmarshaler(of: reference, packet, "UnmarshalInterface") {
        marshaler, stream throws(HResult) in
        try marshaler.unmarshalInterface(stream, reference.iid)
      }
      tellOpened(packet, as: pointer.unknown.id)
      return (pointer, stream.position)
    } catch {
      throw refuse(packet, error)
    }
  }

  /// Gives back what a custom packet holds.
  func releaseCustom(_ reference: ObjectReference, _ packet: PacketID) throws(HResult) -> Int {
    do throws(HResult) {
      let (_, stream) = try withUnmarshaler(of: reference, packet, "ReleaseMarshalData") {
        marshaler, stream throws(HResult) in
        try marshaler.releaseMarshalData(stream)
      }
      tables.withLock { tables in
        guard tables.customPackets.removeValue(forKey: packet) != nil else { return }
        kernel.tell(.packetReleased(packet))
      }
      return stream.position
    } catch {
      throw refuse(packet, error)
    }
  }

  /// COM does not watch over the packets of others: one that was used or released before is only
  /// not told as opened.
  private func tellOpened(_ packet: PacketID, as object: ObjectID) {
    tables.withLock { tables in
      guard let kind = tables.customPackets[packet] else { return }
      kernel.tell(.packetOpened(packet, as: object))
      if kind == .normal { tables.customPackets[packet] = nil }
    }
  }

  private func withUnmarshaler<Result>(
    of reference: ObjectReference, _ packet: PacketID, _ method: StaticString,
    _ body: (any Marshaling, MarshalStream) throws(HResult) -> Result
  ) throws(HResult) -> (Result, MarshalStream) {
    guard case .custom(let clsid, _, _) = reference.body else { throw .RPC_E_INVALID_OBJREF }
    let stream = MarshalStream(
      reference.bytes, at: ObjectReference.customHeader, of: packet)
    if clsid == CLSID.inProcFreeMarshaler {
      return (try body(FreeThreadedPackets(in: self), stream), stream)
    }
    let pointer = try ComThread.current.createUnmarshaler(clsid)
    guard let marshaler = ObjectMarshaler(of: pointer.value.unknown) else { throw .E_NOINTERFACE }
    let result = try marshaler.run(method) { methods throws(HResult) in
      try body(methods, stream)
    }
    return (result, stream)
  }
}
