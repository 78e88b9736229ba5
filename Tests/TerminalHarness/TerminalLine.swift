import CPty
import Glibc
import Synchronization

/// The master side of a pseudo-terminal with its emulator: what the reading thread and the test share.
final class TerminalLine: Sendable {
  let master: Int32
  /// Readable after the emulator took something.
  let changed: Int32
  private let stopRequest: Int32
  private let answersQueries: Bool
  private let emulator: Mutex<Emulator>

  init(master: Int32, emulator: consuming sending Emulator, answersQueries: Bool) throws {
    self.master = master
    self.emulator = Mutex(emulator)
    self.answersQueries = answersQueries
    changed = cpty_eventfd()
    stopRequest = cpty_eventfd()
    guard changed >= 0, stopRequest >= 0 else {
      throw HarnessError(what: "eventfd", code: errno)
    }
  }

  deinit {
    close(master)
    close(changed)
    close(stopRequest)
  }

  func withEmulator<Result: Sendable>(_ body: (inout sending Emulator) -> Result) -> Result {
    emulator.withLock { body(&$0) }
  }

  func write(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(master, $0.baseAddress, $0.count) }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  /// Feeds the emulator what has arrived so far.
  func takeArrived() {
    emulator.withLock { emulator in
      var buffer = [UInt8](repeating: 0, count: 65536)
      var entry = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
      while poll(&entry, 1, 0) > 0, entry.revents & Int16(POLLIN) != 0 {
        let count = read(master, &buffer, buffer.count)
        guard count > 0 else { return }
        let answer = emulator.feed(Array(buffer.prefix(count)))
        if answersQueries { write(answer) }
        TerminalLine.raise(changed)
      }
    }
  }

  /// The reading thread's life.
  func readUntilStopped() {
    while true {
      var entries = [master, stopRequest].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      guard poll(&entries, 2, -1) > 0 else { continue }
      if entries[1].revents != 0 || entries[0].revents & Int16(POLLERR | POLLNVAL) != 0 { return }
      takeArrived()
    }
  }

  func stop() { TerminalLine.raise(stopRequest) }

  static func raise(_ counter: Int32) {
    var one: UInt64 = 1
    _ = Glibc.write(counter, &one, MemoryLayout<UInt64>.size)
  }

  static func lower(_ counter: Int32) {
    var count: UInt64 = 0
    _ = read(counter, &count, MemoryLayout<UInt64>.size)
  }
}
