import ApartmentRuntime
import ThreadKernel
import Trace

/// Lesson C: a class with no ThreadingModel (I2, I10, I14, I15).
enum MainForAll {
  static func program(_ stage: Stage) {
    stage.registerOldCounter()
    stage.thread("main") { () throws(HResult) in try runMain(stage) }
  }

  private static func runMain(_ stage: Stage) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    stage.thread("desk") { () throws(HResult) in
      try coInitializeEx(.apartmentThreaded)
      try useCounter("desk.c", stage)
    }
    stage.thread("web") { () throws(HResult) in
      try coInitializeEx(.multithreaded)
      try useCounter("web.c", stage)
    }
    if stage.knobs["main"] == "busy" {
      // While it builds it takes no messages.
      try showing("BuildSolution") { sleepThread(20_000_000) }
    }
    let c = try coCreateInstance(
      OldModule.clsid, ICounter.self, as: "main.c")
    try c.increment(1)
    runMessageLoop()
  }

  /// The same for a thread of any room.
  private static func useCounter(
    _ holder: String, _ stage: Stage
  ) throws(HResult) {
    defer { coUninitialize() }
    let c = try coCreateInstance(
      OldModule.clsid, ICounter.self, as: holder)
    try c.increment(1)
    while stage.nextAction("count-again") != nil {
      try c.increment(1)
    }
  }
}
