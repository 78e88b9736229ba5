import TerminalUI
import Testing
import ThreadKernel
import Trace

@testable import FloorplanApp

@Suite struct PaceTests {
  /// A model with a run behind it, and a clock of the test's own.
  private final class Timed {
    var model: AppModel
    let control = RunControl()
    var now = Duration.zero

    init(isPresenting: Bool = false) throws {
      model = AppModel(
        .scenario(try Program.request("right-way"), recordingPath: nil), size: .standard,
        isPresenting: isPresenting)
      perform(model.begin())
    }

    func take(_ input: Input, after time: Duration = .seconds(1)) {
      now += time
      perform(model.update(.screen(input, at: now)))
    }

    func press(_ key: Key, after time: Duration = .seconds(1)) { take(.key(key), after: time) }

    func perform(_ effects: [Effect]) {
      var open = effects[...]
      while let effect = open.popFirst() {
        for input in control.perform(effect) { open += model.update(input) }
      }
    }

    var steps: Int { model.session?.world().steps.count ?? 0 }
  }

  @Test func itGoesOnByItselfOnceThereWasTimeToRead() throws {
    let timed = try Timed()
    timed.press(.character("+"))
    timed.press(.character("+"))
    #expect(timed.model.session?.pace == .reading)
    let characters = timed.model.readingText.count
    let patience = try #require(timed.model.patience)
    #expect(patience == .milliseconds(1500 + 60 * characters))
    timed.take(.timedOut, after: patience - .milliseconds(1))
    #expect(timed.steps == 1)
    timed.take(.timedOut, after: .milliseconds(1))
    #expect(timed.steps == 2)
  }

  @Test func slowMotionGoesByPoints() throws {
    let timed = try Timed()
    timed.press(.character("+"))
    #expect(timed.model.session?.pace == .slowMotion)
    let position = timed.model.session?.position ?? 0
    timed.take(.timedOut, after: .seconds(1))
    #expect(timed.model.session?.position ?? 0 > position)
    #expect(timed.steps == 1)
  }

  @Test func spaceHoldsWhatMoves() throws {
    let timed = try Timed()
    timed.press(.character("+"))
    timed.press(.space)
    #expect(timed.model.session?.pace == .byStep)
    #expect(timed.model.patience == nil)
    #expect(timed.steps == 1)
  }

  @Test func byStepNothingMovesByItself() throws {
    let timed = try Timed()
    timed.take(.timedOut, after: .seconds(3600))
    #expect(timed.steps == 1)
  }

  @Test func itStopsAtTheEnd() throws {
    let timed = try Timed()
    timed.press(.character("+"))
    timed.press(.character("+"))
    for _ in 0..<100 { timed.take(.timedOut, after: .seconds(60)) }
    #expect(timed.model.session?.pace == .reading, "it waits for an answer")
    for _ in 0..<100 {
      timed.press(.escape)
      timed.take(.timedOut, after: .seconds(60))
    }
    #expect(timed.model.session?.pace == .byStep)
  }

  @Test func freeRunsAndComesBack() throws {
    let program = try Program(scenario: "right-way")
    program.press("++++")
    #expect(program.session?.pace == .free || program.session?.history.edge.wasEverFree == true)
    program.press(.space)
    #expect(program.session?.pace == .byStep)
    #expect(program.session?.history.edge.wasEverFree == true)
    program.press("q")
    #expect(program.session == nil)
  }

  @Test func slowerThanByStepSaysSo() throws {
    let program = try Program(scenario: "right-way")
    program.press("-")
    #expect(program.message.contains("waits for a key"))
  }

  // MARK: A clicker

  @Test func aClickersButtonBounces() throws {
    let timed = try Timed(isPresenting: true)
    timed.press(.pageDown)
    timed.press(.pageDown, after: .milliseconds(100))
    #expect(timed.steps == 2)
    timed.press(.pageDown, after: .milliseconds(200))
    #expect(timed.steps == 3)
  }

  @Test func aKeyboardsKeysRepeat() throws {
    let timed = try Timed()
    timed.press(.pageDown)
    timed.press(.pageDown, after: .milliseconds(100))
    #expect(timed.steps == 3)
  }

  @Test func blankAndEscapeHoldAndNeverDoHarm() throws {
    for key in [Key.character("."), .character("b"), .character("B"), .escape] {
      let timed = try Timed(isPresenting: true)
      timed.press(.pageDown)
      timed.press(.character("+"))
      let position = timed.model.session?.position
      timed.press(key)
      #expect(timed.model.session?.pace == .byStep)
      #expect(timed.model.session?.position == position)
      #expect(timed.model.session?.isYourSchedule == false)
      #expect(!timed.model.isOver)
    }
  }

  @Test func arrowsGoByNarratedSteps() throws {
    let timed = try Timed(isPresenting: true)
    timed.press(.down)
    timed.press(.down)
    #expect(timed.steps == 3)
    timed.press(.up)
    #expect(timed.steps == 2)
  }

  @Test func f5StartsAgain() throws {
    let timed = try Timed(isPresenting: true)
    timed.press(.down)
    timed.press(.function(5))
    #expect(timed.steps == 1)
    #expect(timed.model.session?.history.edge.steps.count == 1)
  }

  @Test func theLastKeyStandsForASecond() throws {
    let timed = try Timed(isPresenting: true)
    timed.press(.pageDown)
    #expect(timed.model.render().canvas.text.contains("PageDown go on"))
    timed.take(.timedOut, after: .seconds(1))
    #expect(!timed.model.render().canvas.text.contains("PageDown go on"))
  }
}
