import Trace

/// A class object as its process tells the SCM of it.
struct OfferedClass: Hashable, Sendable {
  let registration: RegistrationID
  let clsid: GUID
  /// Its apartment, and how that is reached.
  let whereabouts: Whereabouts
  let use: ClassUse

  var process: ProcessID { whereabouts.process }
}

/// The class object that is to serve an activation, as the SCM found it.
struct ServingClass: Hashable, Sendable {
  let offer: OfferedClass
  /// How often the entry had changed by then: a refusal that comes late is about nothing.
  let version: UInt32
}

/// A class object that did not serve: what a client's COM tells the SCM when it asks again (O5).
struct RefusingClass: Hashable, Sendable {
  let registration: RegistrationID
  let version: UInt32

  init(registration: RegistrationID, version: UInt32) {
    self.registration = registration
    self.version = version
  }

  init(_ serving: ServingClass) {
    self.init(registration: serving.offer.registration, version: serving.version)
  }
}

/// What a process says to the SCM.
enum ScmMessage: Hashable, Sendable {
  case activate(RequestID, GUID, refusedBy: RefusingClass?)
  /// What became of an activation that has to wait.
  case collect(RequestID)
  case giveUp(RequestID, of: RequestID)
  /// Changes of the process's own are counted, so that one that comes late does not undo a later one.
  case register(RequestID, OfferedClass, change: UInt32)
  case resume(RequestID, [OfferedClass], change: UInt32)
  case suspend(RequestID, change: UInt32)
  case revoke(RequestID, RegistrationID)
  /// The number of a class in the run. Only child processes ask: they have a registry of their own,
  /// with the same entries.
  case classNumber(GUID)
}

/// What the SCM answers.
enum ScmAnswer: Hashable, Sendable {
  case done
  case server(ServingClass)
  /// Nobody is registered yet; which process is being waited for, where that is known.
  case wait(ProcessID)
  case number(ClassID)
  case failed(HResult)
}

// MARK: As bytes

extension OfferedClass: Wire {
  static func read(from reader: inout WireReader) throws(HResult) -> OfferedClass {
    OfferedClass(
      registration: RegistrationID(try reader.packed()), clsid: try reader.guid(),
      whereabouts: try .read(from: &reader), use: try reader.use())
  }

  func write(to writer: inout WireWriter) {
    writer.packed(registration.number)
    writer.packed(clsid)
    whereabouts.write(to: &writer)
    writer.byte(use.rawValue)
  }
}

extension ScmMessage {
  private enum Tag: UInt8 {
    case activate, collect, giveUp, register, resume, suspend, revoke, classNumber
  }

  var bytes: [UInt8] {
    var writer = WireWriter()
    switch self {
    case .activate(let id, let clsid, let refusal):
      writer.begin(Tag.activate, id)
      writer.packed(clsid)
      writer.packed(refusal?.registration.number ?? 0)
      writer.packed(refusal?.version ?? 0)
    case .collect(let id): writer.begin(Tag.collect, id)
    case .giveUp(let id, let given):
      writer.begin(Tag.giveUp, id)
      writer.packed(given.number)
    case .register(let id, let offer, let change):
      writer.begin(Tag.register, id)
      writer.packed(change)
      offer.write(to: &writer)
    case .resume(let id, let offers, let change):
      writer.begin(Tag.resume, id)
      writer.packed(change)
      for offer in offers { offer.write(to: &writer) }
    case .suspend(let id, let change):
      writer.begin(Tag.suspend, id)
      writer.packed(change)
    case .revoke(let id, let registration):
      writer.begin(Tag.revoke, id)
      writer.packed(registration.number)
    case .classNumber(let clsid):
      writer.begin(Tag.classNumber, .none)
      writer.packed(clsid)
    }
    return writer.bytes
  }

  /// - Throws: `RPC_E_INVALID_DATAPACKET` for bytes that are none.
  init(_ bytes: [UInt8]) throws(HResult) {
    var reader = WireReader(bytes)
    guard let tag = Tag(rawValue: try reader.byte()) else { throw .RPC_E_INVALID_DATAPACKET }
    let id = RequestID(try reader.packed())
    switch tag {
    case .activate:
      let clsid = try reader.guid()
      let refusing = RefusingClass(
        registration: RegistrationID(try reader.packed()), version: try reader.packed())
      self = .activate(
        id, clsid, refusedBy: refusing.registration.isNone ? nil : refusing)
    case .collect: self = .collect(id)
    case .giveUp: self = .giveUp(id, of: RequestID(try reader.packed()))
    case .register:
      let change: UInt32 = try reader.packed()
      self = .register(id, try .read(from: &reader), change: change)
    case .resume:
      let change: UInt32 = try reader.packed()
      var offers: [OfferedClass] = []
      while reader.remaining > 0 { offers.append(try .read(from: &reader)) }
      self = .resume(id, offers, change: change)
    case .suspend: self = .suspend(id, change: try reader.packed())
    case .revoke: self = .revoke(id, RegistrationID(try reader.packed()))
    case .classNumber: self = .classNumber(try reader.guid())
    }
    guard reader.remaining == 0 else { throw .RPC_E_INVALID_DATAPACKET }
  }
}

extension ScmAnswer {
  private enum Tag: UInt8 {
    case done, server, wait, number, failed
  }

  var bytes: [UInt8] {
    var writer = WireWriter()
    switch self {
    case .done: writer.byte(Tag.done.rawValue)
    case .server(let serving):
      writer.byte(Tag.server.rawValue)
      serving.offer.write(to: &writer)
      writer.packed(serving.version)
    case .wait(let process):
      writer.byte(Tag.wait.rawValue)
      writer.packed(process.number)
    case .number(let number):
      writer.byte(Tag.number.rawValue)
      writer.packed(number.number)
    case .failed(let code):
      writer.byte(Tag.failed.rawValue)
      writer.packed(code.code)
    }
    return writer.bytes
  }

  /// - Throws: `RPC_E_INVALID_DATAPACKET` for bytes that are none, as where there is no SCM.
  init(_ bytes: [UInt8]) throws(HResult) {
    var reader = WireReader(bytes)
    guard let tag = Tag(rawValue: try reader.byte()) else { throw .RPC_E_INVALID_DATAPACKET }
    switch tag {
    case .done: self = .done
    case .server:
      self = .server(
        ServingClass(offer: try .read(from: &reader), version: try reader.packed()))
    case .wait: self = .wait(ProcessID(try reader.packed()))
    case .number: self = .number(ClassID(try reader.packed()))
    case .failed: self = .failed(HResult(try reader.packed()))
    }
    guard reader.remaining == 0 else { throw .RPC_E_INVALID_DATAPACKET }
  }
}

extension WireWriter {
  fileprivate mutating func begin<Tag: RawRepresentable<UInt8>>(_ tag: Tag, _ id: RequestID) {
    byte(tag.rawValue)
    packed(id.number)
  }
}

extension WireReader {
  fileprivate mutating func use() throws(HResult) -> ClassUse {
    guard let use = ClassUse(rawValue: try byte()) else { throw .RPC_E_INVALID_DATAPACKET }
    return use
  }
}
