import CKernel
import Synchronization
import Trace

/// A thread of a run: a real operating-system thread that the kernel lets go on.
public final class KernelThread: @unchecked Sendable {
  // Invariant: `id`, `slot`, `name` and `kernel` never change; `body` is set before the thread runs;
  // it and `site`, `fileNames`, `latestFile`, `shortLocks`, `unwoken`, `mailTaken`, `isInService` and `locals` are touched by the
  // thread itself only.

  public let id: ThreadID
  public let name: String
  public let kernel: Kernel
  let slot: Int
  let memory: SharedArena.Slot
  let writer: EventWriter
  /// The core that it keeps to whatever the run does.
  let ownCore: Int?
  private var body: (@Sendable () -> Void)?

  var site = SourceSite.unknown
  /// The names told for the files that the thread was in, so that telling again costs a comparison.
  private var fileNames: [(file: UnsafePointer<UInt8>, name: Name)] = []
  private var latestFile: (file: UnsafePointer<UInt8>, name: Name)?
  /// The names told for literals, by their place in the program.
  private var literalNames: [(text: UnsafePointer<UInt8>, name: Name)] = []
  /// How many short locks the thread holds; at a point it must be none.
  var shortLocks = 0
  /// Whom it has let go on and not woken yet; nil where it wakes at once.
  var unwoken: ThreadSet?
  /// How much of its mail it has taken.
  var mailTaken: UInt32 = 0
  /// Whether it runs the run's service just now, for which it is nobody.
  var isInService = false
  /// What the layer above keeps for the thread; given up on the thread before it ends.
  public var locals: AnyObject?

  init(
    id: ThreadID, name: String, kernel: Kernel, slot: Int, ownCore: Int?,
    body: @escaping @Sendable () -> Void
  ) {
    self.id = id
    self.name = name
    self.kernel = kernel
    self.slot = slot
    self.ownCore = ownCore
    self.body = body
    memory = kernel.arena.slot(slot)
    writer = EventWriter(slot: slot, of: kernel.arena)
  }

  /// The thread that asks, if it is one of a run's.
  public static var current: KernelThread? {
    guard let pointer = ck_slot() else { return nil }
    return Unmanaged<KernelThread>.fromOpaque(pointer).takeUnretainedValue()
  }

  /// Runs `body` with the thread that asks, without counting a reference to it.
  @inline(__always)
  static func withCurrent<Result>(_ body: (KernelThread?) -> Result) -> Result {
    guard let pointer = ck_slot() else { return body(nil) }
    return Unmanaged<KernelThread>.fromOpaque(pointer)._withUnsafeGuaranteedRef { body($0) }
  }

  /// Sleeps until it is let go on, and says how its wait ended. In a free run it gives up at the
  /// run's time `deadline`, with nil.
  func sleepUntilResumed(deadline: UInt64?) -> WaitOutcome? {
    while true {
      let word = memory.go.pointee.exchange(GoWord.stay, ordering: .acquiring)
      if let outcome = GoWord.outcome(word) { return outcome }
      // Told to look again at the mode; the clock may be another one now.
      if word == GoWord.lookAgain { continue }
      var nanoseconds: Int64 = -1
      if let deadline, kernel.isFree {
        let now = kernel.time
        if now >= deadline { return nil }
        nanoseconds = Int64(clamping: deadline - now)
      }
      sleep(nanoseconds)
    }
  }

  /// Sleeps while it is to stay. A child process may wake it to hear what that has sent.
  private func sleep(_ nanoseconds: Int64) {
    guard kernel.link == nil else {
      return memory.go.sleep(while: GoWord.stay, nanoseconds: nanoseconds)
    }
    memory.asleep.release(Asleep.sleeps)
    wakeUnwoken()
    memory.go.sleep(while: GoWord.stay, nanoseconds: nanoseconds)
    if let process = Asleep.process(memory.asleep.exchange(Asleep.awake)) { kernel.hear(process) }
  }

  /// Wakes those whom it has let go on and not woken yet.
  func wakeUnwoken() {
    guard let threads = unwoken else { return }
    unwoken = nil
    kernel.wake(threads)
  }

  /// Makes the worker that calls this thread.
  func begin() {
    ck_set_slot(Unmanaged.passUnretained(self).toOpaque())
    ck_set_thread_name(name)
    memory.systemNumber.pointee.store(ck_thread_number(), ordering: .relaxed)
    _ = ck_set_core(0, ownCore.map(Int32.init) ?? kernel.core)
  }

  /// Runs the body, and gives up all that the thread holds: what goes with it goes while the thread
  /// is still one of the run, in the run's order.
  func runBody() {
    if let body {
      self.body = nil
      body()
    }
    locals = nil
    requireNoShortLocks()
  }

  /// The worker is nobody's any more.
  func finish() { ck_set_slot(nil) }

  /// The name that was told for the file of the present site.
  var fileName: Name {
    guard site.line != 0 else { return .none }
    let start = site.file.utf8Start
    if let latestFile, latestFile.file == start { return latestFile.name }
    latestFile = fileNames.first { $0.file == start } ?? tellFile()
    return latestFile?.name ?? .none
  }

  private func tellFile() -> (file: UnsafePointer<UInt8>, name: Name) {
    let site = site
    // The text's own event must not ask for the file's name again.
    self.site = .unknown
    // `#fileID` begins with the module's name.
    let path = String(describing: site.file)
    let name = kernel.name(path.split(separator: "/").last.map(String.init) ?? path)
    self.site = site
    let told = (file: site.file.utf8Start, name: name)
    fileNames.append(told)
    return told
  }

  /// The name that was told for a literal.
  func name(ofLiteral text: StaticString) -> Name {
    let start = text.utf8Start
    for known in literalNames where known.text == start { return known.name }
    let name = kernel.name(String(describing: text))
    literalNames.append((start, name))
    return name
  }

  func requireNoShortLocks() {
    precondition(shortLocks == 0, "\(name) reached a scheduling point with a short lock held")
  }
}

/// What a thread's go word says.
enum GoWord {
  static let stay: UInt32 = 0
  /// The run's mode changed under a timed wait.
  static let lookAgain: UInt32 = 1

  /// Go on: the wait ended so.
  static func go(_ outcome: WaitOutcome) -> UInt32 {
    switch outcome {
    case .woken: 2
    case .timedOut: 3
    case .abandoned: 4
    }
  }

  static func outcome(_ word: UInt32) -> WaitOutcome? {
    switch word {
    case 2: .woken
    case 3: .timedOut
    case 4: .abandoned
    default: nil
    }
  }
}

/// Whether a thread of the process that decides sleeps. A child process that has sent something can
/// have one that does hear it, in the place of the thread that listens.
enum Asleep {
  static let awake: UInt32 = 0
  static let sleeps: UInt32 = 1

  /// It has been woken to hear what the process has sent, or is about to be.
  static func toHear(_ process: ProcessID) -> UInt32 { 1 + process.number }

  static func process(_ word: UInt32) -> ProcessID? {
    word > sleeps ? ProcessID(word - 1) : nil
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
