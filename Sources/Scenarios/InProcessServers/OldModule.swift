import ApartmentRuntime
import ThreadKernel
import Trace

/// old.dll, from the time when a process had one thread. It has a global, and
/// no lock: its class has no ThreadingModel.
final class OldModule: InProcessServer {
  static let clsid: GUID = "A1F00042-0000-4000-8000-F100F1A00001"
  static let file = "old.dll"

  private let module: Module
  /// How often somebody came for the class object.
  private let visits: SharedCell

  init(_ module: Module, in kernel: Kernel) {
    self.module = module
    visits = SharedCell("old.dll visits", in: kernel)
  }

  func dllGetClassObject(_ clsid: GUID, _ iid: GUID) throws(HResult) -> OwnedPointer {
    // With two threads in here a visit would be lost.
    let before = visits.read()
    visits.write(before + 1)
    guard clsid == Self.clsid else { throw .CLASS_E_CLASSNOTAVAILABLE }
    let factory = try ClassFactory("CounterFactory", of: module) {
      [module] _ throws(HResult) in
      try Counter(name: "Counter", of: module)
    }
    return try OwnedPointer(factory, iid)
  }

  func dllCanUnloadNow() -> HResult { module.isUnused ? .S_OK : .S_FALSE }
}

extension Stage {
  /// Registers the class Counter with no ThreadingModel, and puts old.dll onto the disk.
  func registerOldCounter() {
    process.register(ICounter.self)
    register(
      [ClassEntry(OldModule.clsid, "Counter", module: OldModule.file, model: nil)],
      [ModuleFile(OldModule.file) { [kernel] in OldModule($0, in: kernel) }])
  }
}
