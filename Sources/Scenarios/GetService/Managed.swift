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
