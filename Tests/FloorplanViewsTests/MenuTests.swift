import FloorplanViews
import TerminalUI
import Testing

@Suite struct MenuTests {
  private var state: MenuState {
    MenuState(
      groups: [
        .init(
          title: "000  A service from a background thread",
          items: (1...9).map {
            .init(
              title: "Lesson \($0)", question: "Which thread runs call \($0)?", facts: ["S\($0)"],
              isSeen: $0 == 2)
          }),
        .init(
          title: "004  In-process servers",
          items: (1...15).map { .init(title: "Server \($0)", question: "Who?") }),
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
    let rows = menu(state, size: .standard).text.split(separator: "\n")
    #expect(rows.filter { $0.contains("seen") }.count == 1)
    #expect(rows.first { $0.contains("seen") }?.contains("Lesson 2") == true)
  }

  @Test func theSelectedOneIsAlwaysInView() {
    for size in [Size.standard, .wide, Size(width: 40, height: 10), Size(width: 60, height: 7)] {
      for selected in 0..<24 {
        var state = state
        state.selected = selected
        let title = selected < 9 ? "Lesson \(selected + 1)" : "Server \(selected - 8)"
        #expect(menu(state, size: size).text.contains(title))
      }
    }
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
