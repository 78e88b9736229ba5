import ThreadKernel
import Trace

/// What `CoRegisterClassObject` takes beside the use (`REGCLS`).
public struct ClassFlags: OptionSet, Hashable, Sendable {
  public let rawValue: UInt8

  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// REGCLS_SUSPENDED: nobody gets it before `coResumeClassObjects`, and the SCM is not told before.
  public static let suspended = ClassFlags(rawValue: 0x4)
  /// REGCLS_SURROGATE: it makes objects for a class that a module of this process has, and must not
  /// be found where that is looked for.
  public static let surrogate = ClassFlags(rawValue: 0x8)
  /// REGCLS_AGILE: every apartment of the process finds it.
  public static let agile = ClassFlags(rawValue: 0x10)
}

/// A class object that was registered at run time (`CoRegisterClassObject`).
struct RegisteredClassObject: Sendable {
  /// Whether clients get it.
  enum Admission: Sendable {
    case open, suspended
    /// Suspended by COM, because the process's count is 0.
    case stopping
  }

  let id: RegistrationID
  let clsid: GUID
  /// The class's number in the run.
  let ofClass: ClassID
  let object: Carried<Unknown>
  /// What the registration holds of the object.
  let reference: ReferenceID
  let apartment: ApartmentID
  let context: ClassContext
  let use: ClassUse
  let flags: ClassFlags
  var admission: Admission
  /// Whether the SCM knows of it.
  var isOffered = false

  var isLocalServer: Bool { context.contains(.localServer) }

  /// Whether the registering apartment finds it as an in-process server. A local server of multiple
  /// use is one too (CLS-10), unless it stands for one.
  var isInProcess: Bool {
    context.contains(.inprocServer)
      || (isLocalServer && use == .multipleUse && !flags.contains(.surrogate))
  }

  func isFound(from apartment: ApartmentID) -> Bool {
    self.apartment == apartment || flags.contains(.agile)
  }
}

extension [RegisteredClassObject] {
  /// The first one that clients get.
  ///
  /// - Throws: `CO_E_SERVER_STOPPING` where there are others, and the process stops.
  fileprivate func firstOpen(
    where isMeant: (RegisteredClassObject) -> Bool
  ) throws(HResult) -> RegisteredClassObject? {
    if let open = first(where: { isMeant($0) && $0.admission == .open }) { return open }
    if contains(where: { isMeant($0) && $0.admission == .stopping }) {
      throw .CO_E_SERVER_STOPPING
    }
    return nil
  }
}

extension ComProcess {
  private func holder(in kernel: Kernel) -> Holder { .named(kernel.name("class table")) }

  /// Registers a class object of the calling thread's apartment, and has the SCM know of a local
  /// server that is open.
  func registerClassObject(
    _ clsid: GUID, _ object: Unknown, _ context: ClassContext, _ use: ClassUse,
    _ flags: ClassFlags, in apartment: Apartment
  ) throws(HResult) -> RegistrationID {
    let number = registry.number(of: clsid, in: kernel)
    let isSuspended = flags.contains(.suspended)
    var new = RegisteredClassObject(
      id: kernel.numbers.registration(), clsid: clsid, ofClass: number, object: Carried(object),
      reference: object.addRef(by: holder(in: kernel)), apartment: apartment.id,
      context: context, use: use, flags: flags, admission: isSuspended ? .suspended : .open)
    new.isOffered = new.isLocalServer && !isSuspended
    let registered = new
    let change = tables.withLock { tables in
      kernel.tell(
        .classObjectRegistered(
          registered.id, of: number, object: registered.object.value.id, context, use))
      if isSuspended { kernel.tell(.classObjectSuspended(registered.id)) }
      tables.classObjects.append(registered)
      return tables.serving.change
    }
    if registered.isOffered {
      try scmClient.register(offer(registered), number, change: change)
    }
    return registered.id
  }

  /// A class object as the SCM is told of it.
  func offer(_ registered: RegisteredClassObject) throws(HResult) -> OfferedClass {
    OfferedClass(
      registration: registered.id, clsid: registered.clsid,
      whereabouts: try ownWhereabouts(of: registered.apartment), use: registered.use)
  }

  /// - Throws: `E_INVALIDARG` for a cookie that is not held, `RPC_E_WRONG_THREAD` in another
  ///   apartment.
  func revokeClassObject(_ id: RegistrationID, in apartment: Apartment) throws(HResult) {
    let apartment = apartment.id
    let revoked = tables.withLock { tables -> Result<RegisteredClassObject, HResult> in
      guard let index = tables.classObjects.firstIndex(where: { $0.id == id }) else {
        return .failure(.E_INVALIDARG)
      }
      guard tables.classObjects[index].apartment == apartment else {
        return .failure(.RPC_E_WRONG_THREAD)
      }
      kernel.tell(.classObjectRevoked(id))
      return .success(tables.classObjects.remove(at: index))
    }
    isRevoked(try revoked.get())
  }

  /// What an apartment that ends has not revoked.
  func revokeClassObjects(of apartment: Apartment) {
    let id = apartment.id
    let left = tables.withLock { tables in
      let left = tables.classObjects.filter { $0.apartment == id }
      tables.classObjects.removeAll { $0.apartment == id }
      for old in left { kernel.tell(.classObjectRevoked(old.id)) }
      return left
    }
    for old in left { isRevoked(old) }
  }

  /// What is left to do once a class object is off the table: the SCM learns of it.
  private func isRevoked(_ old: RegisteredClassObject) {
    if old.isOffered {
      do throws(HResult) {
        try scmClient.revoke(old.id, old.ofClass)
      } catch {
        // It has found out by itself, or there is none.
      }
    }
    old.object.value.release(old.reference, by: holder(in: kernel))
  }

  // MARK: Looking

  /// The class object for in-process clients of an apartment.
  ///
  /// - Throws: `CO_E_SERVER_STOPPING` where it is there, and the process stops (OOP-08).
  func inProcessObject(
    _ clsid: GUID, in apartment: Apartment
  ) throws(HResult) -> RegisteredClassObject? {
    let apartment = apartment.id
    let known = tables.withLock { $0.classObjects }
    return try known.firstOpen {
      $0.clsid == clsid && $0.isFound(from: apartment) && $0.isInProcess
    }
  }

  /// A local server's class object of this process: the apartment's own, or the first of any.
  ///
  /// - Throws: `CO_E_SERVER_STOPPING` where it is there, and the process stops (OOP-08).
  func localServerObject(
    _ clsid: GUID, for apartment: Apartment
  ) throws(HResult) -> RegisteredClassObject? {
    let apartment = apartment.id
    let known = tables.withLock { $0.classObjects }
      .filter { $0.clsid == clsid && $0.isLocalServer }
    if let own = known.first(where: { $0.apartment == apartment && $0.admission == .open }) {
      return own
    }
    return try known.firstOpen { _ in true }
  }

  /// A class object that a client was let in to.
  struct Admitted: Sendable {
    let object: Carried<Unknown>
    /// What the client holds of it meanwhile.
    let reference: ReferenceID
    /// How often the process had begun to stop by then.
    let stops: UInt32
  }

  /// Lets a client in that was sent to a registered class object.
  ///
  /// - Throws: `REGDB_E_CLASSNOTREG` where it was revoked meanwhile, `CO_E_SERVER_STOPPING` where it
  ///   was suspended.
  func admit(to id: RegistrationID) throws(HResult) -> Admitted {
    kernel.point(.countChanged)
    let found = tables.withLock { tables -> Result<Admitted, HResult> in
      guard let found = tables.classObjects.first(where: { $0.id == id }) else {
        return .failure(.REGDB_E_CLASSNOTREG)
      }
      guard found.admission == .open else { return .failure(.CO_E_SERVER_STOPPING) }
      guard let owned = found.object.value.addRefIfAlive(by: .com) else {
        return .failure(.REGDB_E_CLASSNOTREG)
      }
      return .success(
        Admitted(object: found.object, reference: owned, stops: tables.serving.stops))
    }
    do throws(HResult) {
      return try found.get()
    } catch {
      throw refused(error)
    }
  }

  /// Whether the process has begun to stop since the client was let in.
  func isStopping(since admitted: Admitted) -> Bool {
    tables.withLock { $0.serving.stops != admitted.stops }
  }
}
