import Scenarios
import TerminalUI

/// What `floorplan list` prints.
public enum ScenarioList {
  /// A line for each scenario, under its document.
  public static var text: String {
    let width = (Catalog.all.map(\.id.count).max() ?? 0) + 2
    var lines: [String] = []
    for document in Document.allCases {
      let scenarios = Catalog.all.filter { $0.document == document }
      guard !scenarios.isEmpty else { continue }
      lines.append("\(document.title) (\(document.rawValue))")
      lines += scenarios.map { scenario in
        "  \(scenario.key)  \(scenario.id.padded(toWidth: width))"
          + "\(LessonText.of(scenario).title)  \(scenario.facts.joined(separator: " "))"
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The same for scripts.
  public static var json: String {
    "[" + Catalog.all.map(json).joined(separator: ",\n") + "]\n"
  }

  private static func json(_ scenario: Scenario) -> String {
    let text = LessonText.of(scenario)
    let actions = scenario.actions.map { action in
      object([
        ("key", quoted(String(action.key))), ("id", quoted(action.id)),
        ("title", quoted(text.title(ofAction: action.id))),
      ])
    }
    let knobs =
      scenario.knobs.map { self.knob($0.id, $0.values, text.title(ofKnob: $0.id)) }
      + [knob(ProcessKnob.id, ProcessKnob.values, ProcessKnob.title)]
    return object([
      ("id", quoted(scenario.id)), ("key", quoted(String(scenario.key))),
      ("title", quoted(text.title)), ("document", quoted(scenario.document.rawValue)),
      ("facts", array(scenario.facts.map(quoted))), ("actions", array(actions)),
      ("knobs", array(knobs)),
    ])
  }

  /// The first value is the one that it has unless it is set.
  private static func knob(_ id: String, _ values: [String], _ title: String) -> String {
    object([
      ("id", quoted(id)), ("values", array(values.map(quoted))), ("default", quoted(values[0])),
      ("title", quoted(title)),
    ])
  }

  private static func object(_ fields: [(String, String)]) -> String {
    "{" + fields.map { "\(quoted($0)):\($1)" }.joined(separator: ",") + "}"
  }

  private static func array(_ items: [String]) -> String {
    "[" + items.joined(separator: ",") + "]"
  }

  /// Texts of this program hold no control characters.
  private static func quoted(_ text: String) -> String {
    let escaped = text.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined()
    return "\"\(escaped)\""
  }
}
