import CKernel
import Synchronization
import Trace

/// The memory that the threads of a run share with whoever listens, in whatever process they are:
/// what the run as a whole is at (tickets, mode, clock, numbers), and for each thread slot a go word,
/// its system number, how much mail it has and a ring of events.
///
/// It is one mapping that child processes can attach, everything is found by offset, and no lock
/// lies in it: each ring has one writer (the thread in that slot) and one reader (the collector),
/// so a killed process leaves nothing locked.
final class SharedArena: @unchecked Sendable {
  // Invariant: the mapping lives as long as this object; words are only touched as atomics; a
  // record is written by its ring's one writer before `written` is released past it, and read by
  // the one reader after acquiring `written`, before `read` is released past it.

  /// Events that a ring holds.
  static let ringCapacity = 1024
  /// One slot for each thread that a run can have.
  static let slotCount = ThreadSet.capacity

  private static let line = 64
  /// What the kernel answers a thread of a child process fits here.
  static let answerCapacity = 16 * line
  private static let slotHeader = 5 * line + answerCapacity
  private static let slotStride = slotHeader + ringCapacity * MemoryLayout<Event>.stride
  private static let headerSize = 16 * line
  private static let size = headerSize + slotCount * slotStride

  private let base: UnsafeMutableRawPointer
  /// The file without a name that the mapping is of, for a child process to inherit.
  let descriptor: Int32

  /// The memory of a run that another process has begun, which the calling one inherited.
  init?(attaching descriptor: Int32) {
    guard let base = ck_shared_attach(Self.size, descriptor) else { return nil }
    self.base = base
    self.descriptor = descriptor
  }

  init() {
    var descriptor: Int32 = -1
    guard let base = ck_shared_map(Self.size, &descriptor) else {
      fatalError("no memory for the events of a run (\(Self.size) bytes)")
    }
    self.base = base
    self.descriptor = descriptor
  }

  deinit { ck_shared_unmap(base, Self.size, descriptor) }

  /// The next place in the one order of the run.
  var ticket: UnsafeMutablePointer<Atomic<UInt64>> { word(at: 0) }
  /// Changes when there is something to read or the run stands still.
  var doorbell: UnsafeMutablePointer<Atomic<UInt32>> { word(at: Self.line) }

  /// Not 0: nobody reads any more, and nothing is to be written.
  var isDeaf: UnsafeMutablePointer<Atomic<UInt32>> { word(at: 2 * Self.line) }

  // MARK: The run as a whole

  /// Free, scheduled or abandoning, for a look without the scheduler's lock.
  var mode: SharedWord<UInt32> { SharedWord(pointer: word(at: 3 * Self.line)) }
  /// Not 0: somebody listens.
  var isTold: SharedWord<UInt32> { SharedWord(pointer: word(at: 3 * Self.line + 4)) }
  /// How far a run that ends by itself has come.
  var finish: SharedWord<UInt32> { SharedWord(pointer: word(at: 3 * Self.line + 8)) }
  /// The core that the run's threads keep to, and 1; 0: any.
  var core: SharedWord<UInt32> { SharedWord(pointer: word(at: 3 * Self.line + 12)) }
  /// The virtual clock.
  var virtualNow: SharedWord<UInt64> { SharedWord(pointer: word(at: 3 * Self.line + 16)) }
  /// What to take from the machine's clock to get the run's.
  var realOffset: SharedWord<UInt64> { SharedWord(pointer: word(at: 3 * Self.line + 24)) }
  /// The processes that have ended or were killed, a bit for each number.
  var gone: SharedWord<UInt64> { SharedWord(pointer: word(at: 3 * Self.line + 32)) }
  /// Those among them whose threads run no more wherever they were: child processes that were
  /// killed. A thread inside goes on to its next point, and tells of others there.
  var dead: SharedWord<UInt64> { SharedWord(pointer: word(at: 3 * Self.line + 40)) }

  /// The counters that the things of a run have their numbers from.
  static let counterCount = 32
  func counter(_ index: Int) -> SharedWord<UInt32> {
    SharedWord(pointer: word(at: 4 * Self.line + index * 4))
  }

  /// Not 0: somebody is about to hear what the threads of that child process have sent, so that
  /// whoever sends more need wake nobody.
  func isHeard(_ process: ProcessID) -> SharedWord<UInt32> {
    SharedWord(pointer: word(at: 8 * Self.line + Int(process.number) * 8))
  }

  /// How many messages the threads of that child process have sent.
  func sent(_ process: ProcessID) -> SharedWord<UInt32> {
    SharedWord(pointer: word(at: 8 * Self.line + Int(process.number) * 8 + 4))
  }

  /// The slot of a thread that was started; nil for one that was not.
  func slot(of thread: ThreadID) -> Slot? {
    for index in 0..<Self.slotCount {
      let slot = slot(index)
      let other = slot.thread
      if other == thread { return slot }
      if other == .none { return nil }
    }
    return nil
  }

  /// Wakes whoever waits for news.
  func ring() { doorbell.ring() }

  func slot(_ index: Int) -> Slot {
    Slot(base: base + Self.headerSize + index * Self.slotStride)
  }

  private func word<Value>(at offset: Int) -> UnsafeMutablePointer<Atomic<Value>> {
    (base + offset).assumingMemoryBound(to: Atomic<Value>.self)
  }

  /// One thread's part of the arena.
  struct Slot {
    fileprivate let base: UnsafeMutableRawPointer

    /// A `GoWord`: set under the scheduler's lock, set back by the thread itself.
    var go: UnsafeMutablePointer<Atomic<UInt32>> { word(at: 0) }
    /// An `Asleep`, of a thread of the process that decides.
    var asleep: SharedWord<UInt32> { SharedWord(pointer: word(at: 4)) }
    /// The operating system's number of the thread, for moving it to a core; 0 before it began.
    var systemNumber: UnsafeMutablePointer<Atomic<Int32>> { word(at: 3 * SharedArena.line) }
    /// How much mail was ever sent to the thread.
    var mail: SharedWord<UInt32> { SharedWord(pointer: word(at: 3 * SharedArena.line + 8)) }
    /// Not 0 while the thread claims a ticket and writes the event that has it.
    var isClaiming: SharedWord<UInt32> {
      SharedWord(pointer: word(at: 3 * SharedArena.line + 12))
    }
    /// The thread, from when it was started.
    var thread: ThreadID {
      get {
        let word = threadWord.acquired
        return ThreadID(
          process: UInt16(truncatingIfNeeded: word >> 16),
          number: UInt16(truncatingIfNeeded: word))
      }
      nonmutating set {
        threadWord.release(UInt32(newValue.process) << 16 | UInt32(newValue.number))
      }
    }
    private var threadWord: SharedWord<UInt32> {
      SharedWord(pointer: word(at: 3 * SharedArena.line + 16))
    }
    /// Not 0: what the thread asked the kernel of another process is answered.
    var isAnswered: UnsafeMutablePointer<Atomic<UInt32>> { word(at: 4 * SharedArena.line) }
    /// The answer, written before it is said to be there.
    var answer: UnsafeMutableRawPointer { base + 5 * SharedArena.line }
    /// How many events were ever written.
    var written: UnsafeMutablePointer<Atomic<UInt64>> { word(at: SharedArena.line) }
    /// How many events were ever read.
    var read: UnsafeMutablePointer<Atomic<UInt64>> { word(at: 2 * SharedArena.line) }

    func record(_ index: UInt64) -> UnsafeMutablePointer<Event> {
      let place = Int(index % UInt64(SharedArena.ringCapacity)) * MemoryLayout<Event>.stride
      return (base + SharedArena.slotHeader + place).assumingMemoryBound(to: Event.self)
    }

    private func word<Value>(at offset: Int) -> UnsafeMutablePointer<Atomic<Value>> {
      (base + offset).assumingMemoryBound(to: Atomic<Value>.self)
    }
  }
}

extension UnsafeMutablePointer where Pointee == Atomic<UInt32> {
  /// Sleeps while the word is `expected`, or until the time is over.
  func sleep(while expected: UInt32, nanoseconds: Int64 = -1) {
    _ = ck_futex_wait(plain, expected, nanoseconds)
  }

  /// Wakes sleepers: all of them, or so many.
  func wake(_ count: Int32 = .max) {
    _ = ck_futex_wake(plain, count)
  }

  /// Says that something happened, to all who sleep until something does.
  func ring() {
    pointee.wrappingAdd(1, ordering: .releasing)
    wake()
  }

  private var plain: UnsafePointer<UInt32> {
    UnsafeRawPointer(self).assumingMemoryBound(to: UInt32.self)
  }
}
