import ApartmentRuntime
import ThreadKernel
import Trace

/// Two at the factory: an Apartment class is safe in its objects, not in its DLL (I5, I17, I18,
/// I20, I21).
enum FactoryRace {
  static func program(_ stage: Stage) {
    stage.process.register(ICounter.self)
    stage.register(
      [
        ClassEntry(
          CounterModule.clsid, "Counter", module: CounterModule.file, model: "Apartment")
      ],
      [ModuleFile(CounterModule.file) { FactoryModule($0, in: stage) }])
    stage.thread("main") { () throws(HResult) in try runMain(stage) }
  }

  private static func runMain(_ stage: Stage) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    stage.thread("desk") { () throws(HResult) in try work(by: 5, stage) }
    stage.thread("shop") { () throws(HResult) in try work(by: 7, stage) }
    runMessageLoop()
  }

  /// Desk and shop do the same, each in its own STA.
  private static func work(by amount: Int32, _ stage: Stage) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    stage.markOwn("has entered")
    stage.markOwn("creates")
    let counter = try coCreateInstance(CounterModule.clsid, ICounter.self)
    try counter.increment(amount)
    runMessageLoop()
  }
}
