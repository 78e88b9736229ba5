import Scenarios
import ThreadKernel
import Trace

/// Performs effects on a run and reports what came of them.
final class RunControl {
  private var run: Run?
  private var file: RecordingFile?

  /// Ends what goes on, so that no thread is left.
  deinit { run?.abandon() }

  func perform(_ effect: Effect) -> [AppInput] {
    do {
      return try performOrFail(effect)
    } catch {
      file = nil
      return [.failed(error.line)]
    }
  }

  private func performOrFail(_ effect: Effect) throws(BadInput) -> [AppInput] {
    switch effect {
    case .start(let request, let path): return try start(request, recordingTo: path)
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
      run?.kernel.goFree()
      return try look()
    }
  }

  private func start(
    _ request: RunRequest, recordingTo path: String?
  ) throws(BadInput) -> [AppInput] {
    run?.abandon()
    // A restart is recorded from its start.
    file?.discard()
    file = nil
    let run = request.makeRun(isHeadless: false)
    self.run = run
    run.start()
    if let path { file = try RecordingFile(path, header: request.header(of: run)) }
    return []
  }

  private func end() throws(BadInput) {
    run?.abandon()
    run = nil
    try file?.finish()
    file = nil
  }

  /// What is told until the run stands still.
  private func follow() throws(BadInput) -> [AppInput] {
    guard let run else { return [] }
    var events: [Event] = []
    let standing = run.runUntilStanding { events.append($0) }
    try file?.write(events)
    let end: AppInput =
      standing == .running ? .stuck(run.kernel.runningThreads) : .stands(standing)
    return [.told(events), end]
  }

  /// What has been told so far, and how the run stands, without waiting.
  func look() throws(BadInput) -> [AppInput] {
    guard let run else { return [] }
    let standing = run.kernel.standing
    let events = run.drain()
    try file?.write(events)
    return [.told(events), .stands(standing)]
  }

  /// The same, for a run that goes on by itself.
  func lookAtFreeRun() -> [AppInput] {
    do {
      return try look()
    } catch {
      file = nil
      return [.failed(error.line)]
    }
  }
}
