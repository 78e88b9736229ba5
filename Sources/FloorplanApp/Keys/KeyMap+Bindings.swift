import TerminalUI

extension KeyMap {
  private static let moving = "Going on and back"
  private static let looking = "Looking"
  private static let changing = "Changing"
  private static let leaving = "Leaving"

  static let menuBindings: [Binding] = [
    Binding(
      .number, [], "1–9 A–Z", "start the scenario with that key", in: moving,
      bar: ("1-9 A-Z", "start one", 2)),
    Binding(
      .goOn, [.enter, .space], "Enter, Space", "start the selected scenario",
      in: moving, bar: ("Enter", "start", 0)),
    Binding(
      .selectNext, [.down, .character("j"), .tab], "↓ j Tab", "select the next scenario",
      in: moving, bar: ("↑ ↓", "select", 1)),
    Binding(
      .selectPrevious, [.up, .character("k"), .backTab], "↑ k", "select the one before",
      in: moving),
    Binding(.pageForward, [.pageDown], "PageDown", "a page down the list", in: moving),
    Binding(.pageBack, [.pageUp], "PageUp", "a page up", in: moving),
    Binding(.toStart, [.home], "Home", "select the first", in: moving),
    Binding(.toEdge, [.end], "End", "select the last", in: moving),
    Binding(
      .search, [.character("/")], "/", "select the scenario whose title has some words",
      in: looking),
    Binding(
      .commandLine, [.character(":")], ":", "type a command: q, or a scenario's id", in: looking),
    Binding(
      .help, [.character("?"), .function(1)], "?", "these keys", in: leaving,
      bar: ("?", "help", 2)),
    Binding(.close, [.escape], "Esc", "close what is open; never quits", in: leaving),
    Binding(
      .leave, [.character("q")], "q", "leave the program", in: leaving, bar: ("q", "quit", 0)),
    Binding(.quit, [.control("c")], "^C", "leave the program", in: leaving),
  ]

  static let scenarioBindings: [Binding] =
    movingBindings + lookingBindings + changingBindings + leavingBindings

  private static let movingBindings: [Binding] = [
    Binding(
      .goOn, [.space, .pageDown, .enter], "Space, PageDown, Enter",
      "on to the next narrated step; while it moves by itself: hold", in: moving,
      bar: ("Space", "go on", 0)),
    Binding(
      .pointForward, [.right, .character("l"), .character("s")], "→ l s",
      "on to the next scheduling point: one thread goes one step", in: moving,
      bar: ("→", "step", 1)),
    Binding(
      .back, [.left, .character("h"), .pageUp, .backspace], "← h, PageUp, Backspace",
      "back to where you stood: the undo. The run itself does not move", in: moving,
      bar: ("←", "back", 1)),
    Binding(.eventForward, [.character(".")], ".", "one event on", in: moving),
    Binding(.eventBack, [.character(",")], ",", "one event back", in: moving),
    Binding(
      .previousStep, [.character("[")], "[", "back to the narrated step before", in: moving),
    Binding(.nextStep, [.character("]")], "]", "on to the next narrated step", in: moving),
    Binding(.toStart, [.home], "Home", "to the start: the first narrated step", in: moving),
    Binding(
      .toEdge, [.end], "End", "to the edge: as far as the run has come", in: moving),
  ]

  private static let lookingBindings: [Binding] = [
    Binding(
      .selectNext, [.down, .character("j"), .tab], "↓ j Tab",
      "select the next thing; in a list, down", in: looking),
    Binding(
      .selectPrevious, [.up, .character("k"), .backTab], "↑ k", "select the one before; up",
      in: looking),
    Binding(
      .inspect, [.character("i")], "i, Enter", "inspect what is selected", in: looking,
      bar: ("i", "inspect", 6)),
    Binding(
      .explain, [.character("e")], "e",
      "explain what is selected, or what looks wrong", in: looking, bar: ("e", "explain", 5)),
    Binding(
      .threads, [.character("t")], "t", "the threads with their numbers", in: looking),
    Binding(.objects, [.character("o")], "o", "the objects", in: looking, bar: ("o", "objects", 7)),
    Binding(.log, [.character("g")], "g", "the log of events", in: looking, bar: ("g", "log", 6)),
    Binding(
      .matrix, [.character("m")], "m", "the matrix: who got what, clients by threading models",
      in: looking),
    Binding(
      .price, [.character("b")], "b", "bars: what each way to call costs", in: looking),
    Binding(.search, [.character("/")], "/", "search the log", in: looking),
    Binding(.nextMatch, [.character("n")], "n", "the next match", in: looking),
    Binding(.previousMatch, [.character("N")], "N", "the match before", in: looking),
    Binding(
      .commandLine, [.character(":")], ":", "type where to: 50%, event 412, step 3", in: looking),
  ]

  private static let changingBindings: [Binding] = [
    Binding(
      .number, [], "1–9", "answer the question; else let the thread with that number go one step",
      in: changing, bar: ("1-9", "one thread", 4)),
    Binding(
      .faster, [.character("+"), .character("=")], "+ =",
      "faster by itself: slow motion, reading, quick, free", in: changing,
      bar: ("+/-", "pace", 3)),
    Binding(.slower, [.character("-")], "-", "slower by itself, then by step", in: changing),
    Binding(
      .whatIf, [.character("w")], "w", "what if: change a knob and start again", in: changing),
    Binding(
      .restart, [.character("R")], "R", "start again with the lesson's schedule", in: changing,
      bar: ("R", "restart", 8)),
  ]

  private static let leavingBindings: [Binding] = [
    Binding(
      .help, [.character("?"), .function(1)], "?", "these keys", in: leaving,
      bar: ("?", "help", 2)),
    Binding(.close, [.escape], "Esc", "close what is open; never quits", in: leaving),
    Binding(
      .leave, [.character("q")], "q", "one level up: the menu, then out", in: leaving,
      bar: ("q", "menu", 1)),
    Binding(.quit, [.control("c")], "^C", "leave the program", in: leaving),
  ]

  /// A clicker sends `.` or `b` to blank the screen and Esc to end the show: none of them may do
  /// harm.
  static let clickerHolds: [Binding] = [
    Binding(
      .holdStill, [.character("."), .character("b"), .character("B"), .escape],
      ". b B Esc", "hold still", in: "A clicker (--present)")
  ]

  /// In the menu a clicker's forward starts the selected scenario.
  static let clickerStarts: [Binding] = [
    Binding(
      .goOn, [.pageDown], "PageDown", "start the selected scenario", in: "A clicker (--present)"),
    Binding(
      .selectPrevious, [.pageUp], "PageUp", "select the one before", in: "A clicker (--present)"),
  ]

  static let clicker: [Binding] =
    clickerHolds + [
      Binding(.restart, [.function(5)], "F5", "start again", in: "A clicker (--present)"),
      Binding(
        .nextStep, [.down], "↓", "on to the next narrated step", in: "A clicker (--present)"),
      Binding(
        .previousStep, [.up], "↑", "back to the narrated step before",
        in: "A clicker (--present)"),
    ]
}
