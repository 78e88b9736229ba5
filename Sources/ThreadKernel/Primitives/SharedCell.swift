import Synchronization
import Trace

/// A number in a demo component that two threads may touch with nobody in between.
///
/// Reads and writes are scheduling points and relaxed atomic operations: an update can be lost, as
/// in the lesson, and nothing is undefined.
public final class SharedCell: Sendable {
  private let kernel: Kernel
  private let name: String
  /// The number that the name was told under; 0 until then.
  private let toldName = Atomic<UInt32>(0)
  private let value: Atomic<Int64>
  /// Keeps the order of the operations and of what is told of them the same.
  private let order = ShortLock(())

  public init(_ name: String, _ value: Int64 = 0, in kernel: Kernel) {
    self.kernel = kernel
    self.name = name
    self.value = Atomic(value)
  }

  public func read(file: StaticString = #fileID, line: UInt32 = #line) -> Int64 {
    Kernel.at(SourceSite(file, line)) {
      kernel.point(.cellRead)
      return order.withLock { _ in
        let read = value.load(ordering: .relaxed)
        kernel.tell(.cellRead(nameNumber, read))
        return read
      }
    }
  }

  public func write(_ new: Int64, file: StaticString = #fileID, line: UInt32 = #line) {
    Kernel.at(SourceSite(file, line)) {
      kernel.point(.cellWritten)
      order.withLock { _ in
        kernel.tell(.cellWritten(nameNumber, new))
        value.store(new, ordering: .relaxed)
      }
    }
  }

  /// An interlocked addition: read, add and write are one step, and nothing comes in between.
  ///
  /// - Returns: the new value, as `InterlockedAdd` does.
  @discardableResult
  public func add(
    _ delta: Int64, file: StaticString = #fileID, line: UInt32 = #line
  ) -> Int64 {
    Kernel.at(SourceSite(file, line)) {
      kernel.point(.cellWritten)
      return order.withLock { _ in
        let new = value.load(ordering: .relaxed) &+ delta
        kernel.tell(.cellWritten(nameNumber, new))
        value.store(new, ordering: .relaxed)
        return new
      }
    }
  }

  private var nameNumber: Name {
    let told = Name(toldName.load(ordering: .relaxed))
    guard told.isNone else { return told }
    let name = kernel.name(name)
    toldName.store(name.number, ordering: .relaxed)
    return name
  }
}
