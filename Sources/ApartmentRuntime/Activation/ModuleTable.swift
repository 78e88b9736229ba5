import ThreadKernel
import Trace

/// A module that a process has loaded.
struct LoadedModule: Sendable {
  let module: Module
  let fileKey: String
  let server: any InProcessServer
  /// How many threads COM has in its entry points just now.
  var visitors = 0
  /// How often COM used it: what it said before is not true for ever.
  var uses: UInt64 = 0
  /// Whether threads may still run its code when its last object is gone: a class of it is called
  /// from several threads at once.
  var isConcurrent = false
  /// When it may go, where it said that it is unused.
  var due: UInt64?

  /// How long it stays when nobody says how long, in nanoseconds: 10 minutes where another thread
  /// may be in the last instructions of an object that is gone. A module of single-threaded and
  /// apartment models goes at once: with several apartments in it that is the documented hazard.
  fileprivate var defaultDelay: UInt64 {
    isConcurrent ? UInt64(defaultUnloadDelay) * 1_000_000 : 0
  }
}

/// The modules of a process, in the order in which they were loaded.
struct ModuleTable: Sendable {
  private(set) var loaded: [LoadedModule] = []
  /// Serialises loading.
  private(set) var loader: VisibleLock?

  /// The loader lock: there is none before something is loaded.
  mutating func loader(in kernel: Kernel) -> VisibleLock {
    if let loader { return loader }
    let new = VisibleLock(in: kernel)
    loader = new
    return new
  }

  mutating func insert(_ module: LoadedModule) { loaded.append(module) }

  /// COM goes into an entry point.
  mutating func enter(_ fileKey: String, for model: ThreadingModel) -> LoadedModule? {
    guard let index = loaded.firstIndex(where: { $0.fileKey == fileKey }) else { return nil }
    loaded[index].visitors += 1
    loaded[index].uses += 1
    loaded[index].due = nil
    if model.isConcurrent { loaded[index].isConcurrent = true }
    return loaded[index]
  }

  /// COM has come out again.
  mutating func leave(_ id: ModuleID) { change(id) { $0.visitors -= 1 } }

  /// COM goes to ask whether the module is used; nil where it was unloaded meanwhile.
  mutating func enterToAsk(_ id: ModuleID) -> LoadedModule? {
    change(id) { $0.visitors += 1 }
    return loaded.first { $0.module.id == id }
  }

  private mutating func change(_ id: ModuleID, _ body: (inout LoadedModule) -> Void) {
    if let index = loaded.firstIndex(where: { $0.module.id == id }) { body(&loaded[index]) }
  }

  /// What becomes of a module that has answered.
  enum Verdict {
    case stays
    case candidate(due: UInt64)
    case goes
  }

  /// Decides on the answer to `DllCanUnloadNow`, and comes out of the module.
  ///
  /// - Parameters:
  ///   - before: the module as it was asked. Where COM used it since, the answer is void.
  ///   - delay: how long an unused module stays, in nanoseconds; nil: as long as its models need.
  mutating func decide(
    on before: LoadedModule, isUnused: Bool, delay: UInt64?, now: UInt64
  ) -> Verdict {
    let id = before.module.id
    leave(id)
    guard let index = loaded.firstIndex(where: { $0.module.id == id }) else { return .stays }
    let current = loaded[index]
    guard isUnused, current.visitors == 0, current.uses == before.uses else {
      loaded[index].due = nil
      return .stays
    }
    let delay = delay ?? current.defaultDelay
    if delay == 0 || current.due.map({ $0 <= now }) ?? false {
      loaded.remove(at: index)
      return .goes
    }
    guard current.due == nil else { return .stays }
    let due = now &+ delay
    loaded[index].due = due
    return .candidate(due: due)
  }

  /// Takes a module off the table whatever it said, unless COM is in it.
  mutating func remove(_ id: ModuleID) -> Bool {
    guard let index = loaded.firstIndex(where: { $0.module.id == id }),
      loaded[index].visitors == 0
    else { return false }
    loaded.remove(at: index)
    return true
  }
}

extension ThreadingModel {
  /// Whether several threads may run the code of such classes at once, so that one may still be in
  /// it when the last object is gone.
  fileprivate var isConcurrent: Bool {
    switch self {
    case .absent, .apartment, .invalid: false
    case .both, .free, .neutral: true
    }
  }
}
