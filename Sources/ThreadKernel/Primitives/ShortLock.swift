/// A lock that is held for a few instructions only, never across a scheduling point.
///
/// While a thread of the kernel holds one, reaching a point or a wait traps: a thread that stands
/// still with a lock that the lesson cannot see would stop every other for no visible reason.
public final class ShortLock<Value>: Sendable {
  @usableFromInline let guarded: Guarded<Value>

  public init(_ value: sending Value) { guarded = Guarded(value) }

  /// Runs `body` alone. `body` must not call anything that can wait.
  @inlinable
  public func withLock<Result, Failure: Error>(
    _ body: (inout sending Value) throws(Failure) -> sending Result
  ) throws(Failure) -> sending Result {
    enter()
    defer { leave() }
    return try guarded.withLock(body)
  }

  @usableFromInline
  func enter() { KernelThread.withCurrent { $0?.shortLocks += 1 } }

  @usableFromInline
  func leave() { KernelThread.withCurrent { $0?.shortLocks -= 1 } }
}
