import Trace

extension Frame {
  /// `FLPN`.
  static let signature: UInt32 = 0x4E50_4C46

  private enum Kind: UInt8 {
    case request = 1
    case reply, refused, failed, cancelled, moved, opened, watch, gone

    /// Whether it is about a call or a process.
    var isOfNumber: Bool {
      switch self {
      case .moved, .opened: false
      case .request, .reply, .refused, .failed, .cancelled, .watch, .gone: true
      }
    }
  }

  // MARK: Writing

  var bytes: [UInt8] {
    var writer = WireWriter(reserving: 256)
    switch self {
    case .request(let request):
      begin(.request, request.identity.id.number, &writer)
      request.write(to: &writer)
    case .reply(let call, let packet):
      begin(.reply, call.number, &writer)
      packet.write(to: &writer)
    case .refused(let call, let reason):
      begin(.refused, call.number, &writer)
      writer.packed(UInt32(reason.rawValue))
    case .failed(let call, let code):
      begin(.failed, call.number, &writer)
      writer.packed(code.code)
    case .cancelled(let call, let isGivenUp):
      begin(.cancelled, call.number, &writer)
      writer.flag(isGivenUp)
    case .moved(let references):
      begin(.moved, 0, &writer)
      writer.packed(references.ipid)
      writer.packed(references.count)
      writer.packed(references.from.number)
      writer.packed(references.to.number)
    case .opened(let packet):
      begin(.opened, 0, &writer)
      packet.standard.write(to: &writer)
      writer.packed(packet.proxy.number)
    case .watch(let process): begin(.watch, process.number, &writer)
    case .gone(let process, let isDue):
      begin(.gone, process.number, &writer)
      writer.flag(isDue)
    }
    return writer.bytes
  }

  /// The head: what it is, and of which call or process.
  private func begin(_ kind: Kind, _ number: UInt32, _ writer: inout WireWriter) {
    writer.packed(Self.signature)
    writer.packed(UInt32(kind.rawValue))
    writer.packed(number)
  }

  // MARK: Reading

  /// Reads what came by mail, to its last byte.
  ///
  /// - Throws: `RPC_E_INVALID_DATAPACKET` for anything that `bytes` does not write.
  static func read(_ bytes: [UInt8]) throws(HResult) -> Frame {
    var reader = WireReader(bytes)
    guard try reader.packed(UInt32.self) == signature,
      let kind = Kind(rawValue: UInt8(clamping: try reader.packed(UInt32.self)))
    else { throw .RPC_E_INVALID_DATAPACKET }
    let number: UInt32 = try reader.packed()
    let frame = try read(kind, number, &reader)
    guard reader.remaining == 0, kind.isOfNumber || number == 0 else {
      throw .RPC_E_INVALID_DATAPACKET
    }
    return frame
  }

  private static func read(
    _ kind: Kind, _ number: UInt32, _ reader: inout WireReader
  ) throws(HResult) -> Frame {
    let call = CallID(number)
    switch kind {
    case .request: return .request(try RequestFrame.read(of: call, from: &reader))
    case .reply: return .reply(call, try Crossing.read(from: &reader))
    case .refused:
      guard let reason = ServerCall(rawValue: UInt8(clamping: try reader.packed(UInt32.self))),
        reason != .isHandled
      else { throw .RPC_E_INVALID_DATAPACKET }
      return .refused(call, reason)
    case .failed:
      let code = HResult(try reader.packed())
      guard code.isFailure else { throw .RPC_E_INVALID_DATAPACKET }
      return .failed(call, code)
    case .cancelled: return .cancelled(call, isGivenUp: try reader.flag())
    case .moved:
      return .moved(
        MovedReferences(
          ipid: try reader.guid(), count: try reader.packed(), from: ProcessID(try reader.packed()),
          to: ProcessID(try reader.packed())))
    case .opened:
      return .opened(
        OpenedPacket(
          standard: try .read(from: &reader), proxy: ObjectID(try reader.packed())))
    case .watch: return .watch(ProcessID(number))
    case .gone: return .gone(ProcessID(number), isDue: try reader.flag())
    }
  }
}

extension RequestFrame {
  private static let pumps: UInt32 = 1
  private static let asynchronous: UInt32 = 2
  private static let toComponent: UInt32 = 4

  fileprivate func write(to writer: inout WireWriter) {
    writer.packed(identity.causality)
    writer.packed(identity.parent.number)
    writer.packed(target.number)
    writer.packed(message.number)
    writer.packed(caller)
    writer.packed(replyTo)
    var flags: UInt32 = 0
    if callerPumps { flags |= Self.pumps }
    if isAsynchronous { flags |= Self.asynchronous }
    if isToComponent { flags |= Self.toComponent }
    writer.packed(flags)
    packet.write(to: &writer)
  }

  fileprivate static func read(
    of call: CallID, from reader: inout WireReader
  ) throws(HResult) -> RequestFrame {
    let causality: UInt32 = try reader.packed()
    let identity = CallIdentity(
      id: call, causality: causality, parent: CallID(try reader.packed()))
    let target = ApartmentID(try reader.packed())
    let message = MessageID(try reader.packed())
    let caller = try reader.thread()
    let replyTo = try reader.thread()
    let flags: UInt32 = try reader.packed()
    guard flags & ~(pumps | asynchronous | toComponent) == 0 else {
      throw .RPC_E_INVALID_DATAPACKET
    }
    return RequestFrame(
      identity: identity, target: target, message: message, caller: caller, replyTo: replyTo,
      callerPumps: flags & pumps != 0, isAsynchronous: flags & asynchronous != 0,
      isToComponent: flags & toComponent != 0, packet: try .read(from: &reader))
  }
}

extension Crossing {
  fileprivate func write(to writer: inout WireWriter) {
    writer.packed(UInt32(bytes.count))
    writer.append(bytes)
    writer.packed(UInt32(packets.count))
    for packet in packets {
      let name = Array(packet.name.utf8)
      writer.packed(UInt32(packet.offset))
      writer.packed(packet.id.number)
      writer.packed(UInt16(packet.kind.rawValue))
      writer.packed(UInt16(name.count))
      writer.append(name)
    }
  }

  fileprivate static func read(from reader: inout WireReader) throws(HResult) -> Crossing {
    let bytes = try reader.take(Int(try reader.packed(UInt32.self)))
    var crossing = Crossing(bytes)
    for _ in 0..<(try reader.packed(UInt32.self)) {
      let packet = try CrossingPacket.read(from: &reader)
      let isBehind = crossing.packets.last.map { $0.offset < packet.offset } ?? true
      guard isBehind, packet.offset < bytes.count else { throw .RPC_E_INVALID_DATAPACKET }
      crossing.packets.append(packet)
    }
    return crossing
  }
}

extension CrossingPacket {
  fileprivate static func read(from reader: inout WireReader) throws(HResult) -> CrossingPacket {
    let offset = Int(try reader.packed(UInt32.self))
    let id = PacketID(try reader.packed())
    let kind = MarshalKind(rawValue: UInt8(clamping: try reader.packed(UInt16.self)))
    let name = try reader.take(Int(try reader.packed(UInt16.self)))
    guard let kind, !id.isNone, let text = String(validating: name, as: UTF8.self) else {
      throw .RPC_E_INVALID_DATAPACKET
    }
    return CrossingPacket(offset: offset, id: id, kind: kind, name: text)
  }
}

extension WireWriter {
  mutating func packed(_ thread: ThreadID) {
    packed(thread.process)
    packed(thread.number)
  }

  fileprivate mutating func flag(_ isSet: Bool) { packed(UInt32(isSet ? 1 : 0)) }
}

extension WireReader {
  mutating func thread() throws(HResult) -> ThreadID {
    ThreadID(process: try packed(), number: try packed())
  }

  fileprivate mutating func flag() throws(HResult) -> Bool {
    switch try packed(UInt32.self) {
    case 0: return false
    case 1: return true
    default: throw .RPC_E_INVALID_DATAPACKET
    }
  }
}
