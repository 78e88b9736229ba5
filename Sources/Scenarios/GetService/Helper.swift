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
