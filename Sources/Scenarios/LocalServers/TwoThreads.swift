import ApartmentRuntime
import ThreadKernel
import Trace

/// A server with two rooms: while one of its threads decides that it ends, the
/// other may let a client in (O2, O6 to O13).
enum TwoThreads {
  /// What client B wants of the server.
  enum Wish: Sendable { case object, lockedFactory }

  // MARK: widgets.exe, the server

  /// Thread main has the class Widget, thread gadgets the class Gadget.
  static func server(_ stage: Stage) {
    stage.process.register(IWidget.self)
    let threads = ServerThreads()
    let server = makeCount(of: threads, stage)
    let isReady = stage.signal()
    let gadgets = stage.thread("gadgets") { () throws(HResult) in
      try serve(WidgetClass.gadget, "Gadget", threads, server) { isReady.set() }
    }
    do throws(HResult) {
      try serve(WidgetClass.widget, "Widget", threads, server) { () throws(HResult) in
        // Nobody comes in before both classes are there.
        try waitForSingleObject(.signal(isReady))
        try coResumeClassObjects()
      }
      if let gadgets { try waitForSingleObject(.thread(gadgets)) }
      stage.markProcess("is gone")
    } catch {
      // The refusal was told where it was made; the program ends.
    }
  }

  /// What each of the two threads does: its room, its class, its loop.
  private static func serve(
    _ clsid: GUID, _ name: String, _ threads: ServerThreads,
    _ server: any LoopCount, begin: () throws(HResult) -> Void
  ) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    try threads.join()
    let factory = ComPtr<IClassFactory>(try WidgetFactory(of: name, server))
    let cookie = try coRegisterClassObject(
      clsid, factory, .localServer, flags: .suspended)
    try begin()
    runMessageLoop()
    try coRevokeClassObject(cookie)
    // Whoever counts alone looks again: did anybody get in meanwhile?
    while server.isInUse { runMessageLoop() }
  }

  // MARK: The clients

  /// Client A has a Widget, and lets it go: its server's last one.
  static func clientA(_ stage: Stage) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    let widget = try coCreateInstance(
      WidgetClass.widget, IWidget.self, .localServer, as: "widget")
    stage.markProcess("has a Widget")
    stage.markProcess("lets go")
    widget.release()
    stage.markProcess("has let go")
  }

  /// Client B wants a Gadget.
  static func clientB(_ stage: Stage) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    stage.markProcess("asks")
    let gadget = try coCreateInstance(
      WidgetClass.gadget, IWidget.self, .localServer, as: "gadget")
    stage.markProcess("has it")
    stage.markProcess("goes on")
    try gadget.paint()
    gadget.release()
  }

  /// Client B wants Gadget's class object, locks the server, and makes a Gadget
  /// when it needs one.
  static func clientBWithFactory(_ stage: Stage) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    stage.markProcess("asks")
    let factory = try coGetClassObject(
      WidgetClass.gadget, .localServer, as: "factory")
    try factory.lockServer(true)
    stage.markProcess("has it")
    stage.markProcess("goes on")
    let gadget = try factory.createInstance(IWidget.self, as: "gadget")
    try gadget.paint()
    try factory.lockServer(false)
    factory.release()
    gadget.release()
  }
}
