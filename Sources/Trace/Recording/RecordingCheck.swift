/// Verifies a recording: its format, its order, that no event contradicts the ones before, and the
/// invariants.
public enum RecordingCheck {
  /// What a check came to.
  public struct Report: Hashable, Sendable {
    public enum Outcome: Hashable, Sendable {
      case sound
      /// The first fault.
      case refused(RecordingError)
    }

    public var outcome: Outcome = .sound
    /// The scenario's id, where the header could be read.
    public var scenario: String?
    /// How many whole events were read before the fault, or in all.
    public var events: UInt64 = 0
    /// How many steps of the story they reached.
    public var steps = 0
    /// How many scheduling points were passed.
    public var choices: UInt64 = 0
    /// What the run's clock said last, in nanoseconds.
    public var duration: UInt64 = 0
  }

  /// Checks a whole recording. The time it takes grows as its length: invariants are looked at when
  /// as many events have passed as the World has things, and at the end.
  public static func check(_ bytes: some Collection<UInt8>) -> Report {
    var reader = RecordingReader()
    reader.feed(bytes)
    reader.finish()
    var report = Report()
    var world = World()
    do throws(RecordingError) {
      try read(&reader, into: &world, &report)
    } catch {
      report.outcome = .refused(error)
    }
    report.events = world.position
    report.steps = world.steps.count
    report.choices = world.choices
    report.duration = world.time
    return report
  }

  private static func read(
    _ reader: inout RecordingReader, into world: inout World, _ report: inout Report
  ) throws(RecordingError) {
    var nextLook: UInt64 = 0
    while let item = try reader.next() {
      switch item {
      case .header(let header): report.scenario = header.scenario
      case .event(let event, _):
        if case .choice = event.kind, world.position >= nextLook {
          try look(at: world, line: reader.line)
          nextLook = world.position + UInt64(world.thingCount)
        }
        world.apply(event)
        if let fault = world.fault {
          throw RecordingError(
            .contradiction, line: reader.line, found: "that \(fault.sentence)",
            expected: "what agrees with the lines before")
        }
      case .end: try look(at: world, line: reader.line)
      }
    }
    if reader.isCutShort {
      throw RecordingError(
        .cutShort, line: reader.line, found: "no end line", expected: "{\"end\":\(world.position)}")
    }
  }

  private static func look(at world: World, line: Int) throws(RecordingError) {
    guard let violation = world.violations.first else { return }
    throw RecordingError(
      .contradiction, line: line, found: "this: \(violation.sentence)",
      expected: violation.invariant.sentence)
  }
}

extension World {
  /// About how much there is to look at.
  fileprivate var thingCount: Int {
    threads.count + apartments.count + objects.count + references.count + stubs.count
      + interfaceStubs.count + packets.count + calls.count
  }
}
