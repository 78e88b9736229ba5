/// Threads of a process that was killed in this operating-system process.
extension SchedulerState {
  /// The thread's process was killed: it counts as ended from here on.
  ///
  /// - Parameter isLetGo: whether it is to go on and was not told yet: it still stands.
  mutating func kill(_ slot: Int, isLetGo: Bool) {
    guard !entries[slot].isEnded else { return }
    entries[slot].killed = entries[slot].isRunning && !isLetGo ? .running : .frozen
    entries[slot].status = .ended
    entries[slot].deadline = nil
    standing = .nothing
  }

  func isKilled(_ slot: Int) -> Bool { entries[slot].killed != nil }

  /// A thread stops for good where its process was killed; whether it was.
  mutating func freeze(_ slot: Int) -> Bool {
    guard entries[slot].killed != nil else { return false }
    entries[slot].killed = .frozen
    return true
  }

  /// Threads of killed processes go on, to give back what they hold.
  mutating func thaw() {
    for slot in entries.indices {
      switch entries[slot].killed {
      case nil: continue
      case .running: entries[slot].status = .running
      case .frozen:
        entries[slot].status = .atPoint(.wake)
        entries[slot].outcome = .abandoned
      }
      entries[slot].killed = nil
    }
  }
}
