import ApartmentRuntime
import ThreadKernel
import Trace

/// What a component does that is an `ICounter`.
protocol Counting: AnyObject {
  func increment(_ by: Int32) throws(HResult) -> Int32
  func value() throws(HResult) -> Int32
}

/// `ICounter`: the custom interface of counter.dll.
enum ICounter: ComInterface {
  typealias Methods = any Counting
  static let iid: GUID = "A1F00010-0000-4000-8000-F100F1A00001"
  static let name = "ICounter"
  static func methods(of object: AnyObject) -> (any Counting)? { object as? any Counting }

  static let increment = Method(3, "Increment") {
    (counter: any Counting, by: Int32) throws(HResult) -> Int32 in try counter.increment(by)
  }
  static let value = Method(4, "Value") {
    (counter: any Counting) throws(HResult) -> Int32 in try counter.value()
  }
  static var stubs: [StubMethod<Methods>] { [increment.stub, value.stub] }
}

extension InterfacePointer where I == ICounter, Self: ~Copyable {
  @discardableResult
  @inline(__always)
  func increment(
    _ by: Int32, file: StaticString = #fileID, line: UInt32 = #line
  ) throws(HResult) -> Int32 {
    try call(ICounter.increment, file, line, by) { counter throws(HResult) in
      try counter.increment(by)
    }
  }

  func value(file: StaticString = #fileID, line: UInt32 = #line) throws(HResult) -> Int32 {
    try call(ICounter.value, file, line) { counter throws(HResult) in try counter.value() }
  }
}

/// A counter for one thread at a time.
final class Counter: ComObject, Counting {
  override class var interfaces: [any ComInterface.Type] { [ICounter.self] }

  private var sum: Int32 = 0

  func increment(_ by: Int32) throws(HResult) -> Int32 {
    sum += by  // no lock: only the thread of its apartment ever gets here
    show("value", Int64(sum))
    return sum
  }

  func value() throws(HResult) -> Int32 { sum }
}

/// A counter for many threads at once.
final class SafeCounter: ComObject, Counting {
  override class var interfaces: [any ComInterface.Type] { [ICounter.self] }

  private let sum = Guarded<Int32>(0)

  func increment(_ by: Int32) throws(HResult) -> Int32 {
    sum.withLock { sum in
      sum += by  // under a lock: any thread may get here
      show("value", Int64(sum))
      return sum
    }
  }

  func value() throws(HResult) -> Int32 { sum.withLock { $0 } }
}
