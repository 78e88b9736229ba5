import CTerminal
import Glibc

extension Terminal {
  public func nextInput(timeout: Duration?) -> Input {
    let deadline = timeout.map { ContinuousClock.now + $0 }
    while pending.isEmpty {
      var entries = [
        pollfd(descriptor: signals), pollfd(descriptor: device.descriptor),
        pollfd(descriptor: waker.descriptor),
      ]
      let ready = poll(&entries, nfds_t(entries.count), PollTimeout.milliseconds(until: deadline))
      if ready == 0 { return .timedOut }
      guard ready > 0 else { continue }
      if entries[0].isReadable { readSignals() }
      if entries[1].isReadable || entries[1].hasHungUp {
        readKeys(hasHungUp: entries[1].hasHungUp)
      }
      if entries[2].isReadable, waker.takeCalls() { pending.append(.wakeUp) }
    }
    return pending.removeFirst()
  }

  private func readSignals() {
    while case let signal = ct_next_signal(signals), signal != 0 {
      switch signal {
      case SIGWINCH: if let input = followSize() { pending.append(input) }
      case SIGTSTP: suspend()
      case SIGCONT: resume()
      case SIGHUP: pending.append(.hangup)
      default: pending.append(.terminate)
      }
    }
  }

  /// Reads all that has arrived, so that nothing stays in ncurses where poll(2) cannot see it.
  private func readKeys(hasHungUp: Bool) {
    var inputs: [Input] = []
    var sawAny = false
    reading: while true {
      switch curses.nextEvent() {
      case .nothing: break reading
      case .unknown: sawAny = true
      case .input(let input):
        sawAny = true
        inputs.append(input)
      }
    }
    if awaitsCursorReports { inputs = KeyDecoder.withoutCursorReports(inputs) }
    for input in inputs {
      if input == .key(.control("z")) {
        // As the terminal would do it: the whole foreground group, so that children stop too. Our
        // own share comes back as a blocked signal, and is read at once: ncurses ignores SIGTSTP for
        // a moment when it paints, and that throws away one that waits.
        kill(0, SIGTSTP)
        readSignals()
      } else {
        pending.append(input)
      }
    }
    if !sawAny, hasHungUp { pending.append(.endOfInput) }
  }
}

// MARK: Suspension

extension Terminal {
  /// Gives the terminal back, stops this process and takes the terminal again when it is continued.
  func suspend() {
    curses.pause()
    giveBack()
    kill(getpid(), SIGSTOP)
    waitForContinue()
    takeOver()
    resume()
  }

  /// The stop is over when SIGCONT is there: another thread may have taken the SIGSTOP, and this one
  /// must not touch the terminal meanwhile.
  private func waitForContinue() {
    while true {
      var entry = pollfd(descriptor: signals)
      guard poll(&entry, 1, -1) > 0 else { continue }
      while case let signal = ct_next_signal(signals), signal != 0 {
        switch signal {
        case SIGCONT: return
        case SIGHUP: pending.append(.hangup)
        case SIGTERM, SIGINT, SIGQUIT: pending.append(.terminate)
        default: break
        }
      }
    }
  }

  /// After any stop, also one that this program did not see coming (`kill -STOP`).
  func resume() {
    curses.resume()
    pending.append(.resumed)
    if let input = followSize() { pending.append(input) }
  }
}
