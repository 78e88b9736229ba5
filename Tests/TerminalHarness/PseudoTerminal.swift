import CPty
import Foundation

/// A pseudo-terminal and the emulator behind it. A thread reads all the time, so that questions to
/// the terminal are answered also while the test's own thread is inside the program under test.
public final class PseudoTerminal: Sendable {
  /// The path of the side that a program opens.
  public let slavePath: String
  let slave: Int32
  let line: TerminalLine

  /// How long `wait` waits for its condition before it gives up.
  public static let patience = Duration.seconds(20)

  /// `answersQueries`: whether the terminal tells where its cursor is when it is asked.
  public init(
    columns: Int = 80, rows: Int = 24, glyphWidth: GlyphWidth = .one, answersQueries: Bool = true
  ) throws {
    var path = [CChar](repeating: 0, count: 64)
    let master = cpty_open(&path, path.count)
    guard master >= 0 else { throw HarnessError(what: "openpt", code: errno) }
    slavePath = String(
      decoding: path.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    line = try TerminalLine(
      master: master,
      emulator: Emulator(columns: columns, rows: rows, glyphWidth: glyphWidth),
      answersQueries: answersQueries)
    // Held open, so that the master never sees an end and the modes can be read at any time.
    slave = open(slavePath, O_RDWR | O_NOCTTY | O_CLOEXEC)
    guard slave >= 0 else { throw HarnessError(what: "open slave", code: errno) }
    _ = cpty_set_size(master, Int32(rows), Int32(columns))
    Thread.detachNewThread { [line] in line.readUntilStopped() }
  }

  deinit {
    line.stop()
    close(slave)
  }

  /// Types `text`; escape sequences are special keys.
  public func send(_ text: String) { line.write(Array(text.utf8)) }

  /// Presses a special key.
  public func send(_ key: TerminalKey) { send(key.sequence) }

  /// Presses and releases the left mouse button.
  public func click(x: Int, y: Int) {
    send("\u{1B}[<0;\(x + 1);\(y + 1)M\u{1B}[<0;\(x + 1);\(y + 1)m")
  }

  /// Changes the window's size; a program whose terminal this is gets SIGWINCH.
  public func resize(columns: Int, rows: Int) {
    line.withEmulator { $0.resize(columns: columns, rows: rows) }
    _ = cpty_set_size(line.master, Int32(rows), Int32(columns))
  }

  /// Waits until `condition` holds, and says whether it came to hold in time.
  public func wait(
    patience: Duration = patience, until condition: (PseudoTerminal) -> Bool
  ) -> Bool {
    wait(alsoOn: nil, patience: patience) { condition(self) }
  }

  /// Takes all that was written so far. The kernel carries it from one side to the other in its own
  /// time but in order: a mark written now arrives behind it.
  func takeAllWritten() {
    let marks = line.withEmulator { $0.marks }
    var mark: UInt8 = 0
    _ = write(slave, &mark, 1)
    _ = wait { _ in line.withEmulator { $0.marks } > marks }
  }

  /// Looks at `condition` again whenever the screen changed or `descriptor` became readable.
  func wait(alsoOn descriptor: Int32?, patience: Duration, until condition: () -> Bool) -> Bool {
    let deadline = ContinuousClock.now + patience
    while true {
      TerminalLine.lower(line.changed)
      line.takeArrived()
      if condition() { return true }
      let left = deadline - .now
      guard left > .zero else { return false }
      let milliseconds = Int32(left.components.seconds * 1000) + 1000
      var entries = [line.changed, descriptor ?? -1].map {
        pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
      }
      _ = poll(&entries, 2, min(milliseconds, 1000))
    }
  }
}

// MARK: What is on the screen

extension PseudoTerminal {
  /// The rows joined by line breaks, without blanks at their ends.
  public var text: String {
    line.withEmulator { emulator in
      (0..<emulator.rows).map { emulator.row($0) }.joined(separator: "\n")
    }
  }

  public func row(_ y: Int) -> String { line.withEmulator { $0.row(y) } }

  public func cell(x: Int, y: Int) -> ScreenCell { line.withEmulator { $0.cell(x: x, y: y) } }

  public var cursor: (x: Int, y: Int) { line.withEmulator { $0.cursor } }

  public var isCursorVisible: Bool { line.withEmulator { $0.isCursorVisible } }

  public var isAlternateScreen: Bool { line.withEmulator { $0.isAlternateScreen } }

  /// Whether the program asked for the mouse.
  public var takesMouse: Bool { line.withEmulator { $0.takesMouse } }

  /// Everything that the program wrote, byte for byte.
  public var received: [UInt8] { line.withEmulator { $0.received } }

  /// What a program has to leave as it found it.
  public var state: TerminalState {
    let modes = TerminalModes(of: slave)
    return line.withEmulator {
      TerminalState(
        modes: modes, isAlternateScreen: $0.isAlternateScreen,
        isCursorVisible: $0.isCursorVisible, takesMouse: $0.takesMouse)
    }
  }
}
