import ApartmentRuntime
import ThreadKernel
import Trace

/// A counter of a class marked "Both": in the multithreaded apartment several
/// threads can be in it at once.
final class BothCounter: ComObject, Counting {
  override class var interfaces: [any ComInterface.Type] { [ICounter.self] }

  private let stage: Stage
  private let sum: SharedCell
  private let lock: VisibleLock?

  init(_ name: String, of module: Module, in stage: Stage) throws(HResult) {
    self.stage = stage
    sum = SharedCell("\(name).sum", in: stage.kernel)
    lock = stage.knobs["sync"] == "locked" ? VisibleLock(in: stage.kernel) : nil
    try super.init(name: name, of: module)
  }

  func increment(_ by: Int32) throws(HResult) -> Int32 {
    stage.markOwn("is in Increment")
    lock?.lock()
    defer { lock?.unlock() }
    stage.markOwn("reads")
    let before = sum.read()
    stage.markOwn("writes")
    sum.write(before + Int64(by))
    stage.markOwn("has written")
    return Int32(truncatingIfNeeded: before) + by
  }

  func value() throws(HResult) -> Int32 { Int32(truncatingIfNeeded: sum.read()) }
}

/// both.dll. It numbers its counters, so that they can be told apart.
final class BothModule: InProcessServer {
  static let clsid: GUID = "A1F00031-0000-4000-8000-F100F1A00001"
  static let file = "both.dll"

  private let module: Module
  private let stage: Stage
  /// A global of the DLL's: any thread may get to it.
  private let made = Guarded(0)

  init(_ module: Module, in stage: Stage) {
    self.module = module
    self.stage = stage
  }

  func dllGetClassObject(_ clsid: GUID, _ iid: GUID) throws(HResult) -> OwnedPointer {
    guard clsid == Self.clsid else { throw .CLASS_E_CLASSNOTAVAILABLE }
    let factory = try ClassFactory("CounterFactory", of: module) { [self] _ throws(HResult) in
      try BothCounter("Counter \(next())", of: module, in: stage)
    }
    return try OwnedPointer(factory, iid)
  }

  private func next() -> Int {
    made.withLock { made in
      made += 1
      return made
    }
  }

  func dllCanUnloadNow() -> HResult { module.isUnused ? .S_OK : .S_FALSE }
}
