import CTerminal
import Glibc

/// The signals that a terminal program answers. They are read from a descriptor in the same wait as
/// the keys, so no handler ever runs in the middle of something.
public enum TerminalSignals {
  static let answered = [
    SIGWINCH, SIGTSTP, SIGCONT, SIGTERM, SIGINT, SIGQUIT, SIGHUP,
  ]

  /// Blocks them for this thread and all that it will start. The program's main calls it before any
  /// thread is started; a thread that does not block them would be ended by SIGTERM. Children inherit
  /// it: spawn them with an empty signal mask.
  public static func block() {
    var set = signalSet
    pthread_sigmask(SIG_BLOCK, &set, nil)
  }

  static var signalSet: sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    for signal in answered { sigaddset(&set, signal) }
    return set
  }
}
