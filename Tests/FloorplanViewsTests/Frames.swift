import FloorplanViews
import TerminalUI
import Trace

extension Size {
  static let wide = Size(width: 120, height: 40)
}

extension FrameState {
  /// The frame of moment 1 in SCREENS.md.
  static func rightWay(
    _ world: World, baseline: World?, narration: String? = nil, pane: Pane = .source
  ) -> FrameState {
    FrameState(
      title: "The right way: marshal once, query from the background",
      progress: Progress(step: 5, total: 8), pace: "by step",
      plan: PlanInput(
        world: world, baseline: baseline, cast: RightWay.cast, selection: .packet(PacketID(1))),
      narration: narration
        ?? "The worker opens the packet: its 5 references now belong to proxy 1. Main was "
        + "not asked and need not pump: unmarshalling makes no call. Stream gone.",
      facts: ["S4", "S5"],
      question: Question(
        "Next: QueryService on proxy 1. Who runs it?",
        choices: [.init("1", "main"), .init("2", "worker")]),
      actions: [
        KeyItem("a", "query again"), KeyItem("w", "what if…"), KeyItem("i", "inspect: packet 1"),
      ],
      keys: [
        KeyItem("Space", "go on"), KeyItem("→", "step"), KeyItem("←", "back"),
        KeyItem("1-9", "one thread"), KeyItem("+/-", "pace"), KeyItem("?", "help"),
        KeyItem("q", "menu"),
      ],
      pane: pane, sources: RightWay.sources, warnings: 1)
  }
}
