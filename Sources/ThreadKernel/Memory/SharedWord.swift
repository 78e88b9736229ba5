import Synchronization

/// A word of the arena, which threads of several processes may touch at once.
struct SharedWord<Value: AtomicRepresentable>: @unchecked Sendable {
  // Invariant: whoever holds one keeps the arena alive, and the word is only touched as an atomic.
  let pointer: UnsafeMutablePointer<Atomic<Value>>
}

// The library has the operations for each width, not for all of them at once.
extension SharedWord where Value == UInt32 {
  /// The value, with no order towards others.
  @inline(__always)
  var relaxed: Value {
    get { pointer.pointee.load(ordering: .relaxed) }
    nonmutating set { pointer.pointee.store(newValue, ordering: .relaxed) }
  }

  /// The value, and with it all that was done before it was released.
  @inline(__always)
  var acquired: Value { pointer.pointee.load(ordering: .acquiring) }

  func release(_ value: Value) { pointer.pointee.store(value, ordering: .releasing) }

  /// Sets it, in one order with all who do that; what it was.
  func exchange(_ value: Value) -> Value {
    pointer.pointee.exchange(value, ordering: .acquiringAndReleasing)
  }

  /// Counts one more, in one order with all who do that.
  func increment() { pointer.pointee.wrappingAdd(1, ordering: .acquiringAndReleasing) }

  /// Sets it where it is `expected`, in one order with all who do that; whether it was.
  func replace(_ expected: Value, by value: Value) -> Bool {
    pointer.pointee.compareExchange(
      expected: expected, desired: value, ordering: .acquiringAndReleasing
    ).exchanged
  }
}

extension SharedWord where Value == UInt64 {
  /// The value, with no order towards others.
  @inline(__always)
  var relaxed: Value {
    get { pointer.pointee.load(ordering: .relaxed) }
    nonmutating set { pointer.pointee.store(newValue, ordering: .relaxed) }
  }

  /// The value, and with it all that was done before it was released.
  @inline(__always)
  var acquired: Value { pointer.pointee.load(ordering: .acquiring) }

  func release(_ value: Value) { pointer.pointee.store(value, ordering: .releasing) }
}
