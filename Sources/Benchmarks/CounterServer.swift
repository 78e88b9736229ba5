import ApartmentRuntime
import Trace

/// An in-process server of the smallest class there is.
final class CounterServer: InProcessServer {
  static let clsid: GUID = "A1F000B2-0000-4000-8000-F100F1A00001"

  private let module: Module

  init(_ module: Module) { self.module = module }

  func dllGetClassObject(_ clsid: GUID, _ iid: GUID) throws(HResult) -> OwnedPointer {
    let factory = try ClassFactory("Factory", of: module) { _ throws(HResult) in try Counter() }
    return try OwnedPointer(factory, iid)
  }

  func dllCanUnloadNow() -> HResult { module.isUnused ? .S_OK : .S_FALSE }

  /// A registry that has the class with that ThreadingModel.
  static func registry(model: String?) -> Registry {
    let registry = Registry()
    registry.add(ClassEntry(clsid, "Counter", module: "counter.dll", model: model))
    registry.install(ModuleFile("counter.dll") { CounterServer($0) })
    return registry
  }
}
