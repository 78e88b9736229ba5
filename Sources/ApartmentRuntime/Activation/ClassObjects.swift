import ThreadKernel
import Trace

/// A class object that was registered at run time (`CoRegisterClassObject`).
struct RegisteredClassObject: Sendable {
  let id: RegistrationID
  let clsid: GUID
  let object: Carried<Unknown>
  /// What the registration holds of the object.
  let reference: ReferenceID
  let apartment: ApartmentID
  let context: ClassContext
  let use: ClassUse

  /// Whether the registering apartment finds it as an in-process server. A local server of multiple
  /// use is one too (CLS-10).
  var isInProcess: Bool {
    context.contains(.inprocServer) || (context.contains(.localServer) && use == .multipleUse)
  }
}

extension ComProcess {
  private func holder(in kernel: Kernel) -> Holder { .named(kernel.name("class table")) }

  /// Registers a class object of the calling thread's apartment.
  func registerClassObject(
    _ clsid: GUID, _ object: Unknown, _ context: ClassContext, _ use: ClassUse,
    in apartment: Apartment
  ) -> RegistrationID {
    let number = registry.number(of: clsid, in: kernel)
    let new = RegisteredClassObject(
      id: kernel.numbers.registration(), clsid: clsid, object: Carried(object),
      reference: object.addRef(by: holder(in: kernel)), apartment: apartment.id,
      context: context, use: use)
    tables.withLock { tables in
      kernel.tell(
        .classObjectRegistered(new.id, of: number, object: new.object.value.id, context, use))
      tables.classObjects.append(new)
    }
    return new.id
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
    let old = try revoked.get()
    old.object.value.release(old.reference, by: holder(in: kernel))
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
    for old in left { old.object.value.release(old.reference, by: holder(in: kernel)) }
  }

  // MARK: Looking

  /// The apartment's own class object for in-process clients.
  func inProcessObject(_ clsid: GUID, in apartment: Apartment) -> RegisteredClassObject? {
    let apartment = apartment.id
    return tables.withLock { tables in
      tables.classObjects.first {
        $0.clsid == clsid && $0.apartment == apartment && $0.isInProcess
      }
    }
  }

  /// A local server's class object: the apartment's own, or the first of any.
  func localServerObject(_ clsid: GUID, for apartment: Apartment) -> RegisteredClassObject? {
    let apartment = apartment.id
    return tables.withLock { tables in
      let found = tables.classObjects.filter {
        $0.clsid == clsid && $0.context.contains(.localServer)
      }
      return found.first { $0.apartment == apartment } ?? found.first
    }
  }

  /// A pointer to a registered class object, in its own apartment.
  ///
  /// - Throws: `REGDB_E_CLASSNOTREG` where it was revoked meanwhile, `E_NOINTERFACE`.
  func registeredObject(_ id: RegistrationID, _ iid: GUID) throws(HResult) -> OwnedPointer {
    kernel.point(.countChanged)
    let found = tables.withLock { tables -> (Carried<Unknown>, ReferenceID)? in
      guard let found = tables.classObjects.first(where: { $0.id == id }),
        let owned = found.object.value.addRefIfAlive(by: .com)
      else { return nil }
      return (found.object, owned)
    }
    guard let (object, owned) = found else { throw refused(.REGDB_E_CLASSNOTREG) }
    defer { object.value.release(owned, by: .com) }
    return try OwnedPointer(object.value, iid)
  }
}
