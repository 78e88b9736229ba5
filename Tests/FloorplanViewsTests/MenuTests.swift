import FloorplanViews
import TerminalUI
import Testing

@Suite struct MenuTests {
  private static func letters(_ first: Unicode.Scalar, _ count: UInt32) -> [String] {
    (first.value..<first.value + count).compactMap { Unicode.Scalar($0).map { String($0) } }
  }

  private var state: MenuState {
    MenuState(
      groups: [
        .init(
          title: "000  A service from a background thread",
          items: (1...9).map {
            .init(
              key: "\($0)", title: "Lesson \($0)", question: "Which thread runs call \($0)?",
              facts: ["S\($0)"],
              isSeen: $0 == 2)
          }),
        .init(
          title: "004  In-process servers",
          items: Self.letters("A", 15).enumerated().map {
            .init(key: $1, title: "Server \($0 + 1)", question: "Who?")
          }),
        .init(
          title: "003  Local servers",
          items: Self.letters("P", 11).enumerated().map {
            .init(key: $1, title: "Local \($0 + 1)", question: "Which process?")
          }),
      ],
      keys: [KeyItem("Enter", "starts it"), KeyItem("q", "quit")])
  }

  @Test func theFirstIsSelected() {
    let text = menu(state, size: .standard).text
    #expect(text.contains("► 1 Lesson 1"))
    #expect(text.contains("? Which thread runs call 1?"))
    #expect(text.contains("An apartment is a room for objects"))
    #expect(text.contains("000  A service from a background thread"))
    #expect(menuCursor(state, size: .standard).y == 6)
  }

  @Test func whatWasSeenIsMarked() {
    let text = menu(state, size: .standard).text
    #expect(text.contains("1–9   1 of 9 seen"))
    let rows = text.split(separator: "\n").filter { !$0.contains(" of ") }
    #expect(rows.filter { $0.contains("seen") }.count == 1)
    #expect(rows.first { $0.contains("seen") }?.contains("Lesson 2") == true)
  }

  @Test func theSelectedOneIsAlwaysInView() {
    for size in [Size.standard, .wide, Size(width: 40, height: 10), Size(width: 60, height: 7)] {
      for selected in 0..<35 {
        var state = state
        state.selected = selected
        let title =
          selected < 9
          ? "Lesson \(selected + 1)"
          : selected < 24 ? "Server \(selected - 8)" : "Local \(selected - 23)"
        let canvas = menu(state, size: size)
        let row = canvas.rowText(menuCursor(state, size: size).y)
        #expect(row.contains("►") && row.contains(title), "\(row)")
      }
    }
  }

  @Test func theHeadingOfTheSelectedOneIsAlwaysInView() {
    for size in [Size.standard, .wide, Size(width: 40, height: 10)] {
      for selected in 0..<35 {
        var state = state
        state.selected = selected
        let heading =
          selected < 9 ? "000  A service" : selected < 24 ? "004  In-process" : "003  Local"
        #expect(menu(state, size: size).text.contains(heading), "\(selected) at \(size)")
      }
    }
  }

  @Test func aListThatIsScrolled() {
    var state = state
    state.selected = 16
    let canvas = menu(state, size: .standard)
    #expect(
      (5..<20).map(canvas.rowText).joined(separator: "\n") == """
         004  In-process servers   A–O   0 of 15 seen
           A Server 1                                                                  ▲
           B Server 2
           C Server 3
           D Server 4
           E Server 5
           F Server 6
           G Server 7
         ► H Server 8
           I Server 9
           J Server 10
           K Server 11
           L Server 12
           M Server 13
           N Server 14                                                                 ▼
        """)
  }

  @Test func everySizeIsTaken() {
    for width in [1, 2, 5, 20, 80, 200] {
      for height in [1, 2, 3, 5, 9, 24, 60] {
        let size = Size(width: width, height: height)
        #expect(menu(state, size: size).size == size)
      }
    }
  }
}
