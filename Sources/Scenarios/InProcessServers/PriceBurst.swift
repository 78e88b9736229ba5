import ApartmentRuntime
import ThreadKernel
import Trace

/// Measures what one call costs on this machine, each way: in a kernel of its own that is free, that
/// nobody listens to, and whose threads keep to one core. It takes a quarter of a second.
public struct PriceBurst: Sendable {
  /// What one call costs: the median of the rounds.
  public struct Price: Hashable, Sendable {
    public let name: String
    public let picoseconds: UInt64
    /// How many calls were made in all rounds.
    public let calls: UInt32
    /// How many calls to the SCM one of them made.
    public var scmCalls: UInt32 = 0
  }

  /// The row that is no call: two threads that wake each other, with nothing else done.
  public static let rawName = "raw wake-ups"

  /// The processor and its cores, and how the program was compiled.
  public static var machine: String {
    #if DEBUG
      "\(Machine.name), unoptimized build"
    #else
      Machine.name
    #endif
  }

  /// Many and short ones: those in which something else had the core are not the median then.
  public var rounds: Int
  /// How long a round calls one way.
  public var nanoseconds: UInt64
  public var core: Int

  public init(rounds: Int = 15, nanoseconds: UInt64 = 1_500_000, core: Int = 0) {
    self.rounds = rounds
    self.nanoseconds = nanoseconds
    self.core = core
  }

  /// Measures each way, the cheap ones first, and the raw wake-ups.
  ///
  /// - Parameter isWanted: asked now and then; the burst is given up, with nothing, where it is not.
  public func measure(while isWanted: () -> Bool = { true }) -> [Price] {
    let samples = Samples()
    let kernel = Kernel(.init(startsFree: true, isTold: false, core: core))
    start(ComProcess("burst", in: kernel), samples)
    while isWanted(), kernel.waitUntilStanding(seconds: 0.1) == .running {}
    kernel.abandon()
    guard isWanted() else { return [] }
    for _ in 0..<rounds {
      samples.add(
        Self.rawName, Machine.roundTrips(Self.trips, cores: (core, core)), calls: Self.trips)
    }
    return (PricePath.allCases.map(\.name) + [Self.rawName]).compactMap { samples.price(of: $0) }
  }

  private static let trips = 300

  // MARK: The threads

  /// The same threads as in the lesson, but each call is made some thousand times.
  private func start(_ process: ComProcess, _ samples: Samples) {
    process.register(ICounter.self)
    for entry in PriceModule.entries { process.registry.add(entry) }
    process.registry.install(PriceModule.onDisk)
    let hands = PriceHands(in: process.kernel)
    process.spawn("main") { [self] in try? runMain(process, hands, samples) }
  }

  private func runMain(
    _ process: ComProcess, _ hands: PriceHands, _ samples: Samples
  ) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    try hands.fill(holder: "main")
    let web = process.spawn("web") { [self] in try? runWeb(process, hands, samples) }
    if let web { try coWaitForHandle(.thread(web)) }
  }

  private func runWeb(
    _ process: ComProcess, _ hands: PriceHands, _ samples: Samples
  ) throws(HResult) {
    try coInitializeEx(.multithreaded)
    defer { coUninitialize() }
    let desk = process.spawn("desk") { [self] in try? runDesk(hands, samples) }
    if let desk { try coWaitForHandle(.thread(desk)) }
    try measureFromWeb(hands, samples)
  }

  private func measureFromWeb(_ hands: PriceHands, _ samples: Samples) throws(HResult) {
    let mains = try hands.counter(.forWeb, as: "web")
    for _ in 0..<rounds {
      try sample(.mtaToSTA, samples, mains)
    }
  }

  private func runDesk(_ hands: PriceHands, _ samples: Samples) throws(HResult) {
    try coInitializeEx(.apartmentThreaded)
    defer { coUninitialize() }
    try measureFromDesk(hands, samples)
  }

  private func measureFromDesk(_ hands: PriceHands, _ samples: Samples) throws(HResult) {
    let own = try coCreateInstance(PriceModule.apartment, ICounter.self)
    let agile = try hands.counter(.agile, as: "desk")
    let neutral = try coCreateInstance(PriceModule.neutral, ICounter.self)
    let mains = try hands.counter(.forDesk, as: "desk")
    let free = try coCreateInstance(PriceModule.free, ICounter.self)
    for _ in 0..<rounds {
      try sample(.direct, samples, own)
      try sample(.freeThreaded, samples, agile)
      try sample(.lightProxy, samples, neutral)
      try sample(.staToSTA, samples, mains)
      try sample(.staToMTA, samples, free)
    }
  }

  // MARK: Measuring

  /// One round of one way: calls until its time is over. The clock is looked at seldom.
  private func sample(
    _ path: PricePath, _ samples: Samples, _ counter: borrowing ComPtr<ICounter>
  ) throws(HResult) {
    let batch = path == .direct || path == .freeThreaded ? 2_000 : 20
    try Self.call(counter, times: batch)
    var calls = 0
    var spent: UInt64 = 0
    let start = Machine.now
    repeat {
      try Self.call(counter, times: batch)
      calls += batch
      spent = Machine.now - start
    } while spent < nanoseconds
    samples.add(path.name, spent, calls: calls)
  }

  /// The calls and nothing else.
  @inline(never)
  private static func call(
    _ counter: borrowing ComPtr<ICounter>, times: Int
  ) throws(HResult) {
    // A local of the loop's own: nothing is counted for it while it turns.
    let counter = counter.raw
    for _ in 0..<times { try counter.increment(1) }
  }
}

/// What the rounds came to.
private final class Samples: Sendable {
  private struct Row: Sendable {
    var picoseconds: [UInt64] = []
    var calls = 0
  }

  private let rows = Guarded<[String: Row]>([:])

  func add(_ name: String, _ nanoseconds: UInt64, calls: Int) {
    rows.withLock { rows in
      rows[name, default: Row()].picoseconds.append(nanoseconds * 1_000 / UInt64(max(1, calls)))
      rows[name, default: Row()].calls += calls
    }
  }

  func price(of name: String) -> PriceBurst.Price? {
    let row = rows.withLock { $0[name] }
    guard let row, !row.picoseconds.isEmpty else { return nil }
    return PriceBurst.Price(
      name: name, picoseconds: row.picoseconds.sorted()[row.picoseconds.count / 2],
      calls: UInt32(clamping: row.calls))
  }
}
