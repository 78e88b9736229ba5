// Made by .ci/embed-sources from the lessons' own files. swift-format-ignore-file

/// The source of every lesson, for the source pane and for recordings.
public enum LessonSources {
  /// The text of a file by its name without folders, as it stands in the sources.
  public static func text(of file: String) -> String? { all[file] }

  static let all: [String: String] = [
    "Interfaces.swift": ###"""
import ApartmentRuntime
import Trace

/// What a component does that is an `IServiceProvider`.
protocol ServiceProviding: AnyObject {
  func queryService(_ service: GUID, _ iid: GUID) throws(HResult) -> OwnedPointer
}

/// `IServiceProvider`: hands out services by their ids.
enum IServiceProvider: ComInterface {
  typealias Methods = any ServiceProviding
  static let iid: GUID = "6D5140C1-7436-11CE-8034-00AA006009FA"
  static let name = "IServiceProvider"
  static func methods(of object: AnyObject) -> (any ServiceProviding)? {
    object as? any ServiceProviding
  }

  static let queryService = Method(3, "QueryService") {
    (provider: any ServiceProviding, service: GUID, iid: GUID) throws(HResult) -> OwnedPointer in
    try provider.queryService(service, iid)
  }
  static var stubs: [StubMethod<Methods>] { [queryService.stub] }
}

extension InterfacePointer where I == IServiceProvider, Self: ~Copyable {
  func queryService<Service: ComInterface>(
    _ service: GUID, _ interface: Service.Type, as holder: String? = nil,
    file: StaticString = #fileID, line: UInt32 = #line
  ) throws(HResult) -> ComPtr<Service> {
    try call(IServiceProvider.queryService, file, line, service, Service.iid) {
      provider throws(HResult) in try provider.queryService(service, Service.iid)
    }.take(Service.self, as: holder)
  }
}

/// What a component does that is an `IShellService`.
protocol ShellServing: AnyObject {
  func doWork(_ amount: Int32) throws(HResult) -> Int32
}

/// A service of the shell, and its id.
enum IShellService: ComInterface {
  typealias Methods = any ShellServing
  static let iid: GUID = "A1F00001-0000-4000-8000-F100F1A00001"
  static let name = "IShellService"
  static func methods(of object: AnyObject) -> (any ShellServing)? { object as? any ShellServing }

  static let doWork = Method(3, "DoWork") {
    (service: any ShellServing, amount: Int32) throws(HResult) -> Int32 in
    try service.doWork(amount)
  }
  static var stubs: [StubMethod<Methods>] { [doWork.stub] }

  /// SID_SShellService.
  static let service: GUID = "A1F00002-0000-4000-8000-F100F1A00001"
}

extension InterfacePointer where I == IShellService, Self: ~Copyable {
  @discardableResult
  func doWork(
    _ amount: Int32, file: StaticString = #fileID, line: UInt32 = #line
  ) throws(HResult) -> Int32 {
    try call(IShellService.doWork, file, line, amount) { methods throws(HResult) in
      try methods.doWork(amount)
    }
  }
}
"""###,
    "Package.swift": ###"""
import ApartmentRuntime
import ThreadKernel
import Trace

/// The package of document 000: it gets the shell's service provider on the main thread, and hands
/// services out on a background thread.
final class Package: Sendable {
  /// Carries the provider from the main thread to the background thread.
  let m_pSPStream: ComField<IStream>
  /// The provider as the background thread has it, once it was unmarshalled.
  let m_pBackgroundSP: ComField<IServiceProvider>
  private let forgetsDetach: Bool

  init(in stage: Stage, forgetsDetach: Bool = false) {
    m_pSPStream = ComField("Package.m_pSPStream", in: stage.kernel)
    m_pBackgroundSP = ComField("Package.m_pBackgroundSP", in: stage.kernel)
    self.forgetsDetach = forgetsDetach
  }

  func setSite(_ pSP: borrowing ComPtr<IServiceProvider>) throws(HResult) {
    // On the main thread: an address of the provider goes into a stream.
    m_pSPStream.set(
      try coMarshalInterThreadInterfaceInStream(
        IServiceProvider.self, pSP, as: "Package.m_pSPStream"))
  }

  func queryServiceFromBackgroundThread() throws(HResult) -> ComPtr<IShellService> {
    if m_pBackgroundSP.isEmpty {
      guard !m_pSPStream.isEmpty else {
        throw refuses(.E_UNEXPECTED, in: "Package")
      }
      let pSP = try coGetInterfaceAndReleaseStream(m_pSPStream, IServiceProvider.self)
      m_pBackgroundSP.set(pSP)
      // COM has released the stream: the field must not do it again.
      if !forgetsDetach { m_pSPStream.detach() }
    }
    return try m_pBackgroundSP.pointer().queryService(
      IShellService.service, IShellService.self)
  }

  /// What the destructors of the fields do.
  func close() {
    m_pBackgroundSP.clear()
    m_pSPStream.clear()
  }
}
"""###,
    "RightWay.swift": ###"""
import ApartmentRuntime
import ThreadKernel
import Trace

/// Lesson 3: marshal once, unmarshal once, query from the background (S3, S4, S5).
enum RightWay {
  static let scenario = Scenario(
    id: "right-way", key: "3", document: .service, facts: ["S3", "S4", "S5", "S7"],
    cast: Cast([
      .init(.singleThreaded, "main STA", ["main"], .left, isMain: true),
      .init(.multithreaded, "MTA", ["worker"], .right),
    ]),
    knobs: [Knob("detach", ["done", "forgotten"])],
    actions: [Action("query-again", key: "a")],
    steps: steps,
    questions: { _ in
      [
        .init(
          "right-way.who-runs", before: "right-way.served",
          choices: [.init(1, .thread("main")), .init(2, .thread("worker"))]
        ) { Int($0.server(of: "QueryService")?.number ?? 0) },
        .init(
          "right-way.what-holds", before: "right-way.proxied",
          choices: [
            .init(1, .text("right-way.the-service")), .init(2, .text("right-way.a-proxy")),
          ]
        ) { $0.proxies(named: "ShellService").isEmpty ? 1 : 2 },
      ]
    },
    always: { knobs in
      [
        Expectation("the background thread did its work") { $0.hasReturned("DoWork") },
        Expectation("every call ran on main") { $0.servers == ["main"] },
        Expectation("nobody was refused") { $0.refusals.isEmpty },
        knobs["detach"] == "done"
          ? Expectation("nothing was released twice") { $0.misuses.isEmpty }
          : Expectation("the second release of the stream was caught") {
            $0.misuses.map(\.use) == [.release]
          },
      ]
    },
    shows: { _ in
      [
        Expectation("one packet was made for the provider, and opened once") {
          $0.packets(of: "IServiceProvider").map(\.isOpened) == [true]
        }
      ]
    },
    whatIfs: [KnobSetting("detach", "forgotten")],
    files: ["RightWay.swift", "Package.swift", "Shell.swift"],
    program: program)

  private static func program(_ stage: Stage) {
    let forgets = stage.knobs["detach"] == "forgotten"
    let package = Package(in: stage, forgetsDetach: forgets)
    stage.process.register(IServiceProvider.self)
    stage.process.register(IShellService.self)

    stage.thread("main") { () throws(HResult) in
      try coInitializeEx(.apartmentThreaded)
      try hostPackage(package, stage)
      coUninitialize()
    }
  }

  /// The main thread: the shell, which sites the package and then takes messages.
  private static func hostPackage(_ package: Package, _ stage: Stage) throws(HResult) {
    let provider = ComPtr<IServiceProvider>(
      try ShellServiceProvider(in: stage), as: "shell.site")
    try package.setSite(provider)
    stage.thread("worker") { () throws(HResult) in try work(package, stage) }
    runMessageLoop()
  }

  /// The background thread.
  private static func work(_ package: Package, _ stage: Stage) throws(HResult) {
    try coInitializeEx(.multithreaded)
    try useService(package)
    while stage.nextAction("query-again") != nil {
      try useService(package)
    }
    package.close()
    stage.quitMain()
    coUninitialize()
  }

  private static func useService(_ package: Package) throws(HResult) {
    let service = try package.queryServiceFromBackgroundThread()
    try service.doWork(7)
  }

  private static func steps(_ knobs: KnobValues) -> [Step] {
    let told: [Step] = [
      Step("right-way.sited") { $0.isReferenced("ServiceProvider", by: "shell.site") },
      Step("right-way.marshalled", ["S3"]) { $0.target(ofField: "Package.m_pSPStream") != nil },
      Step("right-way.loops") { $0.isIdle("main") && $0.thread(named: "worker") != nil },
      Step("right-way.entered") { $0.apartment(of: "worker")?.kind == .multithreaded },
      Step("right-way.opened", ["S4", "S5"]) {
        $0.target(ofField: "Package.m_pBackgroundSP") != nil
      },
      Step("right-way.served", ["S4"]) { $0.server(of: "QueryService") != nil },
      Step("right-way.proxied") { !$0.proxies(named: "ShellService").isEmpty },
      Step("right-way.worked", ["S4"]) { $0.hasReturned("DoWork") },
    ]
    guard knobs["detach"] == "forgotten" else { return told }
    return told + [Step("right-way.released-twice", ["S7"]) { !$0.misuses.isEmpty }]
  }
}
"""###,
    "Shell.swift": ###"""
import ApartmentRuntime
import ThreadKernel
import Trace

/// The shell's service provider. It lives in the main STA, and looks at its thread.
final class ShellServiceProvider: ComObject, ServiceProviding {
  override class var interfaces: [any ComInterface.Type] { [IServiceProvider.self] }

  private let looksAtThread: Bool
  private let service: ComField<IShellService>

  /// - Parameter looksAtThread: whether it refuses on a thread that is not of its apartment.
  init(looksAtThread: Bool = true, total: SharedCell? = nil, in stage: Stage) throws(HResult) {
    self.looksAtThread = looksAtThread
    service = ComField("ServiceProvider.service", in: stage.kernel)
    try super.init(name: "ServiceProvider")
    let made = try ShellService(looksAtThread: looksAtThread, total: total)
    service.set(ComPtr(made))
  }

  func queryService(_ sid: GUID, _ iid: GUID) throws(HResult) -> OwnedPointer {
    // COM does not look: whoever has a pointer gets in. So the shell looks itself.
    guard isOnHomeThread || !looksAtThread else {
      throw refuses(.RPC_E_WRONG_THREAD)
    }
    guard sid == IShellService.service else { throw .E_NOINTERFACE }
    return try service.pointer().handOut(iid)
  }

  override func finalRelease() { service.clear() }
}

/// A service of the shell's. It counts the work that it does, with no lock: only one thread is meant
/// to get here.
final class ShellService: ComObject, ShellServing {
  override class var interfaces: [any ComInterface.Type] { [IShellService.self] }

  private let looksAtThread: Bool
  private let total: SharedCell?
  private var done: Int32 = 0

  init(looksAtThread: Bool, total: SharedCell?) throws(HResult) {
    self.looksAtThread = looksAtThread
    self.total = total
    try super.init(name: "ShellService")
  }

  func doWork(_ amount: Int32) throws(HResult) -> Int32 {
    guard isOnHomeThread || !looksAtThread else {
      throw refuses(.RPC_E_WRONG_THREAD)
    }
    if let total { return addWithNobodyLooking(amount, total) }
    done += amount
    show("done", Int64(done))
    return done
  }

  /// Read, add, write: with two threads in here an update is lost.
  private func addWithNobodyLooking(_ amount: Int32, _ total: SharedCell) -> Int32 {
    let before = total.read()
    total.write(before + Int64(amount))
    return Int32(truncatingIfNeeded: before) + amount
  }
}
"""###,
  ]
}
