import ThreadKernel
import Trace

/// The service control manager (SCM) of a run: finds servers and starts them. There is one for all
/// processes; it lives with the kernel, with the OXID resolver beside it, and is reached by bytes alone
/// (`Kernel.ask`).
///
/// `ScmState` decides. Here the decisions are told under the lock that made them: an answer as the
/// thread that gets it, the rest as nobody of the run. Then processes are started and threads woken.
public final class ServiceControlManager: Sendable {
  /// Where a process that is started lives: its program, and what it begins with.
  public typealias Hosting = @Sendable (ProgramFile, ComProcess.Start) -> ProcessHost

  private unowned let kernel: Kernel
  private let registry: Registry
  private let settings: ComProcess.Settings
  private let host: Hosting
  private let resolver = OxidResolver()
  private let content = ShortLock(Content())

  private struct Content: Sendable {
    var state = ScmState()
    /// How many servers were started.
    var servers = 0
  }

  /// Begins to answer what the run's threads ask.
  ///
  /// - Parameter host: nil: processes live in this operating-system process.
  public init(
    in kernel: Kernel, registry: Registry, settings: ComProcess.Settings = .init(),
    host: Hosting? = nil
  ) {
    self.kernel = kernel
    self.registry = registry
    self.settings = settings
    self.host = host ?? ComProcess.inside(kernel, registry)
    kernel.provide { [self] asker, request in answer(request, to: asker) }
  }

  // MARK: Starting processes

  /// Starts a program in a process of its own, as a person or a script would.
  ///
  /// - Returns: nil where there is no such program, or no room for another process.
  @discardableResult
  public func start(_ program: String, as name: String) -> ProcessID? {
    guard let file = registry.program(program) else { return nil }
    let start = ComProcess.Start(name: name, commandLine: file.name, settings: settings)
    return kernel.startProcess(name, host(file, start))
  }

  /// Starts the server of a class, with a number in its name.
  private func startServer(of clsid: GUID) -> ProcessID? {
    guard let entry = registry.entry(clsid), let commandLine = entry.localServer,
      let file = entry.programName.flatMap(registry.program)
    else { return nil }
    let number = content.withLock { content in
      content.servers += 1
      return content.servers
    }
    let start = ComProcess.Start(
      name: "server \(number)", commandLine: commandLine + " -Embedding", settings: settings)
    return kernel.startProcess(start.name, host(file, start))
  }

  private func program(of clsid: GUID) -> ScmState.Program {
    guard let entry = registry.entry(clsid), let commandLine = entry.localServer else {
      return .none
    }
    guard entry.allowsLaunch else { return .forbidden }
    let isThere = entry.programName.flatMap(registry.program) != nil
    return isThere ? .there(commandLine) : .missing
  }

  // MARK: Answering

  private func answer(_ bytes: [UInt8], to asker: ThreadID) -> [UInt8] {
    if let answer = resolver.answer(asker, bytes) { return answer }
    let message: ScmMessage
    do throws(HResult) {
      message = try ScmMessage(bytes)
    } catch {
      return ScmAnswer.failed(error).bytes
    }
    if case .classNumber(let clsid) = message {
      return ScmAnswer.number(registry.number(of: clsid, in: kernel)).bytes
    }
    let program: ScmState.Program =
      if case .activate(_, let clsid, _) = message { self.program(of: clsid) } else { .none }
    var answer = change { state, effects in
      state.apply(message, from: asker, program: program, &effects)
    }
    // What was started for it is known by now.
    if case .wait = answer, case .activate(let id, _, _) = message {
      answer = change { state, _ in state.collect(id, by: asker) }
    }
    return answer.bytes
  }

  /// Changes the state, tells what follows under the lock, and does it once that is released.
  private func change(
    _ body: @Sendable (inout ScmState, inout [ScmState.Effect]) -> ScmAnswer
  ) -> ScmAnswer {
    kernel.reserveRoom()
    let (answer, effects) = content.withLock { content in
      var effects: [ScmState.Effect] = []
      removeGone(&content.state, &effects)
      let answer = body(&content.state, &effects)
      for effect in effects { tell(effect) }
      return (answer, effects)
    }
    for effect in effects { perform(effect) }
    return answer
  }

  /// Processes that have ended or were killed since somebody asked last.
  private func removeGone(_ state: inout ScmState, _ effects: inout [ScmState.Effect]) {
    for process in state.processes where !kernel.isAlive(process) {
      state.isGone(process, &effects)
      resolver.forget(process)
    }
  }

  private func tell(_ effect: ScmState.Effect) {
    switch effect {
    case .entry(let registration, let state):
      kernel.tell(as: .none, .scmEntry(registration, state))
    case .answered(let id, let client, let process, let code):
      kernel.tell(as: client, .scmAnswered(id, process, code))
    case .launched(let process, let id):
      kernel.tell(as: .none, .serverLaunched(process, for: id))
    case .launch, .wake: break
    }
  }

  private func perform(_ effect: ScmState.Effect) {
    switch effect {
    case .entry, .answered, .launched: break
    case .wake(let thread): kernel.unpark(thread)
    case .launch(let clsid, let id):
      let process = startServer(of: clsid)
      _ = change { state, effects in
        state.launched(process, for: id, &effects)
        return .done
      }
    }
  }
}

extension ScmState {
  /// What a thread asks, and the answer to that request.
  mutating func apply(
    _ message: ScmMessage, from asker: ThreadID, program: Program, _ effects: inout [Effect]
  ) -> ScmAnswer {
    let process = asker.processID
    var answer = ScmAnswer.done
    switch message {
    case .activate(let id, let clsid, let refusal):
      return activate(
        id, clsid, by: asker, refusedBy: refusal, program: program, &effects)
    case .collect(let id): return collect(id, by: asker)
    // The registry answers that.
    case .classNumber: return .done
    case .giveUp(let id, let given):
      answer = giveUp(given, by: asker, &effects)
      effects.append(.answered(id, asker, .none, .S_OK))
    case .register(let id, let offer, let change):
      register(offer, of: process, change: change, &effects)
      effects.append(.answered(id, asker, .none, .S_OK))
    case .resume(let id, let offers, let change):
      resume(offers, of: process, change: change, &effects)
      effects.append(.answered(id, asker, .none, .S_OK))
    case .suspend(let id, let change):
      suspend(process, change: change, &effects)
      effects.append(.answered(id, asker, .none, .S_OK))
    case .revoke(let id, let registration):
      revoke(registration, of: process, &effects)
      effects.append(.answered(id, asker, .none, .S_OK))
    }
    serveWaiting(&effects)
    return answer
  }
}
