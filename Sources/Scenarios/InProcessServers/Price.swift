import ApartmentRuntime
import ThreadKernel
import Trace

/// Document 004, lesson H: the same method called in every way there is (I16).
enum Price {
  static func program(_ stage: Stage) {
    stage.process.register(ICounter.self)
    stage.register(PriceModule.entries, [PriceModule.onDisk])
    let hands = PriceHands(in: stage.kernel)
    stage.thread("main") { () throws(HResult) in try runMain(hands, stage) }
  }

  /// The main STA. Two counters are born here: one may be called everywhere.
  private static func runMain(
    _ hands: PriceHands, _ stage: Stage
  ) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    try hands.fill(holder: "main.counter")
    stage.thread("web") { () throws(HResult) in try runWeb(hands, stage) }
    runMessageLoop()
  }

  /// A thread of the multithreaded apartment.
  private static func runWeb(
    _ hands: PriceHands, _ stage: Stage
  ) throws(HResult) {
    try coInitializeEx(.multithreaded)
    defer { coUninitialize() }
    let desk = stage.thread("desk") { () throws(HResult) in
      try runDesk(hands, stage)
    }
    hands.webMayCall.wait()
    try callFromWeb(hands, stage)
    hands.webHasCalled.set()
    // The apartment has to be there as long as others call into it.
    if let desk { try waitForSingleObject(.thread(desk)) }
  }

  private static func callFromWeb(
    _ hands: PriceHands, _ stage: Stage
  ) throws(HResult) {
    let mains = try hands.counter(.forWeb, as: "web.mains")
    try stage.counting(PricePath.mtaToSTA.name) { () throws(HResult) in
      try mains.increment(1)
    }
  }

  /// A second STA.
  private static func runDesk(
    _ hands: PriceHands, _ stage: Stage
  ) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    try callFromDesk(hands, stage)
    stage.thread("meter") { () throws(HResult) in measure(stage) }
    runMessageLoop()
  }

  private static func callFromDesk(
    _ hands: PriceHands, _ stage: Stage
  ) throws(HResult) {
    let own = try coCreateInstance(
      PriceModule.apartment, ICounter.self, as: "desk.own")
    let agile = try hands.counter(.agile, as: "desk.agile")
    let neutral = try coCreateInstance(
      PriceModule.neutral, ICounter.self, as: "desk.neutral")
    let mains = try hands.counter(.forDesk, as: "desk.mains")
    let free = try coCreateInstance(
      PriceModule.free, ICounter.self, as: "desk.free")
    // The same line each time: what is behind the pointer makes the price.
    try stage.counting(PricePath.direct.name) { () throws(HResult) in
      try own.increment(1)
    }
    try stage.counting(PricePath.freeThreaded.name) { () throws(HResult) in
      try agile.increment(1)
    }
    try stage.counting(PricePath.lightProxy.name) { () throws(HResult) in
      try neutral.increment(1)
    }
    try stage.counting(PricePath.staToSTA.name) { () throws(HResult) in
      try mains.increment(1)
    }
    hands.webMayCall.set()
    try coWaitForHandle(.signal(hands.webHasCalled))
    try stage.counting(PricePath.staToMTA.name) { () throws(HResult) in
      try free.increment(1)
    }
  }

  /// A free burst for each key: real time, so the run cannot be replayed.
  private static func measure(_ stage: Stage) {
    while stage.nextAction("burst") != nil {
      stage.kernel.freely {
        let prices = PriceBurst().measure { !stage.kernel.isAbandoned }
        for price in prices { stage.tell(price) }
      }
    }
  }
}
