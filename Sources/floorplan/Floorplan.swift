import ArgumentParser
import FloorplanApp

/// The command line; with no command, the interactive program.
struct Floorplan: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "floorplan", abstract: "A COM apartment runtime, drawn while it runs.",
    subcommands: [
      ListCommand.self, RunCommand.self, PlayCommand.self, CheckCommand.self, BenchCommand.self,
      OpenCommand.self,
    ],
    defaultSubcommand: OpenCommand.self)
}

/// The interactive program, with its menu. An option of the root itself would take the word away from
/// the commands that have it too.
struct OpenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "open", abstract: "Opens the menu, as floorplan alone does.",
    shouldDisplay: false)

  @Flag(help: "A clicker's keys do what a lecturer expects.")
  var present = false

  func run() throws {
    try Interactive.run(.menu, isPresenting: present, executable: Executable.path)
  }
}
