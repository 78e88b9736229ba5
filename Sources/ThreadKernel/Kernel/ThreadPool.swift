import CKernel
import Synchronization

/// The operating-system threads that the runs of this process share: a thread is never ended, the
/// next run uses it again.
final class ThreadPool: Sendable {
  static let shared = ThreadPool()

  private let idle = Guarded<[Worker]>([])

  /// Runs `body` on a thread of the pool. The thread is free for others before `atEnd` runs, so
  /// that whoever learns from `atEnd` that a run is over finds its threads back.
  func run(_ body: @escaping @Sendable () -> Void, atEnd: @escaping @Sendable () -> Void) {
    let worker = idle.withLock { $0.popLast() } ?? Worker(pool: self)
    worker.give { [unowned self] in
      body()
      idle.withLock { $0.append(worker) }
      atEnd()
    }
  }
}

/// One thread of the pool and the work that it was given.
private final class Worker: Sendable {
  private let jobs = Guarded<[@Sendable () -> Void]>([])
  private let word = FutexWord()

  init(pool: ThreadPool) {
    let context = Unmanaged.passRetained(self).toOpaque()
    let stack = 1 << 20
    let result = ck_start_thread(
      stack,
      { Unmanaged<Worker>.fromOpaque($0!).takeUnretainedValue().loop() }, context)
    precondition(result == 0, "no more threads: error \(result)")
  }

  func give(_ job: @escaping @Sendable () -> Void) {
    jobs.withLock { $0.append(job) }
    word.signal()
  }

  private func loop() {
    while true {
      word.await()
      while let job = jobs.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) { job() }
    }
  }
}

/// A word of its own to sleep on.
final class FutexWord: @unchecked Sendable {
  // Invariant: the word is allocated for the object's lifetime and only touched as an atomic.
  private let pointer: UnsafeMutablePointer<Atomic<UInt32>>

  init() {
    let raw = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 64)
    pointer = raw.bindMemory(to: Atomic<UInt32>.self, capacity: 1)
    pointer.initialize(to: Atomic(0))
  }

  deinit { UnsafeMutableRawPointer(pointer).deallocate() }

  func signal() {
    pointer.pointee.store(1, ordering: .releasing)
    pointer.wake()
  }

  /// Sleeps until it was signalled since the last time.
  func await() {
    while pointer.pointee.exchange(0, ordering: .acquiring) == 0 { pointer.sleep(while: 0) }
  }
}
