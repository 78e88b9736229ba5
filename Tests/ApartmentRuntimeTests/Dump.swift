import Trace

extension ComRun {
  /// What happened, a line an event, but for choices and texts: for looking at a run that failed.
  var text: String {
    var world = World()
    var lines: [String] = []
    for event in events {
      world.apply(event)
      switch event.kind {
      case .choice, .text, .bytes: continue
      default: lines.append("\(event.n)  \(world.line(for: event))")
      }
    }
    return lines.joined(separator: "\n")
  }
}
