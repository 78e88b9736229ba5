import ApartmentRuntime
import Trace

/// counter.dll by somebody who takes CoInitializeEx for the way to say which
/// threads a class can bear.
final class MarkingModule: InProcessServer {
  static let clsid: GUID = "A1F00041-0000-4000-8000-F100F1A00001"
  static let file = "counter.dll"

  private let module: Module
  private let isSafe: Bool
  private let hasMemory: Bool

  init(_ module: Module, isSafe: Bool, hasMemory: Bool) {
    self.module = module
    self.isSafe = isSafe
    self.hasMemory = hasMemory
  }

  /// What COM calls for a class object of this DLL.
  func dllGetClassObject(_ clsid: GUID, _ iid: GUID) throws(HResult) -> OwnedPointer {
    markAsMultithreaded()
    guard clsid == Self.clsid else { throw .CLASS_E_CLASSNOTAVAILABLE }
    return try OwnedPointer(
      MarkingFactory(module, isSafe: isSafe, hasMemory: hasMemory), iid)
  }

  /// The mistake. The thread is in a room already, and the room is not the
  /// DLL's to choose.
  private func markAsMultithreaded() {
    do throws(HResult) {
      try coInitializeEx(.multithreaded)
      coUninitialize()
    } catch {
      // Nobody looks at the answer.
    }
  }

  func dllCanUnloadNow() -> HResult { module.isUnused ? .S_OK : .S_FALSE }
}

extension Stage {
  /// Registers the class Counter with that ThreadingModel, and puts its DLL onto the disk: all with
  /// that fault.
  func registerMarkingCounter(model: String?, fault: WhoDecides.Fault) {
    process.register(ICounter.self)
    let isSafe = self.model(of: MarkingModule.clsid, lessonHas: model).needsSafeObjects
    let entry = ClassEntry(
      MarkingModule.clsid, "Counter", module: MarkingModule.file, model: model)
    let exports: ModuleExports = fault == .noExport ? .canUnloadNow : .all
    register(
      fault == .noClass ? [] : [entry],
      [
        ModuleFile(MarkingModule.file, exports: exports) {
          MarkingModule($0, isSafe: isSafe, hasMemory: fault != .factoryFails)
        }
      ])
  }
}
