import ApartmentRuntime
import ThreadKernel
import Trace

/// What keeps a server: whoever adds himself has to release himself again.
protocol ServerCount: AnyObject, Sendable {
  func add(_ who: String)
  func release(_ who: String)
  /// Somebody wants the server to stop, whatever keeps it.
  func quit()
}

extension ServerCount {
  func quit() {}
}

/// An object of a local server. It keeps the server while it lives.
final class Widget: ComObject, Widgeting {
  override class var interfaces: [any ComInterface.Type] { [IWidget.self] }

  private let server: any ServerCount
  private let words: String
  private var painted: Int32 = 0

  init(
    _ name: String, _ server: any ServerCount, says words: String = "round"
  ) throws(HResult) {
    self.server = server
    self.words = words
    try super.init(name: name)
    server.add(name)
  }

  /// The destructor.
  override func finalRelease() {
    server.release(name)
  }

  func paint() throws(HResult) -> Int32 {
    painted += 1
    show("painted", Int64(painted))
    return painted
  }

  func work(_ steps: Int32) throws(HResult) -> Int32 {
    for step in 0..<steps {
      show("step", Int64(step + 1))
      Kernel.current?.mark("in Work")
    }
    return steps
  }

  func describe() throws(HResult) -> String { words }

  func quit() throws(HResult) -> Nothing {
    server.quit()
    return Nothing()
  }
}

/// The class object of one class of widgets.
final class WidgetFactory: ComObject, ClassFactoring {
  override class var interfaces: [any ComInterface.Type] { [IClassFactory.self] }

  private let product: String
  private let server: any ServerCount
  private let words: String

  init(
    of product: String, _ server: any ServerCount, says words: String = "round"
  ) throws(HResult) {
    self.product = product
    self.server = server
    self.words = words
    try super.init(name: "factory " + product)
  }

  func createInstance(
    _ outer: ComObject?, _ iid: GUID
  ) throws(HResult) -> OwnedPointer {
    guard outer == nil else { throw refuses(.CLASS_E_NOAGGREGATION) }
    return try Widget(product, server, says: words).handOut(iid)
  }

  func lockServer(_ lock: Bool) throws(HResult) -> Nothing {
    if lock { server.add("lock") } else { server.release("lock") }
    return Nothing()
  }
}
