import ApartmentRuntime
import ThreadKernel
import Trace

/// Servers that are not as they ought to be.
enum BadServers {
  /// A program that ends before it has done anything.
  static func exits(_ stage: Stage) {}

  /// A program that never registers its class.
  static func silent(_ stage: Stage) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    runMessageLoop()
  }

  /// A program that registers another class than it was started for.
  static func otherClass(_ stage: Stage) throws(HResult) {
    try serve(stage, WidgetClass.gadget) { threads throws(HResult) in
      try WidgetFactory(of: "Gadget", ProcessCount(threads))
    }
  }

  /// A program whose class object does `act` where it should make a Widget.
  static func misbehaving(
    _ stage: Stage, _ act: @escaping @Sendable (Stage) throws(HResult) -> Void
  ) throws(HResult) {
    try serve(stage, WidgetClass.widget) { threads throws(HResult) in
      try BadFactory(ProcessCount(threads)) { () throws(HResult) in try act(stage) }
    }
  }

  /// A program whose Widgets have more to say than a packet can hold.
  static func tooLong(_ stage: Stage) throws(HResult) {
    try serve(stage, WidgetClass.widget) { threads throws(HResult) in
      try WidgetFactory(
        of: "Widget", ProcessCount(threads),
        says: String(repeating: "very ", count: 8_000) + "round")
    }
  }

  /// Bytes that are no packet.
  static func garbage(_ stage: Stage) {
    send((0..<80).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 11) }, stage)
  }

  /// The first half of a packet; the rest never comes.
  static func half(_ stage: Stage) {
    let head: [UInt8] = [0x46, 0x4C, 0x50, 0x4E, 2, 0, 0, 0, 1, 0, 0, 0]
    send(head + [96, 0, 0, 0, 5, 0, 7, 0], stage)
    sleepThread(3_600_000_000_000)
  }

  /// Past COM, straight to client A's thread.
  private static func send(_ bytes: [UInt8], _ stage: Stage) {
    _ = stage.kernel.mail(bytes, to: ThreadID(process: 1, number: 1))
  }

  private static func serve(
    _ stage: Stage, _ clsid: GUID,
    _ make: (ServerThreads) throws(HResult) -> ComObject
  ) throws(HResult) {
    stage.process.register(IWidget.self)
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    let threads = ServerThreads()
    try threads.join()
    let factory = ComPtr<IClassFactory>(try make(threads))
    let cookie = try coRegisterClassObject(clsid, factory, .localServer)
    runMessageLoop()
    try coRevokeClassObject(cookie)
  }
}

/// A class object that makes nothing.
final class BadFactory: ComObject, ClassFactoring {
  override class var interfaces: [any ComInterface.Type] { [IClassFactory.self] }

  private let server: any ServerCount
  private let act: () throws(HResult) -> Void

  init(
    _ server: any ServerCount, _ act: @escaping () throws(HResult) -> Void
  ) throws(HResult) {
    self.server = server
    self.act = act
    try super.init(name: "factory Widget")
  }

  func createInstance(
    _ outer: ComObject?, _ iid: GUID
  ) throws(HResult) -> OwnedPointer {
    try act()
    throw refuses(.E_FAIL)
  }

  func lockServer(_ lock: Bool) throws(HResult) -> Nothing {
    if lock { server.add("lock") } else { server.release("lock") }
    return Nothing()
  }
}
