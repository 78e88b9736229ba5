import Scenarios
import TerminalUI
import Testing
import ThreadKernel
import Trace

@testable import FloorplanApp

@Suite struct PlaybackTests {
  private static func bytes(
    of id: String = "right-way", _ schedule: Schedule? = nil
  ) throws -> [UInt8] {
    var bytes: [UInt8] = []
    let request = try Program.request(id, schedule: schedule)
    _ = try Headless(request, .json) { bytes += $0 }.run()
    return bytes
  }

  @Test func aRecordingShowsTheSameFramesAsTheRun() throws {
    for scenario in Catalog.all {
      let live = try Program(scenario: scenario.id)
      let played = Program(.recording(try Recording(try Self.bytes(of: scenario.id))))
      for _ in 0..<6 {
        #expect(Self.plan(live.text) == Self.plan(played.text), "\(scenario.id)")
        live.press(.space)
        played.press(.space)
        if live.session?.cover != nil || played.session?.cover != nil { break }
        if live.message.contains("At rest") { break }
      }
    }
  }

  /// Without the status, the question and the keys, and what says how to measure: a recording has
  /// no key for that.
  private static func plan(_ text: String) -> [Substring] {
    text.split(separator: "\n", omittingEmptySubsequences: false).dropFirst().dropLast(3)
      .filter { !$0.hasPrefix(" Nothing ") }
  }

  @Test func statusSaysPlaybackAndNothingCanBePicked() throws {
    let program = Program(.recording(try Recording(try Self.bytes())))
    #expect(program.text.contains("PLAYBACK"))
    program.press(.escape)
    program.press("1")
    #expect(program.message.contains("recording"))
    program.press("a")
    #expect(program.message.contains("recording"))
    program.press("w")
    #expect(program.message.contains("recording"))
  }

  @Test func itEndsOnTheCard() throws {
    let program = Program(.recording(try Recording(try Self.bytes())))
    program.playToCard()
    #expect(program.text.contains("What you saw"))
    #expect(program.text.contains("q leaves"))
    program.press(.space)
    #expect(!program.message.contains("menu"))
  }

  @Test func startingAgainGoesToTheFirstNarratedStep() throws {
    let program = Program(.recording(try Recording(try Self.bytes())))
    let first = program.position
    program.press(.space, .space)
    program.press("R")
    #expect(program.position == first)
    #expect(program.steps == 1)
  }

  @Test func oneThatIsCutShortPlaysToItsLastWholeEventAndSaysSo() throws {
    let whole = try Self.bytes()
    let lines = whole.split(separator: 0x0A)
    let cut = Array(lines.prefix(100).joined(separator: [0x0A]))
    let program = Program(.recording(try Recording(cut)))
    #expect(program.message.contains("cut short"))
    program.press(.end, .space)
    #expect(program.message.contains("cut short"))
    #expect(program.edge == 99)
  }

  @Test func aRecordingOfAnUnknownScenarioPlaysToo() throws {
    let text = String(decoding: try Self.bytes(), as: UTF8.self)
      .replacing("\"scenario\":\"right-way\"", with: "\"scenario\":\"of-tomorrow\"")
    let program = Program(.recording(try Recording(Array(text.utf8))))
    #expect(program.text.contains("of-tomorrow"))
    program.press(.space, .space)
    #expect(program.text.contains("ServiceProvider"))
    // There are no words for its steps: what happened stands there, and no key of a step.
    #expect(program.text.contains("This version has no such lesson"))
    #expect(!program.text.contains("right-way."))
    program.playToCard()
    #expect(program.text.contains("This version has no such lesson"))
    #expect(!program.text.contains("expected") && !program.text.contains("this lesson shows"))
  }

  @Test func leavingARecordingLeavesTheProgram() throws {
    let program = Program(.recording(try Recording(try Self.bytes())))
    program.press("q")
    #expect(program.model.isOver)
  }
}
