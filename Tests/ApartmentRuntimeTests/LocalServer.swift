import ApartmentRuntime
import Trace

/// What counts a local server's objects and locks, and decides when the server is to end.
///
/// `LocalServer` does it by COM's count, `OwnCounts` by itself.
protocol ServerKeeping: AnyObject, Sendable {
  /// An object begins: in its constructor.
  func objectBegins(_ name: String)
  /// An object ends: the last thing in its destructor.
  func objectEnds(_ name: String)
  /// `IClassFactory::LockServer`.
  func serverIsLocked(_ isLocked: Bool)
}

/// The ordinary local server: objects and locks are counted by `CoAddRefServerProcess` and
/// `CoReleaseServerProcess` (O11), and at 0 it begins to end (O12).
final class LocalServer: ServerKeeping {
  /// In which places it counts. Who counts in one of them only ends too early (O13).
  struct Places: OptionSet, Hashable, Sendable {
    let rawValue: UInt8

    static let objects = Places(rawValue: 1)
    static let locks = Places(rawValue: 2)
    static let all: Places = [.objects, .locks]
  }

  /// Who stands beside the count for a lock.
  static let lockHolder = "LockServer"

  private let places: Places
  private let atZero: @Sendable () -> Void

  /// - Parameter atZero: what the server does when the count is 0, on the thread that took the last
  ///   one away: it has its threads leave their loops. It may come more than once.
  init(counting places: Places = .all, atZero: @escaping @Sendable () -> Void) {
    self.places = places
    self.atZero = atZero
  }

  func objectBegins(_ name: String) {
    if places.contains(.objects) { coAddRefServerProcess(as: name) }
  }

  func objectEnds(_ name: String) {
    if places.contains(.objects), coReleaseServerProcess(as: name) == 0 { atZero() }
  }

  func serverIsLocked(_ isLocked: Bool) {
    guard places.contains(.locks) else { return }
    if isLocked {
      coAddRefServerProcess(as: Self.lockHolder)
    } else if coReleaseServerProcess(as: Self.lockHolder) == 0 {
      atZero()
    }
  }
}

/// The ordinary class object of a local server: `LockServer` counts.
final class LocalClassFactory: ComObject, ClassFactoring {
  override class var interfaces: [any ComInterface.Type] { [IClassFactory.self] }

  private let server: any ServerKeeping
  private let make: () throws(HResult) -> ComObject

  /// - Parameter make: the class's constructor.
  init(
    _ name: String, of server: any ServerKeeping,
    make: @escaping () throws(HResult) -> ComObject
  ) throws(HResult) {
    self.server = server
    self.make = make
    try super.init(name: name)
  }

  func createInstance(_ outer: ComObject?, _ iid: GUID) throws(HResult) -> OwnedPointer {
    guard outer == nil else { throw refuses(.CLASS_E_NOAGGREGATION) }
    let object: ComObject
    do throws(HResult) {
      object = try make()
    } catch {
      throw refuses(error)
    }
    return try object.handOut(iid)
  }

  func lockServer(_ lock: Bool) -> Nothing {
    server.serverIsLocked(lock)
    return Nothing()
  }
}
