import Glibc
import TerminalHarness
import Testing

/// The harness itself, with programs that every system has.
@Suite(.timeLimit(.minutes(2)))
struct HarnessTests {
  private func shell(_ script: String) throws -> PtyScreen {
    try PtyScreen("/bin/sh", ["-c", script], columns: 40, rows: 6)
  }

  @Test func outputKeysAndTheEndOfAProgram() throws {
    let screen = try shell("echo ready; read word; echo got $word; exit 7")
    #expect(screen.wait(forText: "ready"))
    screen.send("it\r")
    #expect(screen.waitForEnd() == .exited(code: 7))
    #expect(screen.text.contains("got it"))
    #expect(screen.terminalIsAsItWas)
  }

  @Test func theTerminalControlsTheProgram() throws {
    let screen = try shell(
      "sleep 60 & trap 'stty size; kill $!; exit' WINCH; stty size < /dev/tty; wait")
    #expect(screen.wait(forText: "6 40"))
    screen.resize(columns: 50, rows: 9)
    #expect(screen.wait(forText: "9 50"), "\(screen.text)")
  }

  @Test func aProgramThatLeavesAMess() throws {
    let screen = try shell("stty -echo; printf '\\033[?1049h\\033[?25l\\033[?1006;1000h'; read w")
    #expect(
      screen.wait { $0.isAlternateScreen && !$0.isCursorVisible && $0.takesMouse })
    #expect(!screen.terminalIsAsItWas)
    screen.signal(SIGKILL)
    #expect(screen.waitForEnd() == .killed(signal: SIGKILL))
    #expect(!screen.terminalIsAsItWas)
    #expect(!screen.terminal.state.modes.echoes)
  }

  @Test func stoppingAndGoingOn() throws {
    let screen = try shell("echo ready; kill -STOP $$; echo again; read word")
    #expect(screen.wait(forText: "ready"))
    #expect(screen.waitForStop())
    #expect(!screen.text.contains("again"))
    screen.signal(SIGCONT)
    #expect(screen.wait(forText: "again"))
  }

  @Test func standardInputMayBeAFile() throws {
    let screen = try PtyScreen(
      "/bin/sh", ["-c", "cat; read word < /dev/tty; echo got $word"], standardInput: "/dev/null")
    screen.send("key\r")
    #expect(screen.waitForEnd() == .exited(code: 0))
    #expect(screen.text.contains("got key"))
  }

  @Test func aRunWithoutATerminal() throws {
    let run = try CommandRun(
      "/bin/sh", ["-c", "echo out; echo err >&2; (: < /dev/tty) 2> /dev/null || exit 3"])
    #expect(run.ending == .exited(code: 3))
    #expect(run.standardOutput == "out\n")
    #expect(run.standardError == "err\n")
  }

  @Test func theBuildProductsAreFound() {
    #expect(access(BuildProducts.path(of: "floorplan"), X_OK) == 0)
  }
}
