import ArgumentParser
import FloorplanApp
import Glibc
import TerminalUI

// Before any thread is started, so that all of them leave these signals to the terminal.
TerminalSignals.block()

do {
  try CommandNames.check(Array(CommandLine.arguments.dropFirst()))
  var command = try Floorplan.parseAsRoot()
  try command.run()
} catch let problem as BadInput {
  StandardError.say("floorplan: \(problem.line)")
  exit(problem.kind.rawValue)
} catch let code as ExitCode {
  exit(code.rawValue)
} catch {
  guard Floorplan.exitCode(for: error).isSuccess else {
    let line = Floorplan.message(for: error).split(separator: "\n").first ?? "bad arguments"
    StandardError.say("floorplan: \(line) (floorplan --help tells more)")
    exit(BadInput.Kind.usage.rawValue)
  }
  // Help was asked for.
  print(Floorplan.fullMessage(for: error))
}
