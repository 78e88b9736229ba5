import ThreadKernel
import Trace

/// What a class object does: makes objects.
public protocol ClassFactoring: AnyObject {
  /// `CreateInstance`.
  ///
  /// - Parameter outer: the object that the new one becomes a part of; then only IUnknown may be
  ///   asked for.
  func createInstance(_ outer: ComObject?, _ iid: GUID) throws(HResult) -> OwnedPointer
  /// `LockServer`: keeps the server in memory while it has no objects.
  func lockServer(_ lock: Bool) throws(HResult) -> Nothing
}

/// `IClassFactory`.
public enum IClassFactory: ComInterface {
  public typealias Methods = any ClassFactoring
  public static let iid: GUID = "00000001-0000-0000-C000-000000000046"
  public static let name = "IClassFactory"
  public static func methods(of object: AnyObject) -> (any ClassFactoring)? {
    object as? any ClassFactoring
  }

  /// The wire carries no outer object: nothing is aggregated across apartments.
  static let createInstance = Method(3, "CreateInstance") {
    (factory: any ClassFactoring, iid: GUID) throws(HResult) -> OwnedPointer in
    try factory.createInstance(nil, iid)
  }
  static let lockServer = Method(4, "LockServer") {
    (factory: any ClassFactoring, lock: Bool) throws(HResult) -> Nothing in
    try factory.lockServer(lock)
  }
  public static var stubs: [StubMethod<Methods>] { [createInstance.stub, lockServer.stub] }
}

extension InterfacePointer where I == IClassFactory, Self: ~Copyable {
  /// `IClassFactory::CreateInstance`.
  ///
  /// - Throws: `CLASS_E_NOAGGREGATION` for an outer object through a proxy; what the class answers.
  public func createInstance(
    _ outer: ComObject? = nil, _ iid: GUID, file: StaticString = #fileID, line: UInt32 = #line
  ) throws(HResult) -> OwnedPointer {
    if outer != nil, isProxy {
      let unknown = value.unknown
      unknown.kernel.tell(.refused(by: .proxy(unknown.id), .CLASS_E_NOAGGREGATION))
      throw .CLASS_E_NOAGGREGATION
    }
    return try call(IClassFactory.createInstance, file, line, iid) { factory throws(HResult) in
      try factory.createInstance(outer, iid)
    }
  }

  /// The same for COM, which calls for the program: at the place where that called COM.
  func createInstanceHere(_ outer: ComObject?, _ iid: GUID) throws(HResult) -> OwnedPointer {
    let site = Kernel.enter(.unknown)
    Kernel.leave(to: site)
    return try createInstance(outer, iid, file: site.file, line: site.line)
  }

  /// The same, typed.
  public func createInstance<Other: ComInterface>(
    _ interface: Other.Type, as holder: String? = nil, file: StaticString = #fileID,
    line: UInt32 = #line
  ) throws(HResult) -> ComPtr<Other> {
    try createInstance(nil, Other.iid, file: file, line: line).take(Other.self, as: holder)
  }

  /// `IClassFactory::LockServer`. A proxy answers by itself: the server cannot go while its class
  /// object is marshalled (PRX-14).
  public func lockServer(
    _ lock: Bool, file: StaticString = #fileID, line: UInt32 = #line
  ) throws(HResult) {
    guard !isProxy else { return }
    _ = try call(IClassFactory.lockServer, file, line, lock) { factory throws(HResult) in
      try factory.lockServer(lock)
    }
  }

  /// The same for COM, which calls for clients.
  func lockServerHere(_ lock: Bool) throws(HResult) {
    let site = Kernel.enter(.unknown)
    Kernel.leave(to: site)
    try lockServer(lock, file: site.file, line: site.line)
  }
}

/// The ordinary class object: it makes objects of one class, each with a first reference of its own
/// that goes when the client has the pointer that it asked for.
public final class ClassFactory: ComObject, ClassFactoring {
  public override class var interfaces: [any ComInterface.Type] { [IClassFactory.self] }

  private let module: Module?
  private let make: (ComObject?) throws(HResult) -> ComObject

  /// - Parameter make: the class's constructor. Where it gets an outer object that it does not want,
  ///   it throws `CLASS_E_NOAGGREGATION`.
  public init(
    _ name: String, of module: Module?,
    make: @escaping (ComObject?) throws(HResult) -> ComObject
  ) throws(HResult) {
    self.module = module
    self.make = make
    try super.init(name: name, of: module)
  }

  public func createInstance(
    _ outer: ComObject?, _ iid: GUID
  ) throws(HResult) -> OwnedPointer {
    try instance(outer, iid, by: make)
  }

  public func lockServer(_ lock: Bool) throws(HResult) -> Nothing {
    if lock { module?.lock() } else { module?.unlock() }
    return Nothing()
  }
}

extension ComObject {
  /// What an ordinary class object's `CreateInstance` does.
  func instance(
    _ outer: ComObject?, _ iid: GUID, by make: (ComObject?) throws(HResult) -> ComObject
  ) throws(HResult) -> OwnedPointer {
    guard outer == nil || iid == IUnknown.iid else { throw refuses(.CLASS_E_NOAGGREGATION) }
    let object: ComObject
    do throws(HResult) {
      object = try make(outer)
    } catch {
      throw refuses(error)
    }
    return try object.handOut(iid)
  }
}
