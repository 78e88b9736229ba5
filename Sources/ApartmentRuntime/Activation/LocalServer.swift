import ThreadKernel
import Trace

/// What counts a local server's objects and locks, and decides when the server is to end.
///
/// `LocalServer` does it by COM's count. A server that keeps counts of its own has a type of its own.
public protocol ServerKeeping: AnyObject, Sendable {
  /// An object begins: in its constructor.
  func objectBegins(_ name: String)
  /// An object ends: the last thing in its destructor.
  func objectEnds(_ name: String)
  /// `IClassFactory::LockServer`.
  func serverIsLocked(_ isLocked: Bool)
}

/// The ordinary local server: objects and locks are counted by `CoAddRefServerProcess` and
/// `CoReleaseServerProcess` (O11), and at 0 it begins to end (O12).
public final class LocalServer: ServerKeeping {
  /// In which places it counts. Who counts in one of them only ends too early (O13).
  public struct Places: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let objects = Places(rawValue: 1)
    public static let locks = Places(rawValue: 2)
    public static let all: Places = [.objects, .locks]
  }

  /// Who stands beside the count for a lock.
  public static let lockHolder = "LockServer"

  private let places: Places
  private let atZero: @Sendable () -> Void

  /// - Parameter atZero: what the server does when the count is 0, on the thread that took the last
  ///   one away: it has its threads leave their loops. It may come more than once.
  public init(counting places: Places = .all, atZero: @escaping @Sendable () -> Void) {
    self.places = places
    self.atZero = atZero
  }

  public func objectBegins(_ name: String) {
    if places.contains(.objects) { coAddRefServerProcess(as: name) }
  }

  public func objectEnds(_ name: String) {
    if places.contains(.objects), coReleaseServerProcess(as: name) == 0 { atZero() }
  }

  public func serverIsLocked(_ isLocked: Bool) {
    guard places.contains(.locks) else { return }
    if isLocked {
      coAddRefServerProcess(as: Self.lockHolder)
    } else if coReleaseServerProcess(as: Self.lockHolder) == 0 {
      atZero()
    }
  }
}

/// An object of a local server: its constructor and its destructor count.
open class LocalObject: ComObject {
  private let server: any ServerKeeping

  public init(
    name: String, of server: any ServerKeeping, outer: ComObject? = nil
  ) throws(HResult) {
    self.server = server
    try super.init(name: name, outer: outer)
    server.objectBegins(name)
  }

  deinit {
    // A constructor that failed has counted the object, and nobody ever releases it.
    if !isDead, count == 0 { server.objectEnds(name) }
  }

  override func destructorEnds() { server.objectEnds(name) }
}

/// The ordinary class object of a local server: `LockServer` counts.
public final class LocalClassFactory: ComObject, ClassFactoring {
  public override class var interfaces: [any ComInterface.Type] { [IClassFactory.self] }

  private let server: any ServerKeeping
  private let make: (ComObject?) throws(HResult) -> ComObject

  /// - Parameter make: the class's constructor. Where it gets an outer object that it does not want,
  ///   it throws `CLASS_E_NOAGGREGATION`.
  public init(
    _ name: String, of server: any ServerKeeping,
    make: @escaping (ComObject?) throws(HResult) -> ComObject
  ) throws(HResult) {
    self.server = server
    self.make = make
    try super.init(name: name)
  }

  public func createInstance(
    _ outer: ComObject?, _ iid: GUID
  ) throws(HResult) -> OwnedPointer {
    try instance(outer, iid, by: make)
  }

  public func lockServer(_ lock: Bool) -> Nothing {
    server.serverIsLocked(lock)
    return Nothing()
  }
}
