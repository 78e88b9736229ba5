import TerminalHarness
import Testing

@testable import TerminalUI

extension DriverTests {
  /// What refuses to open, and what it says.
  @Suite struct Opening {
    private func refusal(_ configuration: TerminalConfiguration) -> TerminalError? {
      do {
        let terminal = try Terminal(configuration)
        terminal.close()
        return nil
      } catch {
        return error
      }
    }

    @Test(arguments: ["/dev/null", "/dev/no-such-terminal"])
    func noTerminal(device: String) {
      var configuration = TerminalConfiguration(type: "xterm")
      configuration.device = device
      #expect(refusal(configuration) == .noTerminal(device: device))
    }

    @Test(arguments: ["no-such-type", ""])
    func unknownType(type: String) throws {
      let pty = try PseudoTerminal()
      var configuration = TerminalConfiguration(type: type)
      configuration.device = pty.slavePath
      #expect(refusal(configuration) == .unknownType(type))
      #expect(pty.received.isEmpty)
    }

    @Test func aTerminalThatCannotPlaceItsCursor() throws {
      let pty = try PseudoTerminal()
      var configuration = TerminalConfiguration(type: "dumb")
      configuration.device = pty.slavePath
      #expect(refusal(configuration) == .cannotPlaceCursor(type: "dumb"))
    }

    @Test func tooSmall() throws {
      let pty = try PseudoTerminal(columns: 39, rows: 24)
      var configuration = TerminalConfiguration(type: "xterm")
      configuration.device = pty.slavePath
      let small = TerminalError.tooSmall(
        Size(width: 39, height: 24), minimum: Size(width: 40, height: 10))
      #expect(refusal(configuration) == small)
      #expect(pty.received.isEmpty)
    }

    @Test(arguments: [
      TerminalError.noTerminal(device: "/dev/tty"), .unknownType(""), .unknownType("x"),
      .cannotPlaceCursor(type: "dumb"), .tooSmall(.standard, minimum: .standard),
      .system(what: "newterm", code: 1),
    ])
    func eachMessageIsALineThatSaysWhatToDo(error: TerminalError) {
      #expect(!error.description.contains("\n"))
      #expect(error.description.contains("--headless"))
    }
  }
}
