import ApartmentRuntime
import ThreadKernel
import Trace

/// The shell's service provider. It lives in the main STA, and looks at its thread.
final class ShellServiceProvider: ComObject, ServiceProviding {
  override class var interfaces: [any ComInterface.Type] { [IServiceProvider.self] }

  private let looksAtThread: Bool
  private let service: ComField<IShellService>

  /// - Parameter looksAtThread: whether it refuses on a thread that is not of its apartment.
  init(looksAtThread: Bool = true, total: SharedCell? = nil, in stage: Stage) throws(HResult) {
    self.looksAtThread = looksAtThread
    service = ComField("ServiceProvider.service", in: stage.kernel)
    try super.init(name: "ServiceProvider")
    let made = try ShellService(looksAtThread: looksAtThread, total: total)
    service.set(ComPtr(made))
  }

  func queryService(_ sid: GUID, _ iid: GUID) throws(HResult) -> OwnedPointer {
    // COM does not look: whoever has a pointer gets in. So the shell looks itself.
    guard isOnHomeThread || !looksAtThread else {
      throw refuses(.RPC_E_WRONG_THREAD)
    }
    guard sid == IShellService.service else { throw .E_NOINTERFACE }
    return try service.pointer().handOut(iid)
  }

  override func finalRelease() { service.clear() }
}

/// A service of the shell's. It counts the work that it does, with no lock: only one thread is meant
/// to get here.
final class ShellService: ComObject, ShellServing {
  override class var interfaces: [any ComInterface.Type] { [IShellService.self] }

  private let looksAtThread: Bool
  private let total: SharedCell?
  private var done: Int32 = 0

  init(looksAtThread: Bool, total: SharedCell?) throws(HResult) {
    self.looksAtThread = looksAtThread
    self.total = total
    try super.init(name: "ShellService")
  }

  func doWork(_ amount: Int32) throws(HResult) -> Int32 {
    guard isOnHomeThread || !looksAtThread else {
      throw refuses(.RPC_E_WRONG_THREAD)
    }
    if let total { return addWithNobodyLooking(amount, total) }
    done += amount
    show("done", Int64(done))
    return done
  }

  /// Read, add, write: with two threads in here an update is lost.
  private func addWithNobodyLooking(_ amount: Int32, _ total: SharedCell) -> Int32 {
    let before = total.read()
    total.write(before + Int64(amount))
    return Int32(truncatingIfNeeded: before) + amount
  }
}
