import ApartmentRuntime
import Synchronization
import ThreadKernel
import Trace

// MARK: Counting

protocol Counting: AnyObject {
  func increment(_ amount: Int32) throws(HResult) -> Int32
  func pass(_ code: HResult) throws(HResult) -> HResult
}

/// The smallest interface there is.
enum ICounter: ComInterface {
  typealias Methods = any Counting
  static let iid: GUID = "A1F000C1-0000-4000-8000-F100F1A00001"
  static let name = "ICounter"
  static func methods(of object: AnyObject) -> (any Counting)? { object as? any Counting }

  static let increment = Method(3, "Increment") {
    (counter: any Counting, amount: Int32) throws(HResult) -> Int32 in
    try counter.increment(amount)
  }
  static let pass = Method(4, "Pass") {
    (counter: any Counting, code: HResult) throws(HResult) -> HResult in try counter.pass(code)
  }
  static let stubs: [StubMethod<Methods>] = [increment.stub, pass.stub]
}

extension InterfacePointer where I == ICounter, Self: ~Copyable {
  @discardableResult
  func increment(
    _ amount: Int32 = 1, file: StaticString = #fileID, line: UInt32 = #line
  ) throws(HResult) -> Int32 {
    try call(ICounter.increment, file, line, amount) { counter throws(HResult) in
      try counter.increment(amount)
    }
  }

  /// Has the method answer that code: throw it, where it is a failure.
  func pass(
    _ code: HResult, file: StaticString = #fileID, line: UInt32 = #line
  ) throws(HResult) -> HResult {
    try call(ICounter.pass, file, line, code) { counter throws(HResult) in
      try counter.pass(code)
    }
  }
}

class Counter: ComObject, Counting {
  override class var interfaces: [any ComInterface.Type] { [ICounter.self, IUnregistered.self] }

  private let value = Atomic<Int32>(0)

  override init(
    name: String = "Counter", of module: Module? = nil, outer: ComObject? = nil
  ) throws(HResult) {
    try super.init(name: name, of: module, outer: outer)
  }

  func increment(_ amount: Int32) throws(HResult) -> Int32 {
    value.wrappingAdd(amount, ordering: .relaxed).newValue
  }

  func pass(_ code: HResult) throws(HResult) -> HResult {
    if code.isFailure { throw code }
    return code
  }
}

/// A counter that counts its connections from outside.
final class ConnectedCounter: Counter, ExternalConnecting {
  private let state = Mutex<(connections: Int64, closes: [Bool])>((0, []))

  var connections: Int64 { state.withLock { $0.connections } }
  /// What each `ReleaseConnection` said.
  var closes: [Bool] { state.withLock { $0.closes } }

  func addConnection() -> UInt32 {
    let count = state.withLock { state in
      state.connections += 1
      return state.connections
    }
    show("connections", count)
    return UInt32(count)
  }

  func releaseConnection(lastReleaseCloses: Bool) -> UInt32 {
    let count = state.withLock { state in
      state.connections -= 1
      state.closes.append(lastReleaseCloses)
      return state.connections
    }
    show("connections", count)
    return UInt32(count)
  }
}

/// An interface that nobody has registered a proxy and stub for.
enum IUnregistered: ComInterface {
  typealias Methods = Unknown
  static let iid: GUID = "A1F000C2-0000-4000-8000-F100F1A00001"
  static let name = "IUnregistered"
  static func methods(of object: AnyObject) -> Unknown? { object as? Unknown }
  static var stubs: [StubMethod<Methods>] { [] }
}

/// A field of a component that is being made.
func field<I: ComInterface>(_ name: String) throws(HResult) -> ComField<I> {
  guard let kernel = Kernel.current else { throw .CO_E_NOTINITIALIZED }
  return ComField(name, in: kernel)
}

// MARK: Handing out

protocol Registering: AnyObject {
  func find(_ name: String) throws(HResult) -> OwnedPointer
}

/// Hands out pointers, as `IServiceProvider` does.
enum IRegistry: ComInterface {
  typealias Methods = any Registering
  static let iid: GUID = "A1F000C3-0000-4000-8000-F100F1A00001"
  static let name = "IRegistry"
  static func methods(of object: AnyObject) -> (any Registering)? { object as? any Registering }

  static let find = Method(3, "Find") {
    (registry: any Registering, name: String) throws(HResult) -> OwnedPointer in
    try registry.find(name)
  }
  static let stubs: [StubMethod<Methods>] = [find.stub]
}

extension InterfacePointer where I == IRegistry, Self: ~Copyable {
  func find(
    _ name: String, file: StaticString = #fileID, line: UInt32 = #line
  ) throws(HResult) -> OwnedPointer {
    try call(IRegistry.find, file, line, name) { registry throws(HResult) in
      try registry.find(name)
    }
  }
}

/// Has a counter that it hands out by name.
final class Registry: ComObject, Registering {
  override class var interfaces: [any ComInterface.Type] { [IRegistry.self, ICounter.self] }

  private let entry: ComField<ICounter>

  init() throws(HResult) {
    entry = try field("Registry.entry")
    try super.init(name: "Registry")
    entry.set(ComPtr(try Counter(name: "Entry")))
  }

  func find(_ name: String) throws(HResult) -> OwnedPointer {
    guard name == "entry" else { throw .E_INVALIDARG }
    let pointer = try entry.pointer()
    return try pointer.query(ICounter.self).detach()
  }

  override func finalRelease() { entry.clear() }
}
