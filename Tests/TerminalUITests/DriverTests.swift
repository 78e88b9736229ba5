import Glibc
import TerminalHarness
import Testing

@testable import TerminalUI

/// The driver on a pseudo-terminal. ncurses keeps its state in globals: one test at a time.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct DriverTests {
  let pty: PseudoTerminal

  init() throws {
    pty = try PseudoTerminal(columns: 60, rows: 12)
  }

  private func configuration(
    on pty: PseudoTerminal, type: String = "xterm-256color", noColour: String? = nil
  ) -> TerminalConfiguration {
    var result = TerminalConfiguration(type: type, noColour: noColour, locale: "C.UTF-8")
    result.device = pty.slavePath
    return result
  }

  private func picture(_ size: Size) -> Canvas {
    var canvas = Canvas(size)
    canvas.box(canvas.bounds, .double, title: "main STA")
    canvas.write("1 main", at: Point(x: 2, y: 1), .acting)
    canvas.write("stub 1", at: Point(x: 2, y: 2), .stub)
    canvas.write("日本 é", at: Point(x: 2, y: 3))
    canvas.write("refs 1→0", at: Point(x: 2, y: 4), .changed)
    return canvas
  }

  @Test func paintAppears() throws {
    let terminal = try Terminal(configuration(on: pty))
    defer { terminal.close() }
    let canvas = picture(terminal.size)
    terminal.paint(canvas, cursor: .hidden(Point(x: 2, y: 3)))
    #expect(pty.wait { $0.text == canvas.text }, "\(pty.text)")
    #expect(pty.isAlternateScreen)
    #expect(!pty.isCursorVisible)
    #expect(pty.cursor == (2, 3))
    terminal.paint(canvas, cursor: .visible(Point(x: 5, y: 4)))
    #expect(pty.wait { $0.isCursorVisible && $0.cursor == (5, 4) })
  }

  @Test func rolesBecomeColoursAndMarks() throws {
    let terminal = try Terminal(configuration(on: pty))
    defer { terminal.close() }
    terminal.paint(picture(terminal.size))
    #expect(pty.wait { $0.row(4).contains("1→0") && $0.row(11).hasPrefix("╚") })
    let acting = pty.cell(x: 2, y: 1)
    #expect((acting.foreground, acting.background) == (16, 221))
    #expect(acting.isBold)
    #expect(pty.cell(x: 2, y: 2).foreground == 132)
    #expect(pty.cell(x: 2, y: 3).foreground == nil)
    #expect(pty.cell(x: 2, y: 3).background == nil)
    #expect(pty.cell(x: 2, y: 3).width == 2)
    #expect(pty.cell(x: 2, y: 4).isBold)
  }

  @Test func noColourLeavesTheMarks() throws {
    let terminal = try Terminal(configuration(on: pty, noColour: "1"))
    defer { terminal.close() }
    terminal.paint(picture(terminal.size))
    #expect(pty.wait { $0.row(4).contains("1→0") && $0.row(11).hasPrefix("╚") })
    let cells = (0..<12).flatMap { y in (0..<60).map { x in pty.cell(x: x, y: y) } }
    #expect(cells.allSatisfy { $0.foreground == nil && $0.background == nil })
    #expect(pty.cell(x: 2, y: 1).isReversed)
    #expect(pty.cell(x: 2, y: 4).isBold)
  }

  @Test func aTerminalWithoutColoursIsMonochrome() throws {
    let terminal = try Terminal(configuration(on: pty, type: "vt100"))
    defer { terminal.close() }
    terminal.paint(picture(terminal.size))
    #expect(pty.wait { $0.row(4).contains("refs 1") })
    #expect(pty.cell(x: 2, y: 1).isReversed)
    #expect(pty.cell(x: 2, y: 1).background == nil)
  }

  @Test func aWindowOfAnotherSizeIsReportedAndPainted() throws {
    let terminal = try Terminal(configuration(on: pty))
    defer { terminal.close() }
    pty.resize(columns: 70, rows: 20)
    // The kernel tells the terminal's foreground group, which this process is not: tell it by hand.
    pthread_kill(pthread_self(), SIGWINCH)
    #expect(terminal.nextInput(timeout: .seconds(10)) == .resize(Size(width: 70, height: 20)))
    #expect(terminal.size == Size(width: 70, height: 20))
    let canvas = picture(terminal.size)
    terminal.paint(canvas)
    #expect(pty.wait { $0.text == canvas.text }, "\(pty.text)")
  }

  @Test func specialKeysAreDecoded() throws {
    let terminal = try Terminal(configuration(on: pty))
    defer { terminal.close() }
    let expected: [(TerminalKey, Key)] = [
      (.up, .up), (.down, .down), (.left, .left), (.right, .right), (.home, .home), (.end, .end),
      (.pageUp, .pageUp), (.pageDown, .pageDown), (.insert, .insert), (.delete, .delete),
      (.backTab, .backTab), (.tab, .tab), (.enter, .enter), (.backspace, .backspace),
      (.f1, .function(1)), (.f5, .function(5)), (.controlC, .control("c")), (.escape, .escape),
    ]
    for (sent, key) in expected {
      pty.send(sent)
      #expect(terminal.nextInput(timeout: .seconds(10)) == .key(key))
    }
    pty.send("aé日 ")
    for character in "aé日 " {
      #expect(terminal.nextInput(timeout: .seconds(10)) == .key(.character(character)))
    }
  }

  @Test func theMouseClicksAndTurnsItsWheel() throws {
    let terminal = try Terminal(configuration(on: pty))
    defer { terminal.close() }
    #expect(pty.wait { $0.takesMouse })
    pty.click(x: 7, y: 3)
    #expect(terminal.nextInput(timeout: .seconds(10)) == .mouse(.click(Point(x: 7, y: 3))))
    pty.send("\u{1B}[<64;2;2M")
    #expect(terminal.nextInput(timeout: .seconds(10)) == .mouse(.wheelUp(Point(x: 1, y: 1))))
    pty.send("\u{1B}[<65;2;2M")
    #expect(terminal.nextInput(timeout: .seconds(10)) == .mouse(.wheelDown(Point(x: 1, y: 1))))
    terminal.setMouse(false)
    #expect(pty.wait { !$0.takesMouse })
  }

  @Test func anotherThreadWakesIt() throws {
    let terminal = try Terminal(configuration(on: pty))
    defer { terminal.close() }
    let wakeUp = terminal.wakeUp
    let thread = Thread(body: wakeUp)
    #expect(terminal.nextInput(timeout: .seconds(10)) == .wakeUp)
    thread.join()
    #expect(terminal.nextInput(timeout: .zero) == .timedOut)
  }

  @Test func signalsBecomeInput() throws {
    let terminal = try Terminal(configuration(on: pty))
    defer { terminal.close() }
    pthread_kill(pthread_self(), SIGTERM)
    #expect(terminal.nextInput(timeout: .seconds(10)) == .terminate)
    pthread_kill(pthread_self(), SIGHUP)
    #expect(terminal.nextInput(timeout: .seconds(10)) == .hangup)
    pthread_kill(pthread_self(), SIGCONT)
    #expect(terminal.nextInput(timeout: .seconds(10)) == .resumed)
  }

  @Test func closingLeavesTheTerminalAsItWas() throws {
    let before = pty.state
    let terminal = try Terminal(configuration(on: pty))
    terminal.paint(picture(terminal.size))
    #expect(pty.wait { $0.isAlternateScreen && $0.takesMouse && !$0.isCursorVisible })
    #expect(!pty.state.modes.gathersLines)
    #expect(!pty.state.modes.echoes)
    terminal.close()
    #expect(pty.wait { $0.state == before })
    #expect(pty.text.allSatisfy { $0 == "\n" }, "no marks are left: \(pty.text)")
  }

  @Test func oneAfterTheOther() throws {
    for round in 1...3 {
      let terminal = try Terminal(configuration(on: pty))
      terminal.paint(Canvas(lines: ["round \(round)"]))
      #expect(pty.wait { $0.row(0) == "round \(round)" })
      terminal.close()
    }
  }
}
