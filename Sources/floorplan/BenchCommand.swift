import ArgumentParser
import Benchmarks

/// What calls cost on this machine.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measures what calls cost on this machine.",
    discussion: """
      Each row is measured in rounds, in turn with the raw hand-off of two threads that calls are \
      built on. A release build gives figures that mean something: swift run -c release floorplan \
      bench.
      """)

  @Flag(help: "One JSON object instead of a table.")
  var json = false

  mutating func run() {
    let rows = Suite(executable: Executable.path).run()
    print(json ? Report.json(rows) : Report.table(rows))
  }
}
