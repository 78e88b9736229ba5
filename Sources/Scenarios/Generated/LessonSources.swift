// swift-format-ignore-file
// Made by .ci/embed-sources from the lessons' own files.

/// The source of every lesson, for the source pane and for recordings.
public enum LessonSources {
  /// The text of a file by its name without folders, as it stands in the sources.
  public static func text(of file: String) -> String? { all[file] }

  static let all: [String: String] = [
    "Fetched.swift": ###"""
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import ApartmentRuntime
import ThreadKernel
import Trace

/// Lesson 2: the service is fetched on the main thread, and used on the background thread (S2).
enum Fetched {
  static func program(_ stage: Stage) {
    stage.registerInterfaces()
    let package = FetchingPackage(in: stage)
    stage.thread("main") { () throws(HResult) in try runShell(package, stage) }
  }

  /// The main thread: the shell.
  private static func runShell(_ package: FetchingPackage, _ stage: Stage) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    let provider = ComPtr<IServiceProvider>(try ShellServiceProvider(in: stage), as: "shell.site")
    // In the right place, on the right thread: this works.
    try package.setSite(provider)
    if stage.knobs["pointer"] == "marshalled" { try package.marshalService() }
    stage.thread("worker") { () throws(HResult) in try work(package, stage) }
    runMessageLoop()
    package.close()
  }

  /// The background thread.
  private static func work(_ package: FetchingPackage, _ stage: Stage) throws(HResult) {
    try coInitializeEx(.multithreaded)
    defer { coUninitialize() }
    let service = try package.serviceForBackgroundThread()
    repeat {
      // A refusal is no reason to stop.
      _ = try? service.pointer().doWork(7)
    } while stage.nextAction("use-again") != nil
    package.closeOnBackgroundThread()
  }
}

/// A package that fetches its service when it is sited.
private final class FetchingPackage: Sendable {
  private let m_pService: ComField<IShellService>
  private let m_pServiceStream: ComField<IStream>
  private let m_pBackgroundService: ComField<IShellService>

  init(in stage: Stage) {
    m_pService = ComField("Package.m_pService", in: stage.kernel)
    m_pServiceStream = ComField("Package.m_pServiceStream", in: stage.kernel)
    m_pBackgroundService = ComField("Package.m_pBackgroundService", in: stage.kernel)
  }

  func setSite(_ pSP: borrowing ComPtr<IServiceProvider>) throws(HResult) {
    m_pService.set(try pSP.queryService(IShellService.service, IShellService.self))
  }

  /// What the lesson leaves out: the service, too, goes to another thread in a stream only.
  func marshalService() throws(HResult) {
    m_pServiceStream.set(
      try coMarshalInterThreadInterfaceInStream(
        IShellService.self, m_pService.pointer(), as: "Package.m_pServiceStream"))
  }

  func serviceForBackgroundThread() throws(HResult) -> ComField<IShellService> {
    guard !m_pServiceStream.isEmpty else { return m_pService }
    defer { m_pServiceStream.detach() }
    m_pBackgroundService.set(
      try coGetInterfaceAndReleaseStream(m_pServiceStream, IShellService.self))
    return m_pBackgroundService
  }

  func closeOnBackgroundThread() { m_pBackgroundService.clear() }

  func close() { m_pService.clear() }
}
"""###,
    "ForgetDetach.swift": ###"""
import ApartmentRuntime
import ThreadKernel
import Trace

/// Lesson 6: nobody tells the smart pointer that COM has released the stream (S7).
enum ForgetDetach {
  static func program(_ stage: Stage) {
    stage.registerInterfaces()
    let package = Package(in: stage, forgetsDetach: stage.knobs["detach"] == "forgotten")
    stage.thread("main") { () throws(HResult) in try runShell(package, stage) }
  }

  /// The main thread: the shell.
  private static func runShell(_ package: Package, _ stage: Stage) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    let provider = ComPtr<IServiceProvider>(try ShellServiceProvider(in: stage), as: "shell.site")
    try package.setSite(provider)
    stage.thread("worker") { () throws(HResult) in try work(package) }
    runMessageLoop()
  }

  /// The background thread.
  private static func work(_ package: Package) throws(HResult) {
    try coInitializeEx(.multithreaded)
    defer { coUninitialize() }
    // Here the mistake is made, and nothing is to be seen of it.
    let service = try package.queryServiceFromBackgroundThread()
    try service.doWork(7)
    // Here it comes to light.
    try showing("~Package") { package.close() }
  }
}
"""###,
    "Helper.swift": ###"""
import ApartmentRuntime
import ThreadKernel
import Trace

/// A single-threaded apartment beside main's, where a provider lives: what main has of it is a
/// proxy.
enum Helper {
  /// Starts the helper's thread and fetches its provider, on main.
  static func provider(_ stage: Stage) throws(HResult) -> ComPtr<IServiceProvider> {
    let stream = ComField<IStream>("helper.stream", in: stage.kernel)
    let isReady = stage.signal()
    let main = KernelThread.current
    stage.thread("helper") { () throws(HResult) in
      try coInitializeEx(.apartmentThreaded)
      defer { coUninitialize() }
      try hand(to: stream, stage)
      isReady.set()
      runMessageLoop()
      // Main has a proxy of what lives here, and gives it back before it ends.
      if let main { try coWaitForHandle(.thread(main)) }
    }
    try coWaitForHandle(.signal(isReady))
    defer { stream.detach() }
    return try coGetInterfaceAndReleaseStream(stream, IServiceProvider.self, as: "shell.site")
  }

  /// Makes the provider and marshals it: the stub keeps it from then on.
  private static func hand(to stream: ComField<IStream>, _ stage: Stage) throws(HResult) {
    let provider = ComPtr<IServiceProvider>(try ShellServiceProvider(in: stage), as: "helper.site")
    stream.set(
      try coMarshalInterThreadInterfaceInStream(
        IServiceProvider.self, provider, as: "helper.stream"))
  }
}
"""###,
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
    "Managed.swift": ###"""
import ApartmentRuntime
import ThreadKernel
import Trace

/// Lesson 9: a reference that marshals itself, as those of managed code do (S8).
enum Managed {
  static func program(_ stage: Stage) {
    stage.registerInterfaces()
    stage.thread("main") { () throws(HResult) in try runShell(stage) }
  }

  /// The main thread: the shell.
  private static func runShell(_ stage: Stage) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    let provider = ComPtr<IServiceProvider>(try ShellServiceProvider(in: stage), as: "shell.site")
    let reference = try ManagedReference(provider, name: "Package.provider")
    stage.thread("worker") { () throws(HResult) in try work(reference, stage) }
    runMessageLoop()
    reference.dispose()
  }

  /// The background thread: it uses the reference, and that is all.
  private static func work(
    _ provider: ManagedReference<IServiceProvider>, _ stage: Stage
  ) throws(HResult) {
    repeat {
      let service = try provider.pointer().queryService(
        IShellService.service, IShellService.self)
      try service.doWork(7)
    } while stage.nextAction("query-again") != nil
  }
}
"""###,
    "NoPump.swift": ###"""
import ApartmentRuntime
import ThreadKernel
import Trace

/// Lesson 8: the main thread is busy, and then waits for the thread that waits for it (S4, VS-05).
enum NoPump {
  static func program(_ stage: Stage) {
    stage.registerInterfaces()
    let package = Package(in: stage)
    stage.thread("main") { () throws(HResult) in try runShell(package, stage) }
  }

  /// The main thread: the shell.
  private static func runShell(_ package: Package, _ stage: Stage) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    let provider = ComPtr<IServiceProvider>(try ShellServiceProvider(in: stage), as: "shell.site")
    try package.setSite(provider)
    let worker = stage.thread("worker") { () throws(HResult) in try work(package) }
    // While it builds it takes no messages.
    try showing("BuildSolution") { sleepThread(timeToBuild(stage)) }
    // Then it takes one.
    if let message = getMessage() { dispatchMessage(message) }
    if let worker { try wait(for: .thread(worker), stage) }
    runMessageLoop()
  }

  /// Main wants the worker's result before it goes on.
  private static func wait(for worker: Waitable, _ stage: Stage) throws(HResult) {
    switch stage.knobs["wait"] {
    case "raw": try waitForSingleObject(worker)
    case "pumping": try coWaitForHandle(worker)
    default: return
    }
  }

  /// The background thread.
  private static func work(_ package: Package) throws(HResult) {
    try coInitializeEx(.multithreaded)
    defer { coUninitialize() }
    defer { package.close() }
    let service = try package.queryServiceFromBackgroundThread()
    try service.doWork(7)
  }

  private static func timeToBuild(_ stage: Stage) -> UInt64 {
    stage.knobs["build"] == "long" ? 10_000_000_000 : 10_000_000
  }
}
"""###,
    "NoTicket.swift": ###"""
import ApartmentRuntime
import ThreadKernel
import Trace

/// Lesson 5: a background thread with no packet, with one that was used, and with a torn one
/// (S5, S6).
enum NoTicket {
  static func program(_ stage: Stage) {
    stage.registerInterfaces()
    let lesson = Lesson(in: stage)
    stage.thread("main") { () throws(HResult) in try lesson.runShell() }
  }
}

private struct Lesson: Sendable {
  let stage: Stage
  let package: Package
  let hasAsked: Signal
  let isSited: Signal

  init(in stage: Stage) {
    self.stage = stage
    package = Package(in: stage)
    hasAsked = stage.signal()
    isSited = stage.signal()
  }

  /// The main thread: the shell, which is late with its SetSite.
  func runShell() throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    let provider = ComPtr<IServiceProvider>(try ShellServiceProvider(in: stage), as: "shell.site")
    stage.thread("worker") { () throws(HResult) in try work() }
    try coWaitForHandle(.signal(hasAsked))
    try package.setSite(provider)
    isSited.set()
    runMessageLoop()
  }

  /// The background thread.
  private func work() throws(HResult) {
    try coInitializeEx(.multithreaded)
    defer { coUninitialize() }
    defer { package.close() }
    // Too early: there is neither a stream nor a cached provider.
    try? useService(of: package)
    hasAsked.set()
    try waitForSingleObject(.signal(isSited))

    let ticket = try package.m_pSPStream.pointer().bytes()
    try useService(of: package)
    try present(ticket, as: "Copy")
    try present(damaged(ticket), as: "Torn")
  }

  /// Another package tries its luck with these bytes.
  private func present(_ ticket: [UInt8], as name: String) throws(HResult) {
    let other = Package(name, in: stage)
    defer { other.close() }
    let stream = createStream(as: "\(name).m_pSPStream")
    try stream.write(ticket)
    try stream.seek(to: 0)
    other.m_pSPStream.set(stream)
    try? useService(of: other)
  }

  private func damaged(_ ticket: [UInt8]) -> [UInt8] {
    if stage.knobs["tear"] == "cut" { return Array(ticket.prefix(ticket.count / 2)) }
    // The first byte of the signature, MEOW.
    return [0] + ticket.dropFirst()
  }

  private func useService(of package: Package) throws(HResult) {
    let service = try package.queryServiceFromBackgroundThread()
    try service.doWork(7)
  }
}
"""###,
    "Package.swift": ###"""
// swift-format-ignore-file: AlwaysUseLowerCamelCase

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
  private let name: String
  private let forgetsDetach: Bool

  init(_ name: String = "Package", in stage: Stage, forgetsDetach: Bool = false) {
    m_pSPStream = ComField("\(name).m_pSPStream", in: stage.kernel)
    m_pBackgroundSP = ComField("\(name).m_pBackgroundSP", in: stage.kernel)
    self.name = name
    self.forgetsDetach = forgetsDetach
  }

  func setSite(_ pSP: borrowing ComPtr<IServiceProvider>) throws(HResult) {
    // On the main thread: an address of the provider goes into a stream.
    m_pSPStream.set(
      try coMarshalInterThreadInterfaceInStream(
        IServiceProvider.self, pSP, as: "\(name).m_pSPStream"))
  }

  func queryServiceFromBackgroundThread() throws(HResult) -> ComPtr<IShellService> {
    if m_pBackgroundSP.isEmpty {
      guard !m_pSPStream.isEmpty else { throw refuses(.E_UNEXPECTED, in: name) }
      try unmarshalProvider()
    }
    return try m_pBackgroundSP.pointer().queryService(
      IShellService.service, IShellService.self)
  }

  private func unmarshalProvider() throws(HResult) {
    // COM releases the stream, whatever comes of it: the field must not do it again.
    defer { if !forgetsDetach { m_pSPStream.detach() } }
    m_pBackgroundSP.set(
      try coGetInterfaceAndReleaseStream(m_pSPStream, IServiceProvider.self))
  }

  /// What the destructor does: the fields give back what they hold.
  func close() {
    m_pBackgroundSP.clear()
    m_pSPStream.clear()
  }
}
"""###,
    "QueryAgain.swift": ###"""
import ApartmentRuntime
import ThreadKernel
import Trace

/// Lesson 4: what the first query cost, the second does not (S5).
enum QueryAgain {
  static func program(_ stage: Stage) {
    stage.registerInterfaces()
    let package = Package(in: stage)
    stage.thread("main") { () throws(HResult) in try runShell(package, stage) }
  }

  /// The main thread: the shell.
  private static func runShell(_ package: Package, _ stage: Stage) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    let provider = ComPtr<IServiceProvider>(try ShellServiceProvider(in: stage), as: "shell.site")
    try package.setSite(provider)
    stage.thread("worker") { () throws(HResult) in try work(package, stage) }
    runMessageLoop()
  }

  /// The background thread.
  private static func work(_ package: Package, _ stage: Stage) throws(HResult) {
    try coInitializeEx(.multithreaded)
    defer { coUninitialize() }
    defer { package.close() }
    // The first time it opens the packet.
    try useService(package)
    // From then on it has the proxy.
    repeat {
      try useService(package)
    } while stage.nextAction("query-again") != nil
  }

  private static func useService(_ package: Package) throws(HResult) {
    let service = try package.queryServiceFromBackgroundThread()
    try service.doWork(7)
  }
}
"""###,
    "RightWay.swift": ###"""
import ApartmentRuntime
import ThreadKernel
import Trace

/// Lesson 3: marshal once, unmarshal once, query from the background (S3, S4, S5).
enum RightWay {
  static func program(_ stage: Stage) {
    stage.registerInterfaces()
    let package = Package(in: stage, forgetsDetach: stage.knobs["detach"] == "forgotten")
    stage.thread("main") { () throws(HResult) in try runShell(package, stage) }
  }

  /// The main thread: the shell, which sites the package and then takes messages.
  private static func runShell(_ package: Package, _ stage: Stage) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    let provider = ComPtr<IServiceProvider>(try ShellServiceProvider(in: stage), as: "shell.site")
    try package.setSite(provider)
    stage.thread("worker") { () throws(HResult) in try work(package, stage) }
    runMessageLoop()
  }

  /// The background thread.
  private static func work(_ package: Package, _ stage: Stage) throws(HResult) {
    try coInitializeEx(.multithreaded)
    defer { coUninitialize() }
    defer { package.close() }
    try useService(package)
    // Whoever forgets Detach sees it at the end, which then comes at once.
    guard stage.knobs["detach"] == "done" else { return }
    while stage.nextAction("query-again") != nil {
      try useService(package)
    }
  }

  private static func useService(_ package: Package) throws(HResult) {
    let service = try package.queryServiceFromBackgroundThread()
    try service.doWork(7)
  }
}
"""###,
    "SecondSTA.swift": ###"""
import ApartmentRuntime
import ThreadKernel
import Trace

/// Lesson 7: one cache for the package, two background threads (S5, VS-06).
enum SecondSTA {
  static func program(_ stage: Stage) {
    stage.registerInterfaces()
    let package = Package(in: stage)
    stage.thread("main") { () throws(HResult) in try runShell(package, stage) }
  }

  /// The main thread: the shell.
  private static func runShell(_ package: Package, _ stage: Stage) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    let provider = ComPtr<IServiceProvider>(try ShellServiceProvider(in: stage), as: "shell.site")
    try package.setSite(provider)
    stage.thread("worker") { () throws(HResult) in try work(package, stage) }
    runMessageLoop()
  }

  /// The first background thread fills the package's cache.
  private static func work(_ package: Package, _ stage: Stage) throws(HResult) {
    try coInitializeEx(model(stage))
    defer { coUninitialize() }
    defer { package.close() }
    try useService(package)
    let second = stage.thread("worker 2") { () throws(HResult) in try workToo(package, stage) }
    if let second { try coWaitForHandle(.thread(second)) }
  }

  /// The second one finds it filled.
  private static func workToo(_ package: Package, _ stage: Stage) throws(HResult) {
    try coInitializeEx(model(stage))
    defer { coUninitialize() }
    repeat {
      // A refusal is no reason to stop.
      try? useService(package)
    } while stage.nextAction("use-again") != nil
  }

  private static func useService(_ package: Package) throws(HResult) {
    let service = try package.queryServiceFromBackgroundThread()
    try service.doWork(7)
  }

  private static func model(_ stage: Stage) -> Coinit {
    stage.knobs["workers"] == "sta" ? .apartmentThreaded : .multithreaded
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
  init(looksAtThread: Bool = true, in stage: Stage) throws(HResult) {
    self.looksAtThread = looksAtThread
    service = ComField("ServiceProvider.service", in: stage.kernel)
    try super.init(name: "ServiceProvider")
    let made = try ShellService(looksAtThread: looksAtThread, in: stage)
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
  private let stage: Stage
  private var done: Int32 = 0
  /// The same count where nobody looks at threads: then two of them may get here at once.
  private let total: SharedCell

  init(looksAtThread: Bool, in stage: Stage) throws(HResult) {
    self.looksAtThread = looksAtThread
    self.stage = stage
    total = SharedCell("ShellService.total", in: stage.kernel)
    try super.init(name: "ShellService")
  }

  func doWork(_ amount: Int32) throws(HResult) -> Int32 {
    guard looksAtThread else { return addWithNobodyLooking(amount) }
    guard isOnHomeThread else { throw refuses(.RPC_E_WRONG_THREAD) }
    done += amount
    show("done", Int64(done))
    return done
  }

  /// Read, add, write: with two threads in here an update is lost.
  private func addWithNobodyLooking(_ amount: Int32) -> Int32 {
    stage.markOwn("reads")
    let before = total.read()
    stage.markOwn("writes")
    total.write(before + Int64(amount))
    stage.markOwn("has written")
    return Int32(truncatingIfNeeded: before) + amount
  }
}
"""###,
    "Straight.swift": ###"""
import ApartmentRuntime
import ThreadKernel
import Trace

/// Lesson 1: the background thread calls the provider by the main thread's own pointer (S1).
enum Straight {
  static func program(_ stage: Stage) {
    stage.registerInterfaces()
    stage.thread("main") { () throws(HResult) in try runShell(stage) }
  }

  /// The main thread: the shell.
  private static func runShell(_ stage: Stage) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    let provider = try makeProvider(stage)
    // The mistake: the worker is handed the address that main uses, unmarshalled.
    let pSP = provider.raw
    stage.thread("worker") { () throws(HResult) in try work(pSP, stage) }
    // Main itself works by that pointer too. It may.
    try useService(pSP)
    runMessageLoop()
  }

  /// The background thread.
  private static func work(
    _ pSP: RawPointer<IServiceProvider>, _ stage: Stage
  ) throws(HResult) {
    try coInitializeEx(.multithreaded)
    defer { coUninitialize() }
    repeat {
      // A refusal is no reason to stop.
      try? useService(pSP)
    } while stage.nextAction("call-again") != nil
  }

  private static func useService(_ pSP: RawPointer<IServiceProvider>) throws(HResult) {
    let service = try pSP.queryService(IShellService.service, IShellService.self)
    try service.doWork(1)
  }

  private static func makeProvider(_ stage: Stage) throws(HResult) -> ComPtr<IServiceProvider> {
    if stage.knobs["pointer"] == "proxy" { return try Helper.provider(stage) }
    let looks = stage.knobs["check"] == "component"
    return ComPtr(try ShellServiceProvider(looksAtThread: looks, in: stage), as: "shell.site")
  }
}
"""###,
    "Account.swift": ###"""
import ApartmentRuntime
import ThreadKernel
import Trace

/// What a component does that is an `IAccount`.
protocol Accounting: AnyObject {
  func deposit(_ amount: Int32) throws(HResult) -> Int32
  func withdraw(_ amount: Int32) throws(HResult) -> Int32
  func balance() throws(HResult) -> Int32
}

/// How an account protects what it is in the middle of.
enum Care: Sendable {
  /// Not at all.
  case none
  /// It refuses while it is busy.
  case busyFlag
  /// It is done with its own data before it calls anybody.
  case changesFirst
}

/// An account. It lives in an STA, so it has no lock: one thread only gets here.
final class Account: ComObject, Accounting {
  override class var interfaces: [any ComInterface.Type] { [IAccount.self] }

  private let ledger: ComField<ILedger>
  private let care: Care
  private var money: Int32 = 100
  private var isBusy = false

  init(ledger: ComField<ILedger>, _ care: Care) throws(HResult) {
    self.ledger = ledger
    self.care = care
    try super.init(name: "Account")
    show("balance", 100)
  }

  func withdraw(_ amount: Int32) throws(HResult) -> Int32 {
    isBusy = true
    defer { isBusy = false }
    let before = money
    if care == .changesFirst { change(to: before - amount) }
    // The ledger is in another room: until it answers, this thread waits here.
    let me = try OwnedPointer(self, IAccount.iid)
    try ledger.pointer().record(amount, for: me)
    // What was read before the call is written after it.
    if care != .changesFirst { change(to: before - amount) }
    return money
  }

  func deposit(_ amount: Int32) throws(HResult) -> Int32 {
    if care == .busyFlag, isBusy { throw refuses(.E_UNEXPECTED) }
    change(to: money + amount)
    return money
  }

  func balance() throws(HResult) -> Int32 { money }

  private func change(to new: Int32) {
    money = new
    show("balance", Int64(new))
  }

  override func finalRelease() { ledger.clear() }
}

/// What a component does that is an `ILedger`.
protocol Recording: AnyObject {
  func record(_ amount: Int32, for account: OwnedPointer) throws(HResult) -> Int32
}

/// A ledger in another STA. It asks the account back before it answers.
final class Ledger: ComObject, Recording {
  override class var interfaces: [any ComInterface.Type] { [ILedger.self] }

  private let stage: Stage
  private var entries: Int32 = 0

  init(in stage: Stage) throws(HResult) {
    self.stage = stage
    try super.init(name: "Ledger")
  }

  func record(_ amount: Int32, for account: OwnedPointer) throws(HResult) -> Int32 {
    let account = try account.take(IAccount.self)
    // The caller's thread is waiting for us. This call goes back to it.
    _ = try account.balance()
    stage.mark("ledger was told")
    entries += 1
    show("entries", Int64(entries))
    stage.mark("ledger answers")
    return entries
  }
}

/// `IAccount`.
enum IAccount: ComInterface {
  typealias Methods = any Accounting
  static let iid: GUID = "A1F00020-0000-4000-8000-F100F1A00001"
  static let name = "IAccount"
  static func methods(of object: AnyObject) -> (any Accounting)? {
    object as? any Accounting
  }

  static let deposit = Method(3, "Deposit") {
    (account: any Accounting, amount: Int32) throws(HResult) -> Int32 in
    try account.deposit(amount)
  }
  static let withdraw = Method(4, "Withdraw") {
    (account: any Accounting, amount: Int32) throws(HResult) -> Int32 in
    try account.withdraw(amount)
  }
  static let balance = Method(5, "Balance") {
    (account: any Accounting) throws(HResult) -> Int32 in try account.balance()
  }
  static var stubs: [StubMethod<Methods>] {
    [deposit.stub, withdraw.stub, balance.stub]
  }
}

extension InterfacePointer where I == IAccount, Self: ~Copyable {
  @discardableResult
  func deposit(
    _ amount: Int32, file: StaticString = #fileID, line: UInt32 = #line
  ) throws(HResult) -> Int32 {
    try call(IAccount.deposit, file, line, amount) { account throws(HResult) in
      try account.deposit(amount)
    }
  }

  @discardableResult
  func withdraw(
    _ amount: Int32, file: StaticString = #fileID, line: UInt32 = #line
  ) throws(HResult) -> Int32 {
    try call(IAccount.withdraw, file, line, amount) { account throws(HResult) in
      try account.withdraw(amount)
    }
  }

  func balance(
    file: StaticString = #fileID, line: UInt32 = #line
  ) throws(HResult) -> Int32 {
    try call(IAccount.balance, file, line) { account throws(HResult) in
      try account.balance()
    }
  }
}

/// `ILedger`.
enum ILedger: ComInterface {
  typealias Methods = any Recording
  static let iid: GUID = "A1F00021-0000-4000-8000-F100F1A00001"
  static let name = "ILedger"
  static func methods(of object: AnyObject) -> (any Recording)? { object as? any Recording }

  static let record = Method(3, "Record") {
    (ledger: any Recording, amount: Int32, account: OwnedPointer) throws(HResult) -> Int32 in
    try ledger.record(amount, for: account)
  }
  static var stubs: [StubMethod<Methods>] { [record.stub] }
}

extension InterfacePointer where I == ILedger, Self: ~Copyable {
  @discardableResult
  func record(
    _ amount: Int32, for account: OwnedPointer, file: StaticString = #fileID,
    line: UInt32 = #line
  ) throws(HResult) -> Int32 {
    try call(ILedger.record, file, line, amount, account) { ledger throws(HResult) in
      try ledger.record(amount, for: account)
    }
  }
}
"""###,
    "Audit.swift": ###"""
import ApartmentRuntime
import Trace

/// What a component does that is an `IAudit`.
protocol Auditing: AnyObject {
  func entries() throws(HResult) -> Int32
}

/// `IAudit`: a second interface of the same designer's. Nothing here makes a
/// proxy or a stub of it: those are registered, or they are not.
enum IAudit: ComInterface {
  typealias Methods = any Auditing
  static let iid: GUID = "A1F00020-0000-4000-8000-F100F1A00001"
  static let name = "IAudit"
  static func methods(of object: AnyObject) -> (any Auditing)? { object as? any Auditing }

  static let entries = Method(3, "Entries") {
    (audit: any Auditing) throws(HResult) -> Int32 in try audit.entries()
  }
  static var stubs: [StubMethod<Methods>] { [entries.stub] }
}

extension InterfacePointer where I == IAudit, Self: ~Copyable {
  @discardableResult
  func entries(file: StaticString = #fileID, line: UInt32 = #line) throws(HResult) -> Int32 {
    try call(IAudit.entries, file, line) { audit throws(HResult) in try audit.entries() }
  }
}

/// A counter that keeps account: it has both interfaces, wherever it is asked.
final class AuditedCounter: ComObject, Counting, Auditing {
  override class var interfaces: [any ComInterface.Type] { [ICounter.self, IAudit.self] }

  private var sum: Int32 = 0
  private var changes: Int32 = 0

  func increment(_ by: Int32) throws(HResult) -> Int32 {
    sum += by
    changes += 1
    show("value", Int64(sum))
    return sum
  }

  func value() throws(HResult) -> Int32 { sum }

  func entries() throws(HResult) -> Int32 {
    show("entries", Int64(changes))
    return changes
  }
}

/// audited.dll: the class AuditedCounter.
final class AuditedModule: InProcessServer {
  static let clsid: GUID = "A1F00021-0000-4000-8000-F100F1A00001"
  static let file = "audited.dll"

  private let module: Module

  init(_ module: Module) { self.module = module }

  func dllGetClassObject(_ clsid: GUID, _ iid: GUID) throws(HResult) -> OwnedPointer {
    guard clsid == Self.clsid else { throw .CLASS_E_CLASSNOTAVAILABLE }
    let factory = try ClassFactory("AuditedFactory", of: module) { [module] _ throws(HResult) in
      try AuditedCounter(name: "Counter", of: module)
    }
    return try OwnedPointer(factory, iid)
  }

  func dllCanUnloadNow() -> HResult { module.isUnused ? .S_OK : .S_FALSE }
}
"""###,
    "BothCounter.swift": ###"""
import ApartmentRuntime
import ThreadKernel
import Trace

/// A counter of a class marked "Both": in the multithreaded apartment several
/// threads can be in it at once.
final class BothCounter: ComObject, Counting {
  override class var interfaces: [any ComInterface.Type] { [ICounter.self] }

  private let stage: Stage
  private let sum: SharedCell
  private let lock: VisibleLock?

  init(_ name: String, of module: Module, in stage: Stage) throws(HResult) {
    self.stage = stage
    sum = SharedCell("\(name).sum", in: stage.kernel)
    lock = stage.knobs["sync"] == "locked" ? VisibleLock(in: stage.kernel) : nil
    try super.init(name: name, of: module)
  }

  func increment(_ by: Int32) throws(HResult) -> Int32 {
    stage.markOwn("is in Increment")
    lock?.lock()
    defer { lock?.unlock() }
    stage.markOwn("reads")
    let before = sum.read()
    stage.markOwn("writes")
    sum.write(before + Int64(by))
    stage.markOwn("has written")
    return Int32(truncatingIfNeeded: before) + by
  }

  func value() throws(HResult) -> Int32 { Int32(truncatingIfNeeded: sum.read()) }
}

/// both.dll. It numbers its counters, so that they can be told apart.
final class BothModule: InProcessServer {
  static let clsid: GUID = "A1F00031-0000-4000-8000-F100F1A00001"
  static let file = "both.dll"

  private let module: Module
  private let stage: Stage
  /// A global of the DLL's: any thread may get to it.
  private let made = Guarded(0)

  init(_ module: Module, in stage: Stage) {
    self.module = module
    self.stage = stage
  }

  func dllGetClassObject(_ clsid: GUID, _ iid: GUID) throws(HResult) -> OwnedPointer {
    guard clsid == Self.clsid else { throw .CLASS_E_CLASSNOTAVAILABLE }
    let factory = try ClassFactory("CounterFactory", of: module) { [self] _ throws(HResult) in
      try BothCounter("Counter \(next())", of: module, in: stage)
    }
    return try OwnedPointer(factory, iid)
  }

  private func next() -> Int {
    made.withLock { made in
      made += 1
      return made
    }
  }

  func dllCanUnloadNow() -> HResult { module.isUnused ? .S_OK : .S_FALSE }
}
"""###,
    "BothModels.swift": ###"""
import ApartmentRuntime
import ThreadKernel
import Trace

/// Document 004, lesson L: a class with ThreadingModel "Both" (I22, I23).
enum BothModels {
  static func program(_ stage: Stage) {
    stage.process.register(ICounter.self)
    stage.register(
      [
        ClassEntry(
          BothModule.clsid, "Counter", module: BothModule.file, model: "Both")
      ],
      [ModuleFile(BothModule.file) { BothModule($0, in: stage) }])
    let stream = ComField<IStream>("web.stream", in: stage.kernel)
    stage.thread("main") { () throws(HResult) in
      try runMain(stream, stage)
    }
  }

  /// The main STA: the first counter is born here.
  private static func runMain(
    _ stream: ComField<IStream>, _ stage: Stage
  ) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    let counter = try coCreateInstance(
      BothModule.clsid, ICounter.self, as: "main.counter")
    try counter.increment(1)
    // The only way into another room, whatever the class is marked.
    stream.set(try coMarshalInterThreadInterfaceInStream(ICounter.self, counter))
    stage.thread("web") { () throws(HResult) in try runWeb(stream, stage) }
    runMessageLoop()
  }

  /// A thread of the multithreaded apartment.
  private static func runWeb(
    _ stream: ComField<IStream>, _ stage: Stage
  ) throws(HResult) {
    try coInitializeEx(.multithreaded)
    defer { coUninitialize() }
    try useMains(stream)
    try useOwn(stage)
  }

  /// The counter of main's room.
  private static func useMains(
    _ stream: ComField<IStream>
  ) throws(HResult) {
    let counter = try coUnmarshalInterface(
      stream.pointer(), ICounter.self, as: "web.mains")
    stream.clear()
    try counter.increment(1)
  }

  /// A counter that is born in the multithreaded apartment.
  private static func useOwn(_ stage: Stage) throws(HResult) {
    let counter = try coCreateInstance(
      BothModule.clsid, ICounter.self, as: "web.counter")
    // Job is of the same room: an address is all it needs.
    let address = counter.raw
    let job = stage.thread("job") { () throws(HResult) in
      try runJob(address)
    }
    try counter.increment(1)
    if let job { try coWaitForHandle(.thread(job)) }
  }

  /// Another thread of the multithreaded apartment.
  private static func runJob(
    _ counter: RawPointer<ICounter>
  ) throws(HResult) {
    try coInitializeEx(.multithreaded)
    defer { coUninitialize() }
    try counter.increment(1)
  }
}
"""###,
    "Busy.swift": ###"""
import ApartmentRuntime
import ThreadKernel
import Trace

/// Busy: a message filter tells a call "later", and the caller's filter says how long it tries
/// (I15).
enum Busy {
  static func program(_ stage: Stage) {
    stage.process.register(ICounter.self)
    stage.thread("main") { () throws(HResult) in try runMain(stage) }
  }

  /// Main builds. It takes messages meanwhile, and its filter says what becomes of calls.
  private static func runMain(_ stage: Stage) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    let isBuilt = stage.signal()
    let filter = try ServerFilter(answer(stage), until: isBuilt, in: stage)
    try coRegisterMessageFilter(ComPtr<IMessageFilter>(filter))
    try startDesk(stage)
    try showing("BuildSolution") { () throws(HResult) in
      stage.mark("main builds")
      // A wait that pumps: calls come in, and the filter is asked about each.
      try? coWaitForHandle(.signal(stage.signal()), timeout: 60_000_000)
      isBuilt.set()
    }
    runMessageLoop()
  }

  /// Desk gets a proxy of main's counter.
  private static func startDesk(_ stage: Stage) throws(HResult) {
    let stream = ComField<IStream>("desk.stream", in: stage.kernel)
    let counter = ComPtr<ICounter>(try Counter(name: "Counter"))
    stream.set(
      try coMarshalInterThreadInterfaceInStream(
        ICounter.self, counter, as: "desk.stream"))
    stage.thread("desk") { () throws(HResult) in try runDesk(stream, stage) }
  }

  private static func runDesk(
    _ stream: ComField<IStream>, _ stage: Stage
  ) throws(HResult) {
    let caller = stage.knobs["caller"]
    try coInitializeEx(caller == "mta" ? .multithreaded : .apartmentThreaded)
    defer { coUninitialize() }
    if caller == "patient" || caller == "gives-up" {
      let filter = try CallerFilter(isPatient: caller == "patient")
      try coRegisterMessageFilter(ComPtr<IMessageFilter>(filter))
    }
    let counter = try openCounter(stream)
    stage.mark("desk calls")
    try counter.increment(1)
  }

  private static func openCounter(
    _ stream: ComField<IStream>
  ) throws(HResult) -> ComPtr<ICounter> {
    defer { stream.detach() }
    return try coGetInterfaceAndReleaseStream(
      stream, ICounter.self, as: "desk.counter")
  }

  private static func answer(_ stage: Stage) -> ServerFilter.Answer {
    switch stage.knobs["server"] {
    case "rejects": .rejected
    case "always": .alwaysLater
    default: .later
    }
  }
}
"""###,
    "ClientMatrix.swift": ###"""
import ApartmentRuntime
import ThreadKernel
import Trace

/// Document 004, lesson F: clients of every kind ask for a class of every
/// ThreadingModel (I8, I9).
enum ClientMatrix {
  static func program(_ stage: Stage) {
    install(stage)
    let desks = MatrixDesks(in: stage)
    if stage.knobs["main"] == "there" {
      startSTA(.main, desks, stage)
    } else {
      startMTA(.web, desks, stage)
    }
  }

  // MARK: The clients

  /// A thread with a single-threaded apartment: it works by messages.
  private static func startSTA(
    _ client: MatrixClient, _ desks: MatrixDesks, _ stage: Stage
  ) {
    stage.thread(client.thread) { () throws(HResult) in
      try coInitializeEx(.apartmentThreaded)
      defer { coUninitialize() }
      let desk = desks[client]
      desk.open(try currentApartment())
      startNext(after: client, desks, stage)
      while let message = getMessage() {
        dispatchMessage(message)
        if let request = desk.take() { serve(request) }
      }
    }
  }

  /// A thread of the multithreaded apartment: guest is in it by doing nothing.
  private static func startMTA(
    _ client: MatrixClient, _ desks: MatrixDesks, _ stage: Stage
  ) {
    stage.thread(client.thread) { () throws(HResult) in
      if client == .web { try coInitializeEx(.multithreaded) }
      defer { if client == .web { coUninitialize() } }
      _ = try currentApartment()
      startNext(after: client, desks, stage)
      while let request = desks[client].wait() { serve(request) }
    }
  }

  /// One after another: the first STA is the main one.
  private static func startNext(
    after client: MatrixClient, _ desks: MatrixDesks, _ stage: Stage
  ) {
    switch client {
    case .main: startSTA(.desk, desks, stage)
    case .desk: startMTA(.web, desks, stage)
    case .web: startMTA(.guest, desks, stage)
    default:
      stage.thread("chooser") { () throws(HResult) in choose(desks, stage) }
    }
  }

  /// A client's thread does what it is asked for.
  private static func serve(_ request: MatrixRequest) {
    defer { request.done.set() }
    do throws(HResult) {
      if request.client.isAgent {
        try askAgent(for: request.model)
      } else {
        try useCounter(of: request.model)
      }
    } catch {
      // Told where it was refused.
    }
  }

  /// What every client does. It never says where it is, or what the class is.
  static func useCounter(of model: ThreadingModel) throws(HResult) {
    let counter = try coCreateInstance(
      MatrixModule.clsid(of: model), ICounter.self)
    try counter.increment(1)
  }

  /// The agent's code runs in the neutral apartment, on the caller's thread.
  private static func askAgent(for model: ThreadingModel) throws(HResult) {
    let factory = try coGetClassObject(AgentModule.clsid)
    let agent = try factory.createInstance(IAgent.self)
    try agent.useCounter(of: model)
  }

  // MARK: Who asks whom

  /// The lesson's own cells, then whatever keys ask for.
  private static func choose(_ desks: MatrixDesks, _ stage: Stage) {
    var choice = MatrixChoice(clients: MatrixClient.all(stage))
    for (client, model) in story(stage) {
      choice.isAsked(client, model)
      desks.ask(client, for: model)
    }
    stage.mark("next: \(choice.words)")
    while let action = stage.nextAction("client", "model", "create", "fill") {
      switch action {
      case "client": choice.nextClient()
      case "model": choice.nextModel()
      case "create":
        choice.isAsked(choice.client, choice.model)
        desks.ask(choice.client, for: choice.model)
      default:
        while let (client, model) = choice.takeOpen() {
          desks.ask(client, for: model)
        }
      }
      stage.mark("next: \(choice.words)")
    }
    desks.close()
  }

  private static func story(_ stage: Stage) -> [(MatrixClient, ThreadingModel)] {
    stage.knobs["main"] == "there"
      ? [(.main, .both), (.desk, .absent), (.web, .apartment), (.main, .free)]
      : [(.web, .absent), (.web, .apartment), (.guest, .free)]
  }
}
"""###,
    "Counter.swift": ###"""
import ApartmentRuntime
import ThreadKernel
import Trace

/// What a component does that is an `ICounter`.
protocol Counting: AnyObject {
  func increment(_ by: Int32) throws(HResult) -> Int32
  func value() throws(HResult) -> Int32
}

/// `ICounter`: the custom interface of counter.dll.
enum ICounter: ComInterface {
  typealias Methods = any Counting
  static let iid: GUID = "A1F00010-0000-4000-8000-F100F1A00001"
  static let name = "ICounter"
  static func methods(of object: AnyObject) -> (any Counting)? { object as? any Counting }

  static let increment = Method(3, "Increment") {
    (counter: any Counting, by: Int32) throws(HResult) -> Int32 in try counter.increment(by)
  }
  static let value = Method(4, "Value") {
    (counter: any Counting) throws(HResult) -> Int32 in try counter.value()
  }
  static var stubs: [StubMethod<Methods>] { [increment.stub, value.stub] }
}

extension InterfacePointer where I == ICounter, Self: ~Copyable {
  @discardableResult
  @inline(__always)
  func increment(
    _ by: Int32, file: StaticString = #fileID, line: UInt32 = #line
  ) throws(HResult) -> Int32 {
    try call(ICounter.increment, file, line, by) { counter throws(HResult) in
      try counter.increment(by)
    }
  }

  func value(file: StaticString = #fileID, line: UInt32 = #line) throws(HResult) -> Int32 {
    try call(ICounter.value, file, line) { counter throws(HResult) in try counter.value() }
  }
}

/// A counter for one thread at a time.
final class Counter: ComObject, Counting {
  override class var interfaces: [any ComInterface.Type] { [ICounter.self] }

  private var sum: Int32 = 0

  func increment(_ by: Int32) throws(HResult) -> Int32 {
    sum += by  // no lock: only the thread of its apartment ever gets here
    show("value", Int64(sum))
    return sum
  }

  func value() throws(HResult) -> Int32 { sum }
}

/// A counter for many threads at once.
final class SafeCounter: ComObject, Counting {
  override class var interfaces: [any ComInterface.Type] { [ICounter.self] }

  private let sum = Guarded<Int32>(0)

  func increment(_ by: Int32) throws(HResult) -> Int32 {
    sum.withLock { sum in
      sum += by  // under a lock: any thread may get here
      show("value", Int64(sum))
      return sum
    }
  }

  func value() throws(HResult) -> Int32 { sum.withLock { $0 } }
}
"""###,
    "CounterModule.swift": ###"""
import ApartmentRuntime
import Trace

/// counter.dll: one class, a new class factory at each `DllGetClassObject`.
final class CounterModule: InProcessServer {
  static let clsid: GUID = "A1F00011-0000-4000-8000-F100F1A00001"
  static let file = "counter.dll"

  private let module: Module
  private let isSafe: Bool

  /// - Parameter isSafe: whether its objects can be called by many threads at once.
  init(_ module: Module, isSafe: Bool) {
    self.module = module
    self.isSafe = isSafe
  }

  func dllGetClassObject(_ clsid: GUID, _ iid: GUID) throws(HResult) -> OwnedPointer {
    guard clsid == Self.clsid else { throw .CLASS_E_CLASSNOTAVAILABLE }
    let factory = try ClassFactory("CounterFactory", of: module) {
      [module, isSafe] _ throws(HResult) in
      isSafe
        ? try SafeCounter(name: "Counter", of: module) : try Counter(name: "Counter", of: module)
    }
    return try OwnedPointer(factory, iid)
  }

  func dllCanUnloadNow() -> HResult { module.isUnused ? .S_OK : .S_FALSE }
}

extension Stage {
  /// Registers the class Counter with that ThreadingModel, and puts counter.dll onto the disk.
  func registerCounter(model: String?) {
    process.register(ICounter.self)
    let isSafe = self.model(of: CounterModule.clsid, lessonHas: model).needsSafeObjects
    register(
      [ClassEntry(CounterModule.clsid, "Counter", module: CounterModule.file, model: model)],
      [ModuleFile(CounterModule.file) { CounterModule($0, isSafe: isSafe) }])
  }
}
"""###,
    "CountingFactory.swift": ###"""
import ApartmentRuntime
import ThreadKernel
import Trace

/// counter.dll, with class factories that count what they make.
final class FactoryModule: InProcessServer {
  private let module: Module
  private let stage: Stage
  private let isInterlocked: Bool
  /// The DLL's global data: one factory for whoever asks. Empty where each asker
  /// gets a factory of its own.
  private let shared: ComField<IClassFactory>

  /// The DLL is loaded: by one thread, once.
  init(_ module: Module, in stage: Stage) {
    self.module = module
    self.stage = stage
    isInterlocked = stage.knobs["factory"] == "interlocked"
    shared = ComField("DLL.factory", in: stage.kernel)
    guard stage.knobs["factory"] != "own", let factory = try? makeFactory("factory")
    else { return }
    shared.set(ComPtr(factory))
  }

  func dllGetClassObject(_ clsid: GUID, _ iid: GUID) throws(HResult) -> OwnedPointer {
    guard clsid == CounterModule.clsid else { throw .CLASS_E_CLASSNOTAVAILABLE }
    // Every apartment's thread comes here itself: two can be in here at once.
    stage.markOwn("is in")
    stage.markOwn("goes on")
    guard shared.isEmpty else { return try shared.pointer().handOut(iid) }
    return try makeFactory("\(KernelThread.current?.name ?? "")'s factory").handOut(iid)
  }

  func dllCanUnloadNow() -> HResult {
    guard module.isUnused else { return .S_FALSE }
    shared.clear()
    return .S_OK
  }

  private func makeFactory(_ name: String) throws(HResult) -> CountingFactory {
    try CountingFactory(name, module, isInterlocked: isInterlocked, in: stage)
  }
}

/// A class factory that any thread may call, wherever it was made.
final class CountingFactory: ComObject, ClassFactoring {
  override class var interfaces: [any ComInterface.Type] {
    [IClassFactory.self, IAgileObject.self]
  }

  private let module: Module
  private let stage: Stage
  private let isInterlocked: Bool
  private let made: SharedCell

  init(
    _ name: String, _ module: Module, isInterlocked: Bool, in stage: Stage
  ) throws(HResult) {
    self.module = module
    self.stage = stage
    self.isInterlocked = isInterlocked
    made = SharedCell("\(name) made", in: stage.kernel)
    try super.init(name: "CounterFactory")
  }

  func createInstance(
    _ outer: ComObject?, _ iid: GUID
  ) throws(HResult) -> OwnedPointer {
    stage.markOwn("is in the factory")
    stage.markOwn("counts")
    if isInterlocked {
      made.add(1)  // read, add and write are one step
    } else {
      let before = made.read()
      stage.markOwn("writes")
      made.write(before + 1)
      stage.markOwn("has written")
    }
    stage.markOwn("makes its counter")
    return try Counter(name: "Counter", of: module).handOut(iid)
  }

  func lockServer(_ lock: Bool) throws(HResult) -> Nothing {
    if lock { module.lock() } else { module.unlock() }
    return Nothing()
  }
}
"""###,
    "FactoryRace.swift": ###"""
import ApartmentRuntime
import ThreadKernel
import Trace

/// Two at the factory: an Apartment class is safe in its objects, not in its DLL (I5, I17, I18,
/// I20, I21).
enum FactoryRace {
  static func program(_ stage: Stage) {
    stage.process.register(ICounter.self)
    stage.register(
      [
        ClassEntry(
          CounterModule.clsid, "Counter", module: CounterModule.file, model: "Apartment")
      ],
      [ModuleFile(CounterModule.file) { FactoryModule($0, in: stage) }])
    stage.thread("main") { () throws(HResult) in try runMain(stage) }
  }

  private static func runMain(_ stage: Stage) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    stage.thread("desk") { () throws(HResult) in try work(by: 5, stage) }
    stage.thread("shop") { () throws(HResult) in try work(by: 7, stage) }
    runMessageLoop()
  }

  /// Desk and shop do the same, each in its own STA.
  private static func work(by amount: Int32, _ stage: Stage) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    stage.markOwn("has entered")
    stage.markOwn("creates")
    let counter = try coCreateInstance(CounterModule.clsid, ICounter.self)
    try counter.increment(amount)
    runMessageLoop()
  }
}
"""###,
    "Filters.swift": ###"""
import ApartmentRuntime
import ThreadKernel
import Trace

/// The filter of the room that is called: it is asked before a stub is.
final class ServerFilter: ComObject, MessageFiltering {
  override class var interfaces: [any ComInterface.Type] { [IMessageFilter.self] }

  enum Answer: Sendable { case later, rejected, alwaysLater }

  private let stage: Stage
  private let whileBusy: Answer
  private let isBuilt: Signal

  init(_ whileBusy: Answer, until isBuilt: Signal, in stage: Stage) throws(HResult) {
    self.stage = stage
    self.whileBusy = whileBusy
    self.isBuilt = isBuilt
    try super.init(name: "Main's filter")
  }

  func handleInComingCall(_ type: CallType, _ call: IncomingCall) -> ServerCall {
    stage.markOwn("is asked")
    switch whileBusy {
    case .alwaysLater: return .retryLater
    case .later: return isBuilt.isSet ? .isHandled : .retryLater
    case .rejected: return isBuilt.isSet ? .isHandled : .rejected
    }
  }

  // Main makes no calls of its own.
  func retryRejectedCall(_ call: RejectedCall) -> Retry { .cancel }
  func messagePending(_ type: PendingType, _ call: PendingCall) -> PendingMessage {
    .waitDefaultProcess
  }
}

/// The filter of the room that calls: it is asked when a call was refused.
final class CallerFilter: ComObject, MessageFiltering {
  override class var interfaces: [any ComInterface.Type] { [IMessageFilter.self] }

  private let isPatient: Bool

  init(isPatient: Bool) throws(HResult) {
    self.isPatient = isPatient
    try super.init(name: "Desk's filter")
  }

  func retryRejectedCall(_ call: RejectedCall) -> Retry {
    guard isPatient, call.reason == .retryLater else { return .cancel }
    // Every tenth of a second, up to the third time.
    return call.milliseconds < 200 ? .after(milliseconds: 100) : .cancel
  }

  // Nobody calls desk.
  func handleInComingCall(_ type: CallType, _ call: IncomingCall) -> ServerCall {
    .isHandled
  }
  func messagePending(_ type: PendingType, _ call: PendingCall) -> PendingMessage {
    .waitDefaultProcess
  }
}
"""###,
    "FreeCounter.swift": ###"""
import ApartmentRuntime
import ThreadKernel
import Trace

/// A counter that any number of threads can be in at once: it adds in one
/// interlocked step.
final class FreeCounter: ComObject, Counting {
  override class var interfaces: [any ComInterface.Type] { [ICounter.self] }

  private let stage: Stage
  private let sum: SharedCell

  init(of module: Module, in stage: Stage) throws(HResult) {
    self.stage = stage
    sum = SharedCell("Counter.sum", in: stage.kernel)
    try super.init(name: "Counter", of: module)
  }

  func increment(_ by: Int32) throws(HResult) -> Int32 {
    stage.markOwn("is in Increment")
    stage.markOwn("adds")
    return Int32(truncatingIfNeeded: sum.add(Int64(by)))
  }

  func value() throws(HResult) -> Int32 { Int32(truncatingIfNeeded: sum.read()) }
}

/// free.dll: a class that lives in the MTA, whoever creates it.
final class FreeModule: InProcessServer {
  static let clsid: GUID = "A1F00043-0000-4000-8000-F100F1A00001"
  static let file = "free.dll"

  private let module: Module
  private let stage: Stage

  init(_ module: Module, in stage: Stage) {
    self.module = module
    self.stage = stage
  }

  func dllGetClassObject(_ clsid: GUID, _ iid: GUID) throws(HResult) -> OwnedPointer {
    guard clsid == Self.clsid else { throw .CLASS_E_CLASSNOTAVAILABLE }
    let factory = try ClassFactory("CounterFactory", of: module) {
      [module, stage] _ throws(HResult) in
      try FreeCounter(of: module, in: stage)
    }
    return try OwnedPointer(factory, iid)
  }

  func dllCanUnloadNow() -> HResult { module.isUnused ? .S_OK : .S_FALSE }
}

extension Stage {
  /// Registers the class Counter with ThreadingModel Free, and puts free.dll onto the disk.
  func registerFreeCounter() {
    process.register(ICounter.self)
    register(
      [ClassEntry(FreeModule.clsid, "Counter", module: FreeModule.file, model: "Free")],
      [ModuleFile(FreeModule.file) { FreeModule($0, in: self) }])
  }
}
"""###,
    "FreeThreaded.swift": ###"""
import ApartmentRuntime
import ThreadKernel
import Trace

/// Direct everywhere: an object with the free-threaded marshaller goes to other rooms in person
/// (I24, I25).
enum FreeThreaded {
  static func program(_ stage: Stage) {
    stage.process.register(ICounter.self)
    stage.thread("main") { () throws(HResult) in try runMain(stage) }
  }

  /// The object is born in the main STA.
  private static func runMain(_ stage: Stage) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    let counter = ComPtr<ICounter>(
      try AgileCounter(locks: stage.knobs["lock"] == "locks", in: stage),
      as: "main.counter")
    let stream = ComField<IStream>("web.stream", in: stage.kernel)
    stream.set(try marshal(counter, stage))
    stage.thread("web") { () throws(HResult) in try runWeb(stream) }
    stage.mark("main calls")
    try counter.increment(1)
    runMessageLoop()
  }

  /// The packet says where it may be opened: in this process, or in another one too.
  private static func marshal(
    _ counter: borrowing ComPtr<ICounter>, _ stage: Stage
  ) throws(HResult) -> ComPtr<IStream> {
    let stream = createStream(as: "web.stream")
    if stage.knobs["to"] == "room" {
      try coMarshalInterface(stream, ICounter.iid, counter, for: .inProcess)
    } else {
      try coMarshalInterface(stream, ICounter.iid, counter, for: .local)
    }
    try stream.seek(to: 0)
    return stream
  }

  /// Web, in the MTA, opens the packet and calls.
  private static func runWeb(_ stream: ComField<IStream>) throws(HResult) {
    try coInitializeEx(.multithreaded)
    defer { coUninitialize() }
    let counter = try openCounter(stream)
    try counter.increment(1)
  }

  private static func openCounter(
    _ stream: ComField<IStream>
  ) throws(HResult) -> ComPtr<ICounter> {
    defer { stream.detach() }
    return try coGetInterfaceAndReleaseStream(
      stream, ICounter.self, as: "web.counter")
  }
}

/// A counter that any thread may call: the free-threaded marshaller is a part of it.
final class AgileCounter: ComObject, Counting {
  override class var interfaces: [any ComInterface.Type] { [ICounter.self] }

  private let stage: Stage
  private let sum: SharedCell
  /// The marshaller brings threads here. To keep them apart is the object's own work.
  private let lock: VisibleLock?

  init(locks: Bool, in stage: Stage) throws(HResult) {
    self.stage = stage
    sum = SharedCell("Counter.count", in: stage.kernel)
    lock = locks ? VisibleLock(in: stage.kernel) : nil
    try super.init(name: "Counter")
    try aggregateFreeThreadedMarshaler()
  }

  func increment(_ by: Int32) throws(HResult) -> Int32 {
    stage.markOwn("is in Increment")
    lock?.lock()
    defer { lock?.unlock() }
    stage.markOwn("reads")
    let before = sum.read()
    stage.markOwn("writes")
    sum.write(before + Int64(by))
    stage.markOwn("has written")
    return Int32(truncatingIfNeeded: before) + by
  }

  func value() throws(HResult) -> Int32 {
    Int32(truncatingIfNeeded: sum.read())
  }
}
"""###,
    "FreeThreadedProxy.swift": ###"""
import ApartmentRuntime
import ThreadKernel
import Trace

/// An object with the free-threaded marshaller keeps a proxy: direct outside, bound inside
/// (I24).
enum FreeThreadedProxy {
  static func program(_ stage: Stage) {
    stage.process.register(ICounter.self)
    stage.thread("main") { () throws(HResult) in try runMain(stage) }
  }

  /// Main gets a counter of shop's, and makes a relay that keeps what it got.
  private static func runMain(_ stage: Stage) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    let relay = ComPtr<ICounter>(
      try Relay(to: startShop(stage), stage), as: "main.relay")
    let desk = try startDesk(relay, stage)
    try relay.increment(1)
    runMessageLoop()
    // What the relay keeps is main's: main gives it back, so it ends last.
    if let desk { try coWaitForHandle(.thread(desk)) }
  }

  /// Shop's STA has the counter; main gets a proxy of it.
  private static func startShop(_ stage: Stage) throws(HResult) -> ComPtr<ICounter> {
    let stream = ComField<IStream>("shop.stream", in: stage.kernel)
    let isReady = stage.signal()
    let main = KernelThread.current
    stage.thread("shop") { () throws(HResult) in
      try coInitializeEx(.apartmentThreaded)
      defer { coUninitialize() }
      let counter = ComPtr<ICounter>(try Counter(name: "Counter"), as: "shop.counter")
      stream.set(
        try coMarshalInterThreadInterfaceInStream(
          ICounter.self, counter, as: "shop.stream"))
      isReady.set()
      runMessageLoop()
      // Main has a proxy of what lives here, and gives it back before it ends.
      if let main { try coWaitForHandle(.thread(main)) }
    }
    try coWaitForHandle(.signal(isReady))
    defer { stream.detach() }
    return try coGetInterfaceAndReleaseStream(stream, ICounter.self)
  }

  /// Desk, another STA, gets the relay in person, and calls it.
  private static func startDesk(
    _ relay: borrowing ComPtr<ICounter>, _ stage: Stage
  ) throws(HResult) -> KernelThread? {
    let stream = ComField<IStream>("desk.stream", in: stage.kernel)
    stream.set(
      try coMarshalInterThreadInterfaceInStream(
        ICounter.self, relay, as: "desk.stream"))
    return stage.thread("desk") { () throws(HResult) in
      try coInitializeEx(.apartmentThreaded)
      defer { coUninitialize() }
      let relay = try openRelay(stream)
      repeat {
        // A refusal is no reason to stop.
        _ = try? relay.increment(5)
      } while stage.nextAction("call-again") != nil
    }
  }

  private static func openRelay(
    _ stream: ComField<IStream>
  ) throws(HResult) -> ComPtr<ICounter> {
    defer { stream.detach() }
    return try coGetInterfaceAndReleaseStream(
      stream, ICounter.self, as: "desk.relay")
  }
}

/// Hands each call on to a counter. Any thread may call it: the free-threaded marshaller
/// is a part of it. What it keeps is another matter.
final class Relay: ComObject, Counting {
  override class var interfaces: [any ComInterface.Type] { [ICounter.self] }

  private let stage: Stage
  /// A proxy of the room that made the relay. It is good in that room only.
  private let counter: ComField<ICounter>
  /// Or a cookie of the global interface table. It is good in every room.
  private let cookie: UInt32

  init(to counter: consuming ComPtr<ICounter>, _ stage: Stage) throws(HResult) {
    self.stage = stage
    self.counter = ComField("Relay.counter", in: stage.kernel)
    if stage.knobs["keeps"] == "cookie" {
      cookie = try Self.table().registerInterfaceInGlobal(counter)
    } else {
      cookie = 0
      self.counter.set(counter)
    }
    try super.init(name: "Relay")
    try aggregateFreeThreadedMarshaler()
  }

  func increment(_ by: Int32) throws(HResult) -> Int32 {
    stage.markOwn("is in the relay")
    guard cookie != 0 else { return try counter.pointer().increment(by) }
    let mine = try Self.table().getInterfaceFromGlobal(cookie, ICounter.self)
    return try mine.increment(by)
  }

  func value() throws(HResult) -> Int32 { try counter.pointer().value() }

  private static func table() throws(HResult) -> ComPtr<IGlobalInterfaceTable> {
    try coCreateInstance(CLSID.stdGlobalInterfaceTable, IGlobalInterfaceTable.self)
  }

  override func finalRelease() {
    counter.clear()
    if cookie != 0 { try? Self.table().revokeInterfaceFromGlobal(cookie) }
  }
}
"""###,
    "HostMTA.swift": ###"""
import ApartmentRuntime
import ThreadKernel
import Trace

/// Lesson E: a client in an STA creates an object that wants the MTA (I12, I26).
enum HostMTA {
  static func program(_ stage: Stage) {
    stage.registerFreeCounter()
    stage.thread("main") { () throws(HResult) in try runMain(stage) }
  }

  private static func runMain(_ stage: Stage) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    let c = try coCreateInstance(
      FreeModule.clsid, ICounter.self, as: "main.c")
    try c.increment(1)
    // Web and job want the same object: its pointer goes into a stream.
    let site = Site(in: stage)
    site.stream.set(
      try coMarshalInterThreadInterfaceInStream(
        ICounter.self, c, as: "site.stream"))
    stage.thread("web") { () throws(HResult) in try runWeb(site, stage) }
    stage.thread("job") { () throws(HResult) in try runJob(site, stage) }
    runMessageLoop()
  }

  /// What the threads hand to each other.
  private final class Site: Sendable {
    let stream: ComField<IStream>
    let counter: ComField<ICounter>
    /// Set when web has put the counter there.
    let isReady: Signal

    init(in stage: Stage) {
      stream = ComField("site.stream", in: stage.kernel)
      counter = ComField("site.counter", in: stage.kernel)
      isReady = stage.signal()
    }
  }

  private static func runWeb(_ site: Site, _ stage: Stage) throws(HResult) {
    try coInitializeEx(.multithreaded)
    defer { coUninitialize() }
    stage.mark("web opens")
    let c = try open(site.stream)
    site.counter.copy(c.raw)
    site.isReady.set()
    try c.increment(2)
  }

  private static func open(
    _ stream: ComField<IStream>
  ) throws(HResult) -> ComPtr<ICounter> {
    defer { stream.detach() }
    return try coGetInterfaceAndReleaseStream(
      stream, ICounter.self, as: "web.c")
  }

  private static func runJob(_ site: Site, _ stage: Stage) throws(HResult) {
    try coInitializeEx(.multithreaded)
    defer { coUninitialize() }
    defer { site.counter.clear() }
    stage.mark("job waits")
    try waitForSingleObject(.signal(site.isReady))
    // The same room, so web's pointer is good here as it is.
    try site.counter.pointer().increment(3)
  }
}
"""###,
    "HostSTA.swift": ###"""
import ApartmentRuntime
import ThreadKernel
import Trace

/// Lesson D: a client in the MTA creates an object that wants an STA (I11, I15).
enum HostSTA {
  static func program(_ stage: Stage) {
    stage.registerCounter(model: Stage.model(stage.knobs["model"]))
    let site = Site(in: stage)
    guard stage.knobs["main"] == "there" else { return startWorkers(site, stage) }
    stage.thread("main") { () throws(HResult) in
      try coInitializeEx(.apartmentThreaded)
      defer { coUninitialize() }
      startWorkers(site, stage)
      runMessageLoop()
    }
  }

  /// What web and job share: both are in the MTA, so one pointer is good for both.
  private final class Site: Sendable {
    let counter: ComField<ICounter>
    /// Set when the pointer is there.
    let isReady: Signal

    init(in stage: Stage) {
      counter = ComField("job.c", in: stage.kernel)
      isReady = stage.signal()
    }
  }

  private static func startWorkers(_ site: Site, _ stage: Stage) {
    stage.thread("web") { () throws(HResult) in try web(site, stage) }
    stage.thread("job") { () throws(HResult) in try job(site, stage) }
  }

  private static func web(_ site: Site, _ stage: Stage) throws(HResult) {
    try coInitializeEx(.multithreaded)
    defer { coUninitialize() }
    stage.mark("web creates")
    // Not a word about apartments: the registry has it.
    let c = try coCreateInstance(
      CounterModule.clsid, ICounter.self, as: "web.c")
    site.counter.copy(c.raw)
    site.isReady.set()
    try c.increment(3)
    while stage.nextAction("another-call") != nil {
      try c.increment(1)
    }
  }

  private static func job(_ site: Site, _ stage: Stage) throws(HResult) {
    try coInitializeEx(.multithreaded)
    defer { coUninitialize() }
    defer { site.counter.clear() }
    stage.mark("job waits")
    try waitForSingleObject(.signal(site.isReady))
    try site.counter.pointer().increment(5)
  }
}
"""###,
    "MainForAll.swift": ###"""
import ApartmentRuntime
import ThreadKernel
import Trace

/// Lesson C: a class with no ThreadingModel (I2, I10, I14, I15).
enum MainForAll {
  static func program(_ stage: Stage) {
    stage.registerOldCounter()
    stage.thread("main") { () throws(HResult) in try runMain(stage) }
  }

  private static func runMain(_ stage: Stage) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    stage.thread("desk") { () throws(HResult) in
      try coInitializeEx(.apartmentThreaded)
      try useCounter("desk.c", stage)
    }
    stage.thread("web") { () throws(HResult) in
      try coInitializeEx(.multithreaded)
      try useCounter("web.c", stage)
    }
    if stage.knobs["main"] == "busy" {
      // While it builds it takes no messages.
      try showing("BuildSolution") { sleepThread(20_000_000) }
    }
    let c = try coCreateInstance(
      OldModule.clsid, ICounter.self, as: "main.c")
    try c.increment(1)
    runMessageLoop()
  }

  /// The same for a thread of any room.
  private static func useCounter(
    _ holder: String, _ stage: Stage
  ) throws(HResult) {
    defer { coUninitialize() }
    let c = try coCreateInstance(
      OldModule.clsid, ICounter.self, as: holder)
    try c.increment(1)
    while stage.nextAction("count-again") != nil {
      try c.increment(1)
    }
  }
}
"""###,
    "MarkingFactory.swift": ###"""
import ApartmentRuntime
import Trace

/// The class object of the marking counter.dll: it makes Counters, and says no
/// where it cannot.
final class MarkingFactory: ComObject, ClassFactoring {
  override class var interfaces: [any ComInterface.Type] { [IClassFactory.self] }

  private let module: Module
  private let isSafe: Bool
  private let hasMemory: Bool

  init(_ module: Module, isSafe: Bool, hasMemory: Bool) throws(HResult) {
    self.module = module
    self.isSafe = isSafe
    self.hasMemory = hasMemory
    try super.init(name: "CounterFactory", of: module)
  }

  func createInstance(
    _ outer: ComObject?, _ iid: GUID
  ) throws(HResult) -> OwnedPointer {
    // A Counter knows nothing of outer objects.
    guard outer == nil else { throw refuses(.CLASS_E_NOAGGREGATION) }
    guard hasMemory else { throw refuses(.E_OUTOFMEMORY) }
    return try handOut(makeCounter(), iid)
  }

  private func makeCounter() throws(HResult) -> ComObject {
    isSafe
      ? try SafeCounter(name: "Counter", of: module)
      : try Counter(name: "Counter", of: module)
  }

  /// The factory's own reference goes in the end. Where nobody else got one, the
  /// Counter goes with it.
  private func handOut(_ counter: ComObject, _ iid: GUID) throws(HResult) -> OwnedPointer {
    let first = ComPtr<IUnknown>(counter, as: "factory.first")
    defer { extendLifetime(first) }
    do throws(HResult) {
      return try OwnedPointer(counter, iid)
    } catch {
      throw counter.refuses(error)
    }
  }

  func lockServer(_ lock: Bool) throws(HResult) -> Nothing {
    if lock { module.lock() } else { module.unlock() }
    return Nothing()
  }
}
"""###,
    "MarkingModule.swift": ###"""
import ApartmentRuntime
import Trace

/// counter.dll by somebody who takes CoInitializeEx for the way to say which
/// threads a class can bear.
final class MarkingModule: InProcessServer {
  static let clsid: GUID = "A1F00041-0000-4000-8000-F100F1A00001"
  static let file = "counter.dll"

  private let module: Module
  private let isSafe: Bool
  private let hasMemory: Bool

  init(_ module: Module, isSafe: Bool, hasMemory: Bool) {
    self.module = module
    self.isSafe = isSafe
    self.hasMemory = hasMemory
  }

  /// What COM calls for a class object of this DLL.
  func dllGetClassObject(_ clsid: GUID, _ iid: GUID) throws(HResult) -> OwnedPointer {
    markAsMultithreaded()
    guard clsid == Self.clsid else { throw .CLASS_E_CLASSNOTAVAILABLE }
    return try OwnedPointer(
      MarkingFactory(module, isSafe: isSafe, hasMemory: hasMemory), iid)
  }

  /// The mistake. The thread is in a room already, and the room is not the
  /// DLL's to choose.
  private func markAsMultithreaded() {
    do throws(HResult) {
      try coInitializeEx(.multithreaded)
      coUninitialize()
    } catch {
      // Nobody looks at the answer.
    }
  }

  func dllCanUnloadNow() -> HResult { module.isUnused ? .S_OK : .S_FALSE }
}

extension Stage {
  /// Registers the class Counter with that ThreadingModel, and puts its DLL onto the disk: all with
  /// that fault.
  func registerMarkingCounter(model: String?, fault: WhoDecides.Fault) {
    process.register(ICounter.self)
    let isSafe = self.model(of: MarkingModule.clsid, lessonHas: model).needsSafeObjects
    let entry = ClassEntry(
      MarkingModule.clsid, "Counter", module: MarkingModule.file, model: model)
    let exports: ModuleExports = fault == .noExport ? .canUnloadNow : .all
    register(
      fault == .noClass ? [] : [entry],
      [
        ModuleFile(MarkingModule.file, exports: exports) {
          MarkingModule($0, isSafe: isSafe, hasMemory: fault != .factoryFails)
        }
      ])
  }
}
"""###,
    "MatrixClasses.swift": ###"""
import ApartmentRuntime
import ThreadKernel
import Trace

extension ClientMatrix {
  /// A class of each ThreadingModel, and the agent.
  static func install(_ stage: Stage) {
    stage.process.register(ICounter.self)
    stage.process.register(IAgent.self)
    let counters = ThreadingModel.allCases.map { model in
      ClassEntry(
        MatrixModule.clsid(of: model), "Counter, \(model.words)", module: MatrixModule.file,
        model: model.text)
    }
    let agent = ClassEntry(
      AgentModule.clsid, "Agent", module: AgentModule.file, model: "Neutral")
    stage.register(
      counters + [agent],
      [
        ModuleFile(MatrixModule.file) { MatrixModule($0) },
        ModuleFile(AgentModule.file) { AgentModule($0) },
      ])
  }
}

/// counters.dll: the same counter under six entries of the registry.
final class MatrixModule: InProcessServer {
  static let file = "counters.dll"

  static func clsid(of model: ThreadingModel) -> GUID {
    GUID(0xA1F0_0040 + UInt32(model.rawValue), 0, 0x4000, 0)
  }

  private let module: Module

  init(_ module: Module) { self.module = module }

  func dllGetClassObject(_ clsid: GUID, _ iid: GUID) throws(HResult) -> OwnedPointer {
    guard let model = ThreadingModel.allCases.first(where: { Self.clsid(of: $0) == clsid })
    else { throw .CLASS_E_CLASSNOTAVAILABLE }
    let factory = try ClassFactory("CounterFactory", of: module) { [module] _ throws(HResult) in
      model.needsSafeObjects
        ? try SafeCounter(name: "Counter", of: module) : try Counter(name: "Counter", of: module)
    }
    return try OwnedPointer(factory, iid)
  }

  func dllCanUnloadNow() -> HResult { module.isUnused ? .S_OK : .S_FALSE }
}

/// What a component does that is an `IAgent`.
protocol Asking: AnyObject {
  func useCounter(of model: Int32) throws(HResult) -> Int32
}

/// `IAgent`: does for others what they would do themselves.
enum IAgent: ComInterface {
  typealias Methods = any Asking
  static let iid: GUID = "A1F00050-0000-4000-8000-F100F1A00001"
  static let name = "IAgent"
  static func methods(of object: AnyObject) -> (any Asking)? { object as? any Asking }

  static let useCounter = Method(3, "UseCounter") {
    (agent: any Asking, model: Int32) throws(HResult) -> Int32 in
    try agent.useCounter(of: model)
  }
  static var stubs: [StubMethod<Methods>] { [useCounter.stub] }
}

extension InterfacePointer where I == IAgent, Self: ~Copyable {
  func useCounter(
    of model: ThreadingModel, file: StaticString = #fileID, line: UInt32 = #line
  ) throws(HResult) {
    let number = Int32(model.rawValue)
    _ = try call(IAgent.useCounter, file, line, number) { agent throws(HResult) in
      try agent.useCounter(of: number)
    }
  }
}

/// A client that lives in the neutral apartment: a room without threads.
final class Agent: ComObject, Asking {
  override class var interfaces: [any ComInterface.Type] { [IAgent.self] }

  func useCounter(of model: Int32) throws(HResult) -> Int32 {
    guard let model = ThreadingModel(rawValue: UInt8(truncatingIfNeeded: model)) else {
      throw refuses(.E_INVALIDARG)
    }
    try ClientMatrix.useCounter(of: model)
    return 1
  }
}

/// agent.dll.
final class AgentModule: InProcessServer {
  static let clsid: GUID = "A1F00051-0000-4000-8000-F100F1A00001"
  static let file = "agent.dll"

  private let module: Module

  init(_ module: Module) { self.module = module }

  func dllGetClassObject(_ clsid: GUID, _ iid: GUID) throws(HResult) -> OwnedPointer {
    guard clsid == Self.clsid else { throw .CLASS_E_CLASSNOTAVAILABLE }
    let factory = try ClassFactory("AgentFactory", of: module) { [module] _ throws(HResult) in
      try Agent(name: "Agent", of: module)
    }
    return try OwnedPointer(factory, iid)
  }

  func dllCanUnloadNow() -> HResult { module.isUnused ? .S_OK : .S_FALSE }
}
"""###,
    "MatrixClients.swift": ###"""
import ApartmentRuntime
import ThreadKernel
import Trace

/// A kind of client: a thread, and whether the agent asks on it.
enum MatrixClient: CaseIterable, Sendable {
  case main, desk, web, guest
  /// The agent in the neutral apartment, called by main.
  case agentOnMain
  /// The same, called by web.
  case agentOnWeb

  static func all(_ stage: Stage) -> [MatrixClient] {
    stage.knobs["main"] == "there" ? allCases : [.web, .guest, .agentOnWeb]
  }

  var isAgent: Bool { self == .agentOnMain || self == .agentOnWeb }

  /// The thread that its code runs on.
  var thread: String {
    switch self {
    case .main, .agentOnMain: "main"
    case .desk: "desk"
    case .web, .agentOnWeb: "web"
    case .guest: "guest"
    }
  }

  var words: String {
    switch self {
    case .main: "main STA"
    case .desk: "other STA"
    case .web: "MTA"
    case .guest: "implicit MTA"
    case .agentOnMain: "NA on STA"
    case .agentOnWeb: "NA on MTA"
    }
  }
}

/// What a client is to make.
struct MatrixRequest: Sendable {
  let client: MatrixClient
  let model: ThreadingModel
  /// Set when it is done.
  let done: Signal
}

/// Where a client's thread finds what it is asked for.
final class MatrixDesk: Sendable {
  private struct State: Sendable {
    var room: Apartment?
    var request: MatrixRequest?
    var isClosed = false
    var bell: Signal
  }

  private let kernel: Kernel
  private let state: Guarded<State>

  init(in kernel: Kernel) {
    self.kernel = kernel
    state = Guarded(State(bell: Signal(in: kernel)))
  }

  /// The client's thread has messages in this room.
  func open(_ room: Apartment) { state.withLock { $0.room = room } }

  func take() -> MatrixRequest? {
    state.withLock { state in
      defer { state.request = nil }
      return state.request
    }
  }

  /// Waits for the next request; nil: there will be none.
  func wait() -> MatrixRequest? {
    guard state.withLock({ $0.bell }).wait() else { return nil }
    if state.withLock({ $0.isClosed }) { return nil }
    let bell = Signal(in: kernel)
    state.withLock { $0.bell = bell }
    return take()
  }

  func put(_ request: MatrixRequest) {
    let (room, bell) = state.withLock { state in
      state.request = request
      return (state.room, state.bell)
    }
    if let room { postThreadMessage(.user(0), to: room) } else { bell.set() }
  }

  func close() {
    let bell = state.withLock { state in
      state.isClosed = true
      return state.bell
    }
    bell.set()
  }
}

/// The desks of all threads.
struct MatrixDesks: Sendable {
  private let kernel: Kernel
  private let desks: [String: MatrixDesk]

  init(in stage: Stage) {
    kernel = stage.kernel
    var desks: [String: MatrixDesk] = [:]
    for client in MatrixClient.all(stage) where desks[client.thread] == nil {
      desks[client.thread] = MatrixDesk(in: stage.kernel)
    }
    self.desks = desks
  }

  subscript(_ client: MatrixClient) -> MatrixDesk {
    guard let desk = desks[client.thread] else { preconditionFailure("no such client") }
    return desk
  }

  /// Has a client make one, and waits until it has.
  func ask(_ client: MatrixClient, for model: ThreadingModel) {
    let request = MatrixRequest(client: client, model: model, done: Signal(in: kernel))
    self[client].put(request)
    request.done.wait()
  }

  /// Nobody will ask any more: threads with messages see that for themselves.
  func close() { for client in [MatrixClient.guest, .web] { self[client].close() } }
}

/// What the keys have chosen, and which cells are still open.
struct MatrixChoice {
  private let clients: [MatrixClient]
  private var open: [(MatrixClient, ThreadingModel)]
  private var clientAt = 0
  private var modelAt = 0

  init(clients: [MatrixClient]) {
    self.clients = clients
    open = clients.flatMap { client in ThreadingModel.allCases.map { (client, $0) } }
  }

  var client: MatrixClient { clients[clientAt] }
  var model: ThreadingModel { ThreadingModel.allCases[modelAt] }
  var words: String { "\(client.words), \(model.words)" }

  mutating func nextClient() { clientAt = (clientAt + 1) % clients.count }
  mutating func nextModel() { modelAt = (modelAt + 1) % ThreadingModel.allCases.count }

  mutating func isAsked(_ client: MatrixClient, _ model: ThreadingModel) {
    open.removeAll { $0 == (client, model) }
  }

  mutating func takeOpen() -> (MatrixClient, ThreadingModel)? {
    open.isEmpty ? nil : open.removeFirst()
  }
}

extension ThreadingModel {
  /// What the registry says; nil: nothing.
  var text: String? {
    switch self {
    case .absent: nil
    case .apartment: "Apartment"
    case .both: "Both"
    case .free: "Free"
    case .neutral: "Neutral"
    case .invalid: "Sometimes"
    }
  }

  var words: String { self == .invalid ? "bad value" : text ?? "absent" }
}
"""###,
    "NoRoad.swift": ###"""
import ApartmentRuntime
import ThreadKernel
import Trace

/// Document 004, lesson G: an interface that COM has no code for (I13).
enum NoRoad {
  static func program(_ stage: Stage) {
    install(stage)
    let stream = ComField<IStream>("shared.stream", in: stage.kernel)
    stage.thread("main") { () throws(HResult) in
      try runMain(stream, stage)
    }
  }

  /// What the designer's setup program does.
  private static func install(_ stage: Stage) {
    // The proxy and the stub of ICounter. Those of IAudit were forgotten.
    stage.process.register(ICounter.self)
    if stage.knobs["road"] == "registered" { stage.process.register(IAudit.self) }
    stage.register(
      [
        ClassEntry(
          AuditedModule.clsid, "Counter", module: AuditedModule.file, model: "Apartment")
      ],
      [ModuleFile(AuditedModule.file) { AuditedModule($0) }])
  }

  /// The main thread: the object is in its room.
  private static func runMain(
    _ stream: ComField<IStream>, _ stage: Stage
  ) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    let counter = try coCreateInstance(
      AuditedModule.clsid, ICounter.self, as: "main.counter")
    try counter.increment(1)
    // At home there is nobody but the object to ask.
    let audit = try counter.query(IAudit.self, as: "main.audit")
    try audit.entries()
    stream.set(try pack(counter))
    stage.thread("web") { () throws(HResult) in try runWeb(stream) }
    runMessageLoop()
  }

  /// What another room gets: IAudit, or where COM cannot carry that, ICounter.
  private static func pack(
    _ counter: borrowing ComPtr<ICounter>
  ) throws(HResult) -> ComPtr<IStream> {
    do throws(HResult) {
      return try coMarshalInterThreadInterfaceInStream(IAudit.self, counter)
    } catch {
      return try coMarshalInterThreadInterfaceInStream(ICounter.self, counter)
    }
  }

  /// A thread of the multithreaded apartment.
  private static func runWeb(_ stream: ComField<IStream>) throws(HResult) {
    try coInitializeEx(.multithreaded)
    defer { coUninitialize() }
    try useFromOutside(stream)
  }

  private static func useFromOutside(
    _ stream: ComField<IStream>
  ) throws(HResult) {
    let counter = try coUnmarshalInterface(
      stream.pointer(), ICounter.self, as: "web.counter")
    stream.clear()
    try counter.increment(3)
    // Same object, same question as main's.
    let audit = try counter.query(IAudit.self, as: "web.audit")
    try audit.entries()
  }
}
"""###,
    "OldModule.swift": ###"""
import ApartmentRuntime
import ThreadKernel
import Trace

/// old.dll, from the time when a process had one thread. It has a global, and
/// no lock: its class has no ThreadingModel.
final class OldModule: InProcessServer {
  static let clsid: GUID = "A1F00042-0000-4000-8000-F100F1A00001"
  static let file = "old.dll"

  private let module: Module
  /// How often somebody came for the class object.
  private let visits: SharedCell

  init(_ module: Module, in kernel: Kernel) {
    self.module = module
    visits = SharedCell("old.dll visits", in: kernel)
  }

  func dllGetClassObject(_ clsid: GUID, _ iid: GUID) throws(HResult) -> OwnedPointer {
    // With two threads in here a visit would be lost.
    let before = visits.read()
    visits.write(before + 1)
    guard clsid == Self.clsid else { throw .CLASS_E_CLASSNOTAVAILABLE }
    let factory = try ClassFactory("CounterFactory", of: module) {
      [module] _ throws(HResult) in
      try Counter(name: "Counter", of: module)
    }
    return try OwnedPointer(factory, iid)
  }

  func dllCanUnloadNow() -> HResult { module.isUnused ? .S_OK : .S_FALSE }
}

extension Stage {
  /// Registers the class Counter with no ThreadingModel, and puts old.dll onto the disk.
  func registerOldCounter() {
    process.register(ICounter.self)
    register(
      [ClassEntry(OldModule.clsid, "Counter", module: OldModule.file, model: nil)],
      [ModuleFile(OldModule.file) { [kernel] in OldModule($0, in: kernel) }])
  }
}
"""###,
    "Price.swift": ###"""
import ApartmentRuntime
import ThreadKernel
import Trace

/// Document 004, lesson H: the same method called in every way there is (I16).
enum Price {
  static func program(_ stage: Stage) {
    stage.process.register(ICounter.self)
    stage.register(PriceModule.entries, [PriceModule.onDisk])
    let hands = PriceHands(in: stage.kernel)
    stage.thread("main") { () throws(HResult) in try runMain(hands, stage) }
  }

  /// The main STA. Two counters are born here: one may be called everywhere.
  private static func runMain(
    _ hands: PriceHands, _ stage: Stage
  ) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    try hands.fill(holder: "main.counter")
    stage.thread("web") { () throws(HResult) in try runWeb(hands, stage) }
    runMessageLoop()
  }

  /// A thread of the multithreaded apartment.
  private static func runWeb(
    _ hands: PriceHands, _ stage: Stage
  ) throws(HResult) {
    try coInitializeEx(.multithreaded)
    defer { coUninitialize() }
    let desk = stage.thread("desk") { () throws(HResult) in
      try runDesk(hands, stage)
    }
    hands.webMayCall.wait()
    try callFromWeb(hands, stage)
    hands.webHasCalled.set()
    // The apartment has to be there as long as others call into it.
    if let desk { try waitForSingleObject(.thread(desk)) }
  }

  private static func callFromWeb(
    _ hands: PriceHands, _ stage: Stage
  ) throws(HResult) {
    let mains = try hands.counter(.forWeb, as: "web.mains")
    try stage.counting(PricePath.mtaToSTA.name) { () throws(HResult) in
      try mains.increment(1)
    }
  }

  /// A second STA.
  private static func runDesk(
    _ hands: PriceHands, _ stage: Stage
  ) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    try callFromDesk(hands, stage)
    stage.thread("meter") { () throws(HResult) in measure(stage) }
    runMessageLoop()
  }

  private static func callFromDesk(
    _ hands: PriceHands, _ stage: Stage
  ) throws(HResult) {
    let own = try coCreateInstance(
      PriceModule.apartment, ICounter.self, as: "desk.own")
    let agile = try hands.counter(.agile, as: "desk.agile")
    let neutral = try coCreateInstance(
      PriceModule.neutral, ICounter.self, as: "desk.neutral")
    let mains = try hands.counter(.forDesk, as: "desk.mains")
    let free = try coCreateInstance(
      PriceModule.free, ICounter.self, as: "desk.free")
    // The same line each time: what is behind the pointer makes the price.
    try stage.counting(PricePath.direct.name) { () throws(HResult) in
      try own.increment(1)
    }
    try stage.counting(PricePath.freeThreaded.name) { () throws(HResult) in
      try agile.increment(1)
    }
    try stage.counting(PricePath.lightProxy.name) { () throws(HResult) in
      try neutral.increment(1)
    }
    try stage.counting(PricePath.staToSTA.name) { () throws(HResult) in
      try mains.increment(1)
    }
    hands.webMayCall.set()
    try coWaitForHandle(.signal(hands.webHasCalled))
    try stage.counting(PricePath.staToMTA.name) { () throws(HResult) in
      try free.increment(1)
    }
  }

  /// A free burst for each key: real time, so the run cannot be replayed.
  private static func measure(_ stage: Stage) {
    while stage.nextAction("burst") != nil {
      stage.kernel.freely {
        let prices = PriceBurst().measure { !stage.kernel.isAbandoned }
        for price in prices { stage.tell(price) }
      }
    }
  }
}
"""###,
    "PriceBurst.swift": ###"""
import ApartmentRuntime
import ThreadKernel
import Trace

/// Measures what one call costs on this machine, each way: in a kernel of its own that is free, that
/// nobody listens to, and whose threads keep to one core. It takes a quarter of a second.
public struct PriceBurst: Sendable {
  /// What one call costs: the median of the rounds.
  public struct Price: Hashable, Sendable {
    public let name: String
    public let picoseconds: UInt64
    /// How many calls were made in all rounds.
    public let calls: UInt32
    /// How many calls to the SCM one of them made.
    public var scmCalls: UInt32 = 0
  }

  /// The row that is no call: two threads that wake each other, with nothing else done.
  public static let rawName = "raw wake-ups"

  /// The processor and its cores, and how the program was compiled.
  public static var machine: String {
    #if DEBUG
      "\(Machine.name), unoptimized build"
    #else
      Machine.name
    #endif
  }

  /// Many and short ones: those in which something else had the core are not the median then.
  public var rounds: Int
  /// How long a round calls one way.
  public var nanoseconds: UInt64
  public var core: Int

  public init(rounds: Int = 15, nanoseconds: UInt64 = 1_500_000, core: Int = 0) {
    self.rounds = rounds
    self.nanoseconds = nanoseconds
    self.core = core
  }

  /// Measures each way, the cheap ones first, and the raw wake-ups.
  ///
  /// - Parameter isWanted: asked now and then; the burst is given up, with nothing, where it is not.
  public func measure(while isWanted: () -> Bool = { true }) -> [Price] {
    let samples = Samples()
    let kernel = Kernel(.init(startsFree: true, isTold: false, core: core))
    start(ComProcess("burst", in: kernel), samples)
    while isWanted(), kernel.waitUntilStanding(seconds: 0.1) == .running {}
    kernel.abandon()
    guard isWanted() else { return [] }
    for _ in 0..<rounds {
      samples.add(
        Self.rawName, Machine.roundTrips(Self.trips, cores: (core, core)), calls: Self.trips)
    }
    return (PricePath.allCases.map(\.name) + [Self.rawName]).compactMap { samples.price(of: $0) }
  }

  private static let trips = 300

  // MARK: The threads

  /// The same threads as in the lesson, but each call is made some thousand times.
  private func start(_ process: ComProcess, _ samples: Samples) {
    process.register(ICounter.self)
    for entry in PriceModule.entries { process.registry.add(entry) }
    process.registry.install(PriceModule.onDisk)
    let hands = PriceHands(in: process.kernel)
    process.spawn("main") { [self] in try? runMain(process, hands, samples) }
  }

  private func runMain(
    _ process: ComProcess, _ hands: PriceHands, _ samples: Samples
  ) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    try hands.fill(holder: "main")
    let web = process.spawn("web") { [self] in try? runWeb(process, hands, samples) }
    if let web { try coWaitForHandle(.thread(web)) }
  }

  private func runWeb(
    _ process: ComProcess, _ hands: PriceHands, _ samples: Samples
  ) throws(HResult) {
    try coInitializeEx(.multithreaded)
    defer { coUninitialize() }
    let desk = process.spawn("desk") { [self] in try? runDesk(hands, samples) }
    if let desk { try coWaitForHandle(.thread(desk)) }
    try measureFromWeb(hands, samples)
  }

  private func measureFromWeb(_ hands: PriceHands, _ samples: Samples) throws(HResult) {
    let mains = try hands.counter(.forWeb, as: "web")
    for _ in 0..<rounds {
      try sample(.mtaToSTA, samples, mains)
    }
  }

  private func runDesk(_ hands: PriceHands, _ samples: Samples) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    try measureFromDesk(hands, samples)
  }

  private func measureFromDesk(_ hands: PriceHands, _ samples: Samples) throws(HResult) {
    let own = try coCreateInstance(PriceModule.apartment, ICounter.self)
    let agile = try hands.counter(.agile, as: "desk")
    let neutral = try coCreateInstance(PriceModule.neutral, ICounter.self)
    let mains = try hands.counter(.forDesk, as: "desk")
    let free = try coCreateInstance(PriceModule.free, ICounter.self)
    for _ in 0..<rounds {
      try sample(.direct, samples, own)
      try sample(.freeThreaded, samples, agile)
      try sample(.lightProxy, samples, neutral)
      try sample(.staToSTA, samples, mains)
      try sample(.staToMTA, samples, free)
    }
  }

  // MARK: Measuring

  /// One round of one way: calls until its time is over. The clock is looked at seldom.
  private func sample(
    _ path: PricePath, _ samples: Samples, _ counter: borrowing ComPtr<ICounter>
  ) throws(HResult) {
    let batch = path == .direct || path == .freeThreaded ? 2_000 : 20
    try Self.call(counter, times: batch)
    var calls = 0
    var spent: UInt64 = 0
    let start = Machine.now
    repeat {
      try Self.call(counter, times: batch)
      calls += batch
      spent = Machine.now - start
    } while spent < nanoseconds
    samples.add(path.name, spent, calls: calls)
  }

  /// The calls and nothing else.
  @inline(never)
  private static func call(
    _ counter: borrowing ComPtr<ICounter>, times: Int
  ) throws(HResult) {
    // A local of the loop's own: nothing is counted for it while it turns.
    let counter = counter.raw
    for _ in 0..<times { try counter.increment(1) }
  }
}

/// What the rounds came to.
private final class Samples: Sendable {
  private struct Row: Sendable {
    var picoseconds: [UInt64] = []
    var calls = 0
  }

  private let rows = Guarded<[String: Row]>([:])

  func add(_ name: String, _ nanoseconds: UInt64, calls: Int) {
    rows.withLock { rows in
      rows[name, default: Row()].picoseconds.append(nanoseconds * 1_000 / UInt64(max(1, calls)))
      rows[name, default: Row()].calls += calls
    }
  }

  func price(of name: String) -> PriceBurst.Price? {
    let row = rows.withLock { $0[name] }
    guard let row, !row.picoseconds.isEmpty else { return nil }
    return PriceBurst.Price(
      name: name, picoseconds: row.picoseconds.sorted()[row.picoseconds.count / 2],
      calls: UInt32(clamping: row.calls))
  }
}
"""###,
    "PriceParts.swift": ###"""
import ApartmentRuntime
import ThreadKernel
import Trace

/// A way from a caller to an object, the cheap ones first.
public enum PricePath: CaseIterable, Sendable {
  /// In the object's own room.
  case direct
  /// An object with the free-threaded marshaller, from another room.
  case freeThreaded
  /// Into the neutral apartment, on the caller's thread.
  case lightProxy
  case staToSTA, mtaToSTA, staToMTA

  /// Counts and figures stand under it.
  public var name: String {
    switch self {
    case .direct: "direct"
    case .freeThreaded: "FTM, direct"
    case .lightProxy: "light proxy"
    case .staToSTA: "STA → STA"
    case .mtaToSTA: "MTA → STA"
    case .staToMTA: "STA → MTA"
    }
  }
}

/// What is called: the smallest method there is. One thread at a time calls it
/// here, so it has no lock to pay for.
final class PriceCounter: ComObject, Counting {
  override class var interfaces: [any ComInterface.Type] { [ICounter.self] }

  private var sum: Int32 = 0

  init(_ name: String, isAgile: Bool = false, of module: Module? = nil) throws(HResult) {
    try super.init(name: name, of: module)
    if isAgile { try aggregateFreeThreadedMarshaler() }
  }

  @inline(never)
  func increment(_ by: Int32) throws(HResult) -> Int32 {
    sum &+= by
    return sum
  }

  func value() throws(HResult) -> Int32 { sum }
}

/// price.dll: the same counter under three ThreadingModels.
final class PriceModule: InProcessServer {
  static let apartment: GUID = "A1F00060-0000-4000-8000-F100F1A00001"
  static let neutral: GUID = "A1F00061-0000-4000-8000-F100F1A00001"
  static let free: GUID = "A1F00062-0000-4000-8000-F100F1A00001"
  static let file = "price.dll"

  static var entries: [ClassEntry] {
    [
      ClassEntry(apartment, "Counter", module: file, model: "Apartment"),
      ClassEntry(neutral, "NeutralCounter", module: file, model: "Neutral"),
      ClassEntry(free, "FreeCounter", module: file, model: "Free"),
    ]
  }

  static var onDisk: ModuleFile { ModuleFile(file) { PriceModule($0) } }

  private let module: Module

  init(_ module: Module) { self.module = module }

  func dllGetClassObject(_ clsid: GUID, _ iid: GUID) throws(HResult) -> OwnedPointer {
    guard let entry = Self.entries.first(where: { $0.clsid == clsid }) else {
      throw .CLASS_E_CLASSNOTAVAILABLE
    }
    let factory = try ClassFactory("Factory", of: module) { [module] _ throws(HResult) in
      try PriceCounter(entry.name, of: module)
    }
    return try OwnedPointer(factory, iid)
  }

  func dllCanUnloadNow() -> HResult { module.isUnused ? .S_OK : .S_FALSE }
}

/// What main hands to the others, and who may call when: one call at a time.
struct PriceHands: Sendable {
  enum Packet { case forDesk, forWeb, agile }

  let webMayCall: Signal
  let webHasCalled: Signal
  private let forDesk: ComField<IStream>
  private let forWeb: ComField<IStream>
  private let agile: ComField<IStream>

  init(in kernel: Kernel) {
    webMayCall = Signal(in: kernel)
    webHasCalled = Signal(in: kernel)
    forDesk = ComField("packets.forDesk", in: kernel)
    forWeb = ComField("packets.forWeb", in: kernel)
    agile = ComField("packets.agile", in: kernel)
  }

  private func field(_ packet: Packet) -> ComField<IStream> {
    switch packet {
    case .forDesk: forDesk
    case .forWeb: forWeb
    case .agile: agile
    }
  }

  /// Makes the counters of the calling thread's room, and packs them for the others.
  func fill(holder: String) throws(HResult) {
    let counter = ComPtr<ICounter>(try PriceCounter("Counter"), as: holder)
    let free = ComPtr<ICounter>(
      try PriceCounter("AgileCounter", isAgile: true), as: "\(holder) 2")
    for field in [forDesk, forWeb] {
      field.set(try coMarshalInterThreadInterfaceInStream(ICounter.self, counter))
    }
    agile.set(try coMarshalInterThreadInterfaceInStream(ICounter.self, free))
  }

  /// Opens a packet.
  func counter(_ packet: Packet, as holder: String) throws(HResult) -> ComPtr<ICounter> {
    let field = field(packet)
    defer { field.clear() }
    return try coUnmarshalInterface(field.pointer(), ICounter.self, as: holder)
  }
}

extension Stage {
  /// Tells what was measured.
  func tell(_ price: PriceBurst.Price) {
    kernel.tell(
      .measured(
        kernel.name(price.name), picoseconds: price.picoseconds, calls: price.calls,
        scmCalls: price.scmCalls, machine: kernel.name(PriceBurst.machine)))
  }
}
"""###,
    "ReEntrancy.swift": ###"""
import ApartmentRuntime
import ThreadKernel
import Trace

/// A stranger in between: while an STA waits for its own call it takes others (I9, I15).
enum ReEntrancy {
  static func program(_ stage: Stage) {
    stage.process.register(IAccount.self)
    stage.process.register(ILedger.self)
    stage.thread("main") { () throws(HResult) in try runMain(stage) }
  }

  /// The main STA has the account. It withdraws 30 of 100.
  private static func runMain(_ stage: Stage) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    let ledger = ComField<ILedger>("Account.ledger", in: stage.kernel)
    ledger.set(try startDesk(stage))
    let account = ComPtr<IAccount>(
      try Account(ledger: ledger, care(stage)), as: "main.account")
    if stage.knobs["stranger"] == "comes" { try startWeb(account, stage) }
    try account.withdraw(30)
    runMessageLoop()
  }

  private static func care(_ stage: Stage) -> Care {
    switch stage.knobs["guard"] {
    case "flag": .busyFlag
    case "first": .changesFirst
    default: .none
    }
  }

  /// Desk's STA has the ledger; main gets a proxy of it.
  private static func startDesk(_ stage: Stage) throws(HResult) -> ComPtr<ILedger> {
    let stream = ComField<IStream>("desk.stream", in: stage.kernel)
    let isReady = stage.signal()
    let main = KernelThread.current
    stage.thread("desk") { () throws(HResult) in
      try coInitializeEx(.apartmentThreaded)
      defer { coUninitialize() }
      try handLedger(to: stream, stage)
      isReady.set()
      runMessageLoop()
      // Main has a proxy of what lives here, and gives it back before it ends.
      if let main { try coWaitForHandle(.thread(main)) }
    }
    try coWaitForHandle(.signal(isReady))
    defer { stream.detach() }
    return try coGetInterfaceAndReleaseStream(stream, ILedger.self)
  }

  private static func handLedger(
    to stream: ComField<IStream>, _ stage: Stage
  ) throws(HResult) {
    let ledger = ComPtr<ILedger>(try Ledger(in: stage), as: "desk.ledger")
    stream.set(
      try coMarshalInterThreadInterfaceInStream(
        ILedger.self, ledger, as: "desk.stream"))
  }

  /// Web, in the MTA, gets a proxy of the account. It pays 50 in.
  private static func startWeb(
    _ account: borrowing ComPtr<IAccount>, _ stage: Stage
  ) throws(HResult) {
    let stream = ComField<IStream>("web.stream", in: stage.kernel)
    stream.set(
      try coMarshalInterThreadInterfaceInStream(
        IAccount.self, account, as: "web.stream"))
    stage.thread("web") { () throws(HResult) in
      try coInitializeEx(.multithreaded)
      defer { coUninitialize() }
      let account = try openAccount(stream)
      stage.mark("web calls")
      // A refusal is no reason to stop.
      _ = try? account.deposit(50)
      stage.mark("web has its answer")
    }
  }

  private static func openAccount(
    _ stream: ComField<IStream>
  ) throws(HResult) -> ComPtr<IAccount> {
    defer { stream.detach() }
    return try coGetInterfaceAndReleaseStream(
      stream, IAccount.self, as: "web.account")
  }
}
"""###,
    "SameRoom.swift": ###"""
import ApartmentRuntime
import ThreadKernel
import Trace

/// Lesson B: a client and a class that fit each other (I17, I22).
enum SameRoom {
  static func program(_ stage: Stage) {
    let isSTA = stage.knobs["client"] == "sta"
    stage.registerCounter(model: isSTA ? "Apartment" : "Both")
    stage.thread("main") { () throws(HResult) in try runMain(isSTA, stage) }
  }

  private static func runMain(_ isSTA: Bool, _ stage: Stage) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    let done = stage.signal()
    stage.thread(isSTA ? "desk" : "web") { () throws(HResult) in
      try runClient(isSTA, done, stage)
    }
    try coWaitForHandle(.signal(done))
    // A second client, in another room, wants a counter too.
    let c = try coCreateInstance(
      CounterModule.clsid, ICounter.self, as: "main.c")
    try c.increment(2)
    runMessageLoop()
  }

  private static func runClient(
    _ isSTA: Bool, _ done: Signal, _ stage: Stage
  ) throws(HResult) {
    try coInitializeEx(isSTA ? .apartmentThreaded : .multithreaded)
    defer { coUninitialize() }
    let c = try coCreateInstance(
      CounterModule.clsid, ICounter.self, as: isSTA ? "desk.c" : "web.c")
    try c.increment(1)
    done.set()
    while stage.nextAction("count-again") != nil {
      try c.increment(1)
    }
  }
}
"""###,
    "Unload.swift": ###"""
import ApartmentRuntime
import ThreadKernel
import Trace

/// Unload under your feet: a DLL without objects may still have a thread in it (I6, I7, I19).
enum Unload {
  static func program(_ stage: Stage) {
    stage.process.register(ICounter.self)
    stage.register(
      [ClassEntry(CounterModule.clsid, "Counter", module: CounterModule.file, model: "Both")],
      [ModuleFile(CounterModule.file) { UnloadableModule($0, in: stage) }])
    stage.thread("main") { () throws(HResult) in try runMain(stage) }
  }

  private static func runMain(_ stage: Stage) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    stage.thread("job") { () throws(HResult) in try runJob(stage) }
    stage.thread("desk") { () throws(HResult) in try runDesk(stage) }
    runMessageLoop()
  }

  /// Job, in the MTA, uses the DLL: a direct pointer, for the class is Both.
  private static func runJob(_ stage: Stage) throws(HResult) {
    try coInitializeEx(.multithreaded)
    defer { coUninitialize() }
    let counter = try coCreateInstance(CounterModule.clsid, ICounter.self)
    try counter.increment(1)
    stage.markOwn("has used it")
    if stage.knobs["canUnload"] == "yes" {
      stage.markOwn("uses it again")
      try counter.increment(1)
    }
    // The last pointer goes: the destructor runs on this thread.
    stage.markOwn("gives it back")
  }

  /// Desk, in an STA of its own, tidies up.
  private static func runDesk(_ stage: Stage) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    stage.markOwn("frees")
    if stage.knobs["delay"] == "none" {
      coFreeUnusedLibrariesEx(unloadDelay: 0)
    } else {
      coFreeUnusedLibraries()
    }
    stage.markOwn("has freed")
    runMessageLoop()
  }
}

/// counter.dll, with an answer to whether it is still used.
final class UnloadableModule: InProcessServer {
  private let module: Module
  private let stage: Stage

  init(_ module: Module, in stage: Stage) {
    self.module = module
    self.stage = stage
  }

  func dllGetClassObject(_ clsid: GUID, _ iid: GUID) throws(HResult) -> OwnedPointer {
    guard clsid == CounterModule.clsid else { throw .CLASS_E_CLASSNOTAVAILABLE }
    let (module, stage) = (module, stage)
    return try ClassFactory("CounterFactory", of: module) { _ throws(HResult) in
      try DepartingCounter(of: module, in: stage)
    }.handOut(iid)
  }

  func dllCanUnloadNow() -> HResult {
    stage.markOwn("answers")
    if stage.knobs["canUnload"] == "yes" { return .S_OK }  // without looking
    return module.isUnused ? .S_OK : .S_FALSE
  }
}

/// A counter whose end can be watched.
final class DepartingCounter: ComObject, Counting {
  override class var interfaces: [any ComInterface.Type] { [ICounter.self] }

  private let stage: Stage
  private let sum = Guarded<Int32>(0)

  init(of module: Module, in stage: Stage) throws(HResult) {
    self.stage = stage
    try super.init(name: "Counter", of: module)
  }

  func increment(_ by: Int32) throws(HResult) -> Int32 {
    sum.withLock { sum in
      sum += by
      show("value", Int64(sum))
      return sum
    }
  }

  func value() throws(HResult) -> Int32 { sum.withLock { $0 } }

  /// The module's count of its objects went down just now. The thread is not out of
  /// the destructor yet.
  override func lastInstructions() {
    stage.markOwn("is behind the count")
    stage.markOwn("returns")
  }
}
"""###,
    "WhoDecides.swift": ###"""
import ApartmentRuntime
import ThreadKernel
import Trace

/// Lesson A: whose word it is, in which room a class's objects live (I1, I3, I4);
/// and who says no where something is wrong.
enum WhoDecides {
  /// What goes wrong on the way to a Counter.
  enum Fault: String {
    case nothing
    case noClass = "no-class"
    case noExport = "no-export"
    case factoryFails = "factory-fails"
    case wrongInterface = "wrong-interface"
    case aggregation
  }

  static func program(_ stage: Stage) {
    let fault = Fault(rawValue: stage.knobs["goes-wrong"]) ?? .nothing
    stage.registerMarkingCounter(
      model: Stage.model(stage.knobs["model"]), fault: fault)
    stage.thread("main") { () throws(HResult) in try runMain(fault) }
  }

  private static func runMain(_ fault: Fault) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    do throws(HResult) {
      switch fault {
      case .wrongInterface: try askForAudit()
      case .aggregation: try makePanel()
      default: try useCounter()
      }
    } catch {
      // No counter, then.
      runMessageLoop()
    }
  }

  private static func useCounter() throws(HResult) {
    let c = try coCreateInstance(
      MarkingModule.clsid, ICounter.self, as: "main.c")
    try c.increment(1)
    runMessageLoop()
  }

  /// A Counter is no IAudit.
  private static func askForAudit() throws(HResult) {
    let audit = try coCreateInstance(
      MarkingModule.clsid, IAudit.self, as: "main.audit")
    try audit.entries()
    runMessageLoop()
  }

  /// A Panel is to have a Counter as a part, and a Counter will not be one.
  private static func makePanel() throws(HResult) {
    let panel = try Panel(name: "Panel")
    let kept = ComPtr<IUnknown>(panel, as: "main.panel")
    defer { extendLifetime(kept) }
    try panel.aggregate(
      coCreateInstance(MarkingModule.clsid, IUnknown.self, outer: panel),
      as: "Panel.counter")
    runMessageLoop()
  }
}

/// An object of main's own that would like to count.
final class Panel: ComObject {}
"""###,
    "BadServers.swift": ###"""
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
"""###,
    "DeadFactory.swift": ###"""
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
"""###,
    "IWidget.swift": ###"""
import ApartmentRuntime
import Trace

/// What a component does that is an `IWidget`.
protocol Widgeting: AnyObject {
  /// Paints itself once more.
  ///
  /// - Returns: how often it was painted by now.
  func paint() throws(HResult) -> Int32
  /// Works for a while: so many steps, and others may go on at each.
  func work(_ steps: Int32) throws(HResult) -> Int32
  /// What it looks like.
  func describe() throws(HResult) -> String
  /// Has its server stop, whoever still uses it.
  func quit() throws(HResult) -> Nothing
}

/// What the objects of the local servers have.
enum IWidget: ComInterface {
  typealias Methods = any Widgeting
  static let iid: GUID = "A1F00031-0000-4000-8000-F100F1A00001"
  static let name = "IWidget"
  static func methods(of object: AnyObject) -> (any Widgeting)? { object as? any Widgeting }

  static let paint = Method(3, "Paint") { (widget: any Widgeting) throws(HResult) -> Int32 in
    try widget.paint()
  }
  static let work = Method(4, "Work") {
    (widget: any Widgeting, steps: Int32) throws(HResult) -> Int32 in
    try widget.work(steps)
  }
  static let describe = Method(5, "Describe") {
    (widget: any Widgeting) throws(HResult) -> String in
    try widget.describe()
  }
  static let quit = Method(6, "Quit") { (widget: any Widgeting) throws(HResult) -> Nothing in
    try widget.quit()
  }
  static var stubs: [StubMethod<Methods>] {
    [paint.stub, work.stub, describe.stub, quit.stub]
  }
}

extension InterfacePointer where I == IWidget, Self: ~Copyable {
  @discardableResult
  func paint(file: StaticString = #fileID, line: UInt32 = #line) throws(HResult) -> Int32 {
    try call(IWidget.paint, file, line) { widget throws(HResult) in try widget.paint() }
  }

  @discardableResult
  func work(
    _ steps: Int32, file: StaticString = #fileID, line: UInt32 = #line
  ) throws(HResult) -> Int32 {
    try call(IWidget.work, file, line, steps) { widget throws(HResult) in
      try widget.work(steps)
    }
  }

  @discardableResult
  func describe(
    file: StaticString = #fileID, line: UInt32 = #line
  ) throws(HResult) -> String {
    try call(IWidget.describe, file, line) { widget throws(HResult) in try widget.describe() }
  }

  func quit(file: StaticString = #fileID, line: UInt32 = #line) throws(HResult) {
    _ = try call(IWidget.quit, file, line) { widget throws(HResult) in try widget.quit() }
  }
}

/// The classes of the local servers, as the registry has them.
enum WidgetClass {
  static let widget: GUID = "A1F00032-0000-4000-8000-F100F1A00001"
  static let gadget: GUID = "A1F00033-0000-4000-8000-F100F1A00001"
  static let gizmo: GUID = "A1F00034-0000-4000-8000-F100F1A00001"
}
"""###,
    "KillClient.swift": ###"""
import ApartmentRuntime
import ThreadKernel
import Trace

/// kill -9 of a client that holds references: it never calls Release, so COM counts for
/// it (RPC-03, STUB-19).
enum KillClient {
  static func program(_ stage: Stage) {
    stage.process.register(IWidget.self)
    stage.thread("main") { () throws(HResult) in try runClientA(stage) }
    stage.thread("user") { () throws(HResult) in
      stage.mark("user kills")
      stage.kill("client B")
      stage.mark("user has killed")
    }
  }

  /// Client A has a Widget of the same server.
  private static func runClientA(_ stage: Stage) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    let widget = try coCreateInstance(
      WidgetClass.widget, IWidget.self, .localServer, as: "widget")
    stage.start("client.exe", as: "client B")
    stage.mark("client A goes away")
    sleepThread(absence(stage))
    try widget.paint()
  }

  /// How long client A does something else, in nanoseconds: seven minutes where a death
  /// takes six to be noticed.
  private static func absence(_ stage: Stage) -> UInt64 {
    stage.knobs["death"] == "silent" ? 420_000_000_000 : 1_000_000
  }

  /// Client B has a Widget, and is killed with it.
  static func clientB(_ stage: Stage) throws(HResult) {
    stage.process.register(IWidget.self)
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    let widget = try coCreateInstance(
      WidgetClass.widget, IWidget.self, .localServer, as: "widget")
    try widget.paint()
    stage.mark("client B has painted")
    _ = stage.nextAction("leave")
    _ = consume widget
  }

  static func server(_ stage: Stage) throws(HResult) {
    stage.process.register(IWidget.self)
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    let threads = ServerThreads()
    try threads.join()
    let factory = ComPtr<IClassFactory>(
      try WidgetFactory(of: "Widget", ProcessCount(threads)))
    let cookie = try coRegisterClassObject(
      WidgetClass.widget, factory, .localServer)
    runMessageLoop()
    try coRevokeClassObject(cookie)
  }
}
"""###,
    "KillServer.swift": ###"""
import ApartmentRuntime
import ThreadKernel
import Trace

/// kill -9 of a server: no destructor runs, nothing is revoked, no answer comes
/// (RPC-01, RPC-02).
enum KillServer {
  static func program(_ stage: Stage) {
    stage.process.register(IWidget.self)
    stage.thread("main") { () throws(HResult) in try runClientA(stage) }
    stage.thread("user") { () throws(HResult) in
      stage.mark("user kills")
      stage.kill("server")
      stage.mark("user has killed")
    }
  }

  private static func runClientA(_ stage: Stage) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    let widget = try create(as: "widget")
    stage.start("client.exe", as: "client B")
    stage.mark("client A calls")
    _ = try? widget.work(3)
    stage.mark("client A calls again")
    _ = try? widget.paint()
    // The old proxy is of no use any more: a new object has to be made.
    let another = try create(as: "new widget")
    try another.paint()
  }

  /// A client that asks a second time before it gives up.
  private static func create(
    as holder: String
  ) throws(HResult) -> ComPtr<IWidget> {
    do throws(HResult) {
      return try coCreateInstance(
        WidgetClass.widget, IWidget.self, .localServer, as: holder)
    } catch {
      return try coCreateInstance(
        WidgetClass.widget, IWidget.self, .localServer, as: holder)
    }
  }

  static func clientB(_ stage: Stage) throws(HResult) {
    stage.process.register(IWidget.self)
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    let widget = try create(as: "widget")
    stage.mark("client B has a Widget")
    stage.mark("client B calls")
    _ = try? widget.paint()
    stage.mark("client B was told")
  }

  static func server(_ stage: Stage) throws(HResult) {
    stage.process.register(IWidget.self)
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    stage.mark("server starts")
    let threads = ServerThreads()
    try threads.join()
    let factory = ComPtr<IClassFactory>(
      try WidgetFactory(of: "Widget", ProcessCount(threads)))
    stage.mark("server registers")
    let cookie = try coRegisterClassObject(
      WidgetClass.widget, factory, .localServer)
    runMessageLoop()
    try coRevokeClassObject(cookie)
  }
}
"""###,
    "LoopCount.swift": ###"""
import ApartmentRuntime
import ThreadKernel
import Trace

/// What keeps a server of several threads. At 0 it has all their loops end.
protocol LoopCount: ServerCount {
  /// Whether a thread that has revoked its class goes back into its loop.
  var isInUse: Bool { get }
}

extension TwoThreads {
  static func makeCount(of threads: ServerThreads, _ stage: Stage) -> any LoopCount {
    switch stage.knobs["counting"] {
    case "nothing": OwnCount(threads, looksAgain: false, stage)
    case "look-again": OwnCount(threads, looksAgain: true, stage)
    case "functions": SharedCount(threads, countsLocks: true, stage)
    default: SharedCount(threads, countsLocks: false, stage)
    }
  }
}

/// A count that the server keeps for itself. COM knows nothing of it.
final class OwnCount: LoopCount {
  private let count: SharedCell
  private let threads: ServerThreads
  private let looksAgain: Bool
  private let stage: Stage

  init(_ threads: ServerThreads, looksAgain: Bool, _ stage: Stage) {
    count = SharedCell("own count", in: stage.kernel)
    self.threads = threads
    self.looksAgain = looksAgain
    self.stage = stage
  }

  func add(_ who: String) { count.add(1) }

  func release(_ who: String) {
    if count.add(-1) == 0 {
      // 0 a moment ago. And now?
      stage.markProcess("ends its loops")
      threads.postQuit()
    }
  }

  var isInUse: Bool {
    guard looksAgain, !stage.kernel.areLoopsEnding, !stage.kernel.isAbandoned else { return false }
    stage.markOwnProcess("looks again")
    return count.read() > 0
  }
}

/// The count of the whole process, which COM keeps (O8).
final class SharedCount: LoopCount {
  private let threads: ServerThreads
  private let countsLocks: Bool
  private let stage: Stage

  init(_ threads: ServerThreads, countsLocks: Bool, _ stage: Stage) {
    self.threads = threads
    self.countsLocks = countsLocks
    self.stage = stage
  }

  func add(_ who: String) {
    // A LockServer that leaves this out is half of the places (O13).
    guard countsLocks || who != "lock" else { return }
    coAddRefServerProcess(as: who)
  }

  func release(_ who: String) {
    guard countsLocks || who != "lock" else { return }
    if coReleaseServerProcess(as: who) == 0 {
      // COM has suspended both classes, in the same step.
      stage.markProcess("ends its loops")
      threads.postQuit()
    }
  }

  /// Nobody can have got in.
  var isInUse: Bool { false }
}

extension Stage {
  /// A place of the lesson's schedule, with the process's name: `server 1 is gone`.
  func markProcess(
    _ place: String, file: StaticString = #fileID, line: UInt32 = #line
  ) {
    mark("\(process.name) \(place)", file: file, line: line)
  }

  /// The same with the thread's name too: `server 1 main looks again`.
  func markOwnProcess(
    _ place: String, file: StaticString = #fileID, line: UInt32 = #line
  ) {
    let thread = KernelThread.current?.name ?? "?"
    mark("\(process.name) \(thread) \(place)", file: file, line: line)
  }
}
"""###,
    "NormalLife.swift": ###"""
import ApartmentRuntime
import ThreadKernel
import Trace

/// A normal life: a local server is started for its first client, and ends when nothing
/// keeps it any more (O1, O3, O8, O11, O12, O14).
enum NormalLife {
  static func program(_ stage: Stage) {
    stage.process.register(IWidget.self)
    stage.thread("main") { () throws(HResult) in try runClient(stage) }
    stage.thread("user") { () throws(HResult) in startOthers(stage) }
  }

  /// Client A.
  private static func runClient(_ stage: Stage) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    let factory = try coGetClassObject(
      WidgetClass.widget, .localServer, as: "factory")
    let widget = try create(by: factory)
    try widget.paint()
    sleepThread(1_000_000)
    _ = try? widget.describe()
    _ = consume widget
    sleepThread(1_000_000)
    // All that it has of the server by now is the class object.
    _ = consume factory
  }

  /// A client that asks a second time before it gives up.
  private static func create(
    by factory: borrowing ComPtr<IClassFactory>
  ) throws(HResult) -> ComPtr<IWidget> {
    do throws(HResult) {
      return try factory.createInstance(IWidget.self, as: "widget")
    } catch {
      return try factory.createInstance(IWidget.self, as: "widget")
    }
  }

  /// The person at the machine starts more clients.
  private static func startOthers(_ stage: Stage) {
    var others = 0
    while stage.nextAction("another-client") != nil {
      let letter = Character(Unicode.Scalar(UInt8(ascii: "B") + UInt8(others % 25)))
      stage.start("client.exe", as: "client \(letter)")
      others += 1
    }
  }

  /// widgets.exe. The SCM runs it when a client wants a Widget and nobody has one.
  static func server(_ stage: Stage) throws(HResult) {
    stage.process.register(IWidget.self)
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
}
"""###,
    "OtherClient.swift": ###"""
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
"""###,
    "QueueProtects.swift": ###"""
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
"""###,
    "ServerStart.swift": ###"""
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
"""###,
    "ServerThreads.swift": ###"""
import ApartmentRuntime
import ThreadKernel
import Trace

/// The threads of a server that have message loops: told to leave them when the server stops.
final class ServerThreads: Sendable {
  /// A thread and its room.
  private struct Place: Sendable {
    let room: Apartment
    let thread: KernelThread?
  }

  private let places = ShortLock<[Place]>([])

  /// The calling thread has a loop.
  func join() throws(HResult) {
    let mine = Place(room: try currentApartment(), thread: .current)
    places.withLock { $0.append(mine) }
  }

  /// Every loop ends once it has nothing else to do.
  func postQuit(file: StaticString = #fileID, line: UInt32 = #line) {
    for place in places.withLock({ $0 }) {
      postThreadMessage(
        .quit, to: place.room, of: place.thread, file: file, line: line)
    }
  }
}

/// The count of the whole process, which COM keeps (O8).
final class ProcessCount: ServerCount {
  private let threads: ServerThreads

  init(_ threads: ServerThreads) { self.threads = threads }

  func add(_ who: String) {
    coAddRefServerProcess(as: who)
  }

  func release(_ who: String) {
    // At 0 COM has suspended all class objects, in the same step.
    if coReleaseServerProcess(as: who) == 0 { threads.postQuit() }
  }

  func quit() { threads.postQuit() }
}
"""###,
    "StartBurst.swift": ###"""
import ApartmentRuntime
import ThreadKernel
import Trace

/// Measures how long it takes until a server's classes are open, both ways: in a
/// run of its own that is free and that nobody listens to. Where this run's
/// servers are child processes, so is the one that is measured.
enum StartBurst {
  /// A way to start, so many classes.
  struct Row: Hashable, Sendable {
    let edition: StartPlan.Edition
    let classes: Int

    var name: String { edition.name(classes) }
  }

  private static let meter: GUID = "A1F00080-0000-4000-8000-F100F1A00001"
  private static let rounds = 15

  static var entry: ClassEntry {
    ClassEntry(meter, "Meter", localServer: "meter.exe")
  }

  /// As many classes as the lesson's servers have, and one, five and fifty.
  static func rows(classes: Int) -> [Row] {
    Set([classes, 1, 5, 50]).sorted().flatMap { count in
      [false, true].map {
        Row(edition: StartPlan.Edition(isSuspended: $0), classes: count)
      }
    }
  }

  /// A burst for each key: real time, so the run cannot be replayed.
  static func wait(_ stage: Stage) {
    while stage.nextAction("burst") != nil {
      stage.kernel.freely {
        let rows = rows(classes: ReadyThenOpen.plan(stage.knobs).classes.count)
        let prices = measure(rows, stage)
        for price in prices { stage.tell(price) }
      }
    }
  }

  // MARK: The client, in a run of its own

  static func measure(_ rows: [Row], _ stage: Stage) -> [PriceBurst.Price] {
    let scenario = ReadyThenOpen.scenario
    let kernel = Kernel(.init(startsFree: true, isTold: false))
    let prices = Guarded<[PriceBurst.Price]>([])
    let process = ComProcess(
      "burst", in: kernel, registry: scenario.makeRegistry(stage.knobs),
      host: scenario.hosting(stage.home, stage.knobs))
    process.register(IStartMeter.self)
    process.spawn("main") {
      let measured = (try? ask(rows)) ?? []
      prices.withLock { $0 = measured }
    }
    while !stage.kernel.isAbandoned,
      kernel.waitUntilStanding(seconds: 0.1) == .running
    {}
    kernel.abandon()
    return stage.kernel.isAbandoned ? [] : prices.withLock { $0 }
  }

  private static func ask(_ rows: [Row]) throws(HResult) -> [PriceBurst.Price] {
    try coInitializeEx(.multithreaded)
    defer { coUninitialize() }
    let meter = try coCreateInstance(meter, IStartMeter.self, .localServer)
    var prices: [PriceBurst.Price] = []
    for (index, row) in rows.enumerated() {
      let nanoseconds = try meter.median(of: Int32(index))
      let scmCalls = try meter.scmCalls(of: Int32(index))
      prices.append(
        PriceBurst.Price(
          name: row.name, picoseconds: UInt64(max(0, nanoseconds)) * 1_000,
          calls: UInt32(rounds), scmCalls: UInt32(max(0, scmCalls))))
    }
    return prices
  }

  // MARK: meter.exe

  static func program(_ plan: StartPlan) -> Program {
    Program("meter.exe") { stage throws(HResult) in
      try runMeter(rows(classes: plan.classes.count), stage)
    }
  }

  /// Measures before it lets anybody in: no other class object is there then.
  private static func runMeter(
    _ rows: [Row], _ stage: Stage
  ) throws(HResult) {
    stage.process.register(IStartMeter.self)
    try coInitializeEx(.multithreaded)
    defer { coUninitialize() }
    let threads = ServerThreads()
    try threads.join()
    let count = ProcessCount(threads)
    var figures: [StartFigures] = []
    for row in rows { figures.append(try medians(of: row, count, in: stage.kernel)) }
    let factory = ComPtr<IClassFactory>(try MeterFactory(figures, count))
    let cookie = try coRegisterClassObject(meter, factory, .localServer)
    runMessageLoop()
    try coRevokeClassObject(cookie)
  }

  private static func medians(
    of row: Row, _ count: ProcessCount, in kernel: Kernel
  ) throws(HResult) -> StartFigures {
    var starts: [StartFigures] = []
    for _ in 0..<rounds { starts.append(try start(row, count, in: kernel)) }
    return starts.sorted { $0.nanoseconds < $1.nanoseconds }[rounds / 2]
  }

  /// What the lesson's server does from its first class until all are open.
  private static func start(
    _ row: Row, _ count: ProcessCount, in kernel: Kernel
  ) throws(HResult) -> StartFigures {
    let flags: ClassFlags = row.edition.isSuspended ? .suspended : []
    var cookies: [ClassRegistration] = []
    let firstCall = kernel.numbers.requestsMade
    let begin = Machine.now
    for item in StartPlan.classes(row.classes) {
      let factory = ComPtr<IClassFactory>(
        try WidgetFactory(of: item.name, count))
      cookies.append(
        try coRegisterClassObject(
          item.clsid, factory, .localServer, flags: flags))
    }
    if row.edition.isSuspended { try coResumeClassObjects() }
    let time = Machine.now - begin
    // Nobody else of the burst's processes calls the SCM meanwhile.
    let scmCalls = kernel.numbers.requestsMade - firstCall
    for cookie in cookies { try coRevokeClassObject(cookie) }
    return StartFigures(
      nanoseconds: Int32(clamping: time), scmCalls: Int32(clamping: scmCalls))
  }
}

/// What a start took.
private struct StartFigures {
  let nanoseconds: Int32
  let scmCalls: Int32
}

/// What the measured server has to say.
protocol StartMetering: AnyObject {
  /// How many nanoseconds that start took.
  func median(of row: Int32) throws(HResult) -> Int32
  /// How many calls to the SCM it made.
  func scmCalls(of row: Int32) throws(HResult) -> Int32
}

enum IStartMeter: ComInterface {
  typealias Methods = any StartMetering
  static let iid: GUID = "A1F00081-0000-4000-8000-F100F1A00001"
  static let name = "IStartMeter"
  static func methods(of object: AnyObject) -> (any StartMetering)? {
    object as? any StartMetering
  }

  static let median = Method(3, "Median") {
    (meter: any StartMetering, row: Int32) throws(HResult) -> Int32 in
    try meter.median(of: row)
  }
  static let scmCalls = Method(4, "ScmCalls") {
    (meter: any StartMetering, row: Int32) throws(HResult) -> Int32 in
    try meter.scmCalls(of: row)
  }
  static var stubs: [StubMethod<Methods>] { [median.stub, scmCalls.stub] }
}

extension InterfacePointer where I == IStartMeter, Self: ~Copyable {
  func median(
    of row: Int32, file: StaticString = #fileID, line: UInt32 = #line
  ) throws(HResult) -> Int32 {
    try call(IStartMeter.median, file, line, row) { meter throws(HResult) in
      try meter.median(of: row)
    }
  }

  func scmCalls(
    of row: Int32, file: StaticString = #fileID, line: UInt32 = #line
  ) throws(HResult) -> Int32 {
    try call(IStartMeter.scmCalls, file, line, row) { meter throws(HResult) in
      try meter.scmCalls(of: row)
    }
  }
}

/// The one object that the measured server makes.
private final class Meter: ComObject, StartMetering {
  override class var interfaces: [any ComInterface.Type] { [IStartMeter.self] }

  private let figures: [StartFigures]
  private let server: any ServerCount

  init(_ figures: [StartFigures], _ server: any ServerCount) throws(HResult) {
    self.figures = figures
    self.server = server
    try super.init(name: "Meter")
    server.add(name)
  }

  override func finalRelease() { server.release(name) }

  func median(of row: Int32) throws(HResult) -> Int32 { try start(row).nanoseconds }

  func scmCalls(of row: Int32) throws(HResult) -> Int32 { try start(row).scmCalls }

  private func start(_ row: Int32) throws(HResult) -> StartFigures {
    guard figures.indices.contains(Int(row)) else { throw refuses(.E_INVALIDARG) }
    return figures[Int(row)]
  }
}

private final class MeterFactory: ComObject, ClassFactoring {
  override class var interfaces: [any ComInterface.Type] { [IClassFactory.self] }

  private let figures: [StartFigures]
  private let server: any ServerCount

  init(_ figures: [StartFigures], _ server: any ServerCount) throws(HResult) {
    self.figures = figures
    self.server = server
    try super.init(name: "factory Meter")
  }

  func createInstance(
    _ outer: ComObject?, _ iid: GUID
  ) throws(HResult) -> OwnedPointer {
    guard outer == nil else { throw refuses(.CLASS_E_NOAGGREGATION) }
    return try Meter(figures, server).handOut(iid)
  }

  func lockServer(_ lock: Bool) throws(HResult) -> Nothing {
    if lock { server.add("lock") } else { server.release("lock") }
    return Nothing()
  }
}
"""###,
    "StartPlan.swift": ###"""
import ApartmentRuntime
import ThreadKernel
import Trace

/// How the servers of a run are written: the first one, and all others.
struct StartPlan: Sendable {
  /// What the servers have in common but for a word or two.
  struct Edition: Hashable, Sendable {
    /// One thread, or any number.
    var model = Coinit.multithreaded
    /// Whether it opens all its classes at once.
    var isSuspended = false

    /// What is counted and measured stands under it: `3 one by one`.
    func name(_ classes: Int) -> String {
      "\(classes) " + (isSuspended ? "suspended" : "one by one")
    }
  }

  /// A class of the servers.
  struct Class: Sendable {
    let clsid: GUID
    let name: String
  }

  var first = Edition()
  var others = Edition()
  /// How often client A uses a Widget: each time it brings a server up.
  var visits = 1
  var classes = Self.classes(3)

  func edition(of server: String) -> Edition { server == "server 1" ? first : others }

  /// The class that is registered last.
  var last: Class { classes[classes.count - 1] }

  /// As many classes as one likes; the first is Widget.
  static func classes(_ count: Int) -> [Class] {
    let names = ["Widget", "Gadget", "Gizmo"]
    return (0..<count).map { index in
      var clsid = WidgetClass.widget
      clsid.data1 += UInt32(index)
      return Class(
        clsid: clsid, name: index < names.count ? names[index] : "Class \(index + 1)")
    }
  }

  /// What the machine has on its disk for these lessons.
  var programs: [Program] {
    [
      Program("widgets.exe") { [self] stage throws(HResult) in
        try ServerStart.server(stage, self)
      },
      Program("client.exe") { [self] stage throws(HResult) in
        try ServerStart.clientB(stage, self)
      },
    ]
  }

  var entries: [ClassEntry] {
    classes.map { ClassEntry($0.clsid, $0.name, localServer: "widgets.exe") }
  }

  // MARK: The plan of the screen

  var cast: Cast {
    let second: [Cast.Building] =
      hasSecondServer ? [.server("server 2", rooms: [room(others)])] : []
    return Cast(
      buildings: [
        .client("client A"), .client("client B"),
        .server("server 1", rooms: [room(first)]), .scm,
      ] + second)
  }

  /// Whether a second server comes up: for A's second visit, or for B, whom the first does not serve.
  var hasSecondServer: Bool { visits > 1 || (!edition(of: server).isSuspended && !hasRace) }

  private func room(_ edition: Edition) -> Cast.Room {
    edition.model == .apartmentThreaded ? .sta("main") : .mta("main")
  }

  // MARK: The lessons' own order

  /// The server of client A's last visit.
  var server: String { "server \(visits)" }

  var order: [OrderConstraint] {
    let first = (1..<visits).map { visit in
      OrderConstraint("server \(visit) has ended", before: "A asks \(visit + 1)")
    }
    return first + hurry
      + (edition(of: server).isSuspended ? orderOfGuests : hasRace ? orderOfRace : orderOfLate)
  }

  /// Client A has all that it wants before the server goes on: where that is possible.
  private var hurry: [OrderConstraint] {
    (1...visits).filter { !edition(of: "server \($0)").isSuspended }.map { visit in
      OrderConstraint("A has let go \(visit)", before: "server \(visit) has Widget")
    }
  }

  /// B comes once the door is open, and stays longer than A.
  private var orderOfGuests: [OrderConstraint] {
    [
      .init("\(server) enters its loop", before: "B asks"),
      .init("B has it", before: "A lets go \(visits)"),
      .init("A has let go \(visits)", before: "B paints"),
    ]
  }

  /// B comes when all is over.
  private var orderOfLate: [OrderConstraint] { [.init("\(server) has ended", before: "B asks")] }

  /// B comes in when the last class is there, to a server that has stopped before it was ready.
  private var orderOfRace: [OrderConstraint] {
    [
      .init("\(server) has \(last.name)", before: "B asks"),
      .init("B has it", before: "\(server) enters its loop"),
      .init("\(server) has ended", before: "B paints"),
    ]
  }

  /// Whether a client can come in after the count was 0. A server of one thread has no such moment.
  var hasRace: Bool {
    let edition = edition(of: server)
    return !edition.isSuspended && edition.model == .multithreaded && classes.count > 1
  }
}
"""###,
    "TwoThreads.swift": ###"""
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
"""###,
    "Widget.swift": ###"""
import ApartmentRuntime
import ThreadKernel
import Trace

/// What keeps a server: whoever adds himself has to release himself again.
protocol ServerCount: AnyObject, Sendable {
  func add(_ who: String)
  func release(_ who: String)
  /// Somebody wants the server to stop, whatever keeps it.
  func quit()
}

extension ServerCount {
  func quit() {}
}

/// An object of a local server. It keeps the server while it lives.
final class Widget: ComObject, Widgeting {
  override class var interfaces: [any ComInterface.Type] { [IWidget.self] }

  private let server: any ServerCount
  private let words: String
  private var painted: Int32 = 0

  init(
    _ name: String, _ server: any ServerCount, says words: String = "round"
  ) throws(HResult) {
    self.server = server
    self.words = words
    try super.init(name: name)
    server.add(name)
  }

  /// The destructor.
  override func finalRelease() {
    server.release(name)
  }

  func paint() throws(HResult) -> Int32 {
    painted += 1
    show("painted", Int64(painted))
    return painted
  }

  func work(_ steps: Int32) throws(HResult) -> Int32 {
    for step in 0..<steps {
      show("step", Int64(step + 1))
      Kernel.current?.mark("in Work")
    }
    return steps
  }

  func describe() throws(HResult) -> String { words }

  func quit() throws(HResult) -> Nothing {
    server.quit()
    return Nothing()
  }
}

/// The class object of one class of widgets.
final class WidgetFactory: ComObject, ClassFactoring {
  override class var interfaces: [any ComInterface.Type] { [IClassFactory.self] }

  private let product: String
  private let server: any ServerCount
  private let words: String

  init(
    of product: String, _ server: any ServerCount, says words: String = "round"
  ) throws(HResult) {
    self.product = product
    self.server = server
    self.words = words
    try super.init(name: "factory " + product)
  }

  func createInstance(
    _ outer: ComObject?, _ iid: GUID
  ) throws(HResult) -> OwnedPointer {
    guard outer == nil else { throw refuses(.CLASS_E_NOAGGREGATION) }
    return try Widget(product, server, says: words).handOut(iid)
  }

  func lockServer(_ lock: Bool) throws(HResult) -> Nothing {
    if lock { server.add("lock") } else { server.release("lock") }
    return Nothing()
  }
}
"""###,
    "World+Starting.swift": ###"""
import Trace

/// What the lessons about the start of a server ask of a World.
extension World {
  /// The class objects that the server has registered, revoked ones too.
  func registrations(in server: String) -> [Registration] {
    guard let id = process(named: server)?.id else { return [] }
    return registrationsInOrder.filter { $0.process == id }
  }

  /// How many calls the server has made to the SCM so that it learns of classes.
  func openingCalls(of server: String) -> Int {
    guard let id = process(named: server)?.id else { return 0 }
    return requests.values.count {
      $0.client.processID == id && ($0.kind == .register || $0.kind == .resume)
    }
  }

  /// Whether the server has made an object for somebody.
  func hasServed(_ server: String) -> Bool {
    guard let id = process(named: server)?.id else { return false }
    return objects.values.contains {
      $0.process == id && $0.role == .component && !self[$0.name].hasPrefix("factory ")
    }
  }

  /// Whether the server's count went back to 0, and COM has suspended what was there.
  func hasStopped(_ server: String) -> Bool {
    serverCount(of: server) == 0 && hasServed(server)
      && registrations(in: server).contains { $0.isClosed }
  }

  func hasEnded(_ server: String) -> Bool { process(named: server)?.isAlive == false }

  /// Whether client B has an object, wherever that lives.
  var isBServed: Bool { passed("B has it") }

  /// What came of B's call, once it is back.
  var resultForB: HResult? {
    calls(of: "Paint", from: "client B").first { $0.state == .returned }?.result
  }
}

extension World.Registration {
  /// Whether the class object is suspended or revoked, and the SCM knows that.
  var isClosed: Bool { (isSuspended || isRevoked) && scm != .open }
}
"""###,
  ]
}
