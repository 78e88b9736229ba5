import ApartmentRuntime
import Trace

enum Smoke {
  static let scenario = Scenario(
    id: "smoke", key: "P", document: .localServers, facts: [],
    cast: Cast(buildings: [.client("client A"), .server("server 1", rooms: [.sta("main")]), .scm]),
    steps: { _ in [Step("smoke.start") { _ in true }] },
    always: { _ in [] },
    files: ["Smoke.swift"],
    programs: { _ in [Program("widgets.exe", main: server)] },
    classes: { _ in [ClassEntry(WidgetClass.widget, "Widget", localServer: "widgets.exe")] },
    program: { stage in
      stage.process.register(IWidget.self)
      stage.thread("main") { () throws(HResult) in
        try coInitializeEx(.apartmentThreaded)
        let widget = try coCreateInstance(WidgetClass.widget, IWidget.self, .localServer, as: "widget")
        try widget.paint()
        try widget.paint()
        _ = consume widget
        coUninitialize()
      }
    })

  static func server(_ stage: Stage) {
    stage.process.register(IWidget.self)
    let threads = ServerThreads()
    do throws(HResult) {
      try coInitializeEx(.apartmentThreaded)
      try threads.join()
      let factory = ComPtr<IClassFactory>(try WidgetFactory(of: "Widget", ProcessCount(threads)))
      let cookie = try coRegisterClassObject(WidgetClass.widget, factory, .localServer)
      runMessageLoop()
      try coRevokeClassObject(cookie)
      _ = consume factory
    } catch {}
    coUninitialize()
  }
}
