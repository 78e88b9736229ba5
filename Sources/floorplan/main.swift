import ArgumentParser
import Benchmarks
import FloorplanApp
import Glibc
import Scenarios
import TerminalUI
import ThreadKernel

// A child process of a run's asks its parent for everything, and has no command line of its own.
if CommandLine.arguments.dropFirst() == [Embedding.argument] {
  if let child = ChildProcess() {
    Embedding.run(child)
    BenchmarkServer.run(child)
  }
  StandardError.say(
    "floorplan: \(Embedding.argument) is for processes that a run has started; run one: "
      + "floorplan run normal-life")
  exit(BadInput.Kind.usage.rawValue)
}

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
