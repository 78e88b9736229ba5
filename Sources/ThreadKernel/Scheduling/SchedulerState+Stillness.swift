import Trace

/// What it means that nobody can go on.
extension SchedulerState {
  func stillness() -> Decision {
    if mode == .free, nextDeadline != nil { return .nothing }
    let living = entries.indices.filter { !entries[$0].isEnded && !entries[$0].isStubborn }
    if living.isEmpty {
      // Before its first thread was started a run is not over, unless nobody wants it any more.
      return entries.isEmpty && mode != .abandoning ? .nothing : .over
    }
    for slot in living {
      let chain = follow(from: slot)
      if let stuck = chain.stuck { return .deadlock(ring: chain.ring, stuck) }
    }
    return .atRest
  }

  /// Goes from a thread to the one that it waits for, and on.
  private func follow(from slot: Int) -> (ring: Bool, stuck: [ThreadID]?) {
    var path: [Int] = []
    var at = slot
    while true {
      if let start = path.firstIndex(of: at) {
        return (true, path[start...].map { entries[$0].id })
      }
      path.append(at)
      guard let wait = entries[at].wait else { return (false, path.map { entries[$0].id }) }
      switch awaited(wait) {
      case .thread(let next): at = next
      case .anyone: return (false, nil)
      case .nobody: return (false, path.map { entries[$0].id })
      }
    }
  }

  private enum Awaited {
    case thread(Int)
    case anyone, nobody
  }

  /// Who can end a wait.
  private func awaited(_ wait: Wait) -> Awaited {
    switch wait {
    case .messageLoop, .pool, .action, .time: .anyone
    case .lock(_, let owner): slot(of: owner)
    case .thread(let id, _): slot(of: id)
    case .reply(_, let server, _): awaited(server)
    // The SCM answers when somebody registers, or when the time is over.
    case .scm: .anyone
    case .signal: whoeverIsIdle
    }
  }

  /// A thread with a number of its own; of number 0: any thread of that process.
  private func awaited(_ server: ThreadID) -> Awaited {
    if server == .none { return whoeverIsIdle }
    guard server.number == 0 else { return slot(of: server) }
    return entries.contains { $0.id.process == server.process && !$0.isEnded } ? .anyone : .nobody
  }

  private func slot(of id: ThreadID) -> Awaited {
    entries.firstIndex { $0.id == id }.map { .thread($0) } ?? .nobody
  }

  /// Whoever still waits for a key or a message may go on to set a signal or serve a call.
  private var whoeverIsIdle: Awaited {
    entries.contains { $0.wait == .action || $0.wait == .messageLoop } ? .anyone : .nobody
  }
}
