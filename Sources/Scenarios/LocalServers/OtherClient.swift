import ApartmentRuntime
import ThreadKernel
import Trace

/// client.exe: another client, which does what the keys say.
final class OtherClient {
  private let stage: Stage
  private var widgets: [ComField<IWidget>] = []
  /// A class object of its own: while it has that, the server is locked.
  private let factory: ComField<IClassFactory>

  init(_ stage: Stage) {
    self.stage = stage
    factory = ComField("factory", in: stage.kernel)
  }

  static func main(_ stage: Stage) throws(HResult) {
    stage.process.register(IWidget.self)
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    OtherClient(stage).run()
  }

  private func run() {
    // What is refused is told; the client goes on without it.
    try? create()
    while let key = stage.nextAction(
      "one-more", "lock", "unlock", "quit", "leave"),
      key != "leave"
    {
      try? press(key)
    }
    for widget in widgets { widget.clear() }
    factory.clear()
  }

  private func press(_ key: String) throws(HResult) {
    switch key {
    case "one-more": try create()
    case "lock": try lock()
    case "unlock": factory.clear()
    default: try widgets.last?.pointer().quit()
    }
  }

  private func create() throws(HResult) {
    let widget = ComField<IWidget>(
      "widget \(widgets.count + 1)", in: stage.kernel)
    widget.set(
      try coCreateInstance(WidgetClass.widget, IWidget.self, .localServer))
    widgets.append(widget)
    try widget.pointer().paint()
  }

  private func lock() throws(HResult) {
    factory.set(try coGetClassObject(WidgetClass.widget, .localServer))
    try factory.pointer().lockServer(true)
  }
}
