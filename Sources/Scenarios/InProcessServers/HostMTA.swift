import ApartmentRuntime
import ThreadKernel
import Trace

/// Lesson E: a client in an STA creates an object that wants the MTA (I12, I26).
enum HostMTA {
  static func program(_ stage: Stage) {
    stage.registerFreeCounter()
    stage.thread("main") { () throws(HResult) in try runMain(stage) }
  }

  private static func runMain(_ stage: Stage) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    let c = try coCreateInstance(
      FreeModule.clsid, ICounter.self, as: "main.c")
    try c.increment(1)
    // Web and job want the same object: its pointer goes into a stream.
    let site = Site(in: stage)
    site.stream.set(
      try coMarshalInterThreadInterfaceInStream(
        ICounter.self, c, as: "site.stream"))
    stage.thread("web") { () throws(HResult) in try runWeb(site, stage) }
    stage.thread("job") { () throws(HResult) in try runJob(site, stage) }
    runMessageLoop()
  }

  /// What the threads hand to each other.
  private final class Site: Sendable {
    let stream: ComField<IStream>
    let counter: ComField<ICounter>
    /// Set when web has put the counter there.
    let isReady: Signal

    init(in stage: Stage) {
      stream = ComField("site.stream", in: stage.kernel)
      counter = ComField("site.counter", in: stage.kernel)
      isReady = stage.signal()
    }
  }

  private static func runWeb(_ site: Site, _ stage: Stage) throws(HResult) {
    try coInitializeEx(.multithreaded)
    defer { coUninitialize() }
    stage.mark("web opens")
    let c = try open(site.stream)
    site.counter.copy(c.raw)
    site.isReady.set()
    try c.increment(2)
  }

  private static func open(
    _ stream: ComField<IStream>
  ) throws(HResult) -> ComPtr<ICounter> {
    defer { stream.detach() }
    return try coGetInterfaceAndReleaseStream(
      stream, ICounter.self, as: "web.c")
  }

  private static func runJob(_ site: Site, _ stage: Stage) throws(HResult) {
    try coInitializeEx(.multithreaded)
    defer { coUninitialize() }
    defer { site.counter.clear() }
    stage.mark("job waits")
    try waitForSingleObject(.signal(site.isReady))
    // The same room, so web's pointer is good here as it is.
    try site.counter.pointer().increment(3)
  }
}
