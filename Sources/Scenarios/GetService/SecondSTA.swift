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
