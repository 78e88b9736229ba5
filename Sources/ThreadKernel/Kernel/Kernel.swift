import CKernel
import Synchronization
import Trace

/// Real threads under control: one gate that all threads of a run pass.
///
/// A free run lets them all go on in parallel, and a scheduling point costs one relaxed load. A
/// scheduled run lets one go on at a time, as its strategy picks; paused is the same with the pick
/// withheld. A run can go from one to the other at any time. Whoever controls a run (the program's
/// main thread, a test) is none of its threads.
public final class Kernel: Sendable {
  /// How a run begins.
  public struct Configuration: Sendable {
    public var schedule: Schedule
    /// Whether the run begins free; `schedule` then holds from the first time that it is scheduled.
    public var startsFree: Bool
    /// How many picks may be made before the pick is withheld; nil: any number.
    public var budget: Int?
    /// Actions to deliver by themselves.
    public var actions: [TimedAction]
    /// The number of choices after which the run is told to finish, where a person did that.
    public var finishAt: UInt64?
    /// Whether a run at rest is told to finish (headless), or waits for a key.
    public var finishesAtRest: Bool
    /// Whether anybody listens: without, nothing is told.
    public var isTold: Bool
    /// The core for the run's threads: nil leaves it to the kernel (one core when scheduled).
    public var core: Int?
    /// Actions that kill a process: the oldest living one whose name begins with the value.
    public var kills: [String: String]

    public init(
      schedule: Schedule = .lesson([]), startsFree: Bool = false, budget: Int? = nil,
      actions: [TimedAction] = [], finishesAtRest: Bool = true, isTold: Bool = true,
      core: Int? = nil, finishAt: UInt64? = nil, kills: [String: String] = [:]
    ) {
      self.schedule = schedule
      self.startsFree = startsFree
      self.budget = budget
      self.actions = actions
      self.finishesAtRest = finishesAtRest
      self.isTold = isTold
      self.core = core
      self.finishAt = finishAt
      self.kills = kills
    }
  }

  /// How a run stands, for its controller.
  public enum Standing: Equatable, Sendable {
    case running
    /// The pick is withheld.
    case held
    case atRest
    case deadlock(ring: Bool, [ThreadID])
    case over
  }

  struct State: Sendable {
    var scheduler: SchedulerState
    var threadCounts: [UInt16: UInt16] = [:]
    var processes = ProcessTable()
    /// What was sent to threads, by their slots.
    var mail = [Mailbox](repeating: Mailbox(), count: ThreadSet.capacity)
    /// Threads that keep to a core of their own.
    var haveOwnCore = ThreadSet()
    /// Threads to let go on, woken once the lock is released.
    var resuming = ThreadSet()
    /// Threads to wake when the thread in a slot ends, beside those that wait for that alone.
    var endWaiters: [Int: ThreadSet] = [:]
    var actions: ActionQueue
    var finish = FinishPhase.none
    /// The controller is still starting threads: how far it came must not decide who goes first.
    var isGathering = false
    /// A thread of the run has it go free for as long as it measures.
    var isInBurst = false

    var standing: Standing {
      switch scheduler.standing {
      case .nothing, .run: .running
      case .held: .held
      case .atRest: .atRest
      case .deadlock(let ring, let threads): .deadlock(ring: ring, threads)
      case .over: .over
      }
    }
  }

  /// How far a run that is to end by itself has come. Each phase wakes who waits for what can no
  /// longer come, and lets the others end in order.
  enum FinishPhase: Comparable { case none, actions, loops, pools }

  let configuration: Configuration
  let arena: SharedArena
  /// The way to the kernel that decides, where this one is a child process's.
  let link: ParentLink?
  /// The child processes of the run.
  let hub = ChildHub()
  /// How many threads of the run this child process has.
  let livingThreads = Guarded(0)
  let lastThreadEnded = FutexWord()
  let ownEvents = OwnEvents()
  let state: Guarded<State>
  /// `free`, `scheduled` or `abandoning`, for a look without the lock.
  let modeWord: SharedWord<UInt32>
  private let listening: SharedWord<UInt32>
  let gone: SharedWord<UInt64>
  public let numbers: Numbering
  let texts = Guarded<[TextKey: Name]>([:])
  let service = Guarded<Service?>(nil)
  /// Whether the run stands still, for whoever reads what it tells: that takes no lock.
  let isStill = Atomic<Bool>(false)

  static let free: UInt32 = 0
  static let scheduled: UInt32 = 1
  static let abandoning: UInt32 = 2
  /// Free, with threads among the others that were killed: every point is looked at.
  static let freeWithKilled: UInt32 = 3

  public init(_ configuration: Configuration = Configuration()) {
    self.configuration = configuration
    arena = SharedArena()
    link = nil
    let mode: SchedulerState.Mode = configuration.startsFree ? .free : .scheduled
    state = Guarded(
      State(
        scheduler: SchedulerState(
          mode: mode, strategy: configuration.schedule.makeStrategy(),
          budget: configuration.budget),
        actions: ActionQueue(
          pending: configuration.actions + configuration.schedule.actions,
          finishAt: configuration.finishAt)))
    modeWord = arena.mode
    listening = arena.isTold
    gone = arena.gone
    numbers = Numbering(in: arena)
    modeWord.relaxed = configuration.startsFree ? Self.free : Self.scheduled
    listening.relaxed = configuration.isTold ? 1 : 0
    arena.realOffset.relaxed = ck_now()
    publishCore()
    if configuration.startsFree { tell(.mode(.free)) }
  }

  /// The kernel as a child process has it: its threads ask the parent's.
  init(attachedBy link: ParentLink, _ arena: SharedArena) {
    configuration = Configuration()
    self.arena = arena
    self.link = link
    state = Guarded(
      State(
        scheduler: SchedulerState(
          mode: .free, strategy: Schedule.roundRobin.makeStrategy(), budget: 0),
        actions: ActionQueue(pending: [], finishAt: nil)))
    modeWord = arena.mode
    listening = arena.isTold
    gone = arena.gone
    numbers = Numbering(in: arena)
  }

  /// Reads what the run tells; one reader only.
  public func makeCollector() -> Collector { Collector(arena: arena, ownEvents: ownEvents) }

  /// The kernel of the thread that asks.
  public static var current: Kernel? { KernelThread.current?.kernel }

  public var isFree: Bool { Self.isFree(modeWord.relaxed) }

  static func isFree(_ mode: UInt32) -> Bool { mode == free || mode == freeWithKilled }

  /// Whether the run is being ended and every wait returns at once.
  public var isAbandoned: Bool { modeWord.relaxed == Self.abandoning }

  /// Whether anybody listens: one relaxed load.
  @inline(__always)
  public var isTold: Bool { listening.relaxed != 0 }

  /// Nanoseconds since the run began.
  public var time: UInt64 {
    // The mode is released after the clock that goes with it.
    Self.isFree(modeWord.acquired)
      ? ck_now() &- arena.realOffset.relaxed : arena.virtualNow.relaxed
  }

  /// The core that the run's threads keep to in its present mode; -1: any.
  var core: Int32 {
    if link != nil { return Int32(arena.core.relaxed) - 1 }
    if let core = configuration.core { return Int32(core) }
    return isFree ? -1 : Int32(scheduledCore)
  }

  /// Has the threads of child processes know it too.
  func publishCore() { arena.core.relaxed = UInt32(core + 1) }

  /// Scheduled threads hand on a token: on one core that costs a twentieth of what it does across
  /// two. Kernels take turns with the cores so that tests in parallel do not share one.
  private let scheduledCore = Kernel.nextCore()

  private static let coreTurn = Atomic<Int>(0)

  private static func nextCore() -> Int {
    coreTurn.wrappingAdd(1, ordering: .relaxed).oldValue % max(1, Int(ck_core_count()))
  }

  /// Nothing is told any more, and who waits to tell something goes on.
  func stopListening() {
    listening.relaxed = 0
    arena.isDeaf.pointee.store(1, ordering: .releasing)
    arena.ring()
  }

  /// How many threads the operating-system process has, those between two runs among them.
  public static var processThreads: Int { Int(ck_process_threads()) }
}
