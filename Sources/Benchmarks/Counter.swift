import ApartmentRuntime
import Trace

/// What is called: the smallest method there is.
protocol Counting: AnyObject {
  func increment(_ amount: Int32) throws(HResult) -> Int32
}

enum ICounter: ComInterface {
  typealias Methods = any Counting
  static let iid: GUID = "A1F000B1-0000-4000-8000-F100F1A00001"
  static let name = "ICounter"
  static func methods(of object: AnyObject) -> (any Counting)? { object as? any Counting }

  static let increment = Method(3, "Increment") {
    (counter: any Counting, amount: Int32) throws(HResult) -> Int32 in
    try counter.increment(amount)
  }
  static let stubs: [StubMethod<Methods>] = [increment.stub]
}

extension InterfacePointer where I == ICounter, Self: ~Copyable {
  @inline(__always)
  func increment(
    _ amount: Int32, file: StaticString = #fileID, line: UInt32 = #line
  ) throws(HResult) -> Int32 {
    try call(ICounter.increment, file, line, amount) { methods throws(HResult) in
      try methods.increment(amount)
    }
  }
}

final class Counter: ComObject, Counting {
  override class var interfaces: [any ComInterface.Type] { [ICounter.self] }

  private var value: Int32 = 0

  init() throws(HResult) { try super.init(name: "Counter") }

  @inline(never)
  func increment(_ amount: Int32) throws(HResult) -> Int32 {
    value &+= amount
    return value
  }
}
