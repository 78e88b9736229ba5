import ArgumentParser
import FloorplanApp
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
        "\(name): sound: \(report.scenario ?? ""), \(report.events) events, "
          + "\(report.choices) choices, \(report.steps) steps")
    }
  }
}
