import Scenarios
import TerminalUI
import ThreadKernel
import Trace

/// Performs effects on a run and reports what came of them.
final class RunControl {
  private let executable: String?
  private var run: Run?
  private var file: RecordingFile?
  /// When each thread of a free run was last heard of, since it went free.
  private var heard: [ThreadID: ContinuousClock.Instant] = [:]
  private var saidSilent: Set<ThreadID> = []

  /// The first recording that could not be written, for the program's end.
  private(set) var problem: BadInput?

  /// - Parameter executable: the program that child processes are of; nil: there can be none.
  init(executable: String? = nil) { self.executable = executable }

  /// Ends what goes on, so that no thread is left.
  deinit { run?.abandon() }

  func perform(_ effect: Effect) -> [AppInput] {
    do {
      return try performOrFail(effect)
    } catch {
      return fail(error)
    }
  }

  private func fail(_ error: BadInput) -> [AppInput] {
    file = nil
    problem = problem ?? error
    return [.failed(error.line)]
  }

  private func performOrFail(_ effect: Effect) throws(BadInput) -> [AppInput] {
    switch effect {
    case .start(let request, let path, let size):
      return try start(request, recordingTo: path, size)
    case .end:
      try end()
      return []
    case .pick:
      run?.kernel.allow(picks: 1)
      return try follow()
    case .step(let thread):
      do throws(Kernel.StepRefusal) {
        try run?.kernel.step(thread)
      } catch {
        return [.refused(thread, error)]
      }
      return try follow()
    case .deliver(let action):
      run?.kernel.deliver(action)
      return try look()
    case .finish:
      run?.kernel.finish()
      return try follow()
    case .hold:
      run?.kernel.hold()
      return try follow()
    case .goFree:
      try file?.becomeReal()
      heard = [:]
      saidSilent = []
      run?.kernel.goFree()
      return try look()
    }
  }

  private func start(
    _ request: RunRequest, recordingTo path: String?, _ size: Size
  ) throws(BadInput) -> [AppInput] {
    var inputs: [AppInput] = []
    do { try end() } catch { inputs = fail(error) }
    let run = request.makeRun(
      isHeadless: false, isRecorded: path != nil, executable: executable)
    self.run = run
    run.start()
    if let path {
      let size = RecordingHeader.Size(columns: size.width, rows: size.height)
      file = try RecordingFile(path, header: request.header(of: run, size: size))
    }
    return inputs
  }

  private func end() throws(BadInput) {
    run?.abandon()
    run = nil
    try finishFile()
  }

  private func finishFile() throws(BadInput) {
    try file?.finish()
    file = nil
  }

  /// Keeps what was told; a run that is over has its recording whole.
  private func keep(_ events: [Event], _ standing: Kernel.Standing) throws(BadInput) {
    try file?.write(events)
    if standing == .over { try finishFile() }
  }

  /// What is told until the run stands still.
  private func follow() throws(BadInput) -> [AppInput] {
    guard let run else { return [] }
    var events: [Event] = []
    let standing = run.runUntilStanding { events.append($0) }
    try keep(events, standing)
    let end: AppInput =
      standing == .running ? .stuck(run.kernel.runningThreads) : .stands(standing)
    return [.told(events), live(run), end]
  }

  private func live(_ run: Run) -> AppInput {
    .live(
      run.world.processes.keys.reduce(into: [:]) { numbers, process in
        numbers[process] = run.kernel.systemNumber(of: process)
      })
  }

  /// What has been told so far, and how the run stands, without waiting.
  func look() throws(BadInput) -> [AppInput] {
    guard let run else { return [] }
    let standing = run.kernel.standing
    let events = run.drain()
    try keep(events, standing)
    return [.told(events), live(run), .stands(standing)]
  }

  /// Threads that run and have told nothing for two seconds: each is reported once.
  private func silent(after inputs: [AppInput]) -> [AppInput] {
    let now = ContinuousClock.now
    for case .told(let events) in inputs {
      for event in events { heard[event.thread] = now }
    }
    let silent = (run?.kernel.runningThreads ?? []).filter { thread in
      let since = heard[thread, default: now]
      heard[thread] = since
      return now - since >= .seconds(2) && saidSilent.insert(thread).inserted
    }
    return silent.isEmpty ? [] : [.silent(silent)]
  }

  /// The same, for a run that goes on by itself.
  func lookAtFreeRun() -> [AppInput] {
    do {
      let inputs = try look()
      return inputs + silent(after: inputs)
    } catch {
      return fail(error)
    }
  }
}
