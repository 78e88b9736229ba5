import Glibc

/// An open terminal and the modes that it had when it was opened.
final class TerminalDevice {
  let descriptor: Int32
  /// The modes to leave behind.
  let original: termios

  init(path: String) throws(TerminalError) {
    descriptor = open(path, O_RDWR | O_CLOEXEC | O_NOCTTY)
    guard descriptor >= 0 else { throw .noTerminal(device: path) }
    var modes = termios()
    guard tcgetattr(descriptor, &modes) == 0 else {
      close(descriptor)
      throw .noTerminal(device: path)
    }
    original = modes
  }

  deinit { close(descriptor) }

  /// The window's size; nil if the terminal does not know it.
  var size: Size? {
    var window = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0, window.ws_row > 0
    else { return nil }
    return Size(width: Int(window.ws_col), height: Int(window.ws_row))
  }

  /// Sets the modes it was opened with.
  func restoreModes() {
    var modes = original
    tcsetattr(descriptor, TCSADRAIN, &modes)
  }

  /// Runs `body` with keys neither shown nor gathered into lines.
  func withRawModes<Result>(_ body: () -> Result) -> Result {
    var modes = original
    modes.c_lflag &= ~tcflag_t(ICANON | ECHO)
    tcsetattr(descriptor, TCSADRAIN, &modes)
    defer { restoreModes() }
    return body()
  }

  func write(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { return }
      bytes = bytes.dropFirst(count)
    }
  }

  /// What arrives before `deadline`, at least one byte; nil if nothing does.
  func read(before deadline: ContinuousClock.Instant) -> [UInt8]? {
    var entry = pollfd(descriptor: descriptor)
    guard poll(&entry, 1, PollTimeout.milliseconds(until: deadline)) > 0 else { return nil }
    var buffer = [UInt8](repeating: 0, count: 256)
    let count = Glibc.read(descriptor, &buffer, buffer.count)
    return count > 0 ? Array(buffer.prefix(count)) : nil
  }
}

extension pollfd {
  /// Waits for something to read.
  init(descriptor: Int32) {
    self.init(fd: descriptor, events: Int16(POLLIN), revents: 0)
  }

  var isReadable: Bool { revents & Int16(POLLIN) != 0 }
  var hasHungUp: Bool { revents & Int16(POLLHUP | POLLERR | POLLNVAL) != 0 }
}

enum PollTimeout {
  /// Whole milliseconds for poll(2), rounded up, so that a wait never ends before its time.
  static func milliseconds(until deadline: ContinuousClock.Instant?) -> Int32 {
    guard let deadline else { return -1 }
    let (seconds, attoseconds) = (deadline - .now).components
    guard seconds >= 0, attoseconds >= 0 else { return 0 }
    let thousandths = (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    return Int32(clamping: min(seconds, 1_000_000) * 1000 + thousandths)
  }
}
