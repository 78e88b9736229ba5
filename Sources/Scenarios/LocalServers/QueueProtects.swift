import ApartmentRuntime
import ThreadKernel
import Trace

/// The queue protects: a server with one thread, and no helpers. That it stops and that
/// a client comes are two messages of one queue (O4, O5).
enum QueueProtects {
  static func program(_ stage: Stage) {
    stage.process.register(IWidget.self)
    stage.thread("main") { () throws(HResult) in try runClientA(stage) }
    stage.thread("user") { () throws(HResult) in startOthers(stage) }
  }

  /// Client A has the only Widget, and gives it back.
  private static func runClientA(_ stage: Stage) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    let widget = try coCreateInstance(
      WidgetClass.widget, IWidget.self, .localServer, as: "widget")
    try widget.paint()
    stage.start("client.exe", as: "client B")
    stage.mark("client A releases")
    _ = consume widget
  }

  /// Client B, and any more that are started, want a Widget for a moment.
  static func clientB(_ stage: Stage) throws(HResult) {
    stage.process.register(IWidget.self)
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    stage.mark(stage.process.name + " asks")
    let widget = try coCreateInstance(
      WidgetClass.widget, IWidget.self, .localServer, as: "widget")
    stage.mark(stage.process.name + " has a Widget")
    try widget.paint()
  }

  private static func startOthers(_ stage: Stage) {
    var others = 0
    while stage.nextAction("another-client") != nil {
      let letter = Character(Unicode.Scalar(UInt8(ascii: "C") + UInt8(others % 24)))
      stage.start("client.exe", as: "client \(letter)")
      others += 1
    }
  }

  /// widgets.exe, with one thread. It counts for itself.
  static func server(_ stage: Stage) throws(HResult) {
    stage.process.register(IWidget.self)
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    let count = RevokingCount(stage, try currentApartment())
    let factory = ComPtr<IClassFactory>(
      try WidgetFactory(of: "Widget", count))
    count.register(
      try coRegisterClassObject(WidgetClass.widget, factory, .localServer))
    runMessageLoop()
  }
}

/// A count of the server's own. All that moves it is served by the one thread, from its
/// queue, one message after the other.
final class RevokingCount: ServerCount {
  private let stage: Stage
  private let apartment: Apartment
  private let users: SharedCell
  private let cookie = ShortLock<ClassRegistration?>(nil)

  init(_ stage: Stage, _ apartment: Apartment) {
    self.stage = stage
    self.apartment = apartment
    users = SharedCell("own count", in: stage.kernel)
  }

  func register(_ cookie: ClassRegistration) {
    self.cookie.withLock { $0 = cookie }
  }

  func add(_ who: String) {
    users.write(users.read() + 1)
  }

  func release(_ who: String) {
    stage.mark("server counts")
    users.write(users.read() - 1)
    stage.mark("server decides")
    guard users.read() == 0 else { return }
    // Before any other message is dispatched: nobody gets in from here on.
    if let cookie = cookie.withLock({ $0 }) {
      try? coRevokeClassObject(cookie)
    }
    postThreadMessage(.quit, to: apartment)
  }
}
