import Scenarios
import TerminalUI
import Testing

@testable import FloorplanApp

@Suite struct MenuTests {
  @Test func firstScenarioIsSelectedAndEnterStartsIt() {
    let program = Program()
    #expect(program.model.menu.selected == 0)
    #expect(program.text.contains("An apartment is a room for objects"))
    program.press(.enter)
    #expect(program.session?.lesson.id == program.model.menu.scenarios[0].id)
    #expect(program.steps == 1)
  }

  @Test func digitsStartTheRow() {
    let program = Program()
    program.press("1")
    #expect(program.session != nil)
  }

  @Test func everyScenarioHasAKeyOfItsOwnThatStartsIt() {
    let scenarios = Program().model.menu.scenarios
    #expect(Set(scenarios.map(\.key)).count == scenarios.count)
    for scenario in scenarios {
      var model = Program().model
      #expect(KeyMap.starts(scenario.key))
      _ = model.update(.screen(.key(.character(scenario.key)), at: .zero))
      #expect(model.session?.lesson.id == scenario.id)
    }
  }

  @Test func pagesMoveTheSelection() {
    let program = Program()
    program.press(.pageDown)
    #expect(program.model.menu.selected == min(8, program.model.menu.scenarios.count - 1))
    program.press(.pageUp)
    #expect(program.model.menu.selected == 0)
    #expect(program.session == nil)
  }

  @Test func aClickerStartsTheSelectedOneAndNeverAnother() {
    let program = Program(isPresenting: true)
    program.press("B")
    #expect(program.session == nil)
    program.press(.pageDown)
    #expect(program.session?.lesson.id == program.model.menu.scenarios[0].id)
  }

  @Test func selectionStaysInside() {
    let program = Program()
    let count = program.model.menu.scenarios.count
    program.press(.up)
    #expect(program.model.menu.selected == 0)
    program.press(.down, times: count + 3)
    #expect(program.model.menu.selected == count - 1)
    program.press(.home)
    #expect(program.model.menu.selected == 0)
    program.press(.end)
    #expect(program.model.menu.selected == count - 1)
  }

  @Test func questionOfTheSelectedScenarioIsShown() {
    let program = Program()
    let text = LessonText.of(program.model.menu.scenarios[0])
    #expect(program.text.contains(text.question.prefix(30)))
  }

  @Test func escapeNeverQuits() {
    let program = Program()
    program.press(.escape, .escape, .escape)
    #expect(!program.model.isOver)
    program.press("q")
    #expect(program.model.isOver)
  }

  @Test func leavingAScenarioLeadsBackToItsRow() {
    let program = Program()
    program.press(.end, .enter)
    program.press("q")
    #expect(program.session == nil)
    #expect(program.model.menu.selected == program.model.menu.scenarios.count - 1)
    #expect(!program.model.isOver)
  }

  @Test func aScenarioIsMarkedOnceItsCardWasSeen() {
    let program = Program()
    program.press(.enter)
    #expect(program.model.menu.seen.isEmpty)
    program.playToCard()
    program.press("q")
    #expect(program.model.menu.seen == [program.model.menu.scenarios[0].id])
    #expect(program.text.contains("seen"))
  }

  @Test func commandLineKnowsScenariosAndNamesTheNearest() {
    let program = Program()
    program.press(":rigt-way")
    program.press(.enter)
    #expect(program.message.contains("\"right-way\""))
    program.press(":right-way")
    program.press(.enter)
    #expect(program.session?.lesson.id == "right-way")
  }

  @Test func searchSelectsByTitle() {
    let program = Program()
    program.press("/the right")
    program.press(.enter)
    #expect(program.model.menu.scenarios[program.model.menu.selected].id == "right-way")
    program.press("/no such title")
    program.press(.enter)
    #expect(program.message.contains("no such title"))
  }

  @Test func helpNamesTheKeysOfTheMenu() {
    let program = Program()
    program.press("?")
    #expect(program.text.contains("start the selected scenario"))
    program.press(.escape)
    #expect(!program.text.contains("start the selected scenario"))
  }
}
