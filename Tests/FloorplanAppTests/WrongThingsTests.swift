import TerminalUI
import Testing
import Trace

@testable import FloorplanApp

/// What `e` names, and what keys and commands say.
@Suite struct WrongThingsTests {
  /// Goes on to the step, whatever is asked.
  private func program(_ id: String, at step: String) throws -> Program {
    let program = try Program(scenario: id, size: Size(width: 120, height: 40))
    for _ in 0..<20 where program.model.session?.history.edge.lastStep != "\(id).\(step)" {
      program.press(.space)
    }
    return program
  }

  @Test(arguments: [
    ("two-threads", "dead", "failed with RPC_S_SERVER_UNAVAILABLE"),
    ("kill-server", "killed", "server 1 was killed"),
    ("dead-factory", "dead", "client A holds proxy 1 of factory Widget, and server 1 is gone"),
  ])
  func whatHasFailedIsNamed(id: String, step: String, sentence: String) throws {
    let program = try program(id, at: step)
    #expect(program.text.contains("e explain"))
    program.press("e")
    #expect(program.text.contains("What looks wrong"))
    #expect(program.text.contains(sentence))
  }

  @Test func whatWorksIsNotCalledWrong() throws {
    let program = try program("normal-life", at: "called")
    program.press("e")
    #expect(program.message.contains("Nothing looks wrong"))
  }

  @Test func aStepThatHasNotComeIsSaidToBeLater() throws {
    let program = try Program(scenario: "normal-life")
    program.press(":step 4")
    program.press(.enter)
    #expect(program.message.contains("Step 4 has not come yet"))
    program.press(":stop 4")
    program.press(.enter)
    #expect(program.message.contains("There is no command"))
  }

  @Test func helpSaysOfAKeyMoreThanItsLabel() throws {
    let program = try Program(scenario: "normal-life", size: Size(width: 120, height: 60))
    program.press("?")
    #expect(program.text.contains("another client has one more Widget made"))
    for scenario in ["normal-life"] {
      let text = try #require(LessonText.all[scenario])
      #expect(Set(text.actionHelp.keys) == Set(text.actions.keys))
    }
  }

  /// At rest the message fits its row.
  @Test func atRestTheKeysAreNamedAndTheMessageFits() throws {
    let program = try Program(scenario: "normal-life")
    for _ in 0..<30 where !program.message.contains("At rest") { program.press(.space) }
    #expect(program.message.contains("(c a y u d z x)"))
    #expect(program.message.cellWidth <= 78)
  }
}
