import ApartmentRuntime
import ThreadKernel
import Trace

/// `CoCreateInstance` and the release of what it made.
struct ActivationBenchmark {
  enum Way {
    /// In the client's own apartment.
    case direct
    /// Through a host STA that runs.
    case hostSTA
    /// Through a host MTA that runs.
    case hostMTA
  }

  let way: Way

  private static let clsid: GUID = "A1F00E00-0000-4000-8000-F100F1A00001"

  /// Nanoseconds for each of so many, with nobody listening.
  func measure(_ count: Int) -> Double {
    let kernel = Kernel(.init(startsFree: true, isTold: false, core: 0))
    let collector = kernel.makeCollector()
    let measured = Measured()
    let process = ComProcess("bench", in: kernel, registry: registry)
    process.register(ICounter.self)
    process.spawn("client") {
      try? activate(count, measured)
      coUninitialize()
    }
    kernel.runToEnd(collector)
    return measured.value / Double(count)
  }

  private var registry: Registry {
    let registry = Registry()
    let model = way == .hostSTA ? "Apartment" : way == .hostMTA ? "Free" : "Both"
    registry.add(ClassEntry(Self.clsid, "Counter", module: "bench.dll", model: model))
    registry.install(ModuleFile("bench.dll") { BenchServer($0) })
    return registry
  }

  private func activate(_ count: Int, _ measured: Measured) throws(HResult) {
    try coInitializeEx(way == .hostMTA ? .apartmentThreaded : .multithreaded)
    // The module is loaded and the host runs.
    let first = try coCreateInstance(Self.clsid, ICounter.self)
    try measured.measure(count) { () throws(HResult) in
      _ = try coCreateInstance(Self.clsid, ICounter.self)
    }
    _ = first.count
  }
}

/// The module of the measured class, with a class object for each activation.
private final class BenchServer: InProcessServer {
  private let module: Module

  init(_ module: Module) { self.module = module }

  func dllGetClassObject(_ clsid: GUID, _ iid: GUID) throws(HResult) -> OwnedPointer {
    try ClassFactory("Factory", of: module) { _ throws(HResult) in try Counter() }.handOut(iid)
  }

  func dllCanUnloadNow() -> HResult { module.isUnused ? .S_OK : .S_FALSE }
}
