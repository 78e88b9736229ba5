import ApartmentRuntime
import ThreadKernel
import Trace

/// A counter that any number of threads can be in at once: it adds in one
/// interlocked step.
final class FreeCounter: ComObject, Counting {
  override class var interfaces: [any ComInterface.Type] { [ICounter.self] }

  private let stage: Stage
  private let sum: SharedCell

  init(of module: Module, in stage: Stage) throws(HResult) {
    self.stage = stage
    sum = SharedCell("Counter.sum", in: stage.kernel)
    try super.init(name: "Counter", of: module)
  }

  func increment(_ by: Int32) throws(HResult) -> Int32 {
    stage.markOwn("is in Increment")
    stage.markOwn("adds")
    return Int32(truncatingIfNeeded: sum.add(Int64(by)))
  }

  func value() throws(HResult) -> Int32 { Int32(truncatingIfNeeded: sum.read()) }
}

/// free.dll: a class that lives in the MTA, whoever creates it.
final class FreeModule: InProcessServer {
  static let clsid: GUID = "A1F00043-0000-4000-8000-F100F1A00001"
  static let file = "free.dll"

  private let module: Module
  private let stage: Stage

  init(_ module: Module, in stage: Stage) {
    self.module = module
    self.stage = stage
  }

  func dllGetClassObject(_ clsid: GUID, _ iid: GUID) throws(HResult) -> OwnedPointer {
    guard clsid == Self.clsid else { throw .CLASS_E_CLASSNOTAVAILABLE }
    let factory = try ClassFactory("CounterFactory", of: module) {
      [module, stage] _ throws(HResult) in
      try FreeCounter(of: module, in: stage)
    }
    return try OwnedPointer(factory, iid)
  }

  func dllCanUnloadNow() -> HResult { module.isUnused ? .S_OK : .S_FALSE }
}

extension Stage {
  /// Registers the class Counter with ThreadingModel Free, and puts free.dll onto the disk.
  func registerFreeCounter() {
    process.register(ICounter.self)
    register(
      [ClassEntry(FreeModule.clsid, "Counter", module: FreeModule.file, model: "Free")],
      [ModuleFile(FreeModule.file) { FreeModule($0, in: self) }])
  }
}
