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
  static let registeredObject = Method(5, "RegisteredObject") {
    (activator: LocalActivator, cookie: UInt32, iid: GUID) throws(HResult) -> OwnedPointer in
    try activator.process.registeredObject(RegistrationID(cookie), iid)
  }
  /// The part of `CoFreeUnusedLibrariesEx` that is done in the main apartment.
  static let freeUnusedLibraries = Method(6, "FreeUnusedLibraries") {
    (activator: LocalActivator, delay: UInt32) throws(HResult) -> Nothing in
    activator.process.freeUnused(delay: delay)
    return Nothing()
  }
  static var stubs: [StubMethod<Methods>] {
    [getClassObject.stub, createInstance.stub, registeredObject.stub, freeUnusedLibraries.stub]
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
}
