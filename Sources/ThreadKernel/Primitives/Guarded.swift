import Synchronization

/// A value behind a lock: `Mutex` of the standard library, with a slow path that ThreadSanitizer
/// sees. It takes a contended `Mutex` for none, and reports a race on whatever that guards.
public final class Guarded<Value>: @unchecked Sendable {
  // Invariant: the word is only touched as an atomic, the value only by the thread that took the
  // word from `open`, until it puts that back; both live as long as the object.
  private let word: UnsafeMutablePointer<Atomic<UInt32>>
  @usableFromInline let value: UnsafeMutablePointer<Value>

  private static var open: UInt32 { 0 }
  private static var taken: UInt32 { 1 }
  /// Taken, and somebody may sleep.
  private static var awaited: UInt32 { 2 }

  public init(_ value: sending Value) {
    // One block for both: the word, then the value where its alignment allows. A value without size
    // has a place of its own too, or its address would be a neighbour's.
    let alignment = max(16, MemoryLayout<Value>.alignment)
    let raw = UnsafeMutableRawPointer.allocate(
      byteCount: alignment + max(1, MemoryLayout<Value>.size), alignment: alignment)
    word = raw.bindMemory(to: Atomic<UInt32>.self, capacity: 1)
    word.initialize(to: Atomic(Self.open))
    self.value = (raw + alignment).bindMemory(to: Value.self, capacity: 1)
    self.value.initialize(to: value)
  }

  deinit {
    value.deinitialize(count: 1)
    UnsafeMutableRawPointer(word).deallocate()
  }

  /// Runs `body` alone. Taking the lock again inside never ends.
  @inlinable
  public func withLock<Result, Failure: Error>(
    _ body: (inout sending Value) throws(Failure) -> sending Result
  ) throws(Failure) -> sending Result {
    lock()
    defer { unlock() }
    return try body(&value.pointee)
  }

  @usableFromInline
  func lock() {
    let isMine = word.pointee.compareExchange(
      expected: Self.open, desired: Self.taken, ordering: .acquiring
    ).exchanged
    if !isMine { lockSlowly() }
  }

  @inline(never)
  private func lockSlowly() {
    // It is held for a few instructions: on another core that is over sooner than a sleep.
    var tries = 40
    while tries > 0, word.pointee.load(ordering: .relaxed) != Self.open { tries -= 1 }
    while word.pointee.exchange(Self.awaited, ordering: .acquiring) != Self.open {
      word.sleep(while: Self.awaited)
    }
  }

  @usableFromInline
  func unlock() {
    if word.pointee.exchange(Self.open, ordering: .releasing) == Self.awaited { word.wake(1) }
  }
}
