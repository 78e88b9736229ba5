import ApartmentRuntime
import ThreadKernel
import Trace

/// kill -9 of a client that holds references: it never calls Release, so COM counts for
/// it (RPC-03, STUB-19).
enum KillClient {
  static func program(_ stage: Stage) {
    stage.process.register(IWidget.self)
    stage.thread("main") { () throws(HResult) in try runClientA(stage) }
    stage.thread("user") { () throws(HResult) in
      stage.mark("user kills")
      stage.kill("client B")
      stage.mark("user has killed")
    }
  }

  /// Client A has a Widget of the same server.
  private static func runClientA(_ stage: Stage) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    let widget = try coCreateInstance(
      WidgetClass.widget, IWidget.self, .localServer, as: "widget")
    stage.start("client.exe", as: "client B")
    stage.mark("client A goes away")
    sleepThread(absence(stage))
    try widget.paint()
  }

  /// How long client A does something else, in nanoseconds: seven minutes where a death
  /// takes six to be noticed.
  private static func absence(_ stage: Stage) -> UInt64 {
    stage.knobs["death"] == "silent" ? 420_000_000_000 : 1_000_000
  }

  /// Client B has a Widget, and is killed with it.
  static func clientB(_ stage: Stage) throws(HResult) {
    stage.process.register(IWidget.self)
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    let widget = try coCreateInstance(
      WidgetClass.widget, IWidget.self, .localServer, as: "widget")
    try widget.paint()
    stage.mark("client B has painted")
    _ = stage.nextAction("leave")
    _ = consume widget
  }

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
    runMessageLoop()
    try coRevokeClassObject(cookie)
  }
}
