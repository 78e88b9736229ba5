import ArgumentParser
import FloorplanApp
import Glibc

/// One scenario, on the screen or without one.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Runs one scenario.")

  @Argument(help: "The scenario's id: floorplan list names them.")
  var id: String

  @Option(name: .customLong("set"), help: "Sets a what-if: KNOB=VALUE. Any number of times.")
  var settings: [String] = []

  @Option(help: "rr, random:SEED, @FILE (a recording's) or constraints such as a<b,c<d.")
  var schedule: String?

  @Option(help: "The same as --schedule random:N.")
  var seed: UInt64?

  @Option(
    name: .customLong("do"), help: "Presses a key: ACTION@POINT. Any number of times.")
  var actions: [String] = []

  @Option(help: "Takes classes from a .reg file in place of the lesson's own.")
  var registry: String?

  @Option(help: "Writes a recording.")
  var record: String?

  @Flag(help: "Tells the story on standard output, with no terminal.")
  var headless = false

  @Flag(help: "With --headless: one JSON event a line.")
  var json = false

  @Flag(help: "A clicker's keys do what a lecturer expects.")
  var present = false

  func run() throws {
    if json && !headless {
      throw BadInput(.usage, "--json goes with --headless; add it, or leave --json out")
    }
    if schedule != nil, seed != nil {
      throw BadInput(.usage, "--seed and --schedule both say who goes first; give one of them")
    }
    let request = try RunRequest(
      id: id, settings: settings, schedule: seed.map { "random:\($0)" } ?? schedule,
      actions: actions, registry: registry)
    guard headless else {
      try Interactive.run(
        .scenario(request, recordingPath: record), isPresenting: present,
        executable: Executable.path)
      return
    }
    let run = Headless(
      request, json ? .json : .log, executable: Executable.path, write: StandardOutput.write)
    let outcome = try run.run(recordingTo: record)
    if let complaint = outcome.complaint { StandardError.say("floorplan: \(complaint)") }
    if !outcome.isAsExpected { throw ExitCode(1) }
  }
}
