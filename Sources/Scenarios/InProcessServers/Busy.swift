import ApartmentRuntime
import ThreadKernel
import Trace

/// Busy: a message filter tells a call "later", and the caller's filter says how long it tries
/// (I15).
enum Busy {
  static func program(_ stage: Stage) {
    stage.process.register(ICounter.self)
    stage.thread("main") { () throws(HResult) in try runMain(stage) }
  }

  /// Main builds. It takes messages meanwhile, and its filter says what becomes of calls.
  private static func runMain(_ stage: Stage) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    let isBuilt = stage.signal()
    let filter = try ServerFilter(answer(stage), until: isBuilt, in: stage)
    try coRegisterMessageFilter(ComPtr<IMessageFilter>(filter))
    try startDesk(stage)
    try showing("BuildSolution") { () throws(HResult) in
      stage.mark("main builds")
      // A wait that pumps: calls come in, and the filter is asked about each.
      try? coWaitForHandle(.signal(stage.signal()), timeout: 60_000_000)
      isBuilt.set()
    }
    runMessageLoop()
  }

  /// Desk gets a proxy of main's counter.
  private static func startDesk(_ stage: Stage) throws(HResult) {
    let stream = ComField<IStream>("desk.stream", in: stage.kernel)
    let counter = ComPtr<ICounter>(try Counter(name: "Counter"))
    stream.set(
      try coMarshalInterThreadInterfaceInStream(
        ICounter.self, counter, as: "desk.stream"))
    stage.thread("desk") { () throws(HResult) in try runDesk(stream, stage) }
  }

  private static func runDesk(
    _ stream: ComField<IStream>, _ stage: Stage
  ) throws(HResult) {
    let caller = stage.knobs["caller"]
    try coInitializeEx(caller == "mta" ? .multithreaded : .apartmentThreaded)
    defer { coUninitialize() }
    if caller == "patient" || caller == "gives-up" {
      let filter = try CallerFilter(isPatient: caller == "patient")
      try coRegisterMessageFilter(ComPtr<IMessageFilter>(filter))
    }
    let counter = try openCounter(stream)
    stage.mark("desk calls")
    try counter.increment(1)
  }

  private static func openCounter(
    _ stream: ComField<IStream>
  ) throws(HResult) -> ComPtr<ICounter> {
    defer { stream.detach() }
    return try coGetInterfaceAndReleaseStream(
      stream, ICounter.self, as: "desk.counter")
  }

  private static func answer(_ stage: Stage) -> ServerFilter.Answer {
    switch stage.knobs["server"] {
    case "rejects": .rejected
    case "always": .alwaysLater
    default: .later
    }
  }
}
