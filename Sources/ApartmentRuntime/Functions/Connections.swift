import ThreadKernel
import Trace

/// `CoDisconnectObject`: cuts the object's stubs off. Calls that are running finish, new ones are
/// refused (PRX-13); all references that COM holds are given back, with no `ReleaseConnection`
/// (STUB-07).
public func coDisconnectObject<Pointer>(
  _ pointer: borrowing Pointer, file: StaticString = #fileID, line: UInt32 = #line
) throws(HResult) where Pointer: InterfacePointer & ~Copyable {
  let object = pointer.value.unknown
  try api("CoDisconnectObject", file, line) { thread throws(HResult) in
    let apartment = try thread.requireApartment()
    if let id = thread.process.manager(of: object, in: apartment) {
      thread.process.disconnect(id)
    }
  }
}

/// `CoLockObjectExternal`: a strong connection from outside that no client holds.
///
/// - Parameter lastUnlockReleases: with the last unlock, whether weak packets too stop keeping the
///   object.
public func coLockObjectExternal<Pointer>(
  _ pointer: borrowing Pointer, lock: Bool, lastUnlockReleases: Bool = true,
  file: StaticString = #fileID, line: UInt32 = #line
) throws(HResult) where Pointer: InterfacePointer & ~Copyable {
  let object = pointer.value.unknown
  try api("CoLockObjectExternal", file, line) { thread throws(HResult) in
    let apartment = try thread.requireApartment()
    try thread.process.lock(object, in: apartment, lock, lastUnlockReleases: lastUnlockReleases)
  }
}

extension ComProcess {
  func manager(of object: Unknown, in apartment: Apartment) -> StubID? {
    let id = object.id
    return tables.withLock { $0.exports.manager(of: id, in: apartment.id) }
  }

  func lock(
    _ object: Unknown, in apartment: Apartment, _ isLocked: Bool, lastUnlockReleases: Bool
  ) throws(HResult) {
    kernel.point(.countChanged)
    let carried = Carried(object)
    let changed = tables.withLock { tables -> Result<Aftermath?, HResult> in
      var known = tables.exports.manager(of: carried.value.id, in: apartment.id)
      // What was never connected has nothing to unlock (STUB-05).
      guard isLocked || known != nil else { return .success(nil) }
      known = known ?? ensureManager(of: carried.value, in: apartment, &tables)
      guard let known else { return .failure(.CO_E_RELEASED) }
      return .success(
        change(known, &tables) { manager in
          isLocked ? manager.lock() : manager.unlock(lastUnlockReleases: lastUnlockReleases)
        })
    }
    perform(try changed.get())
  }
}
