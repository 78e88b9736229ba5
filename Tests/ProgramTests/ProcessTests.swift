import Foundation
import Glibc
import Scenarios
import TerminalHarness
import Testing

/// Processes of a scenario that are child processes of the program's.
@Suite struct ProcessTests {
  private static let program = BuildProducts.path(of: "floorplan")

  private static let lessons = Catalog.all.filter { $0.document == .localServers }.map(\.id)

  private func headless(_ id: String, _ settings: [String]) throws -> CommandRun {
    try CommandRun(Self.program, ["run", id, "--headless", "--json"] + settings)
  }

  @Test(
    "a scenario tells the same wherever its processes live",
    arguments: lessons, [nil, 1, 2, 3] as [Int?])
  func isTheSame(id: String, seed: Int?) throws {
    try expectTheSame(id, seed.map { ["--seed", "\($0)"] } ?? [])
  }

  @Test(
    "a bad server is no worse in a process of its own",
    arguments: ["missing", "exits", "silent", "other-class", "garbage", "half", "too-long"])
  func badServersAreTheSame(server: String) throws {
    try expectTheSame("normal-life", ["--set", "server=\(server)"])
  }

  private func expectTheSame(_ id: String, _ settings: [String]) throws {
    let inside = try headless(id, settings)
    let real = try headless(id, settings + ["--set", "processes=real"])
    #expect(inside.ending == .exited(code: 0))
    #expect(real.ending == inside.ending)
    let isSame = real.standardOutput == inside.standardOutput
    #expect(isSame, "\(firstDifference(inside.standardOutput, real.standardOutput))")
  }

  private func firstDifference(_ one: String, _ other: String) -> String {
    let lines = zip(one.split(separator: "\n"), other.split(separator: "\n"))
    return lines.first { $0 != $1 }.map { "\($0)\n\($1)" } ?? "one is longer"
  }

  @Test func whereTheyLiveIsSaidWithOneOfTwoWords() throws {
    let run = try headless("normal-life", ["--set", "processes=elsewhere"])
    #expect(run.ending == .exited(code: 64))
    #expect(run.standardError.contains("\"inside\" and \"real\""))
  }

  // MARK: On the screen

  /// A lesson whose server has been started.
  private func runningLesson() throws -> PtyScreen {
    let screen = try PtyScreen(Self.program, ["run", "normal-life"], columns: 120, rows: 40)
    #expect(screen.wait(forText: "step 1 of"))
    screen.send(" ")
    #expect(screen.wait(forText: "step 2 of"))
    screen.send(" ")
    #expect(screen.wait(forText: "step 3 of"))
    return screen
  }

  @Test func aServerIsAChildProcessThatHasNothingOfItsParents() throws {
    let screen = try runningLesson()
    let children = Children.of(screen.process)
    try #require(children.count == 1)
    // The three standard ones, the socket and the memory.
    #expect(try Children.descriptors(of: children[0]) == ["0", "1", "2", "3", "4", "5"])
    screen.send("q")
    screen.send("q")
    #expect(screen.waitForEnd() == .exited(code: 0))
    #expect(Children.haveEnded(children))
  }

  @Test func nothingIsLeftWhenTheProgramIsKilled() throws {
    let screen = try runningLesson()
    let children = Children.of(screen.process)
    #expect(children.count == 1)
    kill(screen.process, SIGKILL)
    _ = screen.waitForEnd()
    #expect(Children.haveEnded(children))
  }

  @Test func aServerThatIsKilledFromOutsideIsARuinAndTheProgramGoesOn() throws {
    let screen = try runningLesson()
    let children = Children.of(screen.process)
    try #require(children.count == 1)
    kill(children[0], SIGKILL)
    #expect(Children.haveEnded(children))
    screen.send(" ")
    #expect(screen.wait(forText: "KILLED"))
    screen.send("q")
    screen.send("q")
    #expect(screen.waitForEnd() == .exited(code: 0))
  }

  @Test func aRestartLeavesNoServerBehind() throws {
    let screen = try runningLesson()
    let children = Children.of(screen.process)
    screen.send("R")
    #expect(screen.wait(forText: "step 1 of"))
    #expect(Children.haveEnded(children))
    screen.send("q")
    screen.send("q")
    #expect(screen.waitForEnd() == .exited(code: 0))
  }

  @Test func startedByHandItSaysWhatItIsFor() throws {
    let run = try CommandRun(Self.program, ["-Embedding"])
    #expect(run.ending == .exited(code: 64))
    #expect(run.standardError.contains("floorplan run normal-life"))
  }
}
