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
