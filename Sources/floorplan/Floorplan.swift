import ArgumentParser

@main
struct Floorplan: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "floorplan", abstract: "A COM apartment runtime, drawn while it runs.",
    subcommands: [Bench.self])
}
