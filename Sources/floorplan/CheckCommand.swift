import ArgumentParser
import FloorplanApp
import Scenarios
import Trace

/// Verifies a recording.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Verifies a recording.")

  @Argument(help: "The recording; - is standard input.")
  var file: String

  func run() throws {
    let report = RecordingCheck.check(try FileBytes.read(file))
    let name = file == "-" ? "standard input" : file
    switch report.outcome {
    case .refused(let error): throw BadInput(.data, "\(name): \(error.sentence)")
    case .sound:
      print(
        "\(name): sound: \(Self.title(ofScenario: report.scenario ?? "")), "
          + "\(report.events) events, \(report.choices) choices, \(report.steps) steps")
    }
  }

  private static func title(ofScenario id: String) -> String {
    Catalog.scenario(id) == nil
      ? "\(id) (no scenario of this version: it plays without a lesson's words)" : id
  }
}
