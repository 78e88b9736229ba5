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
