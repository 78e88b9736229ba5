import CKernel
import Synchronization
import Trace

/// The memory that the threads of a run share with whoever listens: the ticket counter, and for
/// each thread slot a go word, its system number and a ring of events.
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
  private static let slotHeader = 4 * line
  private static let slotStride = slotHeader + ringCapacity * MemoryLayout<Event>.stride
  private static let headerSize = 4 * line
  private static let size = headerSize + slotCount * slotStride

  private let base: UnsafeMutableRawPointer
  /// The file without a name that the mapping is of, for a child process to inherit.
  private let descriptor: Int32

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
    /// The operating system's number of the thread, for moving it to a core; 0 before it began.
    var systemNumber: UnsafeMutablePointer<Atomic<Int32>> { word(at: 3 * SharedArena.line) }
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
