import ApartmentRuntime
import ThreadKernel
import Trace

/// The classes of the tests: one for each threading model, in a module of its own.
enum TestClass {
  static func clsid(_ model: ThreadingModel) -> GUID {
    GUID(0xA1F0_0D00 + UInt32(model.rawValue), 0, 0x4000, 0)
  }

  /// What the registry writes for a model.
  static func text(_ model: ThreadingModel) -> String? {
    switch model {
    case .absent: nil
    case .apartment: "Apartment"
    case .both: "Both"
    case .free: "Free"
    case .neutral: "Neutral"
    case .invalid: "Rental"
    }
  }

  static func module(_ model: ThreadingModel) -> String { "\(model).dll" }

  /// A class whose one object runs a part of the program in the neutral apartment.
  static let agent: GUID = "A1F00D10-0000-4000-8000-F100F1A00001"
}

/// An in-process server of one class.
final class TestServer: InProcessServer {
  private let module: Module
  private let make: @Sendable (Module, ComObject?) throws(HResult) -> ComObject

  init(
    _ module: Module, make: @escaping @Sendable (Module, ComObject?) throws(HResult) -> ComObject
  ) {
    self.module = module
    self.make = make
  }

  func dllGetClassObject(_ clsid: GUID, _ iid: GUID) throws(HResult) -> OwnedPointer {
    guard clsid != TestClass.unknown else { throw .CLASS_E_CLASSNOTAVAILABLE }
    let (module, make) = (module, make)
    let factory = try ClassFactory("Factory", of: module) { outer throws(HResult) in
      try make(module, outer)
    }
    return try factory.handOut(iid)
  }

  func dllCanUnloadNow() -> HResult { module.isUnused ? .S_OK : .S_FALSE }
}

extension TestClass {
  /// A class that the registry names and the module does not know.
  static let unknown: GUID = "A1F00D11-0000-4000-8000-F100F1A00001"
}

extension ModuleFile {
  /// A module with a class of counters.
  static func counters(_ name: String, exports: ModuleExports = .all) -> ModuleFile {
    ModuleFile(name, exports: exports) { module in
      TestServer(module) { module, outer throws(HResult) in
        guard outer == nil else { throw .CLASS_E_NOAGGREGATION }
        return try Counter(of: module)
      }
    }
  }
}

extension ApartmentRuntime.Registry {
  /// A registry with a class of counters for each model.
  static func counters(exports: ModuleExports = .all) -> ApartmentRuntime.Registry {
    let registry = ApartmentRuntime.Registry()
    registry.addCounters(exports: exports)
    return registry
  }

  func addCounters(exports: ModuleExports = .all) {
    for model in ThreadingModel.allCases {
      let name = TestClass.module(model)
      add(
        ClassEntry(
          TestClass.clsid(model), "Counter", module: name, model: TestClass.text(model)))
      install(.counters(name, exports: exports))
    }
  }

  /// Adds a class whose object runs `body` in the neutral apartment when it is called.
  func addAgent(_ body: @escaping @Sendable () throws(HResult) -> Void) {
    add(ClassEntry(TestClass.agent, "Agent", module: "agent.dll", model: "Neutral"))
    install(
      ModuleFile("agent.dll") { module in
        TestServer(module) { module, _ throws(HResult) in try Agent(of: module, body) }
      })
  }
}

/// Runs a part of a test's program when it is called.
final class Agent: ComObject, Counting {
  override class var interfaces: [any ComInterface.Type] { [ICounter.self] }

  private let body: () throws(HResult) -> Void

  init(of module: Module, _ body: @escaping () throws(HResult) -> Void) throws(HResult) {
    self.body = body
    try super.init(name: "Agent", of: module)
  }

  func increment(_ amount: Int32) throws(HResult) -> Int32 {
    try body()
    return amount
  }

  func pass(_ code: HResult) throws(HResult) -> HResult { code }
}

/// Runs a part of a program in the neutral apartment, on the calling thread.
func inNeutral() throws(HResult) {
  try coCreateInstance(TestClass.agent, ICounter.self).increment()
}
