import Trace

/// The processes that were started in a run, beside the one that it began with.
struct ProcessTable: Sendable {
  struct Entry: Sendable {
    let id: ProcessID
    let name: String
    /// Whether it lives in a process of its own of the operating system's.
    let isChild: Bool
    /// Threads that have not ended.
    var threads = 0
    var isGone = false
    /// Mail to send when the process is gone.
    var watchers: [Watcher] = []
  }

  struct Watcher: Sendable {
    let slot: Int
    let notice: Mail
  }

  /// A process's number has a bit in the arena's word.
  static let capacity: UInt32 = 64

  private(set) var entries: [Entry] = []
  /// Whether any was killed in this operating-system process: its threads still stand somewhere.
  private(set) var hasKilled = false

  mutating func add(_ id: ProcessID, _ name: String, isChild: Bool) {
    entries.append(Entry(id: id, name: name, isChild: isChild))
  }

  func isChild(_ id: ProcessID) -> Bool { entries.contains { $0.id == id && $0.isChild } }

  func isGone(_ id: ProcessID) -> Bool { entries.contains { $0.id == id && $0.isGone } }

  /// The oldest living process whose name begins so.
  func living(named prefix: String) -> ProcessID? {
    entries.first { !$0.isGone && $0.name.hasPrefix(prefix) }?.id
  }

  mutating func threadStarts(in id: ProcessID) {
    change(id) { $0.threads += 1 }
  }

  /// - Returns: whether it was the last one of a process that was started in the run.
  mutating func threadEnds(in id: ProcessID) -> Bool {
    change(id) { entry in
      entry.threads -= 1
      return entry.threads == 0 && !entry.isGone
    } ?? false
  }

  /// From here on nothing of the process goes on.
  ///
  /// - Returns: who wants to know; nil where it was gone before.
  mutating func goes(_ id: ProcessID, isKilled: Bool) -> [Watcher]? {
    let watchers = change(id) { entry -> [Watcher]? in
      guard !entry.isGone else { return nil }
      entry.isGone = true
      defer { entry.watchers = [] }
      return entry.watchers
    }
    if isKilled { hasKilled = true }
    return watchers ?? nil
  }

  /// - Returns: false where it is gone already.
  mutating func watch(_ id: ProcessID, _ watcher: Watcher) -> Bool {
    change(id) { entry in
      guard !entry.isGone else { return false }
      entry.watchers.append(watcher)
      return true
    } ?? true
  }

  @discardableResult
  private mutating func change<Result>(
    _ id: ProcessID, _ body: (inout Entry) -> Result
  ) -> Result? {
    guard let index = entries.firstIndex(where: { $0.id == id }) else { return nil }
    return body(&entries[index])
  }
}
