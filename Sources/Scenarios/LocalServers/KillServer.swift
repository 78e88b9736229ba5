import ApartmentRuntime
import ThreadKernel
import Trace

/// kill -9 of a server: no destructor runs, nothing is revoked, no answer comes
/// (RPC-01, RPC-02).
enum KillServer {
  static func program(_ stage: Stage) {
    stage.process.register(IWidget.self)
    stage.thread("main") { () throws(HResult) in try runClientA(stage) }
    stage.thread("user") { () throws(HResult) in
      stage.mark("user kills")
      stage.kill("server")
      stage.mark("user has killed")
    }
  }

  private static func runClientA(_ stage: Stage) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    let widget = try create(as: "widget")
    stage.start("client.exe", as: "client B")
    stage.mark("client A calls")
    _ = try? widget.work(3)
    stage.mark("client A calls again")
    _ = try? widget.paint()
    // The old proxy is of no use any more: a new object has to be made.
    let another = try create(as: "new widget")
    try another.paint()
  }

  /// A client that asks a second time before it gives up.
  private static func create(
    as holder: String
  ) throws(HResult) -> ComPtr<IWidget> {
    do throws(HResult) {
      return try coCreateInstance(
        WidgetClass.widget, IWidget.self, .localServer, as: holder)
    } catch {
      return try coCreateInstance(
        WidgetClass.widget, IWidget.self, .localServer, as: holder)
    }
  }

  static func clientB(_ stage: Stage) throws(HResult) {
    stage.process.register(IWidget.self)
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    let widget = try create(as: "widget")
    stage.mark("client B has a Widget")
    stage.mark("client B calls")
    _ = try? widget.paint()
    stage.mark("client B was told")
  }

  static func server(_ stage: Stage) throws(HResult) {
    stage.process.register(IWidget.self)
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    stage.mark("server starts")
    let threads = ServerThreads()
    try threads.join()
    let factory = ComPtr<IClassFactory>(
      try WidgetFactory(of: "Widget", ProcessCount(threads)))
    stage.mark("server registers")
    let cookie = try coRegisterClassObject(
      WidgetClass.widget, factory, .localServer)
    runMessageLoop()
    try coRevokeClassObject(cookie)
  }
}
