import ApartmentRuntime
import ThreadKernel
import Trace

/// What keeps a server of several threads. At 0 it has all their loops end.
protocol LoopCount: ServerCount {
  /// Whether a thread that has revoked its class goes back into its loop.
  var isInUse: Bool { get }
}

extension TwoThreads {
  static func makeCount(of threads: ServerThreads, _ stage: Stage) -> any LoopCount {
    switch stage.knobs["counting"] {
    case "nothing": OwnCount(threads, looksAgain: false, stage)
    case "look-again": OwnCount(threads, looksAgain: true, stage)
    case "functions": SharedCount(threads, countsLocks: true, stage)
    default: SharedCount(threads, countsLocks: false, stage)
    }
  }
}

/// A count that the server keeps for itself. COM knows nothing of it.
final class OwnCount: LoopCount {
  private let count: SharedCell
  private let threads: ServerThreads
  private let looksAgain: Bool
  private let stage: Stage

  init(_ threads: ServerThreads, looksAgain: Bool, _ stage: Stage) {
    count = SharedCell("own count", in: stage.kernel)
    self.threads = threads
    self.looksAgain = looksAgain
    self.stage = stage
  }

  func add(_ who: String) { count.add(1) }

  func release(_ who: String) {
    if count.add(-1) == 0 {
      // 0 a moment ago. And now?
      stage.markProcess("ends its loops")
      threads.postQuit()
    }
  }

  var isInUse: Bool {
    guard looksAgain, !stage.kernel.areLoopsEnding, !stage.kernel.isAbandoned else { return false }
    stage.markOwnProcess("looks again")
    return count.read() > 0
  }
}

/// The count of the whole process, which COM keeps (O8).
final class SharedCount: LoopCount {
  private let threads: ServerThreads
  private let countsLocks: Bool
  private let stage: Stage

  init(_ threads: ServerThreads, countsLocks: Bool, _ stage: Stage) {
    self.threads = threads
    self.countsLocks = countsLocks
    self.stage = stage
  }

  func add(_ who: String) {
    // A LockServer that leaves this out is half of the places (O13).
    guard countsLocks || who != "lock" else { return }
    coAddRefServerProcess(as: who)
  }

  func release(_ who: String) {
    guard countsLocks || who != "lock" else { return }
    if coReleaseServerProcess(as: who) == 0 {
      // COM has suspended both classes, in the same step.
      stage.markProcess("ends its loops")
      threads.postQuit()
    }
  }

  /// Nobody can have got in.
  var isInUse: Bool { false }
}

extension Stage {
  /// A place of the lesson's schedule, with the process's name: `server 1 is gone`.
  func markProcess(
    _ place: String, file: StaticString = #fileID, line: UInt32 = #line
  ) {
    mark("\(process.name) \(place)", file: file, line: line)
  }

  /// The same with the thread's name too: `server 1 main looks again`.
  func markOwnProcess(
    _ place: String, file: StaticString = #fileID, line: UInt32 = #line
  ) {
    let thread = KernelThread.current?.name ?? "?"
    mark("\(process.name) \(thread) \(place)", file: file, line: line)
  }
}
