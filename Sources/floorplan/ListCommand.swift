import ArgumentParser
import FloorplanApp
import Scenarios

/// The scenarios.
struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Names the scenarios.")

  @Flag(help: "As a JSON array.")
  var json = false

  func run() throws {
    StandardOutput.write(Array((json ? ScenarioList.json : ScenarioList.text).utf8))
  }
}
