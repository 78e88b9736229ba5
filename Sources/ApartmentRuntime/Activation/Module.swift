import Synchronization
import ThreadKernel
import Trace

/// One load of an in-process server's file: what its `DllCanUnloadNow` looks at.
///
/// Objects that are made `of module:` count themselves; `LockServer` counts by `lock` and `unlock`.
public final class Module: Sendable {
  public let id: ModuleID
  public let name: String
  let exports: ModuleExports
  private let kernel: Kernel
  private let counts = ShortLock(Counts())
  private let isGone = Atomic<Bool>(false)

  private struct Counts: Sendable {
    var objects: UInt32 = 0
    var locks: UInt32 = 0
  }

  init(_ file: ModuleFile, in kernel: Kernel) {
    id = kernel.numbers.module()
    name = file.name
    exports = file.exports
    self.kernel = kernel
  }

  /// Whether it has no object and nobody has locked it: what `DllCanUnloadNow` answers by.
  public var isUnused: Bool { counts.withLock { $0.objects == 0 && $0.locks == 0 } }

  /// `LockServer(TRUE)`.
  public func lock() { change { $0.locks += 1 } }

  /// `LockServer(FALSE)`. One too many is the caller's mistake, and changes nothing.
  public func unlock() { change { if $0.locks > 0 { $0.locks -= 1 } } }

  /// An object of the module's begins: the first thing that its constructor does.
  func objectBegins(_ object: ObjectID) {
    kernel.point(.countChanged)
    kernel.tell(.objectOfModule(object, id))
    changeHere { $0.objects += 1 }
  }

  /// An object of the module's ends: the last thing that its destructor does. The thread is still in
  /// the module's code.
  func objectEnds() {
    changeHere { $0.objects -= 1 }
    kernel.point(.countChanged)
  }

  /// The same where no destructor runs, because the object never came to be.
  func objectNeverWas() { changeHere { $0.objects -= 1 } }

  private func change(_ body: @Sendable (inout Counts) -> Void) {
    kernel.point(.countChanged)
    changeHere(body)
  }

  private func changeHere(_ body: @Sendable (inout Counts) -> Void) {
    kernel.reserveRoom()
    counts.withLock { counts in
      body(&counts)
      kernel.tell(.moduleCounts(id, objects: counts.objects, locks: counts.locks))
    }
  }

  // MARK: Loaded or not

  var isLoaded: Bool { !isGone.load(ordering: .acquiring) }

  func isUnloaded() { isGone.store(true, ordering: .releasing) }

  /// What happens to a thread that is in the code of a module that is not there any more. It would
  /// be an access violation; here it is told and answered.
  ///
  /// - Throws: `RPC_E_SERVERFAULT` where the module was unloaded.
  func requireLoaded(for method: @autoclosure () -> Name) throws(HResult) {
    guard !isLoaded else { return }
    kernel.tell(.unloadedCodeRun(id, method()))
    throw .RPC_E_SERVERFAULT
  }
}

extension Unknown {
  /// The thread enters or leaves a method of the object's: its code has to be there.
  ///
  /// - Throws: `RPC_E_SERVERFAULT` where the object's module was unloaded: that is told.
  @usableFromInline
  func requireCode(for method: StaticString) throws(HResult) {
    if let module = codeModule { try module.requireLoaded(for: kernel.name(ofLiteral: method)) }
  }
}
