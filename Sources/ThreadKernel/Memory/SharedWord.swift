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
