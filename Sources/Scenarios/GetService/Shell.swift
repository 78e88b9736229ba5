import ApartmentRuntime
import ThreadKernel
import Trace

/// The shell's service provider. It lives in the main STA, and looks at its thread.
final class ShellServiceProvider: ComObject, ServiceProviding {
  override class var interfaces: [any ComInterface.Type] { [IServiceProvider.self] }

  private let looksAtThread: Bool
  private let service: ComField<IShellService>

  /// - Parameter looksAtThread: whether it refuses on a thread that is not of its apartment.
  init(looksAtThread: Bool = true, in stage: Stage) throws(HResult) {
    self.looksAtThread = looksAtThread
    service = ComField("ServiceProvider.service", in: stage.kernel)
    try super.init(name: "ServiceProvider")
    let made = try ShellService(looksAtThread: looksAtThread, in: stage)
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
  private let stage: Stage
  private var done: Int32 = 0
  /// The same count where nobody looks at threads: then two of them may get here at once.
  private let total: SharedCell

  init(looksAtThread: Bool, in stage: Stage) throws(HResult) {
    self.looksAtThread = looksAtThread
    self.stage = stage
    total = SharedCell("ShellService.total", in: stage.kernel)
    try super.init(name: "ShellService")
  }

  func doWork(_ amount: Int32) throws(HResult) -> Int32 {
    guard looksAtThread else { return addWithNobodyLooking(amount) }
    guard isOnHomeThread else { throw refuses(.RPC_E_WRONG_THREAD) }
    done += amount
    show("done", Int64(done))
    return done
  }

  /// Read, add, write: with two threads in here an update is lost.
  private func addWithNobodyLooking(_ amount: Int32) -> Int32 {
    stage.markOwn("reads")
    let before = total.read()
    stage.markOwn("writes")
    total.write(before + Int64(amount))
    stage.markOwn("has written")
    return Int32(truncatingIfNeeded: before) + amount
  }
}
