import ApartmentRuntime
import Trace

/// The class object of the marking counter.dll: it makes Counters, and says no
/// where it cannot.
final class MarkingFactory: ComObject, ClassFactoring {
  override class var interfaces: [any ComInterface.Type] { [IClassFactory.self] }

  private let module: Module
  private let isSafe: Bool
  private let hasMemory: Bool

  init(_ module: Module, isSafe: Bool, hasMemory: Bool) throws(HResult) {
    self.module = module
    self.isSafe = isSafe
    self.hasMemory = hasMemory
    try super.init(name: "CounterFactory", of: module)
  }

  func createInstance(
    _ outer: ComObject?, _ iid: GUID
  ) throws(HResult) -> OwnedPointer {
    // A Counter knows nothing of outer objects.
    guard outer == nil else { throw refuses(.CLASS_E_NOAGGREGATION) }
    guard hasMemory else { throw refuses(.E_OUTOFMEMORY) }
    return try handOut(makeCounter(), iid)
  }

  private func makeCounter() throws(HResult) -> ComObject {
    isSafe
      ? try SafeCounter(name: "Counter", of: module)
      : try Counter(name: "Counter", of: module)
  }

  /// The factory's own reference goes in the end. Where nobody else got one, the
  /// Counter goes with it.
  private func handOut(_ counter: ComObject, _ iid: GUID) throws(HResult) -> OwnedPointer {
    let first = ComPtr<IUnknown>(counter, as: "factory.first")
    defer { extendLifetime(first) }
    do throws(HResult) {
      return try OwnedPointer(counter, iid)
    } catch {
      throw counter.refuses(error)
    }
  }

  func lockServer(_ lock: Bool) throws(HResult) -> Nothing {
    if lock { module.lock() } else { module.unlock() }
    return Nothing()
  }
}
