import TerminalUI
import Trace

/// The interactive program in the terminal.
public enum Interactive {
  /// What it opens with.
  public enum Start: Sendable {
    case menu
    case scenario(RunRequest, recordingPath: String?)
    case recording(Recording)
  }

  /// Runs until it is left. The terminal is then as it was.
  ///
  /// - Parameter executable: this program, for child processes.
  public static func run(
    _ start: Start, isPresenting: Bool, executable: String? = nil
  ) throws(BadInput) {
    if case .scenario(_, let path?) = start { try RecordingFile.check(path) }
    let terminal: Terminal
    do {
      terminal = try Terminal()
    } catch {
      throw BadInput(.noTerminal, error.description)
    }
    defer { terminal.close() }
    try AppDriver(
      screen: terminal, start, isPresenting: isPresenting, executable: executable
    ).run()
  }
}
