import Scenarios
import TerminalUI
import Testing

@testable import FloorplanApp

@Suite struct KeyMapTests {
  private static let plain = [KeyMap.menu, KeyMap.scenario]

  @Test func noKeyMeansTwoThings() {
    for map in Self.plain {
      let keys = map.bindings.flatMap(\.keys)
      #expect(Set(keys).count == keys.count)
    }
  }

  @Test func everyBindingIsDispatchedAsTheHelpSays() {
    for map in Self.plain {
      for binding in map.bindings {
        for key in binding.keys { #expect(map.command(for: key) == binding.command) }
        #expect(!binding.meaning.isEmpty)
      }
      #expect(map.help.flatMap(\.rows).count == map.bindings.count)
    }
  }

  @Test func everyCommandCanBeReached() {
    let bound = (KeyMap.presentedScenario.bindings + KeyMap.presentedMenu.bindings).map(\.command)
    #expect(Set(bound) == Set(Command.allCases))
  }

  @Test func actionsHaveKeysOfTheirOwn() {
    for scenario in Catalog.all {
      let keys = scenario.actions.map(\.key)
      #expect(Set(keys).count == keys.count, "\(scenario.id)")
      let taken = KeyMap.presentedScenario.letters.union("0123456789")
      #expect(taken.isDisjoint(with: keys), "\(scenario.id)")
    }
  }

  @Test func noKeyOfAClickerLeavesOrChangesTheSchedule() {
    let clicker: [Key] = [
      .pageDown, .pageUp, .character("."), .character("b"), .character("B"), .function(5),
      .escape, .up, .down,
    ]
    let harmless: Set<Command> = [
      .goOn, .back, .holdStill, .restart, .nextStep, .previousStep, .selectNext,
      .selectPrevious,
    ]
    for map in [KeyMap.presentedScenario, KeyMap.presentedMenu] {
      for key in clicker {
        if let command = map.command(for: key) { #expect(harmless.contains(command), "\(key)") }
      }
    }
  }

  @Test func bracketsAreNeverTheOnlyWay() {
    for command in [Command.nextStep, .previousStep] {
      let binding = KeyMap.scenario.bindings.first { $0.command == command }
      #expect(binding != nil)
    }
    #expect(KeyMap.scenario.command(for: .space) == .goOn)
    #expect(KeyMap.scenario.command(for: .left) == .back)
  }

  @Test func turnedKnobsLeaveTheActionsTheirRow() throws {
    let program = try Program(scenario: "normal-life", [KnobSetting("server", "half")])
    let rows = program.text.split(separator: "\n")
    #expect(rows[0].contains("what if: sends half a packet"))
    let actions = program.session?.lesson.scenario?.actions ?? []
    #expect(actions.count > 5)
    for action in actions { #expect(rows[rows.count - 2].contains(" \(action.key) ")) }
  }
}
