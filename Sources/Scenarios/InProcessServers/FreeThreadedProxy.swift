import ApartmentRuntime
import ThreadKernel
import Trace

/// An object with the free-threaded marshaller keeps a proxy: direct outside, bound inside
/// (I24).
enum FreeThreadedProxy {
  static func program(_ stage: Stage) {
    stage.process.register(ICounter.self)
    stage.thread("main") { () throws(HResult) in try runMain(stage) }
  }

  /// Main gets a counter of shop's, and makes a relay that keeps what it got.
  private static func runMain(_ stage: Stage) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    let relay = ComPtr<ICounter>(
      try Relay(to: startShop(stage), stage), as: "main.relay")
    let desk = try startDesk(relay, stage)
    try relay.increment(1)
    runMessageLoop()
    // What the relay keeps is main's: main gives it back, so it ends last.
    if let desk { try coWaitForHandle(.thread(desk)) }
  }

  /// Shop's STA has the counter; main gets a proxy of it.
  private static func startShop(_ stage: Stage) throws(HResult) -> ComPtr<ICounter> {
    let stream = ComField<IStream>("shop.stream", in: stage.kernel)
    let isReady = stage.signal()
    let main = KernelThread.current
    stage.thread("shop") { () throws(HResult) in
      try coInitializeEx(.apartmentThreaded)
      defer { coUninitialize() }
      let counter = ComPtr<ICounter>(try Counter(name: "Counter"), as: "shop.counter")
      stream.set(
        try coMarshalInterThreadInterfaceInStream(
          ICounter.self, counter, as: "shop.stream"))
      isReady.set()
      runMessageLoop()
      // Main has a proxy of what lives here, and gives it back before it ends.
      if let main { try coWaitForHandle(.thread(main)) }
    }
    try coWaitForHandle(.signal(isReady))
    defer { stream.detach() }
    return try coGetInterfaceAndReleaseStream(stream, ICounter.self)
  }

  /// Desk, another STA, gets the relay in person, and calls it.
  private static func startDesk(
    _ relay: borrowing ComPtr<ICounter>, _ stage: Stage
  ) throws(HResult) -> KernelThread? {
    let stream = ComField<IStream>("desk.stream", in: stage.kernel)
    stream.set(
      try coMarshalInterThreadInterfaceInStream(
        ICounter.self, relay, as: "desk.stream"))
    return stage.thread("desk") { () throws(HResult) in
      try coInitializeEx(.apartmentThreaded)
      defer { coUninitialize() }
      let relay = try openRelay(stream)
      repeat {
        // A refusal is no reason to stop.
        _ = try? relay.increment(5)
      } while stage.nextAction("call-again") != nil
    }
  }

  private static func openRelay(
    _ stream: ComField<IStream>
  ) throws(HResult) -> ComPtr<ICounter> {
    defer { stream.detach() }
    return try coGetInterfaceAndReleaseStream(
      stream, ICounter.self, as: "desk.relay")
  }
}

/// Hands each call on to a counter. Any thread may call it: the free-threaded marshaller
/// is a part of it. What it keeps is another matter.
final class Relay: ComObject, Counting {
  override class var interfaces: [any ComInterface.Type] { [ICounter.self] }

  private let stage: Stage
  /// A proxy of the room that made the relay. It is good in that room only.
  private let counter: ComField<ICounter>
  /// Or a cookie of the global interface table. It is good in every room.
  private let cookie: UInt32

  init(to counter: consuming ComPtr<ICounter>, _ stage: Stage) throws(HResult) {
    self.stage = stage
    self.counter = ComField("Relay.counter", in: stage.kernel)
    if stage.knobs["keeps"] == "cookie" {
      cookie = try Self.table().registerInterfaceInGlobal(counter)
    } else {
      cookie = 0
      self.counter.set(counter)
    }
    try super.init(name: "Relay")
    try aggregateFreeThreadedMarshaler()
  }

  func increment(_ by: Int32) throws(HResult) -> Int32 {
    stage.markOwn("is in the relay")
    guard cookie != 0 else { return try counter.pointer().increment(by) }
    let mine = try Self.table().getInterfaceFromGlobal(cookie, ICounter.self)
    return try mine.increment(by)
  }

  func value() throws(HResult) -> Int32 { try counter.pointer().value() }

  private static func table() throws(HResult) -> ComPtr<IGlobalInterfaceTable> {
    try coCreateInstance(CLSID.stdGlobalInterfaceTable, IGlobalInterfaceTable.self)
  }

  override func finalRelease() {
    counter.clear()
    if cookie != 0 { try? Self.table().revokeInterfaceFromGlobal(cookie) }
  }
}
