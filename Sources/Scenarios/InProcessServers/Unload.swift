import ApartmentRuntime
import ThreadKernel
import Trace

/// Unload under your feet: a DLL without objects may still have a thread in it (I6, I7, I19).
enum Unload {
  static func program(_ stage: Stage) {
    stage.process.register(ICounter.self)
    stage.register(
      [ClassEntry(CounterModule.clsid, "Counter", module: CounterModule.file, model: "Both")],
      [ModuleFile(CounterModule.file) { UnloadableModule($0, in: stage) }])
    stage.thread("main") { () throws(HResult) in try runMain(stage) }
  }

  private static func runMain(_ stage: Stage) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    stage.thread("job") { () throws(HResult) in try runJob(stage) }
    stage.thread("desk") { () throws(HResult) in try runDesk(stage) }
    runMessageLoop()
  }

  /// Job, in the MTA, uses the DLL: a direct pointer, for the class is Both.
  private static func runJob(_ stage: Stage) throws(HResult) {
    try coInitializeEx(.multithreaded)
    defer { coUninitialize() }
    let counter = try coCreateInstance(CounterModule.clsid, ICounter.self)
    try counter.increment(1)
    stage.markOwn("has used it")
    if stage.knobs["canUnload"] == "yes" {
      stage.markOwn("uses it again")
      try counter.increment(1)
    }
    // The last pointer goes: the destructor runs on this thread.
    stage.markOwn("gives it back")
  }

  /// Desk, in an STA of its own, tidies up.
  private static func runDesk(_ stage: Stage) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    stage.markOwn("frees")
    if stage.knobs["delay"] == "none" {
      coFreeUnusedLibrariesEx(unloadDelay: 0)
    } else {
      coFreeUnusedLibraries()
    }
    stage.markOwn("has freed")
    runMessageLoop()
  }
}

/// counter.dll, with an answer to whether it is still used.
final class UnloadableModule: InProcessServer {
  private let module: Module
  private let stage: Stage

  init(_ module: Module, in stage: Stage) {
    self.module = module
    self.stage = stage
  }

  func dllGetClassObject(_ clsid: GUID, _ iid: GUID) throws(HResult) -> OwnedPointer {
    guard clsid == CounterModule.clsid else { throw .CLASS_E_CLASSNOTAVAILABLE }
    let (module, stage) = (module, stage)
    return try ClassFactory("CounterFactory", of: module) { _ throws(HResult) in
      try DepartingCounter(of: module, in: stage)
    }.handOut(iid)
  }

  func dllCanUnloadNow() -> HResult {
    stage.markOwn("answers")
    if stage.knobs["canUnload"] == "yes" { return .S_OK }  // without looking
    return module.isUnused ? .S_OK : .S_FALSE
  }
}

/// A counter whose end can be watched.
final class DepartingCounter: ComObject, Counting {
  override class var interfaces: [any ComInterface.Type] { [ICounter.self] }

  private let stage: Stage
  private let sum = Guarded<Int32>(0)

  init(of module: Module, in stage: Stage) throws(HResult) {
    self.stage = stage
    try super.init(name: "Counter", of: module)
  }

  func increment(_ by: Int32) throws(HResult) -> Int32 {
    sum.withLock { sum in
      sum += by
      show("value", Int64(sum))
      return sum
    }
  }

  func value() throws(HResult) -> Int32 { sum.withLock { $0 } }

  /// The module's count of its objects went down just now. The thread is not out of
  /// the destructor yet.
  override func lastInstructions() {
    stage.markOwn("is behind the count")
    stage.markOwn("returns")
  }
}
