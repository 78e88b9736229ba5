import ApartmentRuntime
import ThreadKernel
import Trace

extension ClientMatrix {
  /// A class of each ThreadingModel, and the agent.
  static func install(_ stage: Stage) {
    stage.process.register(ICounter.self)
    stage.process.register(IAgent.self)
    let counters = ThreadingModel.allCases.map { model in
      ClassEntry(
        MatrixModule.clsid(of: model), "Counter, \(model.words)", module: MatrixModule.file,
        model: model.text)
    }
    let agent = ClassEntry(
      AgentModule.clsid, "Agent", module: AgentModule.file, model: "Neutral")
    stage.register(
      counters + [agent],
      [
        ModuleFile(MatrixModule.file) { MatrixModule($0) },
        ModuleFile(AgentModule.file) { AgentModule($0) },
      ])
  }
}

/// counters.dll: the same counter under six entries of the registry.
final class MatrixModule: InProcessServer {
  static let file = "counters.dll"

  static func clsid(of model: ThreadingModel) -> GUID {
    GUID(0xA1F0_0040 + UInt32(model.rawValue), 0, 0x4000, 0)
  }

  private let module: Module

  init(_ module: Module) { self.module = module }

  func dllGetClassObject(_ clsid: GUID, _ iid: GUID) throws(HResult) -> OwnedPointer {
    guard let model = ThreadingModel.allCases.first(where: { Self.clsid(of: $0) == clsid })
    else { throw .CLASS_E_CLASSNOTAVAILABLE }
    let factory = try ClassFactory("CounterFactory", of: module) { [module] _ throws(HResult) in
      model.needsSafeObjects
        ? try SafeCounter(name: "Counter", of: module) : try Counter(name: "Counter", of: module)
    }
    return try OwnedPointer(factory, iid)
  }

  func dllCanUnloadNow() -> HResult { module.isUnused ? .S_OK : .S_FALSE }
}

/// What a component does that is an `IAgent`.
protocol Asking: AnyObject {
  func useCounter(of model: Int32) throws(HResult) -> Int32
}

/// `IAgent`: does for others what they would do themselves.
enum IAgent: ComInterface {
  typealias Methods = any Asking
  static let iid: GUID = "A1F00050-0000-4000-8000-F100F1A00001"
  static let name = "IAgent"
  static func methods(of object: AnyObject) -> (any Asking)? { object as? any Asking }

  static let useCounter = Method(3, "UseCounter") {
    (agent: any Asking, model: Int32) throws(HResult) -> Int32 in
    try agent.useCounter(of: model)
  }
  static var stubs: [StubMethod<Methods>] { [useCounter.stub] }
}

extension InterfacePointer where I == IAgent, Self: ~Copyable {
  func useCounter(
    of model: ThreadingModel, file: StaticString = #fileID, line: UInt32 = #line
  ) throws(HResult) {
    let number = Int32(model.rawValue)
    _ = try call(IAgent.useCounter, file, line, number) { agent throws(HResult) in
      try agent.useCounter(of: number)
    }
  }
}

/// A client that lives in the neutral apartment: a room without threads.
final class Agent: ComObject, Asking {
  override class var interfaces: [any ComInterface.Type] { [IAgent.self] }

  func useCounter(of model: Int32) throws(HResult) -> Int32 {
    guard let model = ThreadingModel(rawValue: UInt8(truncatingIfNeeded: model)) else {
      throw refuses(.E_INVALIDARG)
    }
    try ClientMatrix.useCounter(of: model)
    return 1
  }
}

/// agent.dll.
final class AgentModule: InProcessServer {
  static let clsid: GUID = "A1F00051-0000-4000-8000-F100F1A00001"
  static let file = "agent.dll"

  private let module: Module

  init(_ module: Module) { self.module = module }

  func dllGetClassObject(_ clsid: GUID, _ iid: GUID) throws(HResult) -> OwnedPointer {
    guard clsid == Self.clsid else { throw .CLASS_E_CLASSNOTAVAILABLE }
    let factory = try ClassFactory("AgentFactory", of: module) { [module] _ throws(HResult) in
      try Agent(name: "Agent", of: module)
    }
    return try OwnedPointer(factory, iid)
  }

  func dllCanUnloadNow() -> HResult { module.isUnused ? .S_OK : .S_FALSE }
}
