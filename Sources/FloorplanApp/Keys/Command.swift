/// What a key can ask for.
public enum Command: String, Hashable, Sendable, CaseIterable {
  // Moving
  case goOn, pointForward, back, eventForward, eventBack, nextStep, previousStep, toStart, toEdge
  // Looking
  case selectNext, selectPrevious, pageForward, pageBack, inspect, explain, objects, log, threads
  case matrix, price
  case search, nextMatch, previousMatch, commandLine
  // Changing
  /// A digit, which has no row of its own for each.
  case number
  case whatIf, restart, faster, slower
  // Leaving
  case help, close, leave, quit
  // A clicker's, where they mean something else than on a keyboard
  case holdStill
}
