import ApartmentRuntime
import ThreadKernel
import Trace

/// Document 004, lesson L: a class with ThreadingModel "Both" (I22, I23).
enum BothModels {
  static func program(_ stage: Stage) {
    stage.process.register(ICounter.self)
    stage.register(
      [
        ClassEntry(
          BothModule.clsid, "Counter", module: BothModule.file, model: "Both")
      ],
      [ModuleFile(BothModule.file) { BothModule($0, in: stage) }])
    let stream = ComField<IStream>("web.stream", in: stage.kernel)
    stage.thread("main") { () throws(HResult) in
      try runMain(stream, stage)
    }
  }

  /// The main STA: the first counter is born here.
  private static func runMain(
    _ stream: ComField<IStream>, _ stage: Stage
  ) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    let counter = try coCreateInstance(
      BothModule.clsid, ICounter.self, as: "main.counter")
    try counter.increment(1)
    // The only way into another room, whatever the class is marked.
    stream.set(try coMarshalInterThreadInterfaceInStream(ICounter.self, counter))
    stage.thread("web") { () throws(HResult) in try runWeb(stream, stage) }
    runMessageLoop()
  }

  /// A thread of the multithreaded apartment.
  private static func runWeb(
    _ stream: ComField<IStream>, _ stage: Stage
  ) throws(HResult) {
    try coInitializeEx(.multithreaded)
    defer { coUninitialize() }
    try useMains(stream)
    try useOwn(stage)
  }

  /// The counter of main's room.
  private static func useMains(
    _ stream: ComField<IStream>
  ) throws(HResult) {
    let counter = try coUnmarshalInterface(
      stream.pointer(), ICounter.self, as: "web.mains")
    stream.clear()
    try counter.increment(1)
  }

  /// A counter that is born in the multithreaded apartment.
  private static func useOwn(_ stage: Stage) throws(HResult) {
    let counter = try coCreateInstance(
      BothModule.clsid, ICounter.self, as: "web.counter")
    // Job is of the same room: an address is all it needs.
    let address = counter.raw
    let job = stage.thread("job") { () throws(HResult) in
      try runJob(address)
    }
    try counter.increment(1)
    if let job { try coWaitForHandle(.thread(job)) }
  }

  /// Another thread of the multithreaded apartment.
  private static func runJob(
    _ counter: RawPointer<ICounter>
  ) throws(HResult) {
    try coInitializeEx(.multithreaded)
    defer { coUninitialize() }
    try counter.increment(1)
  }
}
