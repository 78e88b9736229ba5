import ApartmentRuntime
import ThreadKernel
import Trace

/// Document 004, lesson G: an interface that COM has no code for (I13).
enum NoRoad {
  static func program(_ stage: Stage) {
    install(stage)
    let stream = ComField<IStream>("shared.stream", in: stage.kernel)
    stage.thread("main") { () throws(HResult) in
      try runMain(stream, stage)
    }
  }

  /// What the designer's setup program does.
  private static func install(_ stage: Stage) {
    // The proxy and the stub of ICounter. Those of IAudit were forgotten.
    stage.process.register(ICounter.self)
    if stage.knobs["road"] == "registered" { stage.process.register(IAudit.self) }
    stage.register(
      [
        ClassEntry(
          AuditedModule.clsid, "Counter", module: AuditedModule.file, model: "Apartment")
      ],
      [ModuleFile(AuditedModule.file) { AuditedModule($0) }])
  }

  /// The main thread: the object is in its room.
  private static func runMain(
    _ stream: ComField<IStream>, _ stage: Stage
  ) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    let counter = try coCreateInstance(
      AuditedModule.clsid, ICounter.self, as: "main.counter")
    try counter.increment(1)
    // At home there is nobody but the object to ask.
    let audit = try counter.query(IAudit.self, as: "main.audit")
    try audit.entries()
    stream.set(try pack(counter))
    stage.thread("web") { () throws(HResult) in try runWeb(stream) }
    runMessageLoop()
  }

  /// What another room gets: IAudit, or where COM cannot carry that, ICounter.
  private static func pack(
    _ counter: borrowing ComPtr<ICounter>
  ) throws(HResult) -> ComPtr<IStream> {
    do throws(HResult) {
      return try coMarshalInterThreadInterfaceInStream(IAudit.self, counter)
    } catch {
      return try coMarshalInterThreadInterfaceInStream(ICounter.self, counter)
    }
  }

  /// A thread of the multithreaded apartment.
  private static func runWeb(_ stream: ComField<IStream>) throws(HResult) {
    try coInitializeEx(.multithreaded)
    defer { coUninitialize() }
    try useFromOutside(stream)
  }

  private static func useFromOutside(
    _ stream: ComField<IStream>
  ) throws(HResult) {
    let counter = try coUnmarshalInterface(
      stream.pointer(), ICounter.self, as: "web.counter")
    stream.clear()
    try counter.increment(3)
    // Same object, same question as main's.
    let audit = try counter.query(IAudit.self, as: "web.audit")
    try audit.entries()
  }
}
