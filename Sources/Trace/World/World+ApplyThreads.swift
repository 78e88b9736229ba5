import HashTreeCollections

/// Threads: what they do, what they wait for, what they are in.
extension World {
  mutating func foldThreads(_ event: Event) {
    switch event.kind {
    case .threadStarted(let name, let slot, let origin):
      startThread(name: name, slot: slot, origin: origin, event)
    case .threadEnded: endThread(event.thread, event)
    case .waits(let wait): stand(wait, event)
    case .ready(let id): makeReady(id, event)
    case .entered(let name): push(.function(name), event)
    case .left: popFunction(event)
    case .refused(let refuser, let result):
      refusals.append(
        Refusal(refuser: refuser, result: result, thread: event.thread, at: event.n))
    default: break
    }
  }

  private mutating func startThread(
    name: Name, slot: UInt8, origin: ThreadOrigin, _ event: Event
  ) {
    let id = event.thread
    if id.isNone { contradict(event, "a thread starts without a number") }
    if processes[id.processID]?.isAlive != true {
      contradict(event, "thread \(id) starts in process \(id.process), which is not running")
    }
    if Int(slot) >= ThreadSet.capacity {
      contradict(event, "thread \(id) has slot \(slot); there are \(ThreadSet.capacity)")
    }
    if let known = threads[id] {
      contradict(event, "thread \(id) starts, but that number was given already")
      if known.activity != .ended { livingThreads -= 1 }
    }
    var thread = Thread(
      id: id, name: name, slot: slot, origin: origin,
      site: Site(file: event.file, line: event.line), since: event.n)
    guard !isKilled(id.processID) else {
      thread.activity = .ended
      threads[id] = thread
      return
    }
    thread.activity = goingOn
    threads[id] = thread
    livingThreads += 1
    ending = .running
  }

  /// What a thread that can go on does: it runs, or under a schedule is ready to.
  private var goingOn: Activity { mode == .free ? .running : .ready }

  mutating func endThread(_ id: ThreadID, _ event: Event) {
    let wasAlive = threads.change(id) { thread in
      let wasAlive = thread.activity != .ended
      if wasAlive {
        thread.activity = .ended
        thread.since = event.n
        thread.frames = []
        thread.serving = []
      }
      return wasAlive
    }
    guard wasAlive == true else { return }
    livingThreads -= 1
    if livingThreads == 0 { ending = .over }
  }

  private mutating func stand(_ wait: Wait, _ event: Event) {
    _ = threads.change(event.thread) { thread in
      guard thread.activity != .ended else { return }
      thread.activity = .waiting(wait)
      thread.since = event.n
    }
    switch wait {
    case .reply(let call, _, _):
      if calls[call] == nil {
        contradict(event, "thread \(event.thread) waits for call \(call), which nobody made")
      }
    case .thread(let other, _):
      if threads[other] == nil {
        contradict(event, "thread \(event.thread) waits for thread \(other), which never started")
      }
    case .scm(let request, _, _):
      if requests[request] == nil {
        contradict(event, "thread \(event.thread) waits for request \(request); nobody made it")
      }
    case .messageLoop, .pool, .action, .lock, .signal, .time: break
    }
  }

  private mutating func makeReady(_ id: ThreadID, _ event: Event) {
    ending = livingThreads == 0 ? ending : .running
    let goingOn = goingOn
    let before: Activity? = threads.change(id) { thread in
      let before = thread.activity
      thread.resume(as: goingOn, at: event.n)
      return before
    }
    switch before {
    case .waiting: break
    case nil: contradict(event, "thread \(id) is made ready, but no such thread has started")
    case .ended:
      // Whoever woke it need not know yet that it was killed.
      if !isKilled(id.processID) {
        contradict(event, "thread \(id) is made ready, but it has ended")
      }
    case .ready, .running:
      if !wasEverFree { contradict(event, "thread \(id) is made ready, but it did not wait") }
    }
  }

  mutating func push(_ kind: Frame.Kind, _ event: Event) {
    _ = threads.change(event.thread) { thread in
      guard thread.activity != .ended else { return }
      thread.frames.append(Frame(kind: kind, site: thread.site, since: event.n))
    }
  }

  private mutating func popFunction(_ event: Event) {
    let isMatched = threads.change(event.thread) { thread in
      if case .function = thread.frames.last?.kind {
        thread.frames.removeLast()
        return true
      }
      return false
    }
    if isMatched == false {
      contradict(event, "thread \(event.thread) leaves a function that it is not in")
    }
  }
}
