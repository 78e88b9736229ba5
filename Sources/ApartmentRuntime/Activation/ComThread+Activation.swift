import ThreadKernel
import Trace

extension ComThread {
  /// Where the thread's code stands, as far as placement depends on it.
  private func place(in apartment: Apartment) -> ClientPlace {
    switch apartment.kind {
    case .singleThreaded: apartment.isMain ? .mainApartment : .otherSingleThreaded
    case .multithreaded: .multithreaded
    case .neutral:
      entered?.kind == .singleThreaded ? .neutralOnSingleThreaded : .neutralOnMultithreaded
    }
  }

  /// The apartment in which a class lives for the calling thread.
  ///
  /// - Throws: `REGDB_E_BADTHREADINGMODEL`; what starting a host answers.
  private func home(
    of entry: ClassEntry, for client: Apartment
  ) throws(HResult) -> Apartment {
    switch Placement(of: entry.threadingModel, for: place(in: client)) {
    case .client: return client
    case .mainApartment:
      if let main = process.mainApartment { return main }
      return try process.hostApartment(.singleThreaded)
    case .hostSingleThreaded: return try process.hostApartment(.singleThreaded)
    case .own: return own ?? client
    // Also where the program has an MTA of its own: that may end before the object does (I12).
    case .multithreaded: return try process.hostApartment(.multithreaded)
    case .neutral: return try process.neutralApartment()
    case .refused(let code): throw process.refused(code)
    }
  }

  /// Where a class's server is found.
  private enum Server {
    /// A class object that was registered at run time, in this process.
    case registered(RegisteredClassObject)
    /// A module, and the apartment in which the class lives.
    case module(ClassEntry, in: Apartment)
    /// Wherever the SCM finds it.
    case elsewhere
  }

  /// Looks for a server: in-process, then local (CLS-12). There are no handlers and no other
  /// machines here.
  ///
  /// - Throws: `REGDB_E_CLASSNOTREG` where none is found; `CO_E_SERVER_STOPPING` where it is in this
  ///   process, which is about to end; what placement answers.
  private func server(
    _ clsid: GUID, _ context: ClassContext, for client: Apartment
  ) throws(HResult) -> Server {
    if context.contains(.inprocServer) {
      if let known = try process.inProcessObject(clsid, in: client) { return .registered(known) }
      if let entry = process.registry.entry(clsid), entry.module != nil {
        return .module(entry, in: try home(of: entry, for: client))
      }
    }
    guard context.contains(.localServer) else { throw .REGDB_E_CLASSNOTREG }
    let known = try process.localServerObject(clsid, for: client)
    return known.map { .registered($0) } ?? .elsewhere
  }

  // MARK: What the functions do

  /// `CoGetClassObject`.
  func getClassObject(
    _ clsid: GUID, _ context: ClassContext, _ iid: GUID
  ) throws(HResult) -> OwnedPointer {
    let client = try requireApartment()
    if let own = try process.ownClassObject(clsid, iid) { return own }
    switch try find(clsid, context, for: client) {
    case .registered(let known):
      return try activate(known, iid, context, creates: false, for: client)
    case .module(let entry, let home) where home === client:
      return try process.getClassObject(entry, iid)
    case .module(_, let home):
      return try activator(in: home.id, context)
        .call(ILocalActivator.self, ILocalActivator.getClassObject, clsid, iid)
    case .elsewhere: return try activateElsewhere(clsid, iid, context, creates: false)
    }
  }

  /// `CoCreateInstance`.
  ///
  /// - Throws: `CLASS_E_NOAGGREGATION` for an outer object where another interface than IUnknown is
  ///   asked for, or where the class lives in another apartment.
  func createInstance(
    _ clsid: GUID, _ outer: ComObject?, _ context: ClassContext, _ iid: GUID
  ) throws(HResult) -> OwnedPointer {
    let client = try requireApartment()
    guard outer == nil || iid == IUnknown.iid else {
      throw process.refused(.CLASS_E_NOAGGREGATION)
    }
    if let own = try process.ownInstance(clsid, outer, iid) { return own }
    switch try find(clsid, context, for: client) {
    case .registered(let known) where known.apartment == client.id:
      return try process.createInstance(by: known, outer, iid)
    case .registered(let known):
      try refuseAggregation(into: outer)
      return try activate(known, iid, context, creates: true, for: client)
    case .module(let entry, let home) where home === client:
      return try process.createInstance(entry, outer, iid)
    case .module(_, let home):
      try refuseAggregation(into: outer)
      return try activator(in: home.id, context)
        .call(ILocalActivator.self, ILocalActivator.createInstance, clsid, iid)
    case .elsewhere:
      try refuseAggregation(into: outer)
      return try activateElsewhere(clsid, iid, context, creates: true)
    }
  }

  /// The same as `server`, and tells where COM says no.
  private func find(
    _ clsid: GUID, _ context: ClassContext, for client: Apartment
  ) throws(HResult) -> Server {
    do throws(HResult) {
      return try server(clsid, context, for: client)
    } catch {
      throw process.refused(error)
    }
  }

  /// Nothing is aggregated across apartments.
  private func refuseAggregation(into outer: ComObject?) throws(HResult) {
    guard outer == nil else { throw process.refused(.CLASS_E_NOAGGREGATION) }
  }

  /// The object that opens packets of a class. It has to live in this apartment: a proxy could not
  /// read for it, and one that marshals itself on its way here would need another to be opened.
  ///
  /// - Throws: `E_NOINTERFACE` for a class that lives elsewhere.
  func createUnmarshaler(_ clsid: GUID) throws(HResult) -> ComPtr<IMarshal> {
    let client = try requireApartment()
    let isHere =
      switch try find(clsid, .inprocServer, for: client) {
      case .registered(let known): known.apartment == client.id
      case .module(_, let home): home === client
      case .elsewhere: false
      }
    guard isHere else { throw .E_NOINTERFACE }
    return try createInstance(clsid, nil, .inprocServer, IMarshal.iid).take(IMarshal.self)
  }

  /// Activates by a class object of this process.
  private func activate(
    _ known: RegisteredClassObject, _ iid: GUID, _ context: ClassContext, creates: Bool,
    for client: Apartment
  ) throws(HResult) -> OwnedPointer {
    if known.apartment == client.id { return try process.classObject(known, iid) }
    let activator = activator(in: known.apartment, context)
    switch try activator.activate(known.id, iid, creates: creates) {
    case .got(let pointer): return pointer
    case .refused(let code), .failed(let code): throw code
    case .made: throw .E_UNEXPECTED
    }
  }

  func activator(
    in apartment: ApartmentID, of owner: ProcessID? = nil, _ context: ClassContext = []
  ) -> RemoteUnknownClient {
    RemoteUnknownClient(
      apartment, of: owner, in: process, allowsCustom: !context.contains(.noCustomMarshal))
  }

  /// `CoFreeUnusedLibrariesEx`: the main apartment does it, if there is one.
  func freeUnusedLibraries(delay: UInt32) throws(HResult) {
    guard let apartment else { return }
    guard let main = process.mainApartment, main !== apartment else {
      return process.freeUnused(delay: delay)
    }
    _ = try activator(in: main.id)
      .call(ILocalActivator.self, ILocalActivator.freeUnusedLibraries, delay)
  }
}

extension RemoteUnknownClient {
  /// Activates by a class object that was registered in the apartment.
  func activate(
    _ id: RegistrationID, _ iid: GUID, creates: Bool
  ) throws(HResult) -> Activated {
    try call(
      ILocalActivator.self,
      creates ? ILocalActivator.createRegistered : ILocalActivator.getRegistered, id.number, iid)
  }
}

extension ComProcess {
  /// A class object of the calling thread's apartment.
  fileprivate func classObject(
    _ known: RegisteredClassObject, _ iid: GUID
  ) throws(HResult) -> OwnedPointer {
    let admitted = try admit(to: known.id)
    defer { admitted.object.value.release(admitted.reference, by: .com) }
    return try OwnedPointer(admitted.object.value, iid)
  }

  fileprivate func createInstance(
    by known: RegisteredClassObject, _ outer: ComObject?, _ iid: GUID
  ) throws(HResult) -> OwnedPointer {
    try classObject(known, IClassFactory.iid)
      .take(IClassFactory.self).createInstanceHere(outer, iid)
  }

  /// The class object from the module, which is called on this thread.
  func getClassObject(_ entry: ClassEntry, _ iid: GUID) throws(HResult) -> OwnedPointer {
    try withModule(of: entry) { module throws(HResult) in
      try module.getClassObject(entry.clsid, iid, in: kernel)
    }
  }

  /// A new object from the module's class object, on this thread.
  func createInstance(
    _ entry: ClassEntry, _ outer: ComObject?, _ iid: GUID
  ) throws(HResult) -> OwnedPointer {
    try withModule(of: entry) { module throws(HResult) in
      try module.getClassObject(entry.clsid, IClassFactory.iid, in: kernel)
        .take(IClassFactory.self).createInstanceHere(outer, iid)
    }
  }
}
