import ApartmentRuntime
import ThreadKernel
import Trace

/// Lesson B: a client and a class that fit each other (I17, I22).
enum SameRoom {
  static func program(_ stage: Stage) {
    let isSTA = stage.knobs["client"] == "sta"
    stage.registerCounter(model: isSTA ? "Apartment" : "Both")
    stage.thread("main") { () throws(HResult) in try runMain(isSTA, stage) }
  }

  private static func runMain(_ isSTA: Bool, _ stage: Stage) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    let done = stage.signal()
    stage.thread(isSTA ? "desk" : "web") { () throws(HResult) in
      try runClient(isSTA, done, stage)
    }
    try coWaitForHandle(.signal(done))
    // A second client, in another room, wants a counter too.
    let c = try coCreateInstance(
      CounterModule.clsid, ICounter.self, as: "main.c")
    try c.increment(2)
    runMessageLoop()
  }

  private static func runClient(
    _ isSTA: Bool, _ done: Signal, _ stage: Stage
  ) throws(HResult) {
    try coInitializeEx(isSTA ? .apartmentThreaded : .multithreaded)
    defer { coUninitialize() }
    let c = try coCreateInstance(
      CounterModule.clsid, ICounter.self, as: isSTA ? "desk.c" : "web.c")
    try c.increment(1)
    done.set()
    while stage.nextAction("count-again") != nil {
      try c.increment(1)
    }
  }
}
