import CKernel
import Trace

/// All rows, measured in rounds that take turns, so that what slows the machine down slows all.
public struct Suite {
  /// How many rounds; the figures are the least, the middle and the most of them.
  public var rounds: Int
  /// How many calls a round makes.
  public var calls: Int
  /// How many events the history for seeking has.
  public var events: Int
  /// This program, for the local servers; nil: there are none.
  public var executable: String?

  public init(
    rounds: Int = 9, calls: Int = 4000, events: Int = 1_000_000, executable: String? = nil
  ) {
    self.executable = executable
    self.rounds = rounds
    self.calls = calls
    self.events = events
  }

  /// Measures everything; it takes some ten seconds.
  public func run() -> [Row] {
    callRows(cores: (0, 0), suffix: "") + directRows() + crossingRows() + processRows()
      + marshalRows() + traceRows()
      + (ck_core_count() > 1 ? callRows(cores: (0, 1), suffix: "-two-cores") : [])
  }

  private func callRows(cores: (Int, Int), suffix: String) -> [Row] {
    let futex = "futex-round-trip" + suffix
    let kinds: [(String, CallBenchmark)] = [
      (
        "sta-to-sta-call",
        .init(caller: .apartmentThreaded, server: .apartmentThreaded, cores: cores)
      ),
      ("mta-to-sta-call", .init(caller: .multithreaded, server: .apartmentThreaded, cores: cores)),
      ("sta-to-mta-call", .init(caller: .apartmentThreaded, server: .multithreaded, cores: cores)),
    ]
    var base: [Double] = []
    var samples: [[Double]] = kinds.map { _ in [] }
    for _ in 0..<rounds {
      let trips = ck_ping_pong(Int32(calls), Int32(cores.0), Int32(cores.1))
      base.append(Double(trips) / Double(calls))
      for (index, kind) in kinds.enumerated() { samples[index].append(kind.1.measure(calls)) }
    }
    return [Row(futex, base)]
      + kinds.indices.map { Row(kinds[$0].0 + suffix, samples[$0], against: (futex, base)) }
  }

  private func directRows() -> [Row] {
    let count = calls * 250
    var swift: [Double] = []
    var pointer: [Double] = []
    var told: [Double] = []
    for _ in 0..<rounds {
      swift.append(DirectBenchmark(way: .swiftProtocol, isTold: false).measure(count))
      pointer.append(DirectBenchmark(way: .pointer, isTold: false).measure(count))
      told.append(DirectBenchmark(way: .pointer, isTold: true).measure(calls * 10))
    }
    let base = (id: "swift-protocol-call", samples: swift)
    return [
      Row(base.id, swift), Row("direct-call", pointer, against: base),
      Row("direct-call-told", told, against: base),
    ]
  }

  /// What in-process servers cost, beside the raw hand-off of two threads. Rows that end in `-told`
  /// are those of a run that somebody looks at.
  private func crossingRows() -> [Row] {
    let kinds: [(String, (Int) -> Double)] = [false, true].flatMap { isTold in
      let suffix = isTold ? "-told" : ""
      let own = ActivationBenchmark(client: .apartmentThreaded, model: "Apartment", isTold: isTold)
      let host = ActivationBenchmark(client: .multithreaded, model: "Apartment", isTold: isTold)
      let free = CallBenchmark(
        caller: .multithreaded, server: .apartmentThreaded, isTold: isTold, isFreeThreaded: true)
      let light = LightProxyBenchmark(isTold: isTold)
      let table = GlobalTableBenchmark(isTold: isTold)
      return [
        ("activation" + suffix, { own.measure($0) }),
        ("activation-host-sta" + suffix, { host.measure($0) }),
        ("free-threaded-call" + suffix, { free.measure($0) }),
        ("light-proxy-call" + suffix, { light.measure($0) }),
        ("global-table-get" + suffix, { table.measure($0) }),
      ]
    }
    var base: [Double] = []
    var samples: [[Double]] = kinds.map { _ in [] }
    for _ in 0..<rounds {
      base.append(Double(ck_ping_pong(Int32(calls), 0, 0)) / Double(calls))
      for (index, kind) in kinds.enumerated() { samples[index].append(kind.1(calls)) }
    }
    return kinds.indices.map {
      Row(kinds[$0].0, samples[$0], against: ("futex-round-trip", base))
    }
  }

  /// What local servers cost, beside a raw round trip over the same kind of socket.
  private func processRows() -> [Row] {
    guard let executable else { return [] }
    let kinds: [(id: String, share: Int, LocalServerBenchmark)] = [
      ("local-server-call", 1, .init(work: .call, server: .multithreaded, executable: executable)),
      (
        "local-server-sta-call", 1,
        .init(work: .call, server: .singleThreaded, executable: executable)
      ),
      (
        "local-server-call-told", 1,
        .init(work: .call, server: .multithreaded, executable: executable, isTold: true)
      ),
      (
        "local-server-activation", 4,
        .init(work: .activation, server: .multithreaded, executable: executable)
      ),
    ]
    var base: [Double] = []
    var samples: [[Double]] = kinds.map { _ in [] }
    for _ in 0..<rounds {
      base.append(Double(ck_socket_ping_pong(Int32(calls), 0)) / Double(calls))
      for (index, kind) in kinds.enumerated() {
        samples[index].append(kind.2.measure(max(1, calls / kind.share)))
      }
    }
    let socket = (id: "socket-round-trip", samples: base)
    return [Row(socket.id, base)]
      + kinds.indices.map { Row(kinds[$0].id, samples[$0], against: socket) }
      + coldRows(executable)
  }

  private func coldRows(_ executable: String) -> [Row] {
    let cold = LocalServerBenchmark(
      work: .coldActivation, server: .multithreaded, executable: executable)
    var base: [Double] = []
    var samples: [Double] = []
    for _ in 0..<rounds {
      base.append(LocalServerBenchmark.firstByte(of: executable))
      samples.append(cold.measure(1))
    }
    let first = (id: "program-first-byte", samples: base)
    return [Row(first.id, base), Row("local-server-cold-activation", samples, against: first)]
  }

  private func marshalRows() -> [Row] {
    var marshal: [Double] = []
    var unmarshal: [Double] = []
    for _ in 0..<rounds {
      let (one, other) = MarshalBenchmark().measure(calls)
      marshal.append(one)
      unmarshal.append(other)
    }
    return [Row("marshal", marshal), Row("unmarshal", unmarshal)]
  }

  private func traceRows() -> [Row] {
    let trace = TraceBenchmark()
    let events = trace.makeHistory(events)
    var history = History(events)
    let picture = FrameBenchmark()
    var told: [Double] = []
    var folded: [Double] = []
    var seek: [Double] = []
    var frame: [Double] = []
    for _ in 0..<rounds {
      told.append(trace.told(calls * 50))
      folded.append(trace.folded(Array(events.prefix(calls * 50))))
      seek.append(trace.seek(&history, 20))
      frame.append(picture.measure(20))
    }
    return [
      Row("event-told", told), Row("event-folded", folded), Row("history-seek", seek),
      Row("frame", frame),
    ]
  }
}
