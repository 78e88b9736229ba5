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

/// An object of a local server: its constructor and its destructor count.
final class Widget: ComObject, Counting {
  override class var interfaces: [any ComInterface.Type] { [ICounter.self] }

  private let server: any ServerKeeping
  private let value = Atomic<Int32>(0)

  init(_ name: String, of server: any ServerKeeping) throws(HResult) {
    self.server = server
    try super.init(name: name)
    server.objectBegins(name)
  }

  override func finalRelease() { server.objectEnds(name) }

  /// Amounts by which a client has the server do something.
  static let suspends: Int32 = -1
  static let letsGo: Int32 = -2

  func increment(_ amount: Int32) throws(HResult) -> Int32 {
    switch amount {
    case Self.suspends: try coSuspendClassObjects()
    case Self.letsGo: coReleaseServerProcess(as: "main")
    default: break
    }
    return value.wrappingAdd(amount, ordering: .relaxed).newValue
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
  /// Runs before a class is registered, with its place among them.
  var beforeClass: @Sendable (Int) throws -> Void = { _ in }
  /// Runs once the classes are registered.
  var whenReady: @Sendable (ComProcess) throws -> Void = { _ in }
  /// Runs in an object's constructor, before it counts.
  var inConstructor: @Sendable () throws(HResult) -> Void = {}
  /// Runs when the server has left its loop.
  var whenStopped: @Sendable () throws -> Void = {}
  /// What counts: by default COM's count. Gets what stops the server.
  var makeKeeper:
    (
      @Sendable (_ process: ComProcess, _ stop: @escaping @Sendable () -> Void) -> any ServerKeeping
    )?

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
    let leave: @Sendable () -> Void = {
      if isSingle { postThreadMessage(.quit, to: apartment) } else { stop.set() }
    }
    let server = makeKeeper?(process, leave) ?? LocalServer(counting: counting, atZero: leave)
    var cookies: [ClassRegistration] = []
    for (index, clsid) in classes.enumerated() {
      try beforeClass(index)
      cookies.append(
        try coRegisterClassObject(
          clsid, ComPtr<IClassFactory>(factory(of: clsid, server)), .localServer, use,
          flags: resumes ? .suspended : []))
    }
    (server as? OwnCounts)?.cookies.withLock { $0 = cookies }
    if resumes { try coResumeClassObjects() }
    try whenReady(process)
    if isSingle { pump() } else { try wait(for: stop) }
    try whenStopped()
    // Some revoke earlier.
    for cookie in cookies { try? coRevokeClassObject(cookie) }
  }

  /// Until the server is to end; one that nobody uses for ten minutes ends by itself.
  private func wait(for stop: Signal) throws {
    while !stop.isSet {
      do throws(HResult) {
        try coWaitForHandle(.signal(stop), timeout: 600_000_000_000)
      } catch {
        guard error == .RPC_S_CALLPENDING else { throw error }
        coAddRefServerProcess(as: "main")
        if coReleaseServerProcess(as: "main") == 0 { return }
      }
    }
  }

  private func factory(
    of clsid: GUID, _ server: any ServerKeeping
  ) throws(HResult) -> LocalClassFactory {
    let name = LocalClass.name(clsid)
    let inConstructor = inConstructor
    return try LocalClassFactory(name + " factory", of: server) { () throws(HResult) in
      try inConstructor()
      return try Widget(name, of: server)
    }
  }
}

/// A server that counts by itself, and uses none of the four functions but `CoSuspendClassObjects`.
final class OwnCounts: ServerKeeping {
  private let count = Guarded<Int>(0)
  private let atZero: @Sendable ([ClassRegistration]) -> Void
  let cookies = Guarded<[ClassRegistration]>([])

  init(atZero: @escaping @Sendable ([ClassRegistration]) -> Void) { self.atZero = atZero }

  func objectBegins(_ name: String) { count.withLock { $0 += 1 } }

  func objectEnds(_ name: String) {
    let left = count.withLock { count in
      count -= 1
      return count
    }
    if left == 0 { atZero(cookies.withLock { $0 }) }
  }

  var objects: Int { count.withLock { $0 } }

  func serverIsLocked(_ isLocked: Bool) {
    if isLocked { objectBegins("") } else { objectEnds("") }
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
    registry.addWidgets(allowsLaunch: allowsLaunch, main)
    return registry
  }

  func addWidgets(_ server: WidgetServer) { addWidgets { server.main($0) } }

  func addWidgets(
    allowsLaunch: Bool = true, _ main: (@Sendable (ComProcess) -> Void)?
  ) {
    for clsid in LocalClass.all {
      add(
        ClassEntry(
          clsid, LocalClass.name(clsid), localServer: "C:\\Servers\\widgets.exe",
          allowsLaunch: allowsLaunch))
    }
    if let main { install(ProgramFile("Widgets.exe", main: main)) }
  }
}

/// No interface at all: `IID_NULL`.
enum INull: ComInterface {
  typealias Methods = Unknown
  static let iid = GUID.null
  static let name = "nothing"
  static func methods(of object: AnyObject) -> Unknown? { nil }
  static var stubs: [StubMethod<Methods>] { [] }
}

extension EventKind {
  func isMark(_ text: String, in world: World) -> Bool {
    if case .marked(let name) = self { world[name] == text } else { false }
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

  /// The places in the run of events that are meant.
  func places(of isMeant: (EventKind) -> Bool) -> [Int] {
    events.indices.filter { isMeant(events[$0].kind) }
  }

  /// In which processes objects of that name were made.
  func homes(of name: String) -> [ProcessID] {
    world.objects(named: name).filter { $0.role == .component }
      .map(\.process)
  }

  /// How often the SCM was asked so.
  func requests(_ kind: ScmRequest) -> Int {
    world.requestsInOrder.count { $0.kind == kind }
  }
}
