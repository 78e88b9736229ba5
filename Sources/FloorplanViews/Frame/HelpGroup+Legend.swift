import TerminalUI
import Trace

/// What the signs on the screen mean: the part of the help that is the same for all scenarios.
extension HelpGroup {
  public static let legend = [threads, rooms, marks, numbers]

  private static let threads = HelpGroup(
    "How a thread stands",
    Standing.allCases.map { Row("\($0.glyph) \($0.word)", $0.meaning) })

  private static let rooms = HelpGroup(
    "Walls",
    [
      Row(wall(.double), "a single-threaded apartment (STA): one thread, and a queue for calls"),
      Row(wall(.single), "the multithreaded apartment (MTA); with rooms in it: a process"),
      Row(wall(.dotted), "the neutral apartment; with rooms in it: a process that was killed"),
    ])

  private static func wall(_ wall: Wall) -> String {
    String(wall.vertical) + String(repeating: wall.horizontal, count: 3)
  }

  private static let marks = HelpGroup(
    "Marks",
    [
      Row("1→0 NEW FREED", "by the last step: before and after; it came; it went"),
      Row("!", "something was refused or went wrong: e explains"),
      Row("refs 2 = a + b", "a count and who has a part in it"),
    ])

  private static let numbers = HelpGroup(
    "Numbers",
    [
      Row("1 main", "a thread: the number is the key that steps it"),
      Row("rpc, pool", "threads of COM's own, for calls into the MTA"),
      Row("user, meter", "threads of the lesson that wait for its keys"),
      Row("proxy 1, stub 1", "the two ends of one wire; packet 1 came from stub 1"),
      Row("5 public refs", "references that others have to a stub: COM hands out five at a time"),
      Row("call 3, request 3", "calls between rooms, and calls to the SCM, as they were made"),
      Row("S4 I11 O14", "facts of the documents 000, 004 and 003 that a step shows"),
    ])
}

extension Standing {
  fileprivate var meaning: String {
    switch self {
    case .runs: "its code goes on now"
    case .ready: "it could go on, and another one does"
    case .idle: "it has nothing to do, and takes what comes"
    case .waits: "for something, and serves calls meanwhile: it pumps"
    case .blocked: "for something, and serves nobody meanwhile"
    case .ended: "it is over"
    }
  }
}
