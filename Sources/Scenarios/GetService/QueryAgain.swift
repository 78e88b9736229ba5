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
