import ApartmentRuntime
import ThreadKernel
import Trace

/// Lesson A: whose word it is, in which room a class's objects live (I1, I3, I4);
/// and who says no where something is wrong.
enum WhoDecides {
  /// What goes wrong on the way to a Counter.
  enum Fault: String {
    case nothing
    case noClass = "no-class"
    case noExport = "no-export"
    case factoryFails = "factory-fails"
    case wrongInterface = "wrong-interface"
    case aggregation
  }

  static func program(_ stage: Stage) {
    let fault = Fault(rawValue: stage.knobs["goes-wrong"]) ?? .nothing
    stage.registerMarkingCounter(
      model: Stage.model(stage.knobs["model"]), fault: fault)
    stage.thread("main") { () throws(HResult) in try runMain(fault) }
  }

  private static func runMain(_ fault: Fault) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    do throws(HResult) {
      switch fault {
      case .wrongInterface: try askForAudit()
      case .aggregation: try makePanel()
      default: try useCounter()
      }
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

  /// A Counter is no IAudit.
  private static func askForAudit() throws(HResult) {
    let audit = try coCreateInstance(
      MarkingModule.clsid, IAudit.self, as: "main.audit")
    try audit.entries()
    runMessageLoop()
  }

  /// A Panel is to have a Counter as a part, and a Counter will not be one.
  private static func makePanel() throws(HResult) {
    let panel = try Panel(name: "Panel")
    let kept = ComPtr<IUnknown>(panel, as: "main.panel")
    defer { extendLifetime(kept) }
    try panel.aggregate(
      coCreateInstance(MarkingModule.clsid, IUnknown.self, outer: panel),
      as: "Panel.counter")
    runMessageLoop()
  }
}

/// An object of main's own that would like to count.
final class Panel: ComObject {}
