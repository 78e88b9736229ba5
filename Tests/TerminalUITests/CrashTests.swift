import Glibc
import TerminalHarness
import Testing

@testable import TerminalUI

/// A crash leaves the terminal as it was. Each test crashes a child of the test process.
@Suite(.timeLimit(.minutes(2)))
struct CrashTests {
  private let pty: PseudoTerminal
  private let before: TerminalState

  init() throws {
    pty = try PseudoTerminal()
    before = pty.state
  }

  /// In the child: puts up a screen with standard error on the same terminal.
  private static func withScreen(_ path: String, _ body: (Terminal) -> Void) throws {
    let device = open(path, O_RDWR | O_NOCTTY)
    dup2(device, STDERR_FILENO)
    var configuration = TerminalConfiguration(type: "xterm-256color", locale: "C.UTF-8")
    configuration.device = path
    let terminal = try Terminal(configuration)
    terminal.paint(Canvas(lines: ["shown"]))
    let message = Array("said before the end\n".utf8)
    write(STDERR_FILENO, message, message.count)
    withExtendedLifetime(terminal) { body(terminal) }
  }

  /// Everything that the child wrote: a trace of the stack may have pushed the rest off the screen.
  private var output: String { String(decoding: pty.received, as: UTF8.self) }

  private func expectNoTraces(saying text: String = "said before the end") {
    #expect(pty.wait { _ in pty.state == before && output.contains(text) }, "\(output)")
    #expect(output.contains("shown"))
    #expect(!pty.text.contains("shown"))
  }

  @Test func aTrap() async throws {
    await #expect(processExitsWith: .failure) { [path = pty.slavePath as String] in
      try CrashTests.withScreen(path) { fatalError("with \($0.size)") }
    }
    expectNoTraces()
    expectNoTraces(saying: "Fatal error: with Size")
  }

  @Test func aBadPointer() async throws {
    await #expect(processExitsWith: .failure) { [path = pty.slavePath as String] in
      try CrashTests.withScreen(path) {
        UnsafeMutablePointer<Int>(bitPattern: 8)?.pointee = $0.size.width
      }
    }
    expectNoTraces()
  }

  @Test func anAbort() async throws {
    await #expect(processExitsWith: .signal(SIGABRT)) { [path = pty.slavePath as String] in
      try CrashTests.withScreen(path) { _ in abort() }
    }
    expectNoTraces()
  }

  @Test func anOrdinaryEnd() async throws {
    await #expect(processExitsWith: .success) { [path = pty.slavePath as String] in
      try CrashTests.withScreen(path) { $0.close() }
    }
    expectNoTraces()
  }
}
