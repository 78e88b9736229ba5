import ApartmentRuntime
import Trace

/// counter.dll: one class, a new class factory at each `DllGetClassObject`.
final class CounterModule: InProcessServer {
  static let clsid: GUID = "A1F00011-0000-4000-8000-F100F1A00001"
  static let file = "counter.dll"

  private let module: Module
  private let isSafe: Bool

  /// - Parameter isSafe: whether its objects can be called by many threads at once.
  init(_ module: Module, isSafe: Bool) {
    self.module = module
    self.isSafe = isSafe
  }

  func dllGetClassObject(_ clsid: GUID, _ iid: GUID) throws(HResult) -> OwnedPointer {
    guard clsid == Self.clsid else { throw .CLASS_E_CLASSNOTAVAILABLE }
    let factory = try ClassFactory("CounterFactory", of: module) {
      [module, isSafe] _ throws(HResult) in
      isSafe
        ? try SafeCounter(name: "Counter", of: module) : try Counter(name: "Counter", of: module)
    }
    return try OwnedPointer(factory, iid)
  }

  func dllCanUnloadNow() -> HResult { module.isUnused ? .S_OK : .S_FALSE }
}

extension Stage {
  /// Registers the class Counter with that ThreadingModel, and puts counter.dll onto the disk.
  func registerCounter(model: String?) {
    process.register(ICounter.self)
    let isSafe = self.model(of: CounterModule.clsid, lessonHas: model).needsSafeObjects
    register(
      [ClassEntry(CounterModule.clsid, "Counter", module: CounterModule.file, model: model)],
      [ModuleFile(CounterModule.file) { CounterModule($0, isSafe: isSafe) }])
  }
}
