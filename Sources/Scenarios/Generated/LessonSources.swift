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
    let isSafe = ThreadingModel(registryText: model).needsSafeObjects
    register(
      [ClassEntry(CounterModule.clsid, "Counter", module: CounterModule.file, model: model)],
      [ModuleFile(CounterModule.file) { CounterModule($0, isSafe: isSafe) }])
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
    let c = try coCreateInstance(CounterModule.clsid, ICounter.self, as: "web.c")
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
  ]
}
