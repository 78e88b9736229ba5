import ApartmentRuntime
import ThreadKernel
import Trace

/// Lesson D: a client in the MTA creates an object that wants an STA (I11, I15).
enum HostSTA {
  static func program(_ stage: Stage) {
    stage.registerCounter(model: Stage.model(stage.knobs["model"]))
    let site = Site(in: stage)
    guard stage.knobs["main"] == "there" else { return startWorkers(site, stage) }
    stage.thread("main") { () throws(HResult) in
      try coInitializeEx(.apartmentThreaded)
      defer { coUninitialize() }
      startWorkers(site, stage)
      runMessageLoop()
    }
  }

  /// What web and job share: both are in the MTA, so one pointer is good for both.
  private final class Site: Sendable {
    let counter: ComField<ICounter>
    /// Set when the pointer is there.
    let isReady: Signal

    init(in stage: Stage) {
      counter = ComField("job.c", in: stage.kernel)
      isReady = stage.signal()
    }
  }

  private static func startWorkers(_ site: Site, _ stage: Stage) {
    stage.thread("web") { () throws(HResult) in try web(site, stage) }
    stage.thread("job") { () throws(HResult) in try job(site, stage) }
  }

  private static func web(_ site: Site, _ stage: Stage) throws(HResult) {
    try coInitializeEx(.multithreaded)
    defer { coUninitialize() }
    stage.mark("web creates")
    // Not a word about apartments: the registry has it.
    let c = try coCreateInstance(
      CounterModule.clsid, ICounter.self, as: "web.c")
    site.counter.copy(c.raw)
    site.isReady.set()
    try c.increment(3)
    while stage.nextAction("another-call") != nil {
      try c.increment(1)
    }
  }

  private static func job(_ site: Site, _ stage: Stage) throws(HResult) {
    try coInitializeEx(.multithreaded)
    defer { coUninitialize() }
    defer { site.counter.clear() }
    stage.mark("job waits")
    try waitForSingleObject(.signal(site.isReady))
    try site.counter.pointer().increment(5)
  }
}
