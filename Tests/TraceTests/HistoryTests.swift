import Testing

@testable import Trace

@Suite struct HistoryTests {
  /// The whole story, then choices and cells at random, over more than two keyframes.
  static func events() -> [Event] {
    var story = Story.marshalled()
    var dice = Dice(seed: 11)
    let cell = story.name("cell")
    let step = story.name("step")
    story.choose(Story.worker)
    while story.events.count < 9_000 {
      switch Int.random(in: 0..<40, using: &dice) {
      case 0: story.tell(.narrated(step))
      case 1: story.tell(.marked(step), by: Story.worker)
      case 2...9: story.choose(Story.worker)
      default:
        story.tell(.cellWritten(cell, Int64.random(in: 0..<9, using: &dice)), by: Story.worker)
      }
    }
    return story.events
  }

  /// Every position around the keyframes and every seventh between: comparing Worlds takes long.
  @Test func positionsEqualStraightFolding() {
    let events = Self.events()
    var history = History(events)
    var straight = World()
    for position in 0...events.count {
      let isNearKeyframe = (position + 20) % History.keyframeDistance < 40
      if isNearKeyframe || position.isMultiple(of: 7) {
        #expect(history.world(at: position) == straight)
      }
      if position < events.count { straight.apply(events[position]) }
    }
    #expect(history.edge == straight)
  }

  @Test func jumpsAndStepsBackEqualStraightFolding() {
    let events = Self.events()
    var history = History(events)
    var dice = Dice(seed: 3)
    for _ in 0..<60 {
      let start = Int.random(in: 3...events.count, using: &dice)
      for position in [start, start - 1, start - 3, start - 2] {
        var straight = World()
        for event in events[..<position] { straight.apply(event) }
        #expect(history.world(at: position) == straight)
      }
    }
  }

  @Test func nothingIsBehindTheEdge() {
    var history = History(Self.events())
    #expect(history.world(at: history.count + 1) == nil)
    #expect(history.world(at: -1) == nil)
  }

  @Test func landmarksAreFoundBothWays() {
    let events = Self.events()
    let history = History(events)
    func isMark(_ kind: EventKind) -> Bool { if case .marked = kind { true } else { false } }
    func isStep(_ kind: EventKind) -> Bool { if case .narrated = kind { true } else { false } }
    func isChoice(_ kind: EventKind) -> Bool { if case .choice = kind { true } else { false } }
    for position in stride(from: 0, through: events.count, by: 37) {
      #expect(
        history.next(.narrated, from: position)
          == events[position...].firstIndex { isStep($0.kind) })
      #expect(
        history.last(.narrated, before: position)
          == events[..<position].lastIndex { isStep($0.kind) })
      #expect(
        history.next(.choiceOf(Story.main), from: position)
          == events[position...].firstIndex { isChoice($0.kind) && $0.thread == Story.main })
      #expect(
        history.last(.choice, before: position)
          == events[..<position].lastIndex { isChoice($0.kind) })
      #expect(
        history.next(.mark, from: position) == events[position...].firstIndex { isMark($0.kind) })
    }
    #expect(history.next(.deadlock, from: 0) == nil)
  }
}
