import TerminalUI
import Testing
import Trace

@testable import FloorplanApp

@Suite struct LookingTests {
  private static func world(of program: Program) -> World? {
    var session = program.session
    return session?.world()
  }

  /// Looking changes neither the position nor the run.
  @Test func lookingMovesNothing() throws {
    let program = try Program(scenario: "right-way")
    program.press(.space, times: 2)
    let (position, edge) = (program.position, program.edge)
    for key in "gogitewt?o" { program.press(.character(key)) }
    program.press(.tab, .backTab, .down, .up, .escape, .escape, .escape)
    #expect(program.position == position)
    #expect(program.edge == edge)
  }

  @Test func panesOpenAndClose() throws {
    let program = try Program(scenario: "right-way")
    program.press(.space)
    program.press("g")
    #expect(program.text.contains("LOG"))
    program.press("g")
    #expect(!program.text.contains("LOG"))
    program.press("o")
    #expect(program.text.contains("OBJECTS"))
    program.press(.escape)
    #expect(!program.text.contains("OBJECTS"))
  }

  @Test func enterInspectsTheSelection() throws {
    let program = try Program(scenario: "right-way")
    program.press(.tab)
    #expect(program.session?.selection != nil)
    let position = program.position
    program.press(.enter)
    #expect(program.text.contains("INSPECTOR"))
    #expect(program.position == position)
  }

  @Test func thePacketsBytesCanBeRead() throws {
    let program = try Program(scenario: "right-way", size: Size(width: 80, height: 40))
    program.press(.space)
    program.press(.tab)
    for _ in 0..<20 {
      if case .packet? = program.session?.selection { break }
      program.press(.tab)
    }
    program.press("i")
    #expect(program.text.contains("4d 45 4f 57"))
  }

  @Test func explainsWhatIsSelectedElseWhatLooksWrong() throws {
    let program = try Program(scenario: "right-way")
    program.press("e")
    #expect(program.message.contains("Nothing looks wrong"))
    program.press(.tab)
    program.press("e")
    #expect(program.text.contains("single-threaded apartment"))
    program.press(.escape, .escape)
    program.press(.space, times: 4)
    program.press("e")
    #expect(program.text.contains("What looks wrong"))
  }

  @Test func explainIsOfferedWhereItHasSomethingToSay() throws {
    let program = try Program(scenario: "right-way", size: Size(width: 120, height: 40))
    #expect(!program.text.contains("e explain"))
    program.press(.tab)
    #expect(program.text.contains("e explain"))
  }

  @Test func inTheInspectorTabGoesOnToTheNextThing() throws {
    let program = try Program(scenario: "right-way")
    program.press(.space)
    program.press("i")
    let world = try #require(Self.world(of: program))
    let thread = try #require(world.threads[world.acting])
    #expect(program.session?.selection == .apartment(thread.current))
    program.press(.tab)
    #expect(!program.message.contains("nothing to select"))
    #expect(program.session?.selection != .apartment(thread.current))
  }

  @Test func knobsStartTheScenarioAgain() throws {
    let program = try Program(scenario: "right-way")
    program.press(.space, times: 3)
    program.press("w")
    #expect(program.text.contains("What if"))
    program.press(.right, .enter)
    #expect(program.session?.lesson.knobs?["detach"] == "forgotten")
    #expect(program.steps == 1)
  }

  @Test func helpIsMadeFromTheTable() throws {
    let program = try Program(scenario: "right-way", size: Size(width: 100, height: 70))
    program.press("?")
    for binding in KeyMap.scenario.bindings {
      #expect(program.text.contains(binding.meaning.prefix(20)), "\(binding.command)")
    }
    #expect(program.text.contains("query again"))
  }

  @Test func aKeyThatMeansNothingSaysSo() throws {
    let program = try Program(scenario: "right-way")
    program.press("z")
    #expect(program.message.contains("z does nothing"))
  }

  @Test func clicksDoWhatIsUnderThem() throws {
    let program = try Program(scenario: "right-way")
    let goOn = try #require(program.canvas.firstPoint(of: "Space go on"))
    program.driver.take(.mouse(.click(goOn)))
    #expect(program.steps == 2)
    let object = try #require(program.canvas.firstPoint(of: "ServiceProvider"))
    program.driver.take(.mouse(.click(object)))
    guard case .object? = program.session?.selection else {
      Issue.record("selected \(String(describing: program.session?.selection))")
      return
    }
  }

  @Test func theWheelMovesTheViewOnly() throws {
    let program = try Program(scenario: "right-way")
    program.press(.space)
    let (position, edge) = (program.position, program.edge)
    program.driver.take(.mouse(.wheelUp(.zero)))
    #expect(program.position == position - 1)
    for _ in 0..<500 { program.driver.take(.mouse(.wheelDown(.zero))) }
    #expect(program.position == edge)
    #expect(program.edge == edge)
  }

  @Test func clickingAQuestionsChoiceAnswersIt() throws {
    let program = try Program(scenario: "right-way")
    program.press(.space, times: 5)
    let choice = try #require(program.canvas.firstPoint(of: "1 main   2 worker"))
    program.driver.take(.mouse(.click(choice)))
    #expect(program.text.contains("Right."))
  }
}
