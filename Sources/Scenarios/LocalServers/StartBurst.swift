import ApartmentRuntime
import ThreadKernel
import Trace

/// Measures how long it takes until a server's classes are open, both ways: in a
/// run of its own that is free and that nobody listens to. Where this run's
/// servers are child processes, so is the one that is measured.
enum StartBurst {
  /// A way to start, so many classes.
  struct Row: Hashable, Sendable {
    let edition: StartPlan.Edition
    let classes: Int

    var name: String { edition.name(classes) }
  }

  private static let meter: GUID = "A1F00080-0000-4000-8000-F100F1A00001"
  private static let rounds = 15

  static var entry: ClassEntry {
    ClassEntry(meter, "Meter", localServer: "meter.exe")
  }

  /// As many classes as the lesson's servers have, and fifty.
  static func rows(classes: Int) -> [Row] {
    (classes == 50 ? [50] : [classes, 50]).flatMap { count in
      [false, true].map {
        Row(edition: StartPlan.Edition(isSuspended: $0), classes: count)
      }
    }
  }

  /// A burst for each key: real time, so the run cannot be replayed.
  static func wait(_ stage: Stage) {
    while stage.nextAction("burst") != nil {
      stage.kernel.freely {
        let rows = rows(classes: ReadyThenOpen.plan(stage.knobs).classes.count)
        let prices = measure(rows, stage)
        for price in prices { stage.tell(price) }
      }
    }
  }

  // MARK: The client, in a run of its own

  static func measure(_ rows: [Row], _ stage: Stage) -> [PriceBurst.Price] {
    let scenario = ReadyThenOpen.scenario
    let kernel = Kernel(.init(startsFree: true, isTold: false))
    let prices = Guarded<[PriceBurst.Price]>([])
    let process = ComProcess(
      "burst", in: kernel, registry: scenario.makeRegistry(stage.knobs),
      host: scenario.hosting(stage.home, stage.knobs))
    process.register(IStartMeter.self)
    process.spawn("main") {
      let measured = (try? ask(rows)) ?? []
      prices.withLock { $0 = measured }
    }
    while !stage.kernel.isAbandoned,
      kernel.waitUntilStanding(seconds: 0.1) == .running
    {}
    kernel.abandon()
    return stage.kernel.isAbandoned ? [] : prices.withLock { $0 }
  }

  private static func ask(_ rows: [Row]) throws(HResult) -> [PriceBurst.Price] {
    try coInitializeEx(.multithreaded)
    defer { coUninitialize() }
    let meter = try coCreateInstance(meter, IStartMeter.self, .localServer)
    var prices: [PriceBurst.Price] = []
    for (index, row) in rows.enumerated() {
      let nanoseconds = try meter.median(of: Int32(index))
      prices.append(
        PriceBurst.Price(
          name: row.name, picoseconds: UInt64(max(0, nanoseconds)) * 1_000,
          calls: UInt32(rounds)))
    }
    return prices
  }

  // MARK: meter.exe

  static func program(_ plan: StartPlan) -> Program {
    Program("meter.exe") { stage throws(HResult) in
      try runMeter(rows(classes: plan.classes.count), stage)
    }
  }

  /// Measures before it lets anybody in: no other class object is there then.
  private static func runMeter(
    _ rows: [Row], _ stage: Stage
  ) throws(HResult) {
    stage.process.register(IStartMeter.self)
    try coInitializeEx(.multithreaded)
    defer { coUninitialize() }
    let threads = ServerThreads()
    try threads.join()
    let count = ProcessCount(threads)
    var medians: [Int32] = []
    for row in rows { medians.append(try median(of: row, count)) }
    let factory = ComPtr<IClassFactory>(try MeterFactory(medians, count))
    let cookie = try coRegisterClassObject(meter, factory, .localServer)
    runMessageLoop()
    try coRevokeClassObject(cookie)
  }

  private static func median(
    of row: Row, _ count: ProcessCount
  ) throws(HResult) -> Int32 {
    var times: [UInt64] = []
    for _ in 0..<rounds { times.append(try time(row, count)) }
    return Int32(clamping: times.sorted()[rounds / 2])
  }

  /// What the lesson's server does from its first class until all are open.
  private static func time(
    _ row: Row, _ count: ProcessCount
  ) throws(HResult) -> UInt64 {
    let flags: ClassFlags = row.edition.isSuspended ? .suspended : []
    var cookies: [ClassRegistration] = []
    let begin = Machine.now
    for item in StartPlan.classes(row.classes) {
      let factory = ComPtr<IClassFactory>(
        try WidgetFactory(of: item.name, count))
      cookies.append(
        try coRegisterClassObject(
          item.clsid, factory, .localServer, flags: flags))
    }
    if row.edition.isSuspended { try coResumeClassObjects() }
    let time = Machine.now - begin
    for cookie in cookies { try coRevokeClassObject(cookie) }
    return time
  }
}

/// What the measured server has to say.
protocol StartMetering: AnyObject {
  /// How many nanoseconds that start took.
  func median(of row: Int32) throws(HResult) -> Int32
}

enum IStartMeter: ComInterface {
  typealias Methods = any StartMetering
  static let iid: GUID = "A1F00081-0000-4000-8000-F100F1A00001"
  static let name = "IStartMeter"
  static func methods(of object: AnyObject) -> (any StartMetering)? {
    object as? any StartMetering
  }

  static let median = Method(3, "Median") {
    (meter: any StartMetering, row: Int32) throws(HResult) -> Int32 in
    try meter.median(of: row)
  }
  static var stubs: [StubMethod<Methods>] { [median.stub] }
}

extension InterfacePointer where I == IStartMeter, Self: ~Copyable {
  func median(
    of row: Int32, file: StaticString = #fileID, line: UInt32 = #line
  ) throws(HResult) -> Int32 {
    try call(IStartMeter.median, file, line, row) { meter throws(HResult) in
      try meter.median(of: row)
    }
  }
}

/// The one object that the measured server makes.
private final class Meter: ComObject, StartMetering {
  override class var interfaces: [any ComInterface.Type] { [IStartMeter.self] }

  private let medians: [Int32]
  private let server: any ServerCount

  init(_ medians: [Int32], _ server: any ServerCount) throws(HResult) {
    self.medians = medians
    self.server = server
    try super.init(name: "Meter")
    server.add(name)
  }

  override func finalRelease() { server.release(name) }

  func median(of row: Int32) throws(HResult) -> Int32 {
    guard medians.indices.contains(Int(row)) else { throw refuses(.E_INVALIDARG) }
    return medians[Int(row)]
  }
}

private final class MeterFactory: ComObject, ClassFactoring {
  override class var interfaces: [any ComInterface.Type] { [IClassFactory.self] }

  private let medians: [Int32]
  private let server: any ServerCount

  init(_ medians: [Int32], _ server: any ServerCount) throws(HResult) {
    self.medians = medians
    self.server = server
    try super.init(name: "factory Meter")
  }

  func createInstance(
    _ outer: ComObject?, _ iid: GUID
  ) throws(HResult) -> OwnedPointer {
    guard outer == nil else { throw refuses(.CLASS_E_NOAGGREGATION) }
    return try Meter(medians, server).handOut(iid)
  }

  func lockServer(_ lock: Bool) throws(HResult) -> Nothing {
    if lock { server.add("lock") } else { server.release("lock") }
    return Nothing()
  }
}
