import CPty
import Glibc

/// A program that runs in a terminal of its own, seen through an emulator.
public final class PtyScreen {
  public let terminal: PseudoTerminal
  public let process: pid_t
  /// How the terminal was before the program started.
  public let initialState: TerminalState
  /// How the program ended; nil while it lives.
  public private(set) var ending: Ending?
  private let processDescriptor: Int32

  /// Starts the program at `path`. `environment` is added to a small default one (xterm-256color,
  /// UTF-8). `standardInput`: a file's path instead of the terminal.
  public init(
    _ path: String, _ arguments: [String] = [], columns: Int = 80, rows: Int = 24,
    environment: [String: String] = [:], standardInput: String? = nil,
    glyphWidth: GlyphWidth = .one, answersQueries: Bool = true
  ) throws {
    terminal = try PseudoTerminal(
      columns: columns, rows: rows, glyphWidth: glyphWidth, answersQueries: answersQueries)
    initialState = terminal.state
    // The first terminal that the leader of a session opens becomes its controlling one.
    let tty = StandardStream.path(terminal.slavePath, flags: O_RDWR)
    let input = standardInput.map { StandardStream.path($0, flags: O_RDONLY) }
    process = try Spawning.start(
      path, arguments, Spawning.environment(environment), streams: [input ?? tty, tty, tty])
    processDescriptor = cpty_pidfd(process)
    guard processDescriptor >= 0 else { throw HarnessError(what: "pidfd", code: errno) }
  }

  deinit {
    if ending == nil {
      kill(process, SIGKILL)
      var status: Int32 = 0
      waitpid(process, &status, 0)
    }
    close(processDescriptor)
  }

  /// Waits until `condition` holds; false if it did not in time or the program ended before.
  public func wait(
    patience: Duration = PseudoTerminal.patience, until condition: (PseudoTerminal) -> Bool
  ) -> Bool {
    var held = false
    _ = terminal.wait(alsoOn: processDescriptor, patience: patience) {
      // Asked in this order: what the program wrote before it ended has then been read.
      let ended = hasEnded()
      if ended { terminal.takeAllWritten() }
      held = condition(terminal)
      return held || ended
    }
    return held
  }

  /// Waits until `text` stands somewhere on the screen.
  public func wait(forText text: String) -> Bool {
    wait { $0.text.contains(text) }
  }

  /// Waits until the program has ended; nil if it did not in time. All its output has been read then.
  public func waitForEnd(patience: Duration = PseudoTerminal.patience) -> Ending? {
    _ = terminal.wait(alsoOn: processDescriptor, patience: patience) { hasEnded() }
    terminal.takeAllWritten()
    return ending
  }

  /// Waits until a signal has stopped the program; false if it did not in time. What it wrote before has
  /// been read then.
  public func waitForStop(patience: Duration = PseudoTerminal.patience) -> Bool {
    let deadline = ContinuousClock.now + patience
    while ContinuousClock.now < deadline {
      var information = siginfo_t()
      // Asks without taking the ending away from `waitForEnd`.
      let found = waitid(P_PID, id_t(process), &information, WSTOPPED | WEXITED | WNOHANG | WNOWAIT)
      if found == 0, information.si_signo == SIGCHLD {
        terminal.takeAllWritten()
        return information.si_code == CLD_STOPPED
      }
      // No descriptor tells of a stop: look again shortly, at once if the program ended.
      var entry = pollfd(fd: processDescriptor, events: Int16(POLLIN), revents: 0)
      _ = poll(&entry, 1, 2)
    }
    return false
  }

  /// Sends a signal to the program.
  public func signal(_ number: Int32) { kill(process, number) }

  private func hasEnded() -> Bool {
    if ending != nil { return true }
    var status: Int32 = 0
    guard waitpid(process, &status, WNOHANG) == process else { return false }
    ending = Ending(status: status)
    return true
  }
}

// MARK: The terminal's own, for short tests

extension PtyScreen {
  public var text: String { terminal.text }
  public func row(_ y: Int) -> String { terminal.row(y) }
  public func cell(x: Int, y: Int) -> ScreenCell { terminal.cell(x: x, y: y) }
  public func send(_ text: String) { terminal.send(text) }
  public func send(_ key: TerminalKey) { terminal.send(key) }
  public func click(x: Int, y: Int) { terminal.click(x: x, y: y) }
  public func resize(columns: Int, rows: Int) { terminal.resize(columns: columns, rows: rows) }
  /// Whether modes, alternate screen, cursor and mouse are as they were before the program.
  public var terminalIsAsItWas: Bool { terminal.state == initialState }
}
