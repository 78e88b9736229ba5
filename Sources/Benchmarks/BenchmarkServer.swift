import ApartmentRuntime
import ThreadKernel
import Trace

/// A local server of the smallest class there is, as a child process of a benchmark's.
public enum BenchmarkServer: String, CaseIterable, Sendable {
  case singleThreaded = "counter-sta.exe"
  case multithreaded = "counter-mta.exe"

  static let clsid: GUID = "A1F000B3-0000-4000-8000-F100F1A00001"

  /// A registry that has the class with that server.
  var registry: Registry {
    let registry = Registry()
    registry.add(ClassEntry(Self.clsid, "Counter", localServer: rawValue))
    registry.install(ProgramFile(rawValue) { serve(in: $0) })
    return registry
  }

  /// Has servers live in child processes of that executable.
  static func hosting(_ executable: String) -> ServiceControlManager.Hosting {
    { file, _ in
      .child(
        ChildProgram(
          executable: executable, arguments: ["-Embedding"], start: Array(file.name.utf8)))
    }
  }

  /// Has this operating-system process be a server; it comes back only where it was started for
  /// something else.
  public static func run(_ child: ChildProcess) {
    guard let server = Self(rawValue: String(decoding: child.start, as: UTF8.self)) else { return }
    let process = ComProcess(
      of: child.process,
      .init(name: server.rawValue, commandLine: server.rawValue + " -Embedding"),
      in: child.kernel, registry: server.registry)
    child.run { process.run(program: server.rawValue) }
  }

  /// It serves until its last object is gone.
  private func serve(in process: ComProcess) {
    process.register(ICounter.self)
    let stop = Signal(in: process.kernel)
    do throws(HResult) {
      try coInitializeEx(self == .singleThreaded ? .apartmentThreaded : .multithreaded)
      let factory = ComPtr<IClassFactory>(
        try ClassFactory("Counter", of: nil) { _ throws(HResult) in try ServedCounter(stop) })
      let registration = try coRegisterClassObject(
        Self.clsid, factory, .localServer, flags: .suspended)
      try coResumeClassObjects()
      try coWaitForHandle(.signal(stop))
      try coRevokeClassObject(registration)
      _ = factory.isProxy
    } catch {
      // A run that ends early: nobody is left to serve.
    }
    coUninitialize()
  }
}

/// A counter that keeps its process.
private final class ServedCounter: ComObject, Counting {
  override class var interfaces: [any ComInterface.Type] { [ICounter.self] }

  private let stop: Signal
  private var value: Int32 = 0

  init(_ stop: Signal) throws(HResult) {
    self.stop = stop
    try super.init(name: "Counter")
    coAddRefServerProcess(as: "Counter")
  }

  override func finalRelease() {
    if coReleaseServerProcess(as: "Counter") == 0 { stop.set() }
  }

  func increment(_ amount: Int32) throws(HResult) -> Int32 {
    value &+= amount
    return value
  }
}
