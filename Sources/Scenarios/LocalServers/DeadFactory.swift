import ApartmentRuntime
import ThreadKernel
import Trace

/// The dead factory, and the lock that nobody called (O15, O16, O17).
enum DeadFactory {
  // MARK: The clients

  /// Client A wants the class object, to make Widgets with it.
  static func program(_ stage: Stage) {
    stage.process.register(IWidget.self)
    stage.thread("main") { () throws(HResult) in
      try coInitializeEx(.apartmentThreaded)
      defer { coUninitialize() }
      stage.start("client.exe", as: "client B")
      var round = 0
      while round < rounds(stage) || stage.nextAction("again") != nil {
        round += 1
        do throws(HResult) {
          try makeWidget(round, stage)
        } catch {
          // A dead factory. The next time A asks for another one.
        }
      }
    }
  }

  private static func makeWidget(
    _ round: Int, _ stage: Stage
  ) throws(HResult) {
    let factory = try coGetClassObject(
      WidgetClass.widget, .localServer, as: "factory")
    stage.mark("A has a factory \(round)")
    // Here is the gap: A has it, and has not locked it.
    stage.mark("A locks \(round)")
    try factory.lockServer(true)
    stage.mark("A has locked \(round)")
    let widget = try factory.createInstance(IWidget.self, as: "widget")
    try widget.paint()
    try factory.lockServer(false)
  }

  /// Client B wants a Widget, paints it, and lets it go.
  static func clientB(_ stage: Stage) throws(HResult) {
    stage.process.register(IWidget.self)
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    for round in 1...rounds(stage) {
      stage.mark("B comes \(round)")
      let widget = try coCreateInstance(
        WidgetClass.widget, IWidget.self, .localServer, as: "widget")
      try widget.paint()
      stage.mark("B lets go \(round)")
      _ = consume widget
      stage.mark("B has let go \(round)")
    }
  }

  // MARK: widgets.exe

  /// A server with one class, on one thread.
  static func server(_ stage: Stage) throws(HResult) {
    stage.process.register(IWidget.self)
    if !isLocked(stage) { stage.process.doWithoutImplicitLocks() }
    try runServer()
    stage.mark("\(stage.process.name) has ended")
  }

  private static func runServer() throws(HResult) {
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

  /// Whether COM locks this server for clients that have its class object.
  private static func isLocked(_ stage: Stage) -> Bool {
    switch stage.knobs["lock"] {
    case "always": true
    case "never": false
    default: stage.process.name != "server 1"
    }
  }

  /// Without the lock once, then with it; or once only.
  private static func rounds(_ stage: Stage) -> Int {
    stage.knobs["lock"] == "second" ? 2 : 1
  }
}
