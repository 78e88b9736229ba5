import TerminalUI
import Testing

@testable import FloorplanApp

/// What an 80×24 picture has to show of the lesson's own things.
@Suite struct RankTests {
  private static func text(of id: String, atStep step: Int) throws -> String {
    let program = try Program(scenario: id)
    while program.steps < step, program.session?.cover == nil { program.press(.space) }
    return program.text
  }

  @Test func whatLivesStandsBeforeWhatIsGone() throws {
    let text = try Self.text(of: "unload", atStep: 1)
    #expect(text.contains("Counter   value 1"))
    #expect(!text.contains("CounterFactory"))
  }

  @Test func whoWasRefusedAndByWhomIsSeen() throws {
    let text = try Self.text(of: "ftm-with-proxy", atStep: 5)
    #expect(text.contains("3 desk "))
    #expect(text.contains("! proxy 1: RPC_E_WRONG_THREAD"))
  }
}
