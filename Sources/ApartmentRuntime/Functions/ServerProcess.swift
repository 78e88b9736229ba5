import ThreadKernel
import Trace

/// `CoAddRefServerProcess`: one more that keeps the server process. An object does it in its
/// constructor, `IClassFactory::LockServer(TRUE)` too (O11).
///
/// - Parameter holder: who keeps it, as it is shown beside the count.
/// - Returns: the count.
@discardableResult
public func coAddRefServerProcess(
  as holder: String, file: StaticString = #fileID, line: UInt32 = #line
) -> UInt32 {
  let count = try? api("CoAddRefServerProcess", file, line) { thread throws(HResult) in
    thread.process.keepServer(as: holder)
  }
  return count ?? 0
}

/// `CoReleaseServerProcess`: one less. At 0 COM suspends all class objects of the process in the same
/// step: nobody comes in any more, and the server can begin to clean up (O9, O12).
///
/// - Returns: the count.
@discardableResult
public func coReleaseServerProcess(
  as holder: String, file: StaticString = #fileID, line: UInt32 = #line
) -> UInt32 {
  let count = try? api("CoReleaseServerProcess", file, line) { thread throws(HResult) in
    try thread.process.letServerGo(as: holder)
  }
  return count ?? 0
}

/// `CoSuspendClassObjects`: no client gets a class object of the process any more. Those who have one
/// go on (OOP-13).
///
/// - Throws: `CO_E_NOTINITIALIZED` on a thread with no apartment.
public func coSuspendClassObjects(
  file: StaticString = #fileID, line: UInt32 = #line
) throws(HResult) {
  try api("CoSuspendClassObjects", file, line) { thread throws(HResult) in
    _ = try thread.requireApartment()
    try thread.process.suspendClassObjects()
  }
}

/// `CoResumeClassObjects`: clients get all class objects of the process from here on. The SCM learns
/// of all of them in one call (O23).
///
/// - Throws: `CO_E_NOTINITIALIZED` on a thread with no apartment.
public func coResumeClassObjects(
  file: StaticString = #fileID, line: UInt32 = #line
) throws(HResult) {
  try api("CoResumeClassObjects", file, line) { thread throws(HResult) in
    _ = try thread.requireApartment()
    try thread.process.resumeClassObjects()
  }
}

/// What a process knows of itself as a server.
struct ServerState: Sendable {
  /// `CoAddRefServerProcess`.
  var count: UInt32 = 0
  /// How often the class objects were opened or suspended, all of them at once.
  var change: UInt32 = 0
  /// How often the count went to 0, which begins its end.
  var stops: UInt32 = 0
  /// Whether the server has asked COM not to lock it for its clients.
  var isUnlocked = false
  /// Class objects by which COM locks the server.
  var implicitLocks: [ObjectID: ImplicitLock] = [:]
}

extension ComProcess {
  fileprivate func keepServer(as holder: String) -> UInt32 {
    let name = kernel.name(holder)
    kernel.point(.countChanged)
    kernel.reserveRoom()
    return tables.withLock { tables in
      tables.serving.count += 1
      kernel.tell(.serverCount(tables.serving.count, .added, name))
      return tables.serving.count
    }
  }

  /// The count and the suspension are one step, so that no client finds a server that stops.
  fileprivate func letServerGo(as holder: String) throws(HResult) -> UInt32 {
    let name = kernel.name(holder)
    kernel.point(.countChanged)
    kernel.reserveRoom()
    let (count, change) = tables.withLock { tables -> (UInt32, UInt32?) in
      // One too many is the caller's mistake, and changes nothing.
      guard tables.serving.count > 0 else { return (0, nil) }
      tables.serving.count -= 1
      kernel.tell(.serverCount(tables.serving.count, .released, name))
      guard tables.serving.count == 0 else { return (tables.serving.count, nil) }
      tables.serving.stops += 1
      return (0, suspend(as: .stopping, &tables))
    }
    if let change { try scmClient.suspend(change: change) }
    return count
  }

  fileprivate func suspendClassObjects() throws(HResult) {
    kernel.point(.countChanged)
    kernel.reserveRoom()
    let change = tables.withLock { suspend(as: .suspended, &$0) }
    if let change { try scmClient.suspend(change: change) }
  }

  /// - Returns: the number of the change, where the SCM has to learn of it.
  private func suspend(
    as admission: RegisteredClassObject.Admission, _ tables: inout Tables
  ) -> UInt32? {
    tables.serving.change += 1
    for index in tables.classObjects.indices {
      if tables.classObjects[index].admission == .open {
        kernel.tell(.classObjectSuspended(tables.classObjects[index].id))
      }
      tables.classObjects[index].admission = admission
    }
    return tables.classObjects.contains { $0.isOffered } ? tables.serving.change : nil
  }

  fileprivate func resumeClassObjects() throws(HResult) {
    kernel.point(.countChanged)
    kernel.reserveRoom()
    let (change, offered) = tables.withLock { tables in
      tables.serving.change += 1
      for index in tables.classObjects.indices {
        if tables.classObjects[index].admission != .open {
          kernel.tell(.classObjectResumed(tables.classObjects[index].id))
        }
        tables.classObjects[index].admission = .open
        tables.classObjects[index].isOffered = tables.classObjects[index].isLocalServer
      }
      return (tables.serving.change, tables.classObjects.filter(\.isOffered))
    }
    var offers: [OfferedClass] = []
    for registered in offered {
      do throws(HResult) {
        offers.append(try offer(registered))
      } catch {
        // Its apartment ends just now, and revokes it.
        guard error == .CO_E_NOTINITIALIZED else { throw error }
      }
    }
    if !offers.isEmpty { try scmClient.resume(offers, change: change) }
  }
}
