import ApartmentRuntime
import ThreadKernel
import Trace

/// Lesson A: whose word it is, in which room a class's objects live (I1, I3, I4).
enum WhoDecides {
  static func program(_ stage: Stage) {
    stage.registerMarkingCounter(
      model: Stage.model(stage.knobs["model"]),
      exports: stage.knobs["exports"] == "both" ? .all : .canUnloadNow)
    stage.thread("main") { () throws(HResult) in try runMain() }
  }

  private static func runMain() throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    do throws(HResult) {
      try useCounter()
    } catch {
      // No counter, then.
      runMessageLoop()
    }
  }

  private static func useCounter() throws(HResult) {
    let c = try coCreateInstance(
      MarkingModule.clsid, ICounter.self, as: "main.c")
    try c.increment(1)
    runMessageLoop()
  }
}
