import ArgumentParser
import FloorplanApp
import TerminalUI

/// The command line; with no command, the interactive program.
struct Floorplan: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "floorplan", abstract: "A COM apartment runtime, drawn while it runs.",
    subcommands: [
      ListCommand.self, RunCommand.self, PlayCommand.self, CheckCommand.self, BenchCommand.self,
    ])

  @Flag(help: "A clicker's keys do what a lecturer expects.")
  var present = false

  func run() throws {
    try Interactive.run(.menu, isPresenting: present)
  }
}
