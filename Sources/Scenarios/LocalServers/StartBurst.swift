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

  /// As many classes as the lesson's servers have, and one, five and fifty.
  static func rows(classes: Int) -> [Row] {
    Set([classes, 1, 5, 50]).sorted().flatMap { count in
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
      let scmCalls = try meter.scmCalls(of: Int32(index))
      prices.append(
        PriceBurst.Price(
          name: row.name, picoseconds: UInt64(max(0, nanoseconds)) * 1_000,
          calls: UInt32(rounds), scmCalls: UInt32(max(0, scmCalls))))
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
    var figures: [StartFigures] = []
    for row in rows { figures.append(try medians(of: row, count, in: stage.kernel)) }
    let factory = ComPtr<IClassFactory>(try MeterFactory(figures, count))
    let cookie = try coRegisterClassObject(meter, factory, .localServer)
    runMessageLoop()
    try coRevokeClassObject(cookie)
  }

  private static func medians(
    of row: Row, _ count: ProcessCount, in kernel: Kernel
  ) throws(HResult) -> StartFigures {
    var starts: [StartFigures] = []
    for _ in 0..<rounds { starts.append(try start(row, count, in: kernel)) }
    return starts.sorted { $0.nanoseconds < $1.nanoseconds }[rounds / 2]
  }

  /// What the lesson's server does from its first class until all are open.
  private static func start(
    _ row: Row, _ count: ProcessCount, in kernel: Kernel
  ) throws(HResult) -> StartFigures {
    let flags: ClassFlags = row.edition.isSuspended ? .suspended : []
    var cookies: [ClassRegistration] = []
    let firstCall = kernel.numbers.requestsMade
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
    // Nobody else of the burst's processes calls the SCM meanwhile.
    let scmCalls = kernel.numbers.requestsMade - firstCall
    for cookie in cookies { try coRevokeClassObject(cookie) }
    return StartFigures(
      nanoseconds: Int32(clamping: time), scmCalls: Int32(clamping: scmCalls))
  }
}

/// What a start took.
private struct StartFigures {
  let nanoseconds: Int32
  let scmCalls: Int32
}

/// What the measured server has to say.
protocol StartMetering: AnyObject {
  /// How many nanoseconds that start took.
  func median(of row: Int32) throws(HResult) -> Int32
  /// How many calls to the SCM it made.
  func scmCalls(of row: Int32) throws(HResult) -> Int32
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
  static let scmCalls = Method(4, "ScmCalls") {
    (meter: any StartMetering, row: Int32) throws(HResult) -> Int32 in
    try meter.scmCalls(of: row)
  }
  static var stubs: [StubMethod<Methods>] { [median.stub, scmCalls.stub] }
}

extension InterfacePointer where I == IStartMeter, Self: ~Copyable {
  func median(
    of row: Int32, file: StaticString = #fileID, line: UInt32 = #line
  ) throws(HResult) -> Int32 {
    try call(IStartMeter.median, file, line, row) { meter throws(HResult) in
      try meter.median(of: row)
    }
  }

  func scmCalls(
    of row: Int32, file: StaticString = #fileID, line: UInt32 = #line
  ) throws(HResult) -> Int32 {
    try call(IStartMeter.scmCalls, file, line, row) { meter throws(HResult) in
      try meter.scmCalls(of: row)
    }
  }
}

/// The one object that the measured server makes.
private final class Meter: ComObject, StartMetering {
  override class var interfaces: [any ComInterface.Type] { [IStartMeter.self] }

  private let figures: [StartFigures]
  private let server: any ServerCount

  init(_ figures: [StartFigures], _ server: any ServerCount) throws(HResult) {
    self.figures = figures
    self.server = server
    try super.init(name: "Meter")
    server.add(name)
  }

  override func finalRelease() { server.release(name) }

  func median(of row: Int32) throws(HResult) -> Int32 { try start(row).nanoseconds }

  func scmCalls(of row: Int32) throws(HResult) -> Int32 { try start(row).scmCalls }

  private func start(_ row: Int32) throws(HResult) -> StartFigures {
    guard figures.indices.contains(Int(row)) else { throw refuses(.E_INVALIDARG) }
    return figures[Int(row)]
  }
}

private final class MeterFactory: ComObject, ClassFactoring {
  override class var interfaces: [any ComInterface.Type] { [IClassFactory.self] }

  private let figures: [StartFigures]
  private let server: any ServerCount

  init(_ figures: [StartFigures], _ server: any ServerCount) throws(HResult) {
    self.figures = figures
    self.server = server
    try super.init(name: "factory Meter")
  }

  func createInstance(
    _ outer: ComObject?, _ iid: GUID
  ) throws(HResult) -> OwnedPointer {
    guard outer == nil else { throw refuses(.CLASS_E_NOAGGREGATION) }
    return try Meter(figures, server).handOut(iid)
  }

  func lockServer(_ lock: Bool) throws(HResult) -> Nothing {
    if lock { server.add("lock") } else { server.release("lock") }
    return Nothing()
  }
}
