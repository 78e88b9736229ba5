import FloorplanViews
import Scenarios
import TerminalUI
import Testing
import Trace

@testable import FloorplanApp

@Suite struct EveryKeyTests {
  private static let sizes = [
    Size(width: 80, height: 24), Size(width: 120, height: 40), Size(width: 40, height: 10),
  ]

  private static let keys: [Key] =
    (32..<127).map { Key.character(Character(Unicode.Scalar(UInt8($0)))) }
    + [
      .up, .down, .left, .right, .pageUp, .pageDown, .home, .end, .enter, .escape, .tab, .backTab,
      .backspace, .delete, .insert, .function(1), .function(5), .control("c"), .control("a"),
      .control("e"), .character("é"), .character("漢"),
    ]

  /// Keys that mean something, and two that do not.
  private static func bound(_ scenario: Scenario) -> [Key] {
    KeyMap.scenario.bindings.flatMap(\.keys) + scenario.actions.map { .character($0.key) }
      + [.character("1"), .character("9"), .character("z"), .function(9)]
  }

  /// Ways to stand somewhere, by the keys that lead there.
  private static let places: [[Key]] = [
    [], [.space, .space, .space, .space], [.space, .space, .space, .left],
    [.character("?")], [.character("w")], [.character("t")], [.character("g")],
    [.tab, .character("i")], [.tab, .character("e")], [.character("/")], [.character(":")],
    [.home], [.character("o"), .down],
  ]

  @Test(arguments: sizes)
  func noKeyTrapsAnywhereInAScenario(size: Size) throws {
    for (index, scenario) in Catalog.all.enumerated() {
      // One scenario is tried with everything everywhere; the others where their own frames differ,
      // and in every size only those with a view of their own.
      let isFirst = index == 0 && size == Self.sizes[0]
      guard size == Self.sizes[0] || index % 6 == 0 || scenario.view != .plan else { continue }
      for place in isFirst ? Self.places : [Self.places[1]] {
        let program = try Program(scenario: scenario.id, size: size)
        for key in place { program.press(key) }
        let model = program.model
        let keys = isFirst || index % 6 == 0 ? Self.keys : Self.bound(scenario)
        for key in keys {
          // The model is a value: each key is pressed in the same place. Effects are not performed.
          var pressed = model
          _ = pressed.update(.screen(.key(key), at: .seconds(1)))
          let (canvas, cursor) = pressed.render()
          #expect(canvas.size == size)
          #expect(canvas.bounds.contains(cursor.point))
        }
      }
    }
  }

  @Test(arguments: sizes)
  func noKeyTrapsInTheMenu(size: Size) {
    let program = Program(size: size)
    for place in [[], [Key.character("?")], [.character("/")], [.character(":")]] {
      var model = program.model
      for key in place { _ = model.update(.screen(.key(key), at: .zero)) }
      for key in Self.keys {
        var pressed = model
        _ = pressed.update(.screen(.key(key), at: .seconds(1)))
        #expect(pressed.render().canvas.size == size)
      }
    }
  }

  @Test func allKeysOneAfterAnother() throws {
    for (index, scenario) in Catalog.all.enumerated() {
      let program = try Program(scenario: scenario.id)
      // There and back, in turn: what one key opens another one closes.
      let keys = index % 2 == 0 ? Self.keys : Self.keys.reversed()
      for key in keys where key != .control("c") {
        program.press(key)
        _ = program.text
        if program.model.isOver { break }
        if program.session == nil { program.press(.enter) }
      }
    }
  }

  @Test(arguments: [
    Size(width: 1, height: 1), Size(width: 500, height: 200), Size(width: 0, height: 0),
  ])
  func anySizeIsDrawn(size: Size) throws {
    let program = try Program(scenario: "right-way")
    program.driver.take(.resize(size))
    #expect(program.canvas.size == size)
  }
}
