import Scenarios
import ThreadKernel
import Trace

/// A run with no terminal: a narrated log, or the recording's own lines, on standard output.
public struct Headless {
  public enum Form: Sendable { case log, json }

  /// What it came to.
  public struct Outcome: Sendable {
    /// Whether everything expected held.
    public var isAsExpected: Bool
    /// What is to be said on standard error: a thread that reaches no point.
    public var complaint: String?
  }

  private let request: RunRequest
  private let form: Form
  private let executable: String?
  private let write: ([UInt8]) -> Void

  /// - Parameters:
  ///   - executable: the program that child processes are of; nil: there can be none.
  ///   - write: takes what is told, in portions.
  public init(
    _ request: RunRequest, _ form: Form, executable: String? = nil,
    write: @escaping ([UInt8]) -> Void
  ) {
    self.request = request
    self.form = form
    self.executable = executable
    self.write = write
  }

  /// Runs to the end.
  public func run(recordingTo path: String? = nil) throws(BadInput) -> Outcome {
    let run = request.makeRun(isHeadless: true, executable: executable)
    let header = request.header(of: run)
    var file: RecordingFile?
    if let path { file = try RecordingFile(path, header: header) }
    var log = NarratedLog(request)
    var lines = RecordingWriter()
    lines.write(header)
    if form == .log { write(log.opening) }
    var portion: [Event] = []
    var problem: BadInput?

    let standing = run.runUntilStanding { event in
      switch form {
      case .log: write(log.lines(for: event))
      case .json:
        lines.write(event)
        if event.n % 256 == 0 { write(lines.takeBytes()) }
      }
      portion.append(event)
      if portion.count == 4096 { problem = problem ?? Self.save(&portion, file) }
    }

    problem = problem ?? Self.save(&portion, file)
    let complaint = standing == .running ? stuck(run) : nil
    let unmet = run.unmetExpectations()
    run.abandon()
    if let problem { throw problem }
    switch form {
    case .log: write(log.closing(run.world, unmet))
    case .json:
      lines.writeEnd()
      write(lines.takeBytes())
    }
    try file?.finish()
    return Outcome(
      isAsExpected: unmet.isEmpty && complaint == nil && run.world.fault == nil,
      complaint: complaint)
  }

  private static func save(_ events: inout [Event], _ file: RecordingFile?) -> BadInput? {
    defer { events.removeAll(keepingCapacity: true) }
    do {
      try file?.write(events)
      return nil
    } catch {
      return error
    }
  }

  private func stuck(_ run: Run) -> String {
    run.kernel.runningThreads.map { run.world.stuckSentence($0) }.joined(separator: "; ")
  }
}

extension World {
  /// `2 worker has reached no scheduling point for two seconds; its last line: Shell.swift:41`.
  func stuckSentence(_ thread: ThreadID) -> String {
    let site = threads[thread].map { site in
      "\(self[site.site.file].split(separator: "/").last ?? "?"):\(site.site.line)"
    }
    return "\(label(thread: thread)) has reached no scheduling point for two seconds; "
      + "its last line: \(site ?? "not known")"
  }
}
