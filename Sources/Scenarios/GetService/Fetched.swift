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
