import ApartmentRuntime
import Synchronization
import ThreadKernel
import Trace

/// Classes of local servers.
enum LocalClass {
  static let widget: GUID = "A1F00F01-0000-4000-8000-F100F1A00001"
  static let gadget: GUID = "A1F00F02-0000-4000-8000-F100F1A00001"
  static let all = [widget, gadget]

  static func name(_ clsid: GUID) -> String { clsid == widget ? "Widget" : "Gadget" }
}

/// An object of a local server.
class Widget: LocalObject, Counting {
  override class var interfaces: [any ComInterface.Type] { [ICounter.self] }

  private let value = Atomic<Int32>(0)

  init(_ name: String, of server: any ServerKeeping) throws(HResult) {
    try super.init(name: name, of: server)
  }

  func increment(_ amount: Int32) throws(HResult) -> Int32 {
    value.wrappingAdd(amount, ordering: .relaxed).newValue
  }

  func pass(_ code: HResult) throws(HResult) -> HResult {
    if code.isFailure { throw code }
    return code
  }
}

/// A local server as a programmer writes it: `widgets.exe`.
struct WidgetServer: Sendable {
  var model = Coinit.apartmentThreaded
  var classes = [LocalClass.widget]
  var use = ClassUse.multipleUse
  /// Registers suspended, and resumes once.
  var resumes = false
  var counting = LocalServer.Places.all
  /// Runs once the classes are registered.
  var whenReady: @Sendable (ComProcess) throws -> Void = { _ in }

  func main(_ process: ComProcess) {
    do {
      process.registerInterfaces()
      try coInitializeEx(model)
      try serve(process)
      coUninitialize()
    } catch {
      process.kernel.mark("server fails: \(error)")
    }
  }

  private func serve(_ process: ComProcess) throws {
    let stop = Signal(in: process.kernel)
    let apartment = try currentApartment()
    let isSingle = model == .apartmentThreaded
    let server = LocalServer(counting: counting) {
      if isSingle { postThreadMessage(.quit, to: apartment) } else { stop.set() }
    }
    var cookies: [ClassRegistration] = []
    for clsid in classes {
      let name = LocalClass.name(clsid)
      let factory = try LocalClassFactory(name + " factory", of: server) {
        outer throws(HResult) in
        guard outer == nil else { throw .CLASS_E_NOAGGREGATION }
        return try Widget(name, of: server)
      }
      cookies.append(
        try coRegisterClassObject(
          clsid, ComPtr<IClassFactory>(factory), .localServer, use,
          flags: resumes ? .suspended : []))
    }
    if resumes { try coResumeClassObjects() }
    try whenReady(process)
    if isSingle { pump() } else { stop.wait() }
    for cookie in cookies { try coRevokeClassObject(cookie) }
  }
}

extension ApartmentRuntime.Registry {
  /// A machine with the classes and their program.
  static func widgets(
    _ server: WidgetServer = WidgetServer(), allowsLaunch: Bool = true
  ) -> ApartmentRuntime.Registry {
    widgets(allowsLaunch: allowsLaunch) { server.main($0) }
  }

  /// The same with any program; nil: it is missing.
  static func widgets(
    allowsLaunch: Bool = true, _ main: (@Sendable (ComProcess) -> Void)?
  ) -> ApartmentRuntime.Registry {
    let registry = ApartmentRuntime.Registry()
    for clsid in LocalClass.all {
      registry.add(
        ClassEntry(
          clsid, LocalClass.name(clsid), localServer: "C:\\Servers\\widgets.exe",
          allowsLaunch: allowsLaunch))
    }
    if let main { registry.install(ProgramFile("Widgets.exe", main: main)) }
    return registry
  }
}

extension Program {
  /// A new object of a local server's.
  func widget(
    _ clsid: GUID = LocalClass.widget, as holder: String? = nil
  ) throws(HResult) -> ComPtr<ICounter> {
    try coCreateInstance(clsid, ICounter.self, .localServer, as: holder)
  }
}

extension ComRun {
  /// The processes that the SCM started.
  var servers: [World.Process] {
    world.processes.values.filter { !$0.launchedFor.isNone }.sorted { $0.id < $1.id }
  }

  /// How often the SCM was asked so.
  func requests(_ kind: ScmRequest) -> Int {
    world.requestsInOrder.count { $0.kind == kind }
  }
}
