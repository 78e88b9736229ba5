import ApartmentRuntime
import ThreadKernel
import Trace

/// counter.dll, with class factories that count what they make.
final class FactoryModule: InProcessServer {
  private let module: Module
  private let stage: Stage
  private let isInterlocked: Bool
  /// The DLL's global data: one factory for whoever asks. Empty where each asker
  /// gets a factory of its own.
  private let shared: ComField<IClassFactory>

  /// The DLL is loaded: by one thread, once.
  init(_ module: Module, in stage: Stage) {
    self.module = module
    self.stage = stage
    isInterlocked = stage.knobs["factory"] == "interlocked"
    shared = ComField("DLL.factory", in: stage.kernel)
    guard stage.knobs["factory"] != "own", let factory = try? makeFactory("factory")
    else { return }
    shared.set(ComPtr(factory))
  }

  func dllGetClassObject(_ clsid: GUID, _ iid: GUID) throws(HResult) -> OwnedPointer {
    guard clsid == CounterModule.clsid else { throw .CLASS_E_CLASSNOTAVAILABLE }
    // Every apartment's thread comes here itself: two can be in here at once.
    stage.markOwn("is in")
    stage.markOwn("goes on")
    guard shared.isEmpty else { return try shared.pointer().handOut(iid) }
    return try makeFactory("\(KernelThread.current?.name ?? "")'s factory").handOut(iid)
  }

  func dllCanUnloadNow() -> HResult {
    guard module.isUnused else { return .S_FALSE }
    shared.clear()
    return .S_OK
  }

  private func makeFactory(_ name: String) throws(HResult) -> CountingFactory {
    try CountingFactory(name, module, isInterlocked: isInterlocked, in: stage)
  }
}

/// A class factory that any thread may call, wherever it was made.
final class CountingFactory: ComObject, ClassFactoring {
  override class var interfaces: [any ComInterface.Type] {
    [IClassFactory.self, IAgileObject.self]
  }

  private let module: Module
  private let stage: Stage
  private let isInterlocked: Bool
  private let made: SharedCell

  init(
    _ name: String, _ module: Module, isInterlocked: Bool, in stage: Stage
  ) throws(HResult) {
    self.module = module
    self.stage = stage
    self.isInterlocked = isInterlocked
    made = SharedCell("\(name) made", in: stage.kernel)
    try super.init(name: "CounterFactory")
  }

  func createInstance(
    _ outer: ComObject?, _ iid: GUID
  ) throws(HResult) -> OwnedPointer {
    stage.markOwn("is in the factory")
    stage.markOwn("counts")
    if isInterlocked {
      made.add(1)  // read, add and write are one step
    } else {
      let before = made.read()
      stage.markOwn("writes")
      made.write(before + 1)
      stage.markOwn("has written")
    }
    stage.markOwn("makes its counter")
    return try Counter(name: "Counter", of: module).handOut(iid)
  }

  func lockServer(_ lock: Bool) throws(HResult) -> Nothing {
    if lock { module.lock() } else { module.unlock() }
    return Nothing()
  }
}
