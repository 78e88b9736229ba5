/// A value carried to another thread with nobody checking.
///
/// COM lets any thread hold any pointer; only its rules say where it may be used, and the lessons
/// show what happens to those who break them. So a pointer cannot be `Sendable` by construction.
public struct Carried<Value>: @unchecked Sendable {
  // Invariant: the kernel hands a thread on only through its own lock, the runtime delivers a call
  // to an object only on the threads of its apartment, and what a lesson lets two threads touch
  // at once lies in `SharedCell`s or behind a `ShortLock`. Under these no access races.
  public let value: Value

  public init(_ value: Value) { self.value = value }
}
