import Scenarios
import TerminalUI
import Testing
import Trace

@testable import FloorplanApp

@Suite struct MovingTests {
  @Test func aScenarioPlaysToItsFirstNarratedStepAndWaits() throws {
    let program = try Program(scenario: "right-way")
    #expect(program.steps == 1)
    let last = try #require(program.session?.history.last(.narrated, before: program.position))
    #expect(program.position == last + 1)
    #expect(program.text.contains("step 1 of 8"))
  }

  @Test func spaceStandsRightAtTheNextNarratedEvent() throws {
    let program = try Program(scenario: "right-way")
    for step in 2...8 {
      program.press(.space)
      #expect(program.steps == step)
      let last = try #require(program.session?.history.last(.narrated, before: program.position))
      #expect(program.position == last + 1)
    }
  }

  @Test func backRestoresEveryEarlierFrameExactly() throws {
    let program = try Program(scenario: "right-way")
    var frames = [program.text]
    for _ in 0..<5 {
      program.press(.space)
      frames.append(program.text)
    }
    let edge = program.edge
    for frame in frames.dropLast().reversed() {
      program.press(.left)
      #expect(Self.plan(program.text) == Self.plan(frame))
    }
    #expect(program.edge == edge, "going back must not move the run")
    for frame in frames.dropFirst() {
      program.press(.space)
      #expect(Self.plan(program.text) == Self.plan(frame))
    }
    #expect(program.edge == edge)
  }

  /// Without the status, the question and the keys, which say that one is in the past.
  private static func plan(_ text: String) -> [Substring] {
    text.split(separator: "\n", omittingEmptySubsequences: false).dropFirst().dropLast(3)
  }

  @Test func pointsAndEventsGoBackByTheirOwnSize() throws {
    let program = try Program(scenario: "right-way")
    program.press(.space)
    let start = program.position
    program.press(".")
    #expect(program.position == start + 1)
    program.press(.left)
    #expect(program.position == start)
    program.press(.right)
    let point = program.position
    #expect(point > start)
    program.press(.right, .left)
    #expect(program.position == point)
    program.press(",")
    #expect(program.position == point - 1)
  }

  @Test func aPointIsOneChoice() throws {
    let program = try Program(scenario: "right-way")
    program.press(.end)
    let before = program.session?.history.edge.choices ?? 0
    program.press(.right)
    #expect(program.session?.history.edge.choices == before + 1)
    #expect(program.position == program.edge)
  }

  @Test func behindTheEdgeAStepGoesThroughWhatHappened() throws {
    let program = try Program(scenario: "right-way")
    program.press(.space, times: 4)
    let edge = program.edge
    program.press(.home)
    #expect(program.steps == 1)
    program.press(.right)
    #expect(program.edge == edge)
    program.press(.space)
    #expect(program.steps == 2)
    #expect(program.edge == edge)
    program.press(.end)
    #expect(program.position == edge)
  }

  @Test func statusSaysPastBehindTheEdge() throws {
    let program = try Program(scenario: "right-way")
    #expect(program.text.contains("PAUSED"))
    program.press(.space, .space, .left)
    #expect(program.text.contains("PAST"))
    program.press(.end)
    #expect(program.text.contains("PAUSED"))
  }

  @Test func marksGoAtTheNextStep() throws {
    let program = try Program(scenario: "right-way")
    program.press(.space)
    #expect(program.text.contains("1→2"))
    program.press(.space)
    #expect(!program.text.contains("1→2"))
  }

  @Test func theCommandLineGoesToPlaces() throws {
    let program = try Program(scenario: "right-way")
    program.press(.space, times: 3)
    program.press(":event 7")
    program.press(.enter)
    #expect(program.position == 7)
    program.press(":100%")
    program.press(.enter)
    #expect(program.position == program.edge)
    program.press(":step 2")
    program.press(.enter)
    #expect(program.steps == 2)
    program.press(":nonsense")
    program.press(.enter)
    #expect(program.message.contains("nonsense"))
  }

  @Test func searchGoesToTheEventThatSaysIt() throws {
    let program = try Program(scenario: "right-way")
    program.press(.space, times: 5)
    program.press(.home)
    program.press("/stub 1 is made")
    program.press(.enter)
    let first = program.position
    let event = try #require(program.session?.history.events[first - 1])
    guard case .stubManagerCreated = event.kind else {
      Issue.record("found \(event.kind)")
      return
    }
    program.press("n")
    #expect(program.position == first)
    #expect(program.message.contains("No event"))
    program.press(.end)
    program.press("N")
    #expect(program.position == first)
  }

  @Test func atTheStartBackSaysSo() throws {
    let program = try Program(scenario: "right-way")
    program.press(.home, .left)
    #expect(program.steps == 1)
    #expect(program.message.contains("start"))
  }

  @Test func restartBeginsAgainWithTheSameStory() throws {
    let program = try Program(scenario: "right-way")
    let first = program.text
    program.press(.space, times: 3)
    program.press("R")
    #expect(program.text == first)
  }

  @Test func theRunEndsOnACard() throws {
    let program = try Program(scenario: "right-way")
    program.playToCard()
    #expect(program.session?.cover == .card)
    #expect(program.session?.history.edge.ending == .over)
    #expect(program.text.contains("As expected."))
    #expect(program.text.contains("forgotten"))
  }

  @Test func atRestAnActionGoesOnAndSpaceEnds() throws {
    let program = try Program(scenario: "right-way")
    while program.session?.standing != .atRest { program.press(.space) }
    program.press(.end)
    let calls = program.session?.history.edge.calls.count ?? 0
    program.press("a")
    #expect(program.session?.isYourSchedule == true)
    #expect(program.session?.history.edge.calls.count ?? 0 > calls)
    #expect(program.session?.standing == .atRest)
    #expect(program.message.contains("done. At rest again."))
    program.press(.space)
    #expect(program.session?.standing == .atRest)
    #expect(program.message.contains("Space ends it"))
    program.press(.space)
    #expect(program.session?.standing == .over)
    program.press(.escape)
    program.press("a")
    #expect(program.message.contains("R starts again"))
  }

  @Test func atRestSpaceEndsOnlyWhoeverWasAskedLast() throws {
    let program = try Program(scenario: "matrix")
    for _ in 0..<30 where program.session?.standing != .atRest { program.press(.space) }
    program.press("c")
    for key in [Key.left, .home, .tab, .character("g")] {
      let edge = program.edge
      program.press(key)
      for _ in 0..<30 where program.position < edge { program.press(.space) }
      #expect(program.session?.standing == .atRest)
      #expect(program.edge == edge)
      if key == .tab || key == .character("g") { program.press(.space) }
      #expect(program.session?.standing == .atRest, "\(key)")
      #expect(program.message.contains("Space ends it"), "\(key)")
    }
    program.press(.space)
    #expect(program.session?.standing == .over)
  }

  @Test func anActionInMidStoryIsDeliveredAndMovesNoStep() throws {
    for (id, spaces) in [("price", 0), ("straight", 0), ("right-way", 1)] {
      let program = try Program(scenario: id)
      program.press(.space, times: spaces)
      guard let key = program.session?.lesson.scenario?.actions.first?.key else { continue }
      let (steps, position) = (program.steps, program.position)
      program.press(.character(key))
      #expect(program.steps == steps, "\(id)")
      #expect(program.position == position, "\(id)")
      #expect(program.message.contains("Space goes on"), "\(id)")
    }
  }

  @Test func backIsTheUndoOfEveryStepOn() throws {
    for (id, spaces) in [("same-room", 4), ("who-decides", 3), ("second-sta", 1)] {
      let program = try Program(scenario: id)
      program.press(.space, times: spaces)
      var stood: [(Int, String)] = []
      for key in [Key.right, .right, .space, .right, .character("."), .space] {
        stood.append((program.position, program.text))
        program.press(key)
      }
      for (position, text) in stood.reversed() {
        program.press(.left)
        #expect(program.position == position, "\(id)")
        #expect(Self.plan(program.text) == Self.plan(text), "\(id)")
      }
      program.press(.right, .left, .right, .right, .left, .left)
      #expect(program.position == stood[0].0, "\(id)")
    }
  }

  @Test func theEarliestPlaceIsTheFirstNarratedStep() throws {
    for scenario in Catalog.all {
      let program = try Program(scenario: scenario.id)
      let first = program.position
      program.press(.right, .right)
      program.press(.left, times: 6)
      #expect(program.position == first, "\(scenario.id)")
      program.press(.space)
      program.press("[[[")
      #expect(program.position == first, "\(scenario.id)")
      program.press(.end, .home)
      #expect(program.position == first, "\(scenario.id)")
    }
  }

  @Test func anActionThatNobodyWaitsForIsRefused() throws {
    let forgotten = [KnobSetting("detach", "forgotten")]
    let program = try Program(scenario: "right-way", forgotten)
    for _ in 0..<20 where program.session?.standing != .atRest { program.press(.space) }
    program.press(.end)
    program.press("a")
    #expect(program.message.contains("Nobody waits"))
    #expect(program.session?.isYourSchedule == false)
  }

  @Test func aDeadlockIsShownBeforeTheCard() throws {
    let program = try Program(scenario: "no-pump")
    for _ in 0..<20 where program.session?.cover == nil { program.press(.space) }
    #expect(program.session?.cover == .deadlock)
    #expect(program.text.contains("wait for each other"))
    program.press(.space)
    #expect(program.session?.cover == .card)
    #expect(program.text.contains("A failure on the way, as expected."))
  }

  @Test func theCardSaysThatItCloses() throws {
    let program = try Program(scenario: "right-way")
    program.playToCard()
    #expect(program.text.contains("Esc closes this card"))
    #expect(program.text.contains("q menu"))
    program.press(.escape)
    #expect(program.session?.cover == nil)
  }

  @Test func theCardLeadsToTheNextScenario() throws {
    let program = try Program(scenario: "right-way")
    program.playToCard()
    program.press(.space)
    #expect(program.session?.lesson.id == "query-again")
    #expect(program.steps == 1)
  }

  @Test func theCardsWhatIfStartsOver() throws {
    let program = try Program(scenario: "right-way")
    program.playToCard()
    program.press("1")
    #expect(program.session?.lesson.knobs?["detach"] == "forgotten")
    #expect(program.steps == 1)
    program.playToCard()
    #expect(program.text.contains("A failure on the way, as expected."))
  }

  @Test func aDigitRightBehindANarratedStepGoesOn() throws {
    let program = try Program(scenario: "second-sta")
    #expect(program.position < program.edge, "the last pick told more than the step needed")
    #expect(program.text.contains("PAUSED"))
    let edge = program.edge
    program.press("1")
    #expect(!program.message.contains("past"))
    #expect(program.edge > edge)
  }

  @Test func onlyWhoeverWentBackIsInThePast() throws {
    let program = try Program(scenario: "second-sta")
    program.press(.space)
    program.press(",")
    #expect(program.text.contains("PAST"))
    program.press("1")
    #expect(program.message.contains("past"))
    program.press(".")
    #expect(program.text.contains("PAUSED"))
    program.press("[")
    #expect(program.text.contains("PAST"))
    program.press("]")
    #expect(program.text.contains("PAUSED"))
  }

  @Test func theListOfObjectsFollowsTheArrows() throws {
    let program = try Program(scenario: "right-way")
    program.press("o")
    let first = program.session?.selection
    let text = program.text
    program.press(.down)
    #expect(program.session?.selection != first)
    #expect(program.text != text)
  }

  @Test func aTurnedKnobIsShown() throws {
    let program = try Program(scenario: "right-way", [KnobSetting("detach", "forgotten")])
    #expect(program.text.contains("what if:"))
    #expect(!(try Program(scenario: "right-way")).text.contains("what if:"))
  }

  @Test func helpScrollsByPagesAndSaysWhereItEnds() throws {
    let program = try Program(scenario: "right-way")
    program.press("?")
    program.press(.pageDown)
    #expect(program.session?.cover == .help(top: 8))
    program.press(.pageUp, .up)
    #expect(program.session?.cover == .help(top: 0))
    #expect(program.message.contains("no more"))
  }

  @Test func atAQuestionTheDigitsAnswer() throws {
    let program = try Program(scenario: "second-sta")
    program.press(.space, times: 3)
    #expect(program.text.contains("1-9 answer"))
    #expect(program.text.contains("Who runs it?"))
  }
}
