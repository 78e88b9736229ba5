import ArgumentParser
import FloorplanApp
import Trace

/// Plays a recording.
struct PlayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "play", abstract: "Plays a recording.")

  @Argument(help: "The recording; - is standard input, and keys come from the terminal.")
  var file: String

  @Flag(help: "A clicker's keys do what a lecturer expects.")
  var present = false

  func run() throws {
    try Interactive.run(.recording(try Recording(path: file)), isPresenting: present)
  }
}
