import FloorplanViews
import Scenarios
import TerminalUI

/// The menu: all scenarios in teaching order.
struct MenuModel: Sendable {
  var selected = 0
  /// The scenarios whose card was seen in this session.
  var seen: Set<String> = []
  var message = ""
  var line: InputLine?
  var isSearching = false
  /// The first line of the help that shows, while it is open.
  var helpTop: Int?

  var scenarios: [Scenario] {
    Document.allCases.flatMap { document in Catalog.all.filter { $0.document == document } }
  }

  var groups: [MenuState.Group] {
    Document.allCases.compactMap { document in
      let items = Catalog.all.filter { $0.document == document }.map { scenario in
        let text = LessonText.of(scenario)
        return MenuState.Item(
          key: String(scenario.key), title: text.title, question: text.question,
          facts: scenario.facts,
          isSeen: seen.contains(scenario.id))
      }
      return items.isEmpty ? nil : MenuState.Group(title: document.title, items: items)
    }
  }

  /// The row of the scenario that the key starts.
  func row(for key: Character) -> Int? { scenarios.firstIndex { $0.key == key } }

  mutating func select(by offset: Int) {
    selected = max(0, min(scenarios.count - 1, selected + offset))
  }

  /// Selects the first scenario behind the selected one whose title has the text.
  mutating func find(_ text: String) {
    let wanted = text.lowercased()
    let count = scenarios.count
    let found = (1...count).map { (selected + $0) % count }.first {
      LessonText.of(scenarios[$0]).title.lowercased().contains(wanted)
    }
    if let found { selected = found } else { message = "No title has \"\(text)\"." }
  }
}
