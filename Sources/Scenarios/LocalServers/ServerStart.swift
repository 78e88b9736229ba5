import ApartmentRuntime
import ThreadKernel
import Trace

/// A server with several classes starts. From when on can clients come in?
/// (O18 to O24)
enum ServerStart {
  // MARK: widgets.exe

  static func server(_ stage: Stage, _ plan: StartPlan) throws(HResult) {
    stage.process.register(IWidget.self)
    try runServer(plan.edition(of: stage.process.name), plan, stage)
    stage.mark("\(stage.process.name) has ended")
  }

  private static func runServer(
    _ edition: StartPlan.Edition, _ plan: StartPlan, _ stage: Stage
  ) throws(HResult) {
    try coInitializeEx(edition.model)
    defer { coUninitialize() }
    let threads = ServerThreads()
    try threads.join()
    let count = ProcessCount(threads)
    let cookies = try stage.counting(edition.name(plan.classes.count)) {
      () throws(HResult) in
      try register(plan.classes, edition, count, stage)
    }
    stage.mark("\(stage.process.name) enters its loop")
    runMessageLoop()  // until the count is 0
    for cookie in cookies { try coRevokeClassObject(cookie) }
  }

  private static func register(
    _ classes: [StartPlan.Class], _ edition: StartPlan.Edition,
    _ count: ProcessCount, _ stage: Stage
  ) throws(HResult) -> [ClassRegistration] {
    var cookies: [ClassRegistration] = []
    for item in classes {
      let factory = ComPtr<IClassFactory>(
        try WidgetFactory(of: item.name, count))
      cookies.append(
        try coRegisterClassObject(
          item.clsid, factory, .localServer,
          flags: edition.isSuspended ? .suspended : []))
      stage.mark("\(stage.process.name) has \(item.name)")
    }
    // One call for all of them.
    if edition.isSuspended { try coResumeClassObjects() }
    return cookies
  }

  // MARK: The clients

  /// Client A wants a Widget, and brings a server up by that.
  ///
  /// - Parameter key: by which it wants another one.
  static func clientA(
    _ stage: Stage, _ plan: StartPlan, again key: String? = nil
  ) throws(HResult) {
    stage.process.register(IWidget.self)
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    for visit in 1...plan.visits {
      try useWidget(visit, stage) {
        if visit == plan.visits { stage.start("client.exe", as: "client B") }
      }
    }
    guard let key else { return }
    var visit = plan.visits
    while stage.nextAction(key) != nil {
      visit += 1
      try useWidget(visit, stage)
    }
  }

  private static func useWidget(
    _ visit: Int, _ stage: Stage, meanwhile: () -> Void = {}
  ) throws(HResult) {
    stage.mark("A asks \(visit)")
    let widget = try coCreateInstance(
      WidgetClass.widget, IWidget.self, .localServer, as: "widget")
    try widget.paint()
    meanwhile()
    stage.mark("A lets go \(visit)")
    _ = consume widget
    stage.mark("A has let go \(visit)")
  }

  /// Client B wants an object of the last class.
  static func clientB(_ stage: Stage, _ plan: StartPlan) throws(HResult) {
    stage.process.register(IWidget.self)
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    stage.mark("B asks")
    let object = try coCreateInstance(
      plan.last.clsid, IWidget.self, .localServer, as: "its own")
    stage.mark("B has it")
    stage.mark("B paints")
    try object.paint()
  }
}
