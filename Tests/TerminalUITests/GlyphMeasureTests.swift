import Glibc
import TerminalHarness
import Testing

@testable import TerminalUI

extension DriverTests {
  /// Which characters the driver decides for.
  @Suite struct GlyphMeasure {
    private func open(_ pty: PseudoTerminal, locale: String = "C.UTF-8") throws -> Terminal {
      var configuration = TerminalConfiguration(type: "xterm-256color", locale: locale)
      configuration.device = pty.slavePath
      return try Terminal(configuration)
    }

    private let room: Canvas = {
      var canvas = Canvas(Size(width: 20, height: 3))
      canvas.box(canvas.bounds, .double, title: "STA")
      return canvas
    }()

    @Test func narrowGlyphsAreKept() throws {
      let pty = try PseudoTerminal()
      let terminal = try open(pty)
      defer { terminal.close() }
      #expect(terminal.glyphs == .unicode)
    }

    @Test func wideGlyphsMakeItASCII() throws {
      let pty = try PseudoTerminal(glyphWidth: .two)
      let terminal = try open(pty)
      defer { terminal.close() }
      #expect(terminal.glyphs == .ascii)
      terminal.paint(room)
      #expect(pty.wait { $0.row(0) == "#= STA ============#" }, "\(pty.text)")
    }

    @Test func silenceCountsAsNarrow() throws {
      let pty = try PseudoTerminal(answersQueries: false)
      let terminal = try open(pty)
      defer { terminal.close() }
      #expect(terminal.glyphs == .unicode)
      // The answer comes after all, and a key behind it.
      pty.send("\u{1B}[1;5Rx")
      #expect(terminal.nextInput(timeout: .seconds(10)) == .key(.character("x")))
    }

    @Test func aLocaleWithoutUTF8MakesItASCII() throws {
      let pty = try PseudoTerminal()
      let terminal = try open(pty, locale: "C")
      defer { terminal.close() }
      #expect(terminal.glyphs == .ascii)
      terminal.paint(room)
      #expect(pty.wait { $0.row(2) == "#==================#" }, "\(pty.text)")
    }

    @Test func keysTypedAheadAreKept() throws {
      let pty = try PseudoTerminal()
      pty.send("ab")
      let terminal = try open(pty)
      defer { terminal.close() }
      #expect(terminal.nextInput(timeout: .seconds(10)) == .key(.character("a")))
      #expect(terminal.nextInput(timeout: .seconds(10)) == .key(.character("b")))
    }

    @Test func reportsArePickedOutOfKeys() {
      var reports = CursorReports()
      reports.read(Array("a\u{1B}[12;5".utf8))
      reports.read(Array("Rb\u{1B}[1;9R\u{1B}[A\u{1B}".utf8))
      #expect(reports.columns == [5, 9])
      #expect(reports.finish() == Array("ab\u{1B}[A\u{1B}".utf8))
    }
  }
}
