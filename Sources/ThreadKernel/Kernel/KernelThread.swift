import CKernel
import Synchronization
import Trace

/// A thread of a run: a real operating-system thread that the kernel lets go on.
public final class KernelThread: @unchecked Sendable {
  // Invariant: `id`, `slot`, `name` and `kernel` never change; `site`, `fileName`, `shortLocks` and
  // `locals` are touched by the thread itself only.

  public let id: ThreadID
  public let name: String
  public let kernel: Kernel
  let slot: Int
  let memory: SharedArena.Slot
  let writer: EventWriter
  /// The operating system's number of it, for moving it to a core; 0 before it began.
  let systemNumber = Atomic<Int32>(0)

  var site = SourceSite.unknown
  /// The name last told for `site.file`, so that telling again costs a comparison.
  var fileName: (file: StaticString, name: Name)?
  /// How many short locks the thread holds; at a point it must be none.
  var shortLocks = 0
  /// What the layer above keeps for the thread.
  public var locals: AnyObject?

  init(id: ThreadID, name: String, kernel: Kernel, slot: Int) {
    self.id = id
    self.name = name
    self.kernel = kernel
    self.slot = slot
    memory = kernel.arena.slot(slot)
    writer = EventWriter(slot: memory, arena: kernel.arena)
  }

  /// The thread that asks, if it is one of a run's.
  public static var current: KernelThread? {
    guard let pointer = ck_slot() else { return nil }
    return Unmanaged<KernelThread>.fromOpaque(pointer).takeUnretainedValue()
  }

  /// Lets it go on.
  func resume() {
    memory.go.pointee.store(1, ordering: .releasing)
    memory.go.wake()
  }

  /// Sleeps until it is let go on. In a free run, gives up at the run's time `deadline` and says so.
  func sleepUntilResumed(deadline: UInt64?) -> Bool {
    while memory.go.pointee.exchange(0, ordering: .acquiring) == 0 {
      var nanoseconds: Int64 = -1
      if let deadline, kernel.isFree {
        let now = kernel.time
        if now >= deadline { return false }
        nanoseconds = Int64(deadline - now)
      }
      memory.go.sleep(while: 0, nanoseconds: nanoseconds)
    }
    return true
  }

  func begin(core: Int32) {
    ck_set_slot(Unmanaged.passUnretained(self).toOpaque())
    ck_set_thread_name(name)
    systemNumber.store(ck_thread_number(), ordering: .relaxed)
    _ = ck_set_core(0, core)
  }

  func finish() { ck_set_slot(nil) }

  func requireNoShortLocks() {
    precondition(shortLocks == 0, "\(name) reached a scheduling point with a short lock held")
  }
}

/// A place in the program's source, as the compiler writes it at a call.
public struct SourceSite: Sendable {
  /// The last part of the path: `GetService.swift`.
  public var file: StaticString
  public var line: UInt32

  public init(_ file: StaticString, _ line: UInt32) {
    self.file = file
    self.line = line
  }

  public static let unknown = SourceSite("", 0)
}
