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
