import CKernel
import Glibc
import Trace

/// What a child process is told first.
struct ChildStart: BitwiseCopyable {
  var mark = GateRequest.mark
  var process: ProcessID
  /// The slot of its first thread.
  var slot: UInt32
  /// The parent's number: without it a child does not live.
  var parent: Int32
  /// Whether its first thread goes on with nobody picking it.
  var atOnce: Bool

  func message(_ bytes: [UInt8]) -> [UInt8] { withUnsafeBytes(of: self) { Array($0) } + bytes }

  static func read(_ message: [UInt8]) -> (ChildStart, [UInt8])? {
    guard message.count >= MemoryLayout<ChildStart>.size,
      message.withUnsafeBytes({ $0.loadUnaligned(as: UInt64.self) }) == GateRequest.mark
    else { return nil }
    let start = message.withUnsafeBytes { $0.loadUnaligned(as: ChildStart.self) }
    return (start, Array(message.dropFirst(MemoryLayout<ChildStart>.size)))
  }

  init(process: ProcessID, slot: UInt32, parent: Int32, atOnce: Bool) {
    self.process = process
    self.slot = slot
    self.parent = parent
    self.atOnce = atOnce
  }
}

/// The calling operating-system process as a child of a run's: it has inherited a socket and the
/// run's memory, and asks its parent's kernel for everything.
public struct ChildProcess: Sendable {
  public let kernel: Kernel
  public let process: ProcessID
  /// What the parent's `ChildProgram.start` says.
  public let start: [UInt8]
  private let told: ChildStart

  /// Descriptors that a child is started with (`ck_spawn`).
  private static let socket: Int32 = 3
  private static let memory: Int32 = 4
  private static let bell: Int32 = 5

  /// - Returns: nil where nobody has started the process as a child, or the parent has ended.
  public init?() {
    let message = ParentLink.receive(from: Self.socket)
    // Who sends a single byte wants to know how soon it comes back, and nothing else.
    if message.count == 1 { _ = ck_send(Self.socket, message, 1, 1) }
    guard let (told, start) = ChildStart.read(message), ck_die_with(told.parent) != 0,
      let arena = SharedArena(attaching: Self.memory)
    else { return nil }
    self.told = told
    self.start = start
    process = told.process
    let link = ParentLink(
      of: told.process, socket: Self.socket, bell: Self.bell, arena: arena)
    kernel = Kernel(attachedBy: link, arena)
  }

  /// Runs the first thread, and ends the process when its last thread has ended.
  public func run(_ main: @escaping @Sendable () -> Void) -> Never {
    let id = ThreadID(process: UInt16(process.number), number: 1)
    kernel.livingThreads.withLock { $0 = 1 }
    let thread = KernelThread(
      id: id, name: "main", kernel: kernel, slot: Int(told.slot), ownCore: nil, body: main)
    kernel.start(thread, atOnce: told.atOnce)
    kernel.lastThreadEnded.await()
    // The parent has been told all: nothing is left to do, and nothing of this process to keep.
    _exit(0)
  }
}
