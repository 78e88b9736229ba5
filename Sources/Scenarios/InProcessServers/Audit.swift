import ApartmentRuntime
import Trace

/// What a component does that is an `IAudit`.
protocol Auditing: AnyObject {
  func entries() throws(HResult) -> Int32
}

/// `IAudit`: a second interface of the same designer's. Nothing here makes a
/// proxy or a stub of it: those are registered, or they are not.
enum IAudit: ComInterface {
  typealias Methods = any Auditing
  static let iid: GUID = "A1F00020-0000-4000-8000-F100F1A00001"
  static let name = "IAudit"
  static func methods(of object: AnyObject) -> (any Auditing)? { object as? any Auditing }

  static let entries = Method(3, "Entries") {
    (audit: any Auditing) throws(HResult) -> Int32 in try audit.entries()
  }
  static var stubs: [StubMethod<Methods>] { [entries.stub] }
}

extension InterfacePointer where I == IAudit, Self: ~Copyable {
  @discardableResult
  func entries(file: StaticString = #fileID, line: UInt32 = #line) throws(HResult) -> Int32 {
    try call(IAudit.entries, file, line) { audit throws(HResult) in try audit.entries() }
  }
}

/// A counter that keeps account: it has both interfaces, wherever it is asked.
final class AuditedCounter: ComObject, Counting, Auditing {
  override class var interfaces: [any ComInterface.Type] { [ICounter.self, IAudit.self] }

  private var sum: Int32 = 0
  private var changes: Int32 = 0

  func increment(_ by: Int32) throws(HResult) -> Int32 {
    sum += by
    changes += 1
    show("value", Int64(sum))
    return sum
  }

  func value() throws(HResult) -> Int32 { sum }

  func entries() throws(HResult) -> Int32 {
    show("entries", Int64(changes))
    return changes
  }
}

/// audited.dll: the class AuditedCounter.
final class AuditedModule: InProcessServer {
  static let clsid: GUID = "A1F00021-0000-4000-8000-F100F1A00001"
  static let file = "audited.dll"

  private let module: Module

  init(_ module: Module) { self.module = module }

  func dllGetClassObject(_ clsid: GUID, _ iid: GUID) throws(HResult) -> OwnedPointer {
    guard clsid == Self.clsid else { throw .CLASS_E_CLASSNOTAVAILABLE }
    let factory = try ClassFactory("AuditedFactory", of: module) { [module] _ throws(HResult) in
      try AuditedCounter(name: "Counter", of: module)
    }
    return try OwnedPointer(factory, iid)
  }

  func dllCanUnloadNow() -> HResult { module.isUnused ? .S_OK : .S_FALSE }
}
