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
