import FloorplanApp

/// The first word is a command: an unknown one is answered with those that are near.
enum CommandNames {
  static func check(_ arguments: [String]) throws(BadInput) {
    let known = Floorplan.configuration.subcommands
      .filter { $0.configuration.shouldDisplay }.compactMap { $0.configuration.commandName }
    guard let first = arguments.first, !first.hasPrefix("-"), first != "help",
      !known.contains(first)
    else { return }
    throw .unknown("command", first, known: known)
  }
}
