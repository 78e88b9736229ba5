import FloorplanViews
import Trace

extension RightWay {
  /// The worker calls the provider by main's own pointer: its code stands in main's room.
  static func trespass() -> (before: World, during: World) {
    let right = RightWay()
    var story = right.story
    let before = story.world
    story.tell(
      worker, at: ("Straight.swift", 20),
      .methodEntered(provider, story.name("QueryService"), .direct))
    return (before, story.world)
  }

  /// Main waits for the end of the worker and does not pump; the worker waits for main's answer.
  static func deadlock() -> World {
    var story = RightWay().story
    let (main, worker, call) = (main, worker, CallID(2))
    story.tell(worker, .ready(main))
    story.pick(main)
    story.tell(main, at: ("GetService.swift", 60), .waits(.thread(worker, pumps: false)))
    story.pick(worker)
    let arguments = story.blob([1])
    story.tell(
      worker, at: ("GetService.swift", 44),
      .callPacked(
        call, causality: 2, parent: .none, proxy: proxy, InterfaceStubID(1),
        method: story.name("QueryService"), arguments: arguments))
    story.tell(worker, .callSent(call, to: sta))
    story.tell(worker, .messagePosted(sta, MessageID(2), .call, call))
    story.tell(worker, .waits(.reply(call, server: main, pumps: false)))
    story.tell(.none, .deadlock(ring: true, ThreadList([main, worker])))
    return story.world
  }
}
