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
