import HashTreeCollections

/// The run itself: processes, choices, the story, how it ends.
extension World {
  mutating func foldRun(_ event: Event) {
    switch event.kind {
    case .processStarted(let id, let name):
      if processes[id] != nil || id.isNone {
        contradict(event, "process \(id) starts, but that number was given already")
      }
      processes[id] = Process(id: id, name: name)
    case .processEnded(let id): endProcess(id, event)
    case .processKilled(let id): killProcess(id, event)
    case .choice(let runnable, let point): choose(runnable, at: point, event)
    case .action(let name):
      actions.append(Action(name: name, at: event.n))
      ending = .running
    case .mode(let mode): change(to: mode)
    case .narrated(let key): steps.append(Step(key: key, at: event.n))
    case .marked(let name): marks.append(Mark(name: name, thread: event.thread, at: event.n))
    case .atRest: ending = .atRest
    case .deadlock(let ring, let list): ending = .deadlock(ring: ring, list.threads)
    default: break
    }
  }

  /// What ran in the process goes with it; its objects stay as they were, for the leaks to be seen.
  private mutating func endProcess(_ id: ProcessID, _ event: Event) {
    if processes[id]?.isAlive != true {
      contradict(event, "process \(id) ends, but no such process is running")
    }
    processes[id]?.isAlive = false
    clearTable(of: id)
    for thread in threads.keys where thread.processID == id { endThread(thread, event) }
    for (key, apartment) in apartments where apartment.process == id {
      apartments[key]?.isAlive = false
      apartments[key]?.queue = []
    }
  }

  private mutating func choose(_ runnable: ThreadSet, at point: Point, _ event: Event) {
    choices &+= 1
    self.runnable = runnable
    ending = .running
    if acting != event.thread && mode == .scheduled {
      countHandOff()
      _ = threads.change(acting) { if $0.activity == .running { $0.activity = .ready } }
    }
    acting = event.thread
    let before: (Activity, slot: Int)? = threads.change(event.thread) { thread in
      let before = thread.activity
      thread.resume(as: .running, at: event.n)
      return (before, Int(thread.slot))
    }
    guard let (activity, slot) = before else {
      if event.thread.isNone { contradict(event, "a choice names no thread") }
      return
    }
    // One whose time has come needs nobody to wake it.
    if case .waiting = activity, point != .sleep {
      contradict(event, "thread \(event.thread) is picked, but it waits and nothing made it ready")
    }
    if !runnable.contains(slot: slot) {
      contradict(event, "thread \(event.thread) is picked, but it is not among the runnable ones")
    }
  }

  private mutating func change(to mode: RunMode) {
    self.mode = mode
    switch mode {
    case .free:
      wasEverFree = true
      replaceActivity(.ready, by: .running)
    case .scheduled:
      // All of them are on their way to the gate; the next choice lets one of them on.
      replaceActivity(.running, by: .ready)
    }
  }

  private mutating func replaceActivity(_ old: Activity, by new: Activity) {
    for (id, thread) in threads where thread.activity == old { threads[id]?.activity = new }
  }
}

extension World.Thread {
  /// Ends a standing still, if there was one, and never brings back a thread that has ended.
  mutating func resume(as activity: World.Activity, at event: UInt64) {
    switch self.activity {
    case .ended: return
    case .waiting: since = event
    case .ready, .running: break
    }
    self.activity = activity
  }
}
