import CTerminal
import Glibc

/// Keeps what is written to standard error while the screen is up, where it would spoil the picture,
/// and writes it out afterwards. Only where standard error is a terminal: a file is left alone.
struct StandardErrorCapture {
  private let real: Int32
  private let file: Int32

  /// Nil if there is nothing to capture.
  init?() {
    guard isatty(STDERR_FILENO) == 1 else { return nil }
    let copy = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)
    let memory = ct_memfd()
    guard copy >= 0, memory >= 0, dup2(memory, STDERR_FILENO) >= 0 else {
      if copy >= 0 { close(copy) }
      if memory >= 0 { close(memory) }
      return nil
    }
    real = copy
    file = memory
    ct_guard_captured_stderr(real, file)
  }

  /// Gives standard error back and writes what was kept.
  func end() {
    ct_guard_captured_stderr(-1, -1)
    dup2(real, STDERR_FILENO)
    var buffer = [UInt8](repeating: 0, count: 4096)
    var offset: off_t = 0
    while case let count = pread(file, &buffer, buffer.count, offset), count > 0 {
      _ = write(STDERR_FILENO, buffer, count)
      offset += off_t(count)
    }
    close(real)
    close(file)
  }
}
