import ThreadKernel
import Trace

/// `CoDisconnectObject`: cuts the object's stubs off. Calls that are running finish, new ones are
/// refused (PRX-13); all references that COM holds are given back, with no `ReleaseConnection`
/// (STUB-07). An object that marshals itself is asked to do it.
public func coDisconnectObject<Pointer>(
  _ pointer: borrowing Pointer, file: StaticString = #fileID, line: UInt32 = #line
) throws(HResult) where Pointer: InterfacePointer & ~Copyable {
  let object = pointer.value.unknown
  try api("CoDisconnectObject", file, line) { thread throws(HResult) in
    let apartment = try thread.requireApartment()
    if let marshaler = ObjectMarshaler(of: object) {
      return try marshaler.run("DisconnectObject") { methods throws(HResult) in
        try methods.disconnectObject()
      }
    }
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
      guard isLocked else {
        // What was never connected has nothing to unlock (STUB-05).
        let known = tables.exports.manager(of: carried.value.id, in: apartment.id)
        return .success(
          known.flatMap {
            change($0, &tables) { $0.unlock(lastUnlockReleases: lastUnlockReleases) }
          })
      }
      return ensureManager(of: carried.value, in: apartment, &tables)
        .map { change($0, &tables) { $0.lock() } }
    }
    perform(try changed.get())
  }
}
