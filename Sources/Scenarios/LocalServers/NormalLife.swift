import ApartmentRuntime
import ThreadKernel
import Trace

/// A normal life: a local server is started for its first client, and ends when nothing
/// keeps it any more (O1, O3, O8, O11, O12, O14).
enum NormalLife {
  static func program(_ stage: Stage) {
    stage.process.register(IWidget.self)
    stage.thread("main") { () throws(HResult) in try runClient(stage) }
    stage.thread("user") { () throws(HResult) in startOthers(stage) }
  }

  /// Client A.
  private static func runClient(_ stage: Stage) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    let factory = try coGetClassObject(
      WidgetClass.widget, .localServer, as: "factory")
    let widget = try create(by: factory)
    try widget.paint()
    sleepThread(1_000_000)
    _ = try? widget.describe()
    _ = consume widget
    sleepThread(1_000_000)
    // All that it has of the server by now is the class object.
    _ = consume factory
  }

  /// A client that asks a second time before it gives up.
  private static func create(
    by factory: borrowing ComPtr<IClassFactory>
  ) throws(HResult) -> ComPtr<IWidget> {
    do throws(HResult) {
      return try factory.createInstance(IWidget.self, as: "widget")
    } catch {
      return try factory.createInstance(IWidget.self, as: "widget")
    }
  }

  /// The person at the machine starts more clients.
  private static func startOthers(_ stage: Stage) {
    var others = 0
    while stage.nextAction("another-client") != nil {
      let letter = Character(Unicode.Scalar(UInt8(ascii: "B") + UInt8(others % 25)))
      stage.start("client.exe", as: "client \(letter)")
      others += 1
    }
  }

  /// widgets.exe. The SCM runs it when a client wants a Widget and nobody has one.
  static func server(_ stage: Stage) throws(HResult) {
    stage.process.register(IWidget.self)
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    let threads = ServerThreads()
    try threads.join()
    let factory = ComPtr<IClassFactory>(
      try WidgetFactory(of: "Widget", ProcessCount(threads)))
    let cookie = try coRegisterClassObject(
      WidgetClass.widget, factory, .localServer)
    runMessageLoop()  // until the count is 0
    try coRevokeClassObject(cookie)
  }
}
