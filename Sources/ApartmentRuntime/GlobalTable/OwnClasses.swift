import Trace

/// Classes of COM's own: they are found before the registry, and live in the client's apartment.
extension ComProcess {
  /// An object of such a class; nil where the class is none of them.
  func ownInstance(
    _ clsid: GUID, _ outer: ComObject?, _ iid: GUID
  ) throws(HResult) -> OwnedPointer? {
    switch clsid {
    case CLSID.stdGlobalInterfaceTable:
      guard outer == nil else { throw .CLASS_E_NOAGGREGATION }
      return try OwnedPointer(globalInterfaceTable, iid)
    case CLSID.inProcFreeMarshaler:
      return try FreeThreadedMarshaler(in: self, outer: outer).handOut(iid)
    default: return nil
    }
  }

  /// The class object of such a class: it makes objects, and is none of them (GIT-01).
  func ownClassObject(_ clsid: GUID, _ iid: GUID) throws(HResult) -> OwnedPointer? {
    guard clsid == CLSID.stdGlobalInterfaceTable || clsid == CLSID.inProcFreeMarshaler else {
      return nil
    }
    return try OwnClassFactory(clsid).handOut(iid)
  }
}

private final class OwnClassFactory: ComObject, ClassFactoring {
  override class var interfaces: [any ComInterface.Type] { [IClassFactory.self] }

  private let clsid: GUID

  init(_ clsid: GUID) throws(HResult) {
    self.clsid = clsid
    try super.init(name: "ClassFactory")
  }

  func createInstance(_ outer: ComObject?, _ iid: GUID) throws(HResult) -> OwnedPointer {
    guard outer == nil || iid == IUnknown.iid else { throw refuses(.CLASS_E_NOAGGREGATION) }
    guard let made = try process.ownInstance(clsid, outer, iid) else {
      throw refuses(.CLASS_E_CLASSNOTAVAILABLE)
    }
    return made
  }

  /// COM's own code is never unloaded.
  func lockServer(_ lock: Bool) -> Nothing { Nothing() }
}
