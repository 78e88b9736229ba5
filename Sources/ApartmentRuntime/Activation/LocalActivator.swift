import Trace

/// What an apartment does for clients in others that need an object of it: activation is one call,
/// and what comes back is a marshalled pointer. Each apartment serves its own, as IRemUnknown.
enum ILocalActivator: ComInterface {
  typealias Methods = LocalActivator
  static let iid: GUID = "A1F00132-0000-4000-8000-F100F1A00001"
  static let name = "ILocalActivator"
  static func methods(of object: AnyObject) -> LocalActivator? { object as? LocalActivator }

  static let getClassObject = Method(3, "GetClassObject") {
    (activator: LocalActivator, clsid: GUID, iid: GUID) throws(HResult) -> OwnedPointer in
    try activator.process.getClassObject(try activator.entry(clsid), iid)
  }
  static let createInstance = Method(4, "CreateInstance") {
    (activator: LocalActivator, clsid: GUID, iid: GUID) throws(HResult) -> OwnedPointer in
    try activator.process.createInstance(try activator.entry(clsid), nil, iid)
  }
  /// A class object that was registered in the apartment, by its cookie.
  static let getRegistered = Method(5, "GetRegisteredClassObject") {
    (activator: LocalActivator, cookie: UInt32, iid: GUID) throws(HResult) -> Activated in
    activator.activate(RegistrationID(cookie), iid, creates: false)
  }
  /// The part of `CoFreeUnusedLibrariesEx` that is done in the main apartment.
  static let freeUnusedLibraries = Method(6, "FreeUnusedLibraries") {
    (activator: LocalActivator, delay: UInt32) throws(HResult) -> Nothing in
    activator.process.freeUnused(delay: delay)
    return Nothing()
  }
  /// A new object of such a class.
  static let createRegistered = Method(7, "CreateRegisteredInstance") {
    (activator: LocalActivator, cookie: UInt32, iid: GUID) throws(HResult) -> Activated in
    activator.activate(RegistrationID(cookie), iid, creates: true)
  }
  static var stubs: [StubMethod<Methods>] {
    [
      getClassObject.stub, createInstance.stub, getRegistered.stub, freeUnusedLibraries.stub,
      createRegistered.stub,
    ]
  }
}

/// What comes of an activation by a registered class object. A failure is data like a pointer, so that
/// the class's own word is never taken for the connection's.
enum Activated: Wire {
  /// A pointer on its way out.
  case made(Marshalled)
  /// The same, where it was received.
  case got(OwnedPointer)
  /// COM did not let the client in: another server can serve it.
  case refused(HResult)
  /// What the class says, or COM says of what it made.
  case failed(HResult)

  private enum Tag: UInt32 {
    case pointer, refused, failed
  }

  static func read(from reader: inout WireReader) throws(HResult) -> Activated {
    switch Tag(rawValue: try reader.number()) {
    case .pointer: return .got(try OwnedPointer.read(from: &reader))
    case .refused: return .refused(HResult(try reader.number()))
    case .failed: return .failed(HResult(try reader.number()))
    case nil: throw .RPC_E_INVALID_DATAPACKET
    }
  }

  func write(to writer: inout WireWriter) throws(HResult) {
    switch self {
    case .made(let marshalled):
      writer.number(Tag.pointer.rawValue)
      OwnedPointer.write(marshalled, to: &writer)
    case .got(let pointer):
      writer.number(Tag.pointer.rawValue)
      try pointer.write(to: &writer)
    case .refused(let code):
      writer.number(Tag.refused.rawValue)
      writer.number(code.code)
    case .failed(let code):
      writer.number(Tag.failed.rawValue)
      writer.number(code.code)
    }
  }
}

/// An apartment's ILocalActivator, for the length of a call.
final class LocalActivator {
  let process: ComProcess

  init(in apartment: Apartment) { process = apartment.process }

  /// The entry may have gone since the client looked at it.
  func entry(_ clsid: GUID) throws(HResult) -> ClassEntry {
    guard let entry = process.registry.entry(clsid) else {
      throw process.refused(.REGDB_E_CLASSNOTREG)
    }
    return entry
  }

  /// Serves a client by a registered class object, with all that it gets packed: whoever finds that the
  /// process has begun to stop meanwhile gets nothing of it (OOP-09).
  func activate(_ id: RegistrationID, _ iid: GUID, creates: Bool) -> Activated {
    let admitted: ComProcess.Admitted
    do throws(HResult) {
      admitted = try process.admit(to: id)
    } catch {
      return .refused(error)
    }
    let object = admitted.object.value
    defer { object.release(admitted.reference, by: .com) }
    let pointer: OwnedPointer
    do throws(HResult) {
      pointer = try process.pointer(to: object, iid, creates: creates)
    } catch {
      return .failed(error)
    }
    let packed = Result { () throws(HResult) in
      try pack(pointer, ofClassObject: !creates)
    }
    // What is made in a process that stops, or cannot be sent from there any more, nobody gets.
    if process.isStopping(since: admitted) { return discard(packed) }
    switch packed {
    case .success(let marshalled): return .made(marshalled)
    case .failure(.CO_E_NOTINITIALIZED): return .refused(process.refused(.CO_E_SERVER_STOPPING))
    case .failure(let code): return .failed(code)
    }
  }

  private func discard(_ packed: Result<Marshalled, HResult>) -> Activated {
    do throws(HResult) {
      let marshalled = try packed.get()
      try ComThread.current.release(try marshalled.reference(), marshalled.packet)
    } catch {
      // The apartment has ended, and with it what the packet held.
    }
    return .refused(process.refused(.CO_E_SERVER_STOPPING))
  }

  private func pack(
    _ pointer: OwnedPointer, ofClassObject isClassObject: Bool
  ) throws(HResult) -> Marshalled {
    let thread = ComThread.current
    defer { pointer.dispose() }
    if isClassObject { thread.expectClient(of: pointer.unknown) }
    return try thread.marshal(pointer.unknown, pointer.iid, .normal)
  }
}

extension ComProcess {
  /// A pointer to a class object, or to a new object of its class, on this thread.
  func pointer(to object: Unknown, _ iid: GUID, creates: Bool) throws(HResult) -> OwnedPointer {
    guard creates else { return try OwnedPointer(object, iid) }
    return try OwnedPointer(object, IClassFactory.iid)
      .take(IClassFactory.self).createInstanceHere(nil, iid)
  }
}
