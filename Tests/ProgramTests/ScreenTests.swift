import Glibc
import TerminalHarness
import Testing

/// The program in a real terminal.
@Suite struct ScreenTests {
  private static func start(
    _ arguments: [String] = [], columns: Int = 80, rows: Int = 24,
    environment: [String: String] = [:], standardInput: String? = nil
  ) throws -> PtyScreen {
    try PtyScreen(
      BuildProducts.path(of: "floorplan"), arguments, columns: columns, rows: rows,
      environment: environment, standardInput: standardInput)
  }

  /// The right way at its first step.
  private static func rightWay(
    _ arguments: [String] = [], columns: Int = 80, rows: Int = 24,
    environment: [String: String] = [:]
  ) throws -> PtyScreen {
    let screen = try start(
      ["run", "right-way"] + arguments, columns: columns, rows: rows, environment: environment)
    #expect(screen.wait(forText: "step 1"))
    return screen
  }

  @Test func aWholeVisit() throws {
    let screen = try Self.start()
    #expect(screen.wait(forText: "An apartment is a room"))
    screen.send("/the right")
    screen.send(.enter)
    screen.send(.enter)
    #expect(screen.wait(forText: "step 1 of 8"))
    screen.send(" ")
    #expect(screen.wait(forText: "step 2 of 8"))
    screen.send(.right)
    screen.send(":event 1")
    #expect(screen.wait(forText: ":event 1"))
    screen.send(.escape)
    screen.send(.pageUp)
    screen.send(.backspace)
    #expect(screen.wait(forText: "PAST"))
    screen.send(.end)
    #expect(screen.wait(forText: "PAUSED"))
    screen.send("?")
    #expect(screen.wait(forText: "Going on and back"))
    screen.send(.escape)
    #expect(screen.wait { !$0.text.contains("Going on and back") })
    screen.send("q")
    #expect(screen.wait(forText: "An apartment is a room"))
    screen.send("q")
    #expect(screen.waitForEnd() == .exited(code: 0))
    #expect(screen.terminalIsAsItWas)
  }

  @Test func itFollowsTheWindowWhileItRuns() throws {
    let screen = try Self.rightWay()
    // By itself, so that the run goes on while the window changes.
    screen.send("++")
    screen.resize(columns: 120, rows: 40)
    #expect(screen.wait(forText: "SOURCE"))
    screen.resize(columns: 40, rows: 10)
    #expect(screen.wait { !$0.text.contains("SOURCE") && $0.text.contains("step") })
    screen.resize(columns: 80, rows: 24)
    #expect(screen.wait(forText: "in no apartment"))
    screen.send(.controlC)
    #expect(screen.waitForEnd() == .exited(code: 0))
    #expect(screen.terminalIsAsItWas)
  }

  @Test func itStopsAndComesBack() throws {
    let screen = try Self.rightWay()
    screen.send(.controlZ)
    #expect(screen.waitForStop())
    #expect(screen.terminalIsAsItWas)
    screen.signal(SIGCONT)
    #expect(screen.wait { $0.isAlternateScreen && $0.text.contains("step 1 of 8") })
    screen.send(" ")
    #expect(screen.wait(forText: "step 2 of 8"))
    screen.send("qq")
    #expect(screen.waitForEnd() == .exited(code: 0))
    #expect(screen.terminalIsAsItWas)
  }

  @Test func itStopsWhileThreadsRunFreely() throws {
    let screen = try Self.rightWay()
    screen.send("++++")
    screen.send(.controlZ)
    #expect(screen.waitForStop())
    #expect(screen.terminalIsAsItWas)
    screen.signal(SIGCONT)
    #expect(screen.wait { $0.isAlternateScreen && $0.text.contains("step") })
    screen.send("qq")
    #expect(screen.waitForEnd() == .exited(code: 0))
  }

  @Test(arguments: [SIGTERM, SIGHUP, SIGINT, SIGQUIT])
  func signalsThatEndItLeaveTheTerminalAsItWas(signal: Int32) throws {
    let screen = try Self.rightWay()
    screen.signal(signal)
    #expect(screen.waitForEnd() == .exited(code: 0))
    #expect(screen.terminalIsAsItWas)
  }

  @Test func aCrashLeavesTheTerminalAsItWas() throws {
    // Swift's own backtracer would ask the person at the terminal what to do next.
    let screen = try Self.rightWay(environment: ["SWIFT_BACKTRACE": "enable=no"])
    screen.signal(SIGSEGV)
    guard case .killed? = screen.waitForEnd() else {
      Issue.record("ended with \(String(describing: screen.ending))")
      return
    }
    #expect(screen.terminalIsAsItWas)
  }

  @Test func noColourMeansNone() throws {
    let plain = try Self.rightWay(environment: ["NO_COLOR": "1"])
    // The last row is written last.
    #expect(plain.wait(forText: "q menu"))
    #expect(!Self.hasColour(plain.terminal))
    let coloured = try Self.rightWay()
    #expect(coloured.wait { Self.hasColour($0) })
  }

  private static func hasColour(_ screen: PseudoTerminal) -> Bool {
    (0..<24).contains { y in
      (0..<80).contains { x in
        let cell = screen.cell(x: x, y: y)
        return cell.foreground != nil || cell.background != nil
      }
    }
  }

  @Test func withoutUTF8EverythingIsASCII() throws {
    let screen = try Self.rightWay(environment: ["LC_ALL": "C"])
    screen.send("    ")
    #expect(screen.wait(forText: "step 5"))
    #expect(screen.wait(forText: "q menu"))
    #expect(screen.text.unicodeScalars.allSatisfy { $0.isASCII })
    #expect(screen.wait(forText: "#= main STA ="))
  }

  @Test func theSmallestTerminalIsEnough() throws {
    let screen = try Self.rightWay(columns: 40, rows: 10)
    screen.send(" ")
    #expect(screen.wait(forText: "step 2"))
    screen.send("q")
    screen.send("q")
    #expect(screen.waitForEnd() == .exited(code: 0))
  }

  @Test func aSmallerOneIsRefused() throws {
    let screen = try Self.start(columns: 39, rows: 9)
    #expect(screen.waitForEnd() == .exited(code: 69))
    // The line is longer than the terminal is wide.
    #expect(screen.text.split(separator: "\n").joined().contains("headless"))
  }

  @Test func aClickersKeys() throws {
    let screen = try Self.rightWay(["--present"])
    screen.send(.pageDown)
    #expect(screen.wait(forText: "step 2 of 8"))
    #expect(screen.wait(forText: "PageDown go on"))
    // Blank, which is a full stop or a letter, and the end of the show: they hold.
    screen.send(".b")
    screen.send(.escape)
    #expect(screen.wait(forText: "Esc hold"))
    screen.send(.down)
    #expect(screen.wait(forText: "step 3 of 8"))
    screen.send(.pageUp)
    #expect(screen.wait(forText: "step 2 of 8"))
    screen.send(.f5)
    #expect(screen.wait(forText: "step 1 of 8"))
    #expect(!screen.text.contains("your schedule"))
    #expect(screen.ending == nil)
  }

  @Test func aRecordingFromAPipeTakesItsKeysFromTheTerminal() throws {
    try CommandLineTests.withPath("piped") { path in
      _ = try CommandLineTests.run(["run", "right-way", "--headless", "--record", path])
      let screen = try Self.start(["play", "-"], standardInput: path)
      #expect(screen.wait(forText: "PLAYBACK"))
      screen.send(" ")
      #expect(screen.wait(forText: "step 2 of 8"))
      screen.send("q")
      #expect(screen.waitForEnd() == .exited(code: 0))
      #expect(screen.terminalIsAsItWas)
    }
  }

  @Test func aRunIsRecordedAndPlays() throws {
    try CommandLineTests.withPath("interactive") { path in
      let screen = try Self.rightWay(["--record", path])
      screen.send(" ")
      #expect(screen.wait(forText: "step 2 of 8"))
      screen.send("q")
      #expect(screen.wait(forText: "q again"))
      screen.send("qq")
      #expect(screen.waitForEnd() == .exited(code: 0))
      let check = try CommandLineTests.run(["check", path])
      #expect(check.ending == .exited(code: 0))
    }
  }
}
