import ThreadKernel
import Trace

/// `CoGetClassObject`: the class object of a class, for making several objects of it. It lives
/// where the class's objects do.
///
/// - Throws: `REGDB_E_CLASSNOTREG` where there is no server of that context, `CO_E_DLLNOTFOUND`,
///   `CO_E_ERRORINDLL`, `REGDB_E_BADTHREADINGMODEL`; what the module answers. For a local server also
///   `CO_E_SERVER_EXEC_FAILURE` where it did not come up, `E_ACCESSDENIED` where the client may not
///   start it, `CO_E_SERVER_STOPPING` in a process that is about to end, and why the call to it failed.
public func coGetClassObject<I: ComInterface>(
  _ clsid: GUID, _ context: ClassContext = .inprocServer,
  _ interface: I.Type = IClassFactory.self, as holder: String? = nil,
  file: StaticString = #fileID, line: UInt32 = #line
) throws(HResult) -> ComPtr<I> {
  try api("CoGetClassObject", file, line) { thread throws(HResult) in
    try thread.getClassObject(clsid, context, I.iid).take(I.self, as: holder)
  }
}

/// `CoCreateInstance`: a new object of a class, in the apartment that its threading model and the
/// client's apartment make for it. The pointer is right for the calling thread.
///
/// - Parameter outer: the object that the new one becomes a part of; then IUnknown has to be asked
///   for, and both have to live in one apartment.
/// - Throws: what `coGetClassObject` does; what the class answers.
public func coCreateInstance<I: ComInterface>(
  _ clsid: GUID, _ interface: I.Type, outer: ComObject? = nil,
  _ context: ClassContext = .inprocServer, as holder: String? = nil,
  file: StaticString = #fileID, line: UInt32 = #line
) throws(HResult) -> ComPtr<I> {
  try api("CoCreateInstance", file, line) { thread throws(HResult) in
    try thread.activate(clsid, outer, context, I.iid).take(I.self, as: holder)
  }
}

/// `CoCreateInstanceEx` on this machine: a new object, and several of its interfaces at once.
///
/// - Returns: `CO_S_NOTALLINTERFACES` where only some are there, `E_NOINTERFACE` for none,
///   `E_INVALIDARG` where none is asked for; and what each of them got.
public func coCreateInstanceEx(
  _ clsid: GUID, outer: ComObject? = nil, _ context: ClassContext = .inprocServer,
  interfaces iids: [GUID], file: StaticString = #fileID, line: UInt32 = #line
) -> (HResult, [Result<OwnedPointer, HResult>]) {
  var results: [Result<OwnedPointer, HResult>] = []
  do throws(HResult) {
    let summary = try api("CoCreateInstanceEx", file, line) { thread throws(HResult) in
      guard !iids.isEmpty else { throw thread.process.refused(.E_INVALIDARG) }
      let object = try thread.activate(clsid, outer, context, IUnknown.iid).take(IUnknown.self)
      results = iids.map { iid in
        Result { () throws(HResult) in try OwnedPointer(object.value.unknown, iid) }
      }
      let found = results.count { if case .success = $0 { true } else { false } }
      guard found > 0 else { throw .E_NOINTERFACE }
      return found < iids.count ? .CO_S_NOTALLINTERFACES : HResult.S_OK
    }
    return (summary, results)
  } catch {
    return (error, results.isEmpty ? iids.map { _ in .failure(error) } : results)
  }
}

extension ComThread {
  /// Creates an object and tells what came of it.
  fileprivate func activate(
    _ clsid: GUID, _ outer: ComObject?, _ context: ClassContext, _ iid: GUID
  ) throws(HResult) -> OwnedPointer {
    let number = process.registry.number(of: clsid, in: kernel)
    do throws(HResult) {
      let pointer = try createInstance(clsid, outer, context, iid)
      kernel.tell(.activated(number, as: pointer.unknown.id, .S_OK))
      return pointer
    } catch {
      kernel.tell(.activated(number, as: .none, error))
      throw error
    }
  }
}

/// A class object's place in the class table: the cookie of `CoRegisterClassObject`.
public struct ClassRegistration: Hashable, Sendable {
  let id: RegistrationID
}

/// `CoRegisterClassObject`: the process offers a class object: to its own apartment as an in-process
/// server, to all as a local one. The table keeps a reference. The SCM learns of a local server at
/// once, unless it is registered suspended.
///
/// Registrations of one class are independent of each other (CLS-09).
///
/// - Throws: `CO_E_NOTINITIALIZED`, `CO_E_RELEASED` for a tombstone.
public func coRegisterClassObject<Pointer>(
  _ clsid: GUID, _ pointer: borrowing Pointer, _ context: ClassContext,
  _ use: ClassUse = .multipleUse, flags: ClassFlags = [], file: StaticString = #fileID,
  line: UInt32 = #line
) throws(HResult) -> ClassRegistration where Pointer: InterfacePointer & ~Copyable {
  let object = pointer.value.unknown
  return try api("CoRegisterClassObject", file, line) { thread throws(HResult) in
    let apartment = try thread.requireApartment()
    try object.refuseIfDead(.addRef, by: .com)
    let id = try thread.process.registerClassObject(
      clsid, object, context, use, flags, in: apartment)
    return ClassRegistration(id: id)
  }
}

/// `CoRevokeClassObject`, in the apartment that registered.
///
/// - Throws: `RPC_E_WRONG_THREAD` in another one, `E_INVALIDARG` for what was revoked before.
public func coRevokeClassObject(
  _ registration: ClassRegistration, file: StaticString = #fileID, line: UInt32 = #line
) throws(HResult) {
  try api("CoRevokeClassObject", file, line) { thread throws(HResult) in
    let apartment = try thread.requireApartment()
    try thread.process.revokeClassObject(registration.id, in: apartment)
  }
}

/// The delay of `coFreeUnusedLibraries` for modules that several threads may be in: 10 minutes.
public let defaultUnloadDelay: UInt32 = 600_000

/// `CoFreeUnusedLibraries`: unloads the modules that say they are unused. The main apartment's
/// thread asks them, whoever calls (I7).
public func coFreeUnusedLibraries(file: StaticString = #fileID, line: UInt32 = #line) {
  _ = try? api("CoFreeUnusedLibraries", file, line) { thread throws(HResult) in
    try thread.freeUnusedLibraries(delay: .max)
  }
}

/// The same with a delay of one's own: a first call finds a module unused, one that comes so much
/// later unloads it. 0: at once; INFINITE (`UInt32.max`): the default.
public func coFreeUnusedLibrariesEx(
  unloadDelay milliseconds: UInt32, file: StaticString = #fileID, line: UInt32 = #line
) {
  _ = try? api("CoFreeUnusedLibrariesEx", file, line) { thread throws(HResult) in
    try thread.freeUnusedLibraries(delay: milliseconds)
  }
}
