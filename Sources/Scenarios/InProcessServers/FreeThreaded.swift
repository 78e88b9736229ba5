import ApartmentRuntime
import ThreadKernel
import Trace

/// Direct everywhere: an object with the free-threaded marshaller goes to other rooms in person
/// (I24, I25).
enum FreeThreaded {
  static func program(_ stage: Stage) {
    stage.process.register(ICounter.self)
    stage.thread("main") { () throws(HResult) in try runMain(stage) }
  }

  /// The object is born in the main STA.
  private static func runMain(_ stage: Stage) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    let counter = ComPtr<ICounter>(
      try AgileCounter(locks: stage.knobs["lock"] == "locks", in: stage),
      as: "main.counter")
    let stream = ComField<IStream>("web.stream", in: stage.kernel)
    stream.set(try marshal(counter, stage))
    stage.thread("web") { () throws(HResult) in try runWeb(stream) }
    stage.mark("main calls")
    try counter.increment(1)
    runMessageLoop()
  }

  /// The packet says where it may be opened: in this process, or in another one too.
  private static func marshal(
    _ counter: borrowing ComPtr<ICounter>, _ stage: Stage
  ) throws(HResult) -> ComPtr<IStream> {
    let stream = createStream(as: "web.stream")
    if stage.knobs["to"] == "room" {
      try coMarshalInterface(stream, ICounter.iid, counter, for: .inProcess)
    } else {
      try coMarshalInterface(stream, ICounter.iid, counter, for: .local)
    }
    try stream.seek(to: 0)
    return stream
  }

  /// Web, in the MTA, opens the packet and calls.
  private static func runWeb(_ stream: ComField<IStream>) throws(HResult) {
    try coInitializeEx(.multithreaded)
    defer { coUninitialize() }
    let counter = try openCounter(stream)
    try counter.increment(1)
  }

  private static func openCounter(
    _ stream: ComField<IStream>
  ) throws(HResult) -> ComPtr<ICounter> {
    defer { stream.detach() }
    return try coGetInterfaceAndReleaseStream(
      stream, ICounter.self, as: "web.counter")
  }
}

/// A counter that any thread may call: the free-threaded marshaller is a part of it.
final class AgileCounter: ComObject, Counting {
  override class var interfaces: [any ComInterface.Type] { [ICounter.self] }

  private let stage: Stage
  private let sum: SharedCell
  /// The marshaller brings threads here. To keep them apart is the object's own work.
  private let lock: VisibleLock?

  init(locks: Bool, in stage: Stage) throws(HResult) {
    self.stage = stage
    sum = SharedCell("Counter.count", in: stage.kernel)
    lock = locks ? VisibleLock(in: stage.kernel) : nil
    try super.init(name: "Counter")
    try aggregateFreeThreadedMarshaler()
  }

  func increment(_ by: Int32) throws(HResult) -> Int32 {
    stage.markOwn("is in Increment")
    lock?.lock()
    defer { lock?.unlock() }
    stage.markOwn("reads")
    let before = sum.read()
    stage.markOwn("writes")
    sum.write(before + Int64(by))
    stage.markOwn("has written")
    return Int32(truncatingIfNeeded: before) + by
  }

  func value() throws(HResult) -> Int32 {
    Int32(truncatingIfNeeded: sum.read())
  }
}
